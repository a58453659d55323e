package network

import (
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// VLANs handles the class VLAN.
type VLANs struct{ links }

// NewVLANs makes the service.
func NewVLANs(db *store.DB) *VLANs { return &VLANs{links{db}} }

type vlanRef = model.Ref[model.VLAN]

// maxTag is the highest VLAN there is.
const maxTag = 4094

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Create puts a VLAN of an interface on a network, and plugs it:
// NETWORK_UNMANAGED, NETWORK_ALREADY_CONNECTED [host, pif], PIF_UNMANAGED,
// CANNOT_ADD_VLAN_TO_BOND_SLAVE, PIF_IS_VLAN, IS_TUNNEL_ACCESS_PIF,
// VLAN_TAG_INVALID [tag], PIF_VLAN_EXISTS [device],
// NETWORK_INCOMPATIBLE_WITH_TRUNKS.
func (s *VLANs) Create(c *rpc.Call, tagged pifRef, tag int64, network netRef) (vlanRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (vlanRef, error) { return createVLAN(tx, tagged, tag, network) })
}

// untagged makes a VLAN and gives its interface.
func untagged(tx *store.Tx, tagged pifRef, tag int64, network netRef) (pifRef, error) {
	ref, err := createVLAN(tx, tagged, tag, network)
	if err != nil {
		return "", err
	}
	v, err := store.Get(tx, ref)
	if err != nil {
		return "", err
	}
	return v.UntaggedPIF, nil
}

func createVLAN(tx *store.Tx, tagged pifRef, tag int64, network netRef) (vlanRef, error) {
	p, err := carrier(tx, tagged, network)
	if err != nil {
		return "", err
	}
	what := kindOf(tx, p)
	switch {
	case !p.Managed:
		return "", model.ErrPIFUnmanaged(tagged)
	case bonded(tx, p):
		return "", model.ErrCannotAddVLANToBondSlave(tagged)
	case what == vlanUntagged:
		return "", model.ErrPIFIsVLAN(tagged)
	case what == tunnelAccess:
		return "", model.ErrIsTunnelAccessPIF(tagged)
	case what == sriovLogical != onSRIOV(tx, network) && hasPIFs(tx, network):
		return "", model.ErrNetworkIncompatibleWithVLANOnSRIOV(network)
	case tag < 0 || tag > maxTag:
		return "", model.ErrVLANTagInvalid(tag)
	}
	for _, v := range p.VLANSlaveOf {
		if other, ok := store.Find(tx, v); ok && other.Tag == tag {
			return "", model.ErrPIFVLANExists(p.Device)
		}
	}
	if err := untrunked(tx, network); err != nil {
		return "", err
	}
	return insertVLAN(tx, tagged, p, tag, network)
}

// onSRIOV reports whether a network is made of virtual functions, or of VLANs
// on them.
func onSRIOV(r store.Reader, network netRef) bool {
	n, ok := store.Find(r, network)
	if !ok {
		return false
	}
	for _, ref := range n.PIFs {
		p, ok := store.Find(r, ref)
		if !ok {
			continue
		}
		if v, ok := store.Find(r, p.VLANMasterOf); ok {
			if p, ok = store.Find(r, v.TaggedPIF); !ok {
				continue
			}
		}
		if len(p.SriovLogicalPIFOf) > 0 {
			return true
		}
	}
	return false
}

func hasPIFs(r store.Reader, network netRef) bool {
	n, ok := store.Find(r, network)
	return ok && len(n.PIFs) > 0
}

// untrunked fails with NETWORK_INCOMPATIBLE_WITH_TRUNKS if an interface of a VM
// on the network does its own tagging.
func untrunked(r store.Reader, network netRef) error {
	n, err := store.Get(r, network)
	if err != nil {
		return err
	}
	for _, v := range n.VIFs {
		if vif, ok := store.Find(r, v); ok && len(vif.Trunks) > 0 {
			return model.ErrNetworkIncompatibleWithTrunks(network)
		}
	}
	return nil
}

// insertVLAN makes the records of a VLAN, plugged.
func insertVLAN(tx *store.Tx, tagged pifRef, on *model.PIF, tag int64, network netRef) (vlanRef, error) {
	p := store.Default[model.PIF]()
	p.Device, p.DeviceName, p.Network, p.Host, p.MAC, p.MTU, p.VLAN = on.Device, on.DeviceName, network, on.Host, noMAC, on.MTU, tag
	p.Metrics, p.CurrentlyAttached = on.Metrics, false
	ref := store.Insert(tx, p)
	v := store.Default[model.VLAN]()
	v.TaggedPIF, v.UntaggedPIF, v.Tag = tagged, ref, tag
	vlan := store.Insert(tx, v)
	e, err := store.Edit(tx, ref)
	if err != nil {
		return "", err
	}
	e.VLANMasterOf = vlan
	return vlan, up(tx, ref)
}

// Destroy deletes a VLAN and its interface; the network stays. It fails as
// unplugging the interface would.
func (s *VLANs) Destroy(c *rpc.Call, self vlanRef) error {
	return s.change(c, func(tx *store.Tx) error { return destroyVLAN(tx, self) })
}

func destroyVLAN(tx *store.Tx, self vlanRef) error {
	v, err := store.Get(tx, self)
	if err != nil {
		return err
	}
	if p, ok := store.Find(tx, v.UntaggedPIF); ok {
		if err := unpluggable(tx, v.UntaggedPIF, p); err != nil {
			return err
		}
		if err := store.Delete(tx, v.UntaggedPIF); err != nil {
			return err
		}
	}
	return store.Delete(tx, self)
}

// PoolIntroduce makes the record of a VLAN, and looks at nothing.
func (s *VLANs) PoolIntroduce(c *rpc.Call, tagged, untagged pifRef, tag int64, otherConfig map[string]string) (vlanRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (vlanRef, error) {
		return store.Insert(tx, &model.VLAN{TaggedPIF: tagged, UntaggedPIF: untagged, Tag: tag, OtherConfig: otherConfig}), nil
	})
}

// Pools handles the messages of the class pool that are about VLANs.
type Pools struct{ links }

// NewPools makes the service.
func NewPools(db *store.DB) *Pools { return &Pools{links{db}} }

// CreateVLANFromPIF makes a VLAN on each interface that is on pif's network and
// whose host is alive: all of them or none. It gives their interfaces.
func (s *Pools) CreateVLANFromPIF(c *rpc.Call, pif pifRef, network netRef, tag int64) ([]pifRef, error) {
	return s.everywhere(c, network, tag, func(tx *store.Tx) (list []pifRef, err error) {
		p, err := store.Get(tx, pif)
		if err != nil {
			return nil, err
		}
		n, err := store.Get(tx, p.Network)
		if err != nil {
			return nil, err
		}
		for _, ref := range n.PIFs {
			other, ok := store.Find(tx, ref)
			if ok && live(tx, other.Host) {
				list = append(list, ref)
			}
		}
		return list, nil
	})
}

// CreateVLAN makes a VLAN on each host's NIC of that name: INVALID_VALUE
// [device, name] if one has none.
func (s *Pools) CreateVLAN(c *rpc.Call, device string, network netRef, tag int64) ([]pifRef, error) {
	return s.everywhere(c, network, tag, func(tx *store.Tx) ([]pifRef, error) {
		nics := map[hostRef]pifRef{}
		for ref, p := range store.All[model.PIF](tx) {
			if p.Device == device && p.VLAN < 0 {
				nics[p.Host] = ref
			}
		}
		var list []pifRef
		for h := range store.All[model.Host](tx) {
			ref, ok := nics[h]
			if !ok {
				return nil, model.ErrInvalidValue("device", device)
			}
			list = append(list, ref)
		}
		return list, nil
	})
}

func (s *Pools) everywhere(c *rpc.Call, network netRef, tag int64, find func(tx *store.Tx) ([]pifRef, error)) ([]pifRef, error) {
	var all []pifRef
	err := s.change(c, func(tx *store.Tx) error {
		all = []pifRef{}
		tagged, err := find(tx)
		if err != nil {
			return err
		}
		for _, ref := range tagged {
			made, err := untagged(tx, ref, tag, network)
			if err != nil {
				return err
			}
			all = append(all, made)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func live(r store.Reader, host hostRef) bool {
	h, ok := store.Find(r, host)
	return ok && ops.Alive(r, h)
}
