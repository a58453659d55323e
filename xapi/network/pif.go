package network

import (
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

// PIFs handles the class PIF.
type PIFs struct {
	links
	Clock emu.Clock
}

// NewPIFs makes the service.
func NewPIFs(db *store.DB, clock emu.Clock) *PIFs { return &PIFs{links{db}, clock} }

// Plug brings an interface up: PIF_UNMANAGED, TRANSPORT_PIF_NOT_CONFIGURED,
// CANNOT_PLUG_BOND_SLAVE.
func (s *PIFs) Plug(c *rpc.Call, self pifRef) error {
	return s.change(c, func(tx *store.Tx) error { return plug(tx, self) })
}

func plug(tx *store.Tx, self pifRef) error {
	p, err := store.Get(tx, self)
	if err != nil {
		return err
	}
	if !p.Managed {
		return model.ErrPIFUnmanaged(self)
	}
	for _, t := range p.TunnelAccessPIFOf {
		if tunnel, ok := store.Find(tx, t); ok {
			if err := configured(tx, tunnel.TransportPIF); err != nil {
				return err
			}
		}
	}
	return up(tx, self)
}

// configured fails with TRANSPORT_PIF_NOT_CONFIGURED if the interface that
// carries a tunnel has no address.
func configured(r store.Reader, transport pifRef) error {
	p, err := store.Get(r, transport)
	if err != nil {
		return err
	}
	if p.IPConfigurationMode == model.IPConfigurationModeNone {
		return model.ErrTransportPIFNotConfigured(transport)
	}
	return nil
}

// Unplug takes an interface down that nobody needs: PIF_UNMANAGED,
// HA_IS_ENABLED, PIF_IS_MANAGEMENT_INTERFACE, VIF_IN_USE [network, vif],
// PIF_DOES_NOT_ALLOW_UNPLUG. A member of a bond stays as it is.
func (s *PIFs) Unplug(c *rpc.Call, self pifRef) error {
	return s.change(c, func(tx *store.Tx) error {
		p, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if err := unpluggable(tx, self, p); err != nil {
			return err
		}
		if bonded(tx, p) {
			return nil // as xapi, silently
		}
		return down(tx, self)
	})
}

func unpluggable(r store.Reader, self pifRef, p *model.PIF) error {
	if !p.Managed {
		return model.ErrPIFUnmanaged(self)
	}
	if err := quiet(r); err != nil {
		return err
	}
	if p.Management {
		return model.ErrPIFIsManagementInterface(self)
	}
	if err := inUse(r, p); err != nil {
		return err
	}
	if p.DisallowUnplug {
		return model.ErrPIFDoesNotAllowUnplug(self)
	}
	return unclustered(r, self)
}

// Forget drops the record of an interface that nothing is made of; its NIC
// stays in the host, for scan and introduce to find. PIF_IS_MANAGEMENT_INTERFACE,
// PIF_ALREADY_BONDED, PIF_VLAN_STILL_EXISTS, PIF_TUNNEL_STILL_EXISTS,
// HA_IS_ENABLED, CANNOT_FORGET_SRIOV_LOGICAL, PIF_SRIOV_STILL_EXISTS,
// CLUSTERING_ENABLED.
func (s *PIFs) Forget(c *rpc.Call, self pifRef) error {
	return s.change(c, func(tx *store.Tx) error {
		p, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		what := kindOf(tx, p)
		switch {
		case p.Management:
			return model.ErrPIFIsManagementInterface(self)
		case bonded(tx, p), what == bondMaster:
			return model.ErrPIFAlreadyBonded(self)
		case len(p.VLANSlaveOf) > 0, what == vlanUntagged:
			return model.ErrPIFVLANStillExists(self)
		case len(p.TunnelTransportPIFOf) > 0, what == tunnelAccess:
			return model.ErrPIFTunnelStillExists(self)
		}
		if p.CurrentlyAttached {
			if err := quiet(tx); err != nil {
				return err
			}
		}
		switch {
		case what == sriovLogical:
			return model.ErrCannotForgetSRIOVLogical(self)
		case len(p.SriovPhysicalPIFOf) > 0:
			return model.ErrPIFSRIOVStillExists(self)
		}
		if err := unclustered(tx, self); err != nil {
			return err
		}
		if err := remember(tx, p); err != nil {
			return err
		}
		_ = store.Delete(tx, p.Metrics) // a record that was introduced may have none
		return store.Delete(tx, self)
	})
}

// DBForget drops the record of an interface, whatever it is.
func (s *PIFs) DBForget(c *rpc.Call, self pifRef) error {
	return s.change(c, func(tx *store.Tx) error { return store.Delete(tx, self) })
}

// DBIntroduce makes the record of an interface, and looks at nothing.
func (s *PIFs) DBIntroduce(c *rpc.Call, device string, network netRef, host hostRef, mac string, mtu, vlan int64, isPhysical bool,
	mode model.IPConfigurationMode, ip, netmask, gateway, dns string, slaveOf model.Ref[model.Bond], masterOf model.Ref[model.VLAN],
	management bool, otherConfig map[string]string, disallowUnplug bool, mode6 model.IPv6ConfigurationMode, ip6 []string, gateway6 string,
	primary model.PrimaryAddressType, isManaged bool, properties map[string]string) (pifRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (pifRef, error) {
		p := store.Default[model.PIF]()
		p.Device, p.DeviceName, p.Network, p.Host, p.MAC, p.MTU, p.VLAN, p.Physical = device, device, network, host, mac, mtu, vlan, isPhysical
		p.IPConfigurationMode, p.IP, p.Netmask, p.Gateway, p.DNS = mode, ip, netmask, gateway, dns
		p.BondSlaveOf, p.VLANMasterOf, p.Management, p.OtherConfig, p.DisallowUnplug = slaveOf, masterOf, management, otherConfig, disallowUnplug
		p.IPv6ConfigurationMode, p.IPv6, p.IPv6Gateway, p.PrimaryAddressType = mode6, ip6, gateway6, primary
		p.Managed, p.Properties, p.CurrentlyAttached = isManaged, properties, false
		p.Metrics = store.Insert(tx, &model.PIFMetrics{LastUpdated: s.Clock.Now()})
		return store.Insert(tx, p), nil
	})
}

// PoolIntroduce is DBIntroduce, as hosts call it that join.
func (s *PIFs) PoolIntroduce(c *rpc.Call, device string, network netRef, host hostRef, mac string, mtu, vlan int64, isPhysical bool,
	mode model.IPConfigurationMode, ip, netmask, gateway, dns string, slaveOf model.Ref[model.Bond], masterOf model.Ref[model.VLAN],
	management bool, otherConfig map[string]string, disallowUnplug bool, mode6 model.IPv6ConfigurationMode, ip6 []string, gateway6 string,
	primary model.PrimaryAddressType, isManaged bool, properties map[string]string) (pifRef, error) {
	return s.DBIntroduce(c, device, network, host, mac, mtu, vlan, isPhysical, mode, ip, netmask, gateway, dns, slaveOf, masterOf, management,
		otherConfig, disallowUnplug, mode6, ip6, gateway6, primary, isManaged, properties)
}

// SetDisallowUnplug keeps an interface up, or lets it go: CLUSTERING_ENABLED.
func (s *PIFs) SetDisallowUnplug(c *rpc.Call, self pifRef, value bool) error {
	return s.edit(c, self, func(tx *store.Tx, p *model.PIF) error {
		if !value {
			if err := unclustered(tx, self); err != nil {
				return err
			}
		}
		p.DisallowUnplug = value
		return nil
	})
}

// SetProperty changes gro of a NIC or a bond, and of the bond's members:
// INVALID_VALUE [properties, name = value], CANNOT_CHANGE_PIF_PROPERTIES.
func (s *PIFs) SetProperty(c *rpc.Call, self pifRef, name, value string) error {
	if name != "gro" || value != "on" && value != "off" {
		return model.ErrInvalidValue("properties", name+" = "+value)
	}
	return s.edit(c, self, func(tx *store.Tx, p *model.PIF) error {
		what := kindOf(tx, p)
		if bonded(tx, p) || what != physical && what != bondMaster {
			return model.ErrCannotChangePIFProperties(self)
		}
		p.Properties = map[string]string{name: value}
		for _, b := range p.BondMasterOf {
			bond, ok := store.Find(tx, b)
			if !ok {
				continue
			}
			for _, m := range bond.Slaves {
				member, err := store.Edit(tx, m)
				if err != nil {
					return err
				}
				member.Properties = map[string]string{name: value}
			}
		}
		return nil
	})
}

func (s *PIFs) edit(c *rpc.Call, self pifRef, change func(tx *store.Tx, p *model.PIF) error) error {
	return s.change(c, func(tx *store.Tx) error {
		p, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		return change(tx, p)
	})
}

// CreateVLAN is the old way to make a VLAN, by the name of a NIC:
// INVALID_VALUE [device, name].
func (s *PIFs) CreateVLAN(c *rpc.Call, device string, network netRef, host hostRef, tag int64) (pifRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (pifRef, error) {
		for ref, p := range store.All[model.PIF](tx) {
			if p.Host == host && p.Device == device && p.VLAN < 0 {
				return untagged(tx, ref, tag, network)
			}
		}
		return "", model.ErrInvalidValue("device", device)
	})
}

// Destroy is the old way to delete a VLAN, by its interface: PIF_IS_PHYSICAL.
func (s *PIFs) Destroy(c *rpc.Call, self pifRef) error {
	return s.change(c, func(tx *store.Tx) error {
		p, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if p.VLAN < 0 {
			return model.ErrPIFIsPhysical(self)
		}
		return destroyVLAN(tx, p.VLANMasterOf)
	})
}

// bridgeOf is the bridge, and the name of the network, of a NIC.
func bridgeOf(device string) (bridge, network string) {
	bridge = "br" + device
	if n, ok := strings.CutPrefix(device, "eth"); ok {
		bridge = "xenbr" + n
	}
	return bridge, "Pool-wide network associated with " + device
}
