package host

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// ManagementReconfigure moves the host's management to another interface:
// HA_IS_ENABLED, CANNOT_PLUG_BOND_SLAVE [pif], PIF_HAS_NO_NETWORK_CONFIGURATION
// [pif]; no error if it is there. As xapi, another family of addresses does no
// harm. The address at which the daemon is found stays: it is not the emulated
// interface's.
func (s *Service) ManagementReconfigure(c *rpc.Call, pif model.Ref[model.PIF]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return reconfigure(tx, pif) })
}

func reconfigure(tx *store.Tx, pif model.Ref[model.PIF]) error {
	for _, p := range store.All[model.Pool](tx) {
		if p.HAEnabled {
			return model.ErrHAIsEnabled()
		}
	}
	e, err := store.Edit(tx, pif)
	if err != nil {
		return err
	}
	if err := manageable(tx, pif, e); err != nil || e.Management {
		return err
	}
	for ref, o := range store.All[model.PIF](tx) {
		if o.Host != e.Host || !o.Management {
			continue
		}
		old, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		old.Management = false
	}
	e.Management, e.CurrentlyAttached = true, true
	return nil
}

// manageable tells what keeps an interface from being managed through.
func manageable(r store.Reader, ref model.Ref[model.PIF], p *model.PIF) error {
	_, slave := store.Find(r, p.BondSlaveOf)
	switch {
	case slave:
		return model.ErrCannotPlugBondSlave(ref)
	case !p.Managed:
		return model.ErrPIFUnmanaged(ref)
	case p.PrimaryAddressType == model.PrimaryAddressTypeIPv6 && p.IPv6ConfigurationMode == model.IPv6ConfigurationModeNone:
		return model.ErrPIFHasNoV6NetworkConfiguration(ref)
	case p.PrimaryAddressType != model.PrimaryAddressTypeIPv6 && p.IPConfigurationMode == model.IPConfigurationModeNone:
		return model.ErrPIFHasNoNetworkConfiguration(ref)
	}
	return nil
}

// ReconfigureAll moves the management of every host to the interface that it
// has on a network: PIF_NOT_PRESENT [host, network] if one has none,
// PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE [pif] if they are not known by addresses
// of the same family.
func ReconfigureAll(tx *store.Tx, network model.Ref[model.Network]) error {
	n, err := store.Get(tx, network)
	if err != nil {
		return err
	}
	var all []model.Ref[model.PIF]
	for h := range store.All[model.Host](tx) {
		found := model.Ref[model.PIF](model.NullRef)
		for _, p := range n.PIFs {
			if pif, ok := store.Find(tx, p); ok && pif.Host == h {
				found = p
			}
		}
		if found.IsNull() {
			return model.ErrPIFNotPresent(h, network)
		}
		all = append(all, found)
	}
	for _, ref := range all {
		p, err := store.Get(tx, ref)
		if err != nil {
			return err
		}
		if first, err := store.Get(tx, all[0]); err == nil && p.PrimaryAddressType != first.PrimaryAddressType {
			return model.ErrPIFIncompatiblePrimaryAddressType(ref)
		}
	}
	for _, ref := range all {
		if err := reconfigure(tx, ref); err != nil {
			return err
		}
	}
	return nil
}

// ManagementDisable leaves this host without a management interface:
// SLAVE_REQUIRES_MANAGEMENT_INTERFACE on a slave.
func (s *Service) ManagementDisable(c *rpc.Call) error {
	if !s.DB.Leads() {
		return model.ErrSlaveRequiresManagementInterface()
	}
	self := s.Self()
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for ref, p := range store.All[model.PIF](tx) {
			if p.Host == self && p.Management {
				e, err := store.Edit(tx, ref)
				if err != nil {
					return err
				}
				e.Management = false
			}
		}
		return nil
	})
}

// LocalManagementReconfigure is for a slave that has lost its master:
// NOT_IN_EMERGENCY_MODE else.
func (s *Service) LocalManagementReconfigure(c *rpc.Call, iface string) error {
	if s.Emergency() == nil {
		return model.ErrNotInEmergencyMode()
	}
	return nil // the daemon's address is not the interface's: nothing changes
}

// SignalNetworkingChange takes note of a new address; the daemon's never
// changes while it runs.
func (s *Service) SignalNetworkingChange(c *rpc.Call) error { return nil }

// Networking handles the messages of the class pool that are about management
// interfaces.
type Networking struct{ DB *store.DB }

// ManagementReconfigure moves the management of all hosts to a network.
func (s *Networking) ManagementReconfigure(c *rpc.Call, network model.Ref[model.Network]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return ReconfigureAll(tx, network) })
}
