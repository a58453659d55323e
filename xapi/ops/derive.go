package ops

import (
	"maps"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// Derive brings allowed_operations up to date with what the transaction has
// changed, as the newest release has them.
func Derive(tx *store.Tx) { DeriveFor(nil)(tx) }

// DeriveFor is Derive for a release. It is the database's hook; see
// store.Options.
func DeriveFor(release *model.Release) func(*store.Tx) {
	return func(tx *store.Tx) {
		d := stale{release: release}
		for t := range tx.Touched() {
			d.touch(tx, t)
		}
		d.refresh(tx)
	}
}

// ResetAll computes allowed_operations wherever there is none: it is not kept
// on disk, no more than current_operations are.
func ResetAll(tx *store.Tx, release *model.Release) {
	d := stale{release: release}
	missing(tx, &d.vms, func(o *model.VM) bool { return o.AllowedOperations == nil })
	missing(tx, &d.vbds, func(o *model.VBD) bool { return o.AllowedOperations == nil })
	missing(tx, &d.vifs, func(o *model.VIF) bool { return o.AllowedOperations == nil })
	missing(tx, &d.vdis, func(o *model.VDI) bool { return o.AllowedOperations == nil })
	missing(tx, &d.srs, func(o *model.SR) bool { return o.AllowedOperations == nil })
	missing(tx, &d.hosts, func(o *model.Host) bool { return o.AllowedOperations == nil })
	missing(tx, &d.pools, func(o *model.Pool) bool { return o.AllowedOperations == nil })
	missing(tx, &d.appliances, func(o *model.VMAppliance) bool { return o.AllowedOperations == nil })
	missing(tx, &d.vtpms, func(o *model.VTPM) bool { return o.AllowedOperations == nil })
	d.refresh(tx)
}

func missing[T any](r store.Reader, s *refs[T], is func(*T) bool) {
	for ref, o := range store.All[T](r) {
		if is(o) {
			s.add(ref)
		}
	}
}

// refs is a set in order of insertion.
type refs[T any] struct {
	list []model.Ref[T]
	seen map[model.Ref[T]]struct{}
}

func (s *refs[T]) add(ref model.Ref[T]) {
	if _, ok := s.seen[ref]; ok || ref.IsNull() {
		return
	}
	if s.seen == nil {
		s.seen = map[model.Ref[T]]struct{}{}
	}
	s.seen[ref] = struct{}{}
	s.list = append(s.list, ref)
}

// stale is what has to be computed anew.
type stale struct {
	release    *model.Release
	vms        refs[model.VM]
	vbds       refs[model.VBD]
	vifs       refs[model.VIF]
	vdis       refs[model.VDI]
	srs        refs[model.SR]
	hosts      refs[model.Host]
	pools      refs[model.Pool]
	appliances refs[model.VMAppliance]
	vtpms      refs[model.VTPM]
}

// pair gives both sides of a touch; either may be nil.
func pair[T any](t store.Touch) (before, after *T) {
	before, _ = t.Before.(*T)
	after, _ = t.After.(*T)
	return before, after
}

func (d *stale) touch(tx *store.Tx, t store.Touch) {
	switch t.Class.Name {
	case "VM":
		d.touchVM(t)
	case "VBD":
		before, after := pair[model.VBD](t)
		if before == nil || after == nil || vbdInputs(before, after) {
			d.vbds.add(model.Ref[model.VBD](t.Ref))
			for _, o := range []*model.VBD{before, after} {
				if o != nil {
					d.vdis.add(o.VDI)
				}
			}
		}
	case "VIF":
		before, after := pair[model.VIF](t)
		if before == nil || after != nil && (before.CurrentlyAttached != after.CurrentlyAttached || before.Network != after.Network ||
			!maps.Equal(before.CurrentOperations, after.CurrentOperations)) {
			d.vifs.add(model.Ref[model.VIF](t.Ref))
		}
	case "VDI":
		before, after := pair[model.VDI](t)
		if after != nil && (before == nil || vdiInputs(before, after)) {
			d.vdis.add(model.Ref[model.VDI](t.Ref))
			for _, b := range after.VBDs {
				d.vbds.add(b)
			}
			d.srs.add(after.SR)
		}
	case "SR":
		before, after := pair[model.SR](t)
		if before == nil || after != nil && (!maps.Equal(before.CurrentOperations, after.CurrentOperations) ||
			len(before.PBDs) != len(after.PBDs) || len(before.VDIs) != len(after.VDIs) || before.IsToolsSR != after.IsToolsSR) {
			d.srs.add(model.Ref[model.SR](t.Ref))
		}
	case "PBD":
		before, after := pair[model.PBD](t)
		if before == nil || after == nil || before.CurrentlyAttached != after.CurrentlyAttached {
			d.touchPBD(tx, before, after)
		}
	case "host":
		before, after := pair[model.Host](t)
		if before == nil || after != nil && (before.Enabled != after.Enabled || before.PowerOnMode != after.PowerOnMode ||
			!maps.Equal(before.CurrentOperations, after.CurrentOperations)) {
			d.hosts.add(model.Ref[model.Host](t.Ref))
		}
	case "host_metrics":
		before, after := pair[model.HostMetrics](t)
		if before != nil && after != nil && before.Live == after.Live {
			return
		}
		for ref, h := range store.All[model.Host](tx) {
			if string(h.Metrics) == t.Ref {
				d.hosts.add(ref)
			}
		}
	case "pool":
		d.touchPool(tx, t)
	case "VM_appliance":
		d.appliances.add(model.Ref[model.VMAppliance](t.Ref))
	case "VTPM":
		d.vtpms.add(model.Ref[model.VTPM](t.Ref))
	}
}

func (d *stale) touchVM(t store.Touch) {
	before, after := pair[model.VM](t)
	switch {
	case after == nil:
		d.appliances.add(before.Appliance)
	case before == nil, vmState(before, after):
		d.vmAndDevices(model.Ref[model.VM](t.Ref), after)
	case vmInputs(before, after):
		d.vms.add(model.Ref[model.VM](t.Ref))
		d.appliances.add(before.Appliance)
		d.appliances.add(after.Appliance)
	}
}

func (d *stale) vmAndDevices(ref model.Ref[model.VM], vm *model.VM) {
	d.vms.add(ref)
	d.appliances.add(vm.Appliance)
	for _, b := range vm.VBDs {
		d.vbds.add(b)
	}
	for _, v := range vm.VIFs {
		d.vifs.add(v)
	}
	for _, v := range vm.VTPMs {
		d.vtpms.add(v)
	}
}

// vmState tells of changes that matter to the devices too.
func vmState(a, b *model.VM) bool {
	return a.PowerState != b.PowerState || a.Metrics != b.Metrics || a.GuestMetrics != b.GuestMetrics ||
		a.DomainType != b.DomainType || !maps.Equal(a.CurrentOperations, b.CurrentOperations)
}

func vmInputs(a, b *model.VM) bool {
	return a.IsATemplate != b.IsATemplate || a.IsDefaultTemplate != b.IsDefaultTemplate || a.IsASnapshot != b.IsASnapshot ||
		a.IsControlDomain != b.IsControlDomain || a.Appliance != b.Appliance || a.ProtectionPolicy != b.ProtectionPolicy ||
		a.SnapshotSchedule != b.SnapshotSchedule || len(a.VBDs) != len(b.VBDs) || len(a.VUSBs) != len(b.VUSBs) ||
		len(a.VTPMs) != len(b.VTPMs) || len(a.VGPUs) != len(b.VGPUs) || len(a.AttachedPCIs) != len(b.AttachedPCIs) ||
		!maps.Equal(a.BlockedOperations, b.BlockedOperations) || !maps.Equal(a.Platform, b.Platform) ||
		a.OtherConfig["default_template"] != b.OtherConfig["default_template"] ||
		a.OtherConfig["is_system_domain"] != b.OtherConfig["is_system_domain"]
}

func vbdInputs(a, b *model.VBD) bool {
	return a.VDI != b.VDI || a.VM != b.VM || a.Mode != b.Mode || a.Type != b.Type || a.Empty != b.Empty ||
		a.Unpluggable != b.Unpluggable || a.CurrentlyAttached != b.CurrentlyAttached || a.Reserved != b.Reserved ||
		!maps.Equal(a.CurrentOperations, b.CurrentOperations)
}

func vdiInputs(a, b *model.VDI) bool {
	return a.SR != b.SR || a.Type != b.Type || a.Sharable != b.Sharable || a.ReadOnly != b.ReadOnly || a.Managed != b.Managed ||
		a.OnBoot != b.OnBoot || a.CBTEnabled != b.CBTEnabled || a.IsASnapshot != b.IsASnapshot || !slices.Equal(a.VBDs, b.VBDs) ||
		!maps.Equal(a.CurrentOperations, b.CurrentOperations)
}

// touchPBD: whether an SR is attached decides over the SR and over its disks.
func (d *stale) touchPBD(tx *store.Tx, pbds ...*model.PBD) {
	for _, pbd := range pbds {
		if pbd == nil {
			continue
		}
		sr, ok := store.Find(tx, pbd.SR)
		if !ok {
			continue
		}
		d.srs.add(pbd.SR)
		for _, vdi := range sr.VDIs {
			d.vdis.add(vdi)
		}
	}
}

func (d *stale) touchPool(tx *store.Tx, t store.Touch) {
	before, after := pair[model.Pool](t)
	if after == nil {
		return
	}
	ha := before != nil && before.HAEnabled != after.HAEnabled
	if before == nil || ha || before.IsPSRPending != after.IsPSRPending || !maps.Equal(before.CurrentOperations, after.CurrentOperations) {
		d.pools.add(model.Ref[model.Pool](t.Ref))
	}
	if ha {
		for ref, vdi := range store.All[model.VDI](tx) {
			if vdi.Type == model.VDITypeHAStatefile || vdi.Type == model.VDITypeRedoLog {
				d.vdis.add(ref)
			}
		}
	}
	const key = "allow_clone_suspended_vm"
	if before != nil && before.OtherConfig[key] != after.OtherConfig[key] {
		for ref, vm := range store.All[model.VM](tx) {
			if vm.PowerState == model.VMPowerStateSuspended {
				d.vms.add(ref)
			}
		}
	}
}
