package pool

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
)

type pifRef = model.Ref[model.PIF]

// vlanMAC is what the interfaces of VLANs have: the NIC is another one's.
const vlanMAC = "fe:ff:ff:ff:ff:ff"

// copyLayout gives a slave the bonds and VLANs that the master has, where the
// networks are the same: bonds first, as VLANs may be on them.
func copyLayout(tx *store.Tx, host model.Ref[model.Host]) error {
	_, p := The(tx)
	if p == nil || p.Master == host {
		return nil
	}
	var bonds []model.Ref[model.Bond]
	for ref := range store.All[model.Bond](tx) {
		bonds = append(bonds, ref)
	}
	for _, ref := range bonds {
		b, ok := store.Find(tx, ref)
		if !ok {
			continue
		}
		if m, ok := store.Find(tx, b.Master); ok && m.Host == p.Master {
			if err := copyBond(tx, host, b, m); err != nil {
				return err
			}
		}
	}
	var vlans []*model.VLAN
	for _, v := range store.All[model.VLAN](tx) {
		vlans = append(vlans, v)
	}
	for _, v := range vlans {
		trunk, ok := store.Find(tx, v.TaggedPIF)
		if !ok || trunk.Host != p.Master {
			continue
		}
		if err := copyVLAN(tx, host, v, trunk); err != nil {
			return err
		}
	}
	return nil
}

func copyBond(tx *store.Tx, host model.Ref[model.Host], b *model.Bond, master *model.PIF) error {
	if _, there := ops.InterfaceOn(tx, master.Network, host); there != nil {
		return nil
	}
	var slaves []pifRef
	var primary pifRef = model.NullRef
	for _, s := range b.Slaves {
		theirs, ok := store.Find(tx, s)
		if !ok {
			return nil
		}
		ref, mine := ops.InterfaceOn(tx, theirs.Network, host)
		if mine == nil || !mine.BondSlaveOf.IsNull() {
			return nil // the host lacks a network, or has other plans for it
		}
		slaves = append(slaves, ref)
		if s == b.PrimarySlave {
			primary = ref
		}
	}
	if len(slaves) == 0 {
		return nil
	}
	if primary.IsNull() {
		primary = slaves[0]
	}
	first, err := store.Get(tx, primary)
	if err != nil {
		return err
	}
	m := store.Default[model.PIF]()
	m.Device, m.Network, m.Host, m.MAC, m.MTU, m.VLAN = master.Device, master.Network, host, first.MAC, master.MTU, -1
	m.CurrentlyAttached, m.Managed = true, true
	metrics := store.Default[model.PIFMetrics]()
	if have, ok := store.Find(tx, first.Metrics); ok {
		*metrics = *have
		metrics.UUID = ""
	}
	m.Metrics = store.Insert(tx, metrics)
	ref := store.Insert(tx, m)
	bond := store.Insert(tx, &model.Bond{Master: ref, PrimarySlave: primary, Mode: b.Mode, Properties: b.Properties, LinksUp: int64(len(slaves)), AutoUpdateMAC: true})
	for _, s := range slaves {
		e, err := store.Edit(tx, s)
		if err != nil {
			return err
		}
		e.CurrentlyAttached, e.BondSlaveOf = false, bond
		if e.Management {
			if err := moveIP(tx, ref, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// moveIP gives the address of an interface that is bonded now to the bond.
func moveIP(tx *store.Tx, bond pifRef, from *model.PIF) error {
	to, err := store.Edit(tx, bond)
	if err != nil {
		return err
	}
	to.Management, to.PrimaryAddressType = true, from.PrimaryAddressType
	to.IPConfigurationMode, to.IP, to.Netmask, to.Gateway, to.DNS = from.IPConfigurationMode, from.IP, from.Netmask, from.Gateway, from.DNS
	to.IPv6ConfigurationMode, to.IPv6, to.IPv6Gateway = from.IPv6ConfigurationMode, from.IPv6, from.IPv6Gateway
	from.Management = false
	from.IPConfigurationMode, from.IP, from.Netmask, from.Gateway, from.DNS = model.IPConfigurationModeNone, "", "", "", ""
	from.IPv6ConfigurationMode, from.IPv6, from.IPv6Gateway = model.IPv6ConfigurationModeNone, nil, ""
	return nil
}

func copyVLAN(tx *store.Tx, host model.Ref[model.Host], v *model.VLAN, trunk *model.PIF) error {
	theirs, ok := store.Find(tx, v.UntaggedPIF)
	if !ok {
		return nil
	}
	ref, mine := ops.InterfaceOn(tx, trunk.Network, host)
	if mine == nil {
		return nil
	}
	if _, there := ops.InterfaceOn(tx, theirs.Network, host); there != nil {
		return nil
	}
	p := store.Default[model.PIF]()
	p.Device, p.Network, p.Host, p.MAC, p.MTU, p.VLAN = mine.Device, theirs.Network, host, vlanMAC, theirs.MTU, v.Tag
	p.CurrentlyAttached, p.Managed, p.Metrics = true, true, mine.Metrics
	untagged := store.Insert(tx, p)
	vlan := store.Insert(tx, &model.VLAN{TaggedPIF: ref, UntaggedPIF: untagged, Tag: v.Tag})
	e, err := store.Edit(tx, untagged)
	if err == nil {
		e.VLANMasterOf = vlan
	}
	return err
}
