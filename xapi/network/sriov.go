package network

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// Sriovs handles the class network_sriov.
type Sriovs struct{ links }

// NewSriovs makes the service.
func NewSriovs(db *store.DB) *Sriovs { return &Sriovs{links{db}} }

type sriovRef = model.Ref[model.NetworkSriov]

// virtualFunctions is how many a NIC has.
const virtualFunctions = 64

// Create gives a network the virtual functions of a NIC: LICENCE_RESTRICTION
// [Network_sriov], NETWORK_UNMANAGED, PIF_UNMANAGED, PIF_IS_NOT_PHYSICAL, NETWORK_SRIOV_ALREADY_ENABLED,
// PIF_IS_NOT_SRIOV_CAPABLE, NETWORK_ALREADY_CONNECTED [host, pif],
// NETWORK_INCOMPATIBLE_WITH_SRIOV, NETWORK_HAS_INCOMPATIBLE_SRIOV_PIFS [pif,
// network] if other hosts have other NICs there.
func (s *Sriovs) Create(c *rpc.Call, pif pifRef, network netRef) (sriovRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (sriovRef, error) {
		if err := licence.Require(tx, licence.NetworkSRIOV); err != nil {
			return "", err
		}
		n, err := store.Get(tx, network)
		if err != nil {
			return "", err
		}
		p, err := store.Get(tx, pif)
		if err != nil {
			return "", err
		}
		switch {
		case !n.Managed:
			return "", model.ErrNetworkUnmanaged(network)
		case !p.Managed:
			return "", model.ErrPIFUnmanaged(pif)
		case kindOf(tx, p) != physical:
			return "", model.ErrPIFIsNotPhysical(pif)
		case len(p.SriovPhysicalPIFOf) > 0:
			return "", model.ErrNetworkSRIOVAlreadyEnabled(pif)
		case !slices.Contains(p.Capabilities, "sriov"):
			return "", model.ErrPIFIsNotSRIOVCapable(pif)
		}
		if err := usable(tx, network, p.Host); err != nil {
			return "", err
		}
		if err := alike(tx, network, n, pif, p); err != nil {
			return "", err
		}
		return enable(tx, pif, p, network)
	})
}

// alike fails unless all hosts have the same kind of NIC on the network.
func alike(r store.Reader, network netRef, n *model.Network, pif pifRef, p *model.PIF) error {
	mine, _ := store.Find(r, p.PCI)
	for _, ref := range n.PIFs {
		other, ok := store.Find(r, ref)
		if !ok {
			continue
		}
		if len(other.SriovLogicalPIFOf) == 0 {
			return model.ErrNetworkIncompatibleWithSRIOV(network)
		}
		sriov, ok := store.Find(r, other.SriovLogicalPIFOf[0])
		if !ok {
			continue
		}
		if nic, ok := store.Find(r, sriov.PhysicalPIF); ok {
			theirs, ok := store.Find(r, nic.PCI)
			if ok && mine != nil && (theirs.VendorID != mine.VendorID || theirs.DeviceID != mine.DeviceID) {
				return model.ErrNetworkHasIncompatibleSRIOVPIFs(pif, network)
			}
		}
	}
	return nil
}

func enable(tx *store.Tx, pif pifRef, p *model.PIF, network netRef) (sriovRef, error) {
	logical := store.Default[model.PIF]()
	logical.Device, logical.DeviceName, logical.Network, logical.Host = p.Device, p.DeviceName, network, p.Host
	logical.MAC, logical.MTU, logical.VLAN, logical.Metrics, logical.CurrentlyAttached = noMAC, p.MTU, -1, p.Metrics, false
	s := store.Default[model.NetworkSriov]()
	s.PhysicalPIF, s.LogicalPIF, s.ConfigurationMode = pif, store.Insert(tx, logical), model.SriovConfigurationModeSysfs
	ref := store.Insert(tx, s)
	return ref, up(tx, s.LogicalPIF)
}

// Destroy takes the virtual functions off their network:
// PIF_VLAN_STILL_EXISTS, else as unplugging the interface.
func (s *Sriovs) Destroy(c *rpc.Call, self sriovRef) error {
	return s.change(c, func(tx *store.Tx) error {
		sriov, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if p, ok := store.Find(tx, sriov.LogicalPIF); ok {
			if len(p.VLANSlaveOf) > 0 {
				return model.ErrPIFVLANStillExists(sriov.LogicalPIF)
			}
			if err := unpluggable(tx, sriov.LogicalPIF, p); err != nil {
				return err
			}
			if err := store.Delete(tx, sriov.LogicalPIF); err != nil {
				return err
			}
		}
		return store.Delete(tx, self)
	})
}

// GetRemainingCapacity counts the virtual functions that no plugged VIF has.
func (s *Sriovs) GetRemainingCapacity(c *rpc.Call, self sriovRef) (int64, error) {
	r := s.DB.View()
	sriov, err := store.Get(r, self)
	if err != nil {
		return 0, err
	}
	free := int64(virtualFunctions)
	p, ok := store.Find(r, sriov.LogicalPIF)
	if !ok {
		return 0, nil
	}
	n, ok := store.Find(r, p.Network)
	if !ok {
		return free, nil
	}
	for _, v := range n.VIFs {
		vif, ok := store.Find(r, v)
		if !ok || !vif.CurrentlyAttached {
			continue
		}
		if vm, ok := store.Find(r, vif.VM); ok && vm.ResidentOn == p.Host {
			free--
		}
	}
	return max(free, 0), nil
}
