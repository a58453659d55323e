package ops

import (
	"maps"
	"slices"
	"sync"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// listing makes the allowed_operations of one class. Thousands of objects have
// one of a few lists, so each list is kept once; rows share it.
type listing[O ~string] struct {
	enum  string // "" if every release has all of its operations
	ops   []O
	lists sync.Map // bits of ops -> []O
}

// of lists the operations that the release has and ok admits.
func (l *listing[O]) of(r *model.Release, ok func(O) bool) []O {
	var bits uint64
	for i, op := range l.ops {
		if (l.enum == "" || r.HasLabel(l.enum, string(op))) && ok(op) {
			bits |= 1 << i
		}
	}
	if list, ok := l.lists.Load(bits); ok {
		return list.([]O)
	}
	list := []O{}
	for i, op := range l.ops {
		if bits&(1<<i) != 0 {
			list = append(list, op)
		}
	}
	kept, _ := l.lists.LoadOrStore(bits, list)
	return kept.([]O)
}

var (
	vmListing        = listing[vmOp]{enum: "vm_operations", ops: vmListed()}
	vbdListing       = listing[vbdOp]{ops: vbdOps}
	vifListing       = listing[model.VIFOperations]{ops: vifOps}
	vdiListing       = listing[vdiOp]{enum: "vdi_operations", ops: vdiListed}
	srListing        = listing[srOp]{enum: "storage_operations", ops: srListed}
	hostListing      = listing[hostOp]{enum: "host_allowed_operations", ops: hostOps}
	poolListing      = listing[poolOp]{enum: "pool_allowed_operations", ops: poolOps}
	applianceListing = listing[model.VMApplianceOperation]{ops: applianceOps}
	vtpmListing      = listing[model.VTPMOperations]{ops: []model.VTPMOperations{model.VTPMOperationsDestroy}}
)

func vmListed() []vmOp {
	list := slices.Sorted(maps.Keys(vmRules))
	return slices.DeleteFunc(list, func(op vmOp) bool { return vmRules[op].hidden })
}

// refresh stores the lists that have changed.
func (d *stale) refresh(tx *store.Tx) {
	set(tx, d.vms.list, func(o *model.VM) *[]vmOp { return &o.AllowedOperations }, func(ref model.Ref[model.VM]) []vmOp {
		v, err := viewVM(tx, ref)
		if err != nil {
			return nil
		}
		return vmListing.of(d.release, func(op vmOp) bool { return v.check(op, true) == nil })
	})
	set(tx, d.vbds.list, func(o *model.VBD) *[]vbdOp { return &o.AllowedOperations }, func(ref model.Ref[model.VBD]) []vbdOp {
		v, err := viewVBD(tx, ref)
		if err != nil {
			return nil
		}
		return vbdListing.of(d.release, func(op vbdOp) bool { return v.check(op) == nil })
	})
	set(tx, d.vifs.list, func(o *model.VIF) *[]model.VIFOperations { return &o.AllowedOperations }, func(ref model.Ref[model.VIF]) []model.VIFOperations {
		return vifListing.of(d.release, func(op model.VIFOperations) bool { return CheckVIF(tx, ref, op) == nil })
	})
	set(tx, d.vdis.list, func(o *model.VDI) *[]vdiOp { return &o.AllowedOperations }, func(ref model.Ref[model.VDI]) []vdiOp {
		v, err := viewVDI(tx, ref)
		if err != nil {
			return nil
		}
		return vdiListing.of(d.release, func(op vdiOp) bool { return v.check(op) == nil })
	})
	set(tx, d.srs.list, func(o *model.SR) *[]srOp { return &o.AllowedOperations }, func(ref model.Ref[model.SR]) []srOp {
		v, err := viewSR(tx, ref)
		if err != nil {
			return nil
		}
		return srListing.of(d.release, func(op srOp) bool { return v.check(op) == nil })
	})
	set(tx, d.hosts.list, func(o *model.Host) *[]hostOp { return &o.AllowedOperations }, func(ref model.Ref[model.Host]) []hostOp {
		return hostListing.of(d.release, func(op hostOp) bool { return CheckHost(tx, ref, op) == nil })
	})
	set(tx, d.pools.list, func(o *model.Pool) *[]poolOp { return &o.AllowedOperations }, func(ref model.Ref[model.Pool]) []poolOp {
		return poolListing.of(d.release, func(op poolOp) bool { return CheckPool(tx, ref, op) == nil })
	})
	set(tx, d.appliances.list, func(o *model.VMAppliance) *[]model.VMApplianceOperation { return &o.AllowedOperations }, func(ref model.Ref[model.VMAppliance]) []model.VMApplianceOperation {
		return applianceListing.of(d.release, func(op model.VMApplianceOperation) bool { return CheckAppliance(tx, ref, op) == nil })
	})
	set(tx, d.vtpms.list, func(o *model.VTPM) *[]model.VTPMOperations { return &o.AllowedOperations }, func(ref model.Ref[model.VTPM]) []model.VTPMOperations {
		return vtpmListing.of(d.release, func(model.VTPMOperations) bool { return vtpmFree(tx, ref) })
	})
}

// vtpmFree: a VTPM can go while its VM is halted.
func vtpmFree(r store.Reader, ref model.Ref[model.VTPM]) bool {
	vtpm, ok := store.Find(r, ref)
	if !ok {
		return false
	}
	vm, ok := store.Find(r, vtpm.VM)
	return !ok || vm.PowerState == model.VMPowerStateHalted
}

func set[T any, O ~string](tx *store.Tx, list []model.Ref[T], field func(*T) *[]O, compute func(model.Ref[T]) []O) {
	for _, ref := range list {
		o, ok := store.Find(tx, ref)
		if !ok {
			continue
		}
		want := compute(ref)
		if have := *field(o); have != nil && slices.Equal(have, want) {
			continue
		}
		store.Assign(tx, ref, func(o *T) { *field(o) = want })
	}
}
