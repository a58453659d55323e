package network

import (
	"net"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

type (
	pifRef  = model.Ref[model.PIF]
	hostRef = model.Ref[model.Host]
)

// noMAC is what interfaces have that share the NIC of another one.
const noMAC = "fe:ff:ff:ff:ff:ff"

// links is what the classes of interfaces have in common.
type links struct{ DB *store.DB }

// change runs a transaction.
func (l links) change(c *rpc.Call, fn func(tx *store.Tx) error) error { return l.DB.Update(c.Ctx, fn) }

// kind is what an interface is; it is one of these only.
type kind uint8

const (
	physical kind = iota
	tunnelAccess
	vlanUntagged
	sriovLogical
	bondMaster
)

func kindOf(r store.Reader, p *model.PIF) kind {
	_, vlan := store.Find(r, p.VLANMasterOf)
	switch {
	case len(p.TunnelAccessPIFOf) > 0:
		return tunnelAccess
	case vlan:
		return vlanUntagged
	case len(p.SriovLogicalPIFOf) > 0:
		return sriovLogical
	case len(p.BondMasterOf) > 0:
		return bondMaster
	}
	return physical
}

// bonded reports whether the interface is a member of a bond.
func bonded(r store.Reader, p *model.PIF) bool {
	_, ok := store.Find(r, p.BondSlaveOf)
	return ok
}

// name is how an interface is called together with its tag.
func name(p *model.PIF) string {
	if p.VLAN < 0 {
		return p.Device
	}
	return p.Device + "." + itoa(p.VLAN)
}

// usable is what all that is made of interfaces begins with: a network that the
// toolstack manages, and on which the host has no interface yet.
func usable(r store.Reader, network netRef, host hostRef) error {
	n, err := store.Get(r, network)
	if err != nil {
		return err
	}
	if !n.Managed {
		return model.ErrNetworkUnmanaged(network)
	}
	if ref, there := ops.InterfaceOn(r, network, host); there != nil {
		return model.ErrNetworkAlreadyConnected(host, ref)
	}
	return nil
}

// carrier is the interface that something is made on, for a network that is
// usable on its host.
func carrier(r store.Reader, ref pifRef, network netRef) (*model.PIF, error) {
	if _, err := store.Get(r, network); err != nil {
		return nil, err
	}
	p, err := store.Get(r, ref)
	if err != nil {
		return nil, err
	}
	return p, usable(r, network, p.Host)
}

// freeName is the lowest name of a device, of a prefix and a number, that a
// host has not got.
func freeName(r store.Reader, host hostRef, prefix string) string {
	taken := map[string]bool{}
	for _, p := range store.All[model.PIF](r) {
		taken[p.Device] = taken[p.Device] || p.Host == host
	}
	for n := int64(0); ; n++ {
		if name := prefix + itoa(n); !taken[name] {
			return name
		}
	}
}

// quiet fails while interfaces must stay as they are: HA_IS_ENABLED,
// REDO_LOG_IS_ENABLED.
func quiet(r store.Reader) error {
	for _, p := range store.All[model.Pool](r) {
		switch {
		case p.HAEnabled:
			return model.ErrHAIsEnabled()
		case p.RedoLogEnabled:
			return model.ErrRedoLogIsEnabled()
		}
	}
	return nil
}

// unclustered fails with CLUSTERING_ENABLED if the cluster talks over the
// interface.
func unclustered(r store.Reader, ref pifRef) error {
	for h, member := range store.All[model.ClusterHost](r) {
		if member.PIF == ref && member.Enabled {
			return model.ErrClusteringEnabled(h)
		}
	}
	return nil
}

// parseMAC reads the address of an interface: MAC_INVALID.
func parseMAC(text string) (string, error) {
	hw, err := net.ParseMAC(text)
	if err != nil || len(hw) != 6 || hw[0]&1 != 0 {
		return "", model.ErrMACInvalid(text)
	}
	return strings.ToLower(hw.String()), nil
}

// inUse fails with VIF_IN_USE while a VM of the interface's host is plugged
// into its network.
func inUse(r store.Reader, p *model.PIF) error {
	n, ok := store.Find(r, p.Network)
	if !ok {
		return nil
	}
	for _, v := range n.VIFs {
		vif, ok := store.Find(r, v)
		if !ok || !vif.CurrentlyAttached {
			continue
		}
		if vm, ok := store.Find(r, vif.VM); ok && vm.ResidentOn == p.Host {
			return model.ErrVIFInUse(p.Network, v)
		}
	}
	return nil
}

// up brings an interface up, and what it is made of before it.
func up(tx *store.Tx, ref pifRef) error {
	p, err := store.Edit(tx, ref)
	if err != nil {
		return err
	}
	switch {
	case bonded(tx, p):
		return model.ErrCannotPlugBondSlave(ref)
	case p.CurrentlyAttached:
		return nil
	}
	p.CurrentlyAttached = true
	lease(p)
	if v, ok := store.Find(tx, p.VLANMasterOf); ok {
		return up(tx, v.TaggedPIF)
	}
	for _, s := range p.SriovLogicalPIFOf {
		if sriov, ok := store.Find(tx, s); ok {
			return up(tx, sriov.PhysicalPIF)
		}
	}
	for _, t := range p.TunnelAccessPIFOf {
		tunnel, err := store.Edit(tx, t)
		if err != nil {
			return err
		}
		tunnel.Status = map[string]string{"active": "true"}
		if err := up(tx, tunnel.TransportPIF); err != nil {
			return err
		}
	}
	return nil
}

// down takes an interface down, and the tunnels and virtual functions on it.
func down(tx *store.Tx, ref pifRef) error {
	p, err := store.Edit(tx, ref)
	if err != nil || !p.CurrentlyAttached {
		return err
	}
	p.CurrentlyAttached = false
	if p.IPConfigurationMode == model.IPConfigurationModeDHCP {
		p.IP, p.Netmask, p.Gateway = "", "", ""
	}
	for _, t := range p.TunnelAccessPIFOf {
		tunnel, err := store.Edit(tx, t)
		if err != nil {
			return err
		}
		tunnel.Status = map[string]string{"active": "false"}
	}
	for _, t := range p.TunnelTransportPIFOf {
		if tunnel, ok := store.Find(tx, t); ok {
			if err := down(tx, tunnel.AccessPIF); err != nil {
				return err
			}
		}
	}
	for _, s := range p.SriovPhysicalPIFOf {
		if sriov, ok := store.Find(tx, s); ok {
			if err := down(tx, sriov.LogicalPIF); err != nil {
				return err
			}
		}
	}
	return nil
}
