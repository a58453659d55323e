package network

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Tunnels handles the class tunnel.
type Tunnels struct{ links }

// NewTunnels makes the service.
func NewTunnels(db *store.DB) *Tunnels { return &Tunnels{links{db}} }

type tunnelRef = model.Ref[model.Tunnel]

// Create carries a network over an interface, and plugs its end:
// NETWORK_UNMANAGED, NETWORK_ALREADY_CONNECTED [host, pif], PIF_UNMANAGED,
// CANNOT_ADD_TUNNEL_TO_BOND_SLAVE, IS_TUNNEL_ACCESS_PIF,
// CANNOT_ADD_TUNNEL_TO_SRIOV_LOGICAL, CANNOT_ADD_TUNNEL_TO_VLAN_ON_SRIOV_LOGICAL,
// NETWORK_INCOMPATIBLE_WITH_TUNNEL, OPENVSWITCH_NOT_ACTIVE,
// TRANSPORT_PIF_NOT_CONFIGURED.
func (s *Tunnels) Create(c *rpc.Call, transport pifRef, network netRef, protocol model.TunnelProtocol) (tunnelRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (tunnelRef, error) {
		p, err := carrier(tx, transport, network)
		if err != nil {
			return "", err
		}
		what := kindOf(tx, p)
		switch {
		case !p.Managed:
			return "", model.ErrPIFUnmanaged(transport)
		case bonded(tx, p):
			return "", model.ErrCannotAddTunnelToBondSlave(transport)
		case what == tunnelAccess:
			return "", model.ErrIsTunnelAccessPIF(transport)
		case what == sriovLogical:
			return "", model.ErrCannotAddTunnelToSRIOVLogical(transport)
		case what == vlanUntagged && onSRIOV(tx, p.Network):
			return "", model.ErrCannotAddTunnelToVLANOnSRIOVLogical(transport)
		case onSRIOV(tx, network):
			return "", model.ErrNetworkIncompatibleWithTunnel(network)
		}
		for _, h := range store.All[model.Host](tx) {
			if h.SoftwareVersion["network_backend"] != "openvswitch" {
				return "", model.ErrOpenvswitchNotActive()
			}
		}
		if err := configured(tx, transport); err != nil {
			return "", err
		}
		ref := insertTunnel(tx, transport, p, network, protocol)
		t, err := store.Get(tx, ref)
		if err != nil {
			return "", err
		}
		return ref, up(tx, t.AccessPIF)
	})
}

// insertTunnel makes the records of a tunnel, unplugged.
func insertTunnel(tx *store.Tx, transport pifRef, on *model.PIF, network netRef, protocol model.TunnelProtocol) tunnelRef {
	p := store.Default[model.PIF]()
	p.Device, p.Network, p.Host, p.MAC, p.MTU, p.VLAN, p.CurrentlyAttached = freeName(tx, on.Host, "tunnel"), network, on.Host, noMAC, -1, -1, false
	p.DeviceName, p.Metrics = p.Device, store.Insert(tx, &model.PIFMetrics{Carrier: true, Duplex: true})
	t := store.Default[model.Tunnel]()
	t.AccessPIF, t.TransportPIF, t.Protocol = store.Insert(tx, p), transport, protocol
	t.Status = map[string]string{"active": "false"}
	return store.Insert(tx, t)
}

// Destroy deletes a tunnel and its end. It fails as unplugging that would.
func (s *Tunnels) Destroy(c *rpc.Call, self tunnelRef) error {
	return s.change(c, func(tx *store.Tx) error {
		t, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if p, ok := store.Find(tx, t.AccessPIF); ok {
			if err := unpluggable(tx, t.AccessPIF, p); err != nil {
				return err
			}
			_ = store.Delete(tx, p.Metrics)
			if err := store.Delete(tx, t.AccessPIF); err != nil {
				return err
			}
		}
		return store.Delete(tx, self)
	})
}
