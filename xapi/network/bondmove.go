package network

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
)

// moveSettings takes the address of an interface, and what it is needed for,
// and gives them to another one if it is to have them.
func moveSettings(tx *store.Tx, from, to pifRef, give bool) error {
	f, err := store.Edit(tx, from)
	if err != nil {
		return err
	}
	if give {
		t, err := store.Edit(tx, to)
		if err != nil {
			return err
		}
		t.IPConfigurationMode, t.IP, t.Netmask, t.Gateway, t.DNS = f.IPConfigurationMode, f.IP, f.Netmask, f.Gateway, f.DNS
		t.IPv6ConfigurationMode, t.IPv6, t.IPv6Gateway = f.IPv6ConfigurationMode, f.IPv6, f.IPv6Gateway
		t.PrimaryAddressType, t.Management, t.DisallowUnplug = f.PrimaryAddressType, f.Management, f.DisallowUnplug
	}
	f.IPConfigurationMode, f.IP, f.Netmask, f.Gateway, f.DNS = model.IPConfigurationModeNone, "", "", "", ""
	f.IPv6ConfigurationMode, f.IPv6, f.IPv6Gateway = model.IPv6ConfigurationModeNone, nil, ""
	f.Management, f.DisallowUnplug = false, false
	return nil
}

// moveDependants makes the VLANs and tunnels of an interface anew on another
// one. Where that has the VLAN, the VIFs move to its network.
func moveDependants(tx *store.Tx, from, to pifRef) error {
	f, err := store.Get(tx, from)
	if err != nil {
		return err
	}
	for _, v := range slices.Clone(f.VLANSlaveOf) {
		if err := moveVLAN(tx, v, to); err != nil {
			return err
		}
	}
	for _, t := range slices.Clone(f.TunnelTransportPIFOf) {
		if err := moveTunnel(tx, t, to); err != nil {
			return err
		}
	}
	return nil
}

func moveVLAN(tx *store.Tx, ref vlanRef, to pifRef) error {
	v, err := store.Get(tx, ref)
	if err != nil {
		return err
	}
	target, err := store.Get(tx, to)
	if err != nil {
		return err
	}
	old, err := store.Get(tx, v.UntaggedPIF)
	if err != nil {
		return store.Delete(tx, ref)
	}
	there := bonding{tx: tx, host: old.Host, members: []member{{v.UntaggedPIF, old}}}
	local := there.localVIFs()
	made := pifRef(model.NullRef)
	for _, other := range target.VLANSlaveOf {
		if o, ok := store.Find(tx, other); ok && o.Tag == v.Tag {
			made = o.UntaggedPIF
		}
	}
	if made.IsNull() {
		vlan, err := insertVLAN(tx, to, target, v.Tag, old.Network)
		if err != nil {
			return err
		}
		n, err := store.Get(tx, vlan)
		if err != nil {
			return err
		}
		made = n.UntaggedPIF
		if err := moveSettings(tx, v.UntaggedPIF, made, true); err != nil {
			return err
		}
	}
	on, err := store.Get(tx, made)
	if err != nil {
		return err
	}
	if err := moveVIFs(tx, local, on.Network); err != nil {
		return err
	}
	if err := moveCluster(tx, there.members, made); err != nil {
		return err
	}
	if err := store.Delete(tx, v.UntaggedPIF); err != nil {
		return err
	}
	return store.Delete(tx, ref)
}

func moveTunnel(tx *store.Tx, ref model.Ref[model.Tunnel], to pifRef) error {
	t, err := store.Get(tx, ref)
	if err != nil {
		return err
	}
	transport, err := store.Get(tx, to)
	if err != nil {
		return err
	}
	old, err := store.Get(tx, t.AccessPIF)
	if err != nil {
		return store.Delete(tx, ref)
	}
	made := insertTunnel(tx, to, transport, old.Network, t.Protocol)
	n, err := store.Get(tx, made)
	if err != nil {
		return err
	}
	if err := moveSettings(tx, t.AccessPIF, n.AccessPIF, true); err != nil {
		return err
	}
	if old.CurrentlyAttached {
		if err := up(tx, n.AccessPIF); err != nil {
			return err
		}
	}
	if err := store.Delete(tx, t.AccessPIF); err != nil {
		return err
	}
	return store.Delete(tx, ref)
}

// localVIFs are the VIFs on the members' networks whose VMs are the host's: they
// run on it, or could run there only, or nowhere.
func (b *bonding) localVIFs() []vifRef {
	var list []vifRef
	for _, m := range b.members {
		n, ok := store.Find(b.tx, m.pif.Network)
		if !ok {
			continue
		}
		for _, v := range n.VIFs {
			vif, ok := store.Find(b.tx, v)
			if !ok {
				continue
			}
			vm, ok := store.Find(b.tx, vif.VM)
			if ok && local(b.tx, vm, b.host) {
				list = append(list, v)
			}
		}
	}
	return list
}

func local(r store.Reader, vm *model.VM, host hostRef) bool {
	if _, runs := store.Find(r, vm.ResidentOn); runs {
		return vm.ResidentOn == host
	}
	for h := range store.All[model.Host](r) {
		if h != host && reaches(r, vm, h) {
			return false
		}
	}
	return true
}

// reaches reports whether a host sees the disks and the networks of a VM.
func reaches(r store.Reader, vm *model.VM, host hostRef) bool {
	for _, b := range vm.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok {
			continue
		}
		vdi, ok := store.Find(r, vbd.VDI)
		if !ok {
			continue
		}
		sr, ok := store.Find(r, vdi.SR)
		if !ok || !slices.ContainsFunc(sr.PBDs, func(p model.Ref[model.PBD]) bool {
			pbd, ok := store.Find(r, p)
			return ok && pbd.Host == host && pbd.CurrentlyAttached
		}) {
			return false
		}
	}
	for _, v := range vm.VIFs {
		vif, ok := store.Find(r, v)
		if !ok {
			continue
		}
		n, ok := store.Find(r, vif.Network)
		if !ok || len(n.PIFs) == 0 {
			continue
		}
		if _, there := ops.InterfaceOn(r, vif.Network, host); there == nil {
			return false
		}
	}
	return true
}

func moveVIFs(tx *store.Tx, vifs []vifRef, network netRef) error {
	for _, ref := range vifs {
		e, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		e.Network = network
	}
	return nil
}

// moveCluster lets the cluster talk over another interface.
func moveCluster(tx *store.Tx, from []member, to pifRef) error {
	for ref, h := range store.All[model.ClusterHost](tx) {
		for _, m := range from {
			if h.PIF != m.ref {
				continue
			}
			e, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			e.PIF = to
		}
	}
	return nil
}
