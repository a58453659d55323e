package ops

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

type vbdOp = model.VBDOperations

var vbdOps = []vbdOp{
	model.VBDOperationsAttach, model.VBDOperationsEject, model.VBDOperationsUnplug, model.VBDOperationsUnplugForce,
	model.VBDOperationsInsert, model.VBDOperationsPlug, model.VBDOperationsPause, model.VBDOperationsUnpause,
}

// vbdView is a VBD with its VM, and its VDI if it has one.
type vbdView struct {
	r   store.Reader
	ref model.Ref[model.VBD]
	vbd *model.VBD
	vm  vmView
	vdi *model.VDI
}

func viewVBD(r store.Reader, ref model.Ref[model.VBD]) (vbdView, error) {
	vbd, err := store.Get(r, ref)
	if err != nil {
		return vbdView{}, err
	}
	v := vbdView{r: r, ref: ref, vbd: vbd}
	if v.vm, err = viewVM(r, vbd.VM); err != nil {
		v.vm = vmView{r: r, ref: vbd.VM, vm: &model.VM{PowerState: model.VMPowerStateHalted}}
	}
	v.vdi, _ = store.Find(r, vbd.VDI)
	return v, nil
}

// CheckVBD gives the first error that an operation on a VBD would meet now.
func CheckVBD(r store.Reader, ref model.Ref[model.VBD], op model.VBDOperations) error {
	v, err := viewVBD(r, ref)
	if err != nil {
		return err
	}
	if err := v.check(op); err != nil {
		return err
	}
	return v.checkSharing(op)
}

func (v vbdView) check(op vbdOp) error {
	plug := op == model.VBDOperationsPlug
	unplug := op == model.VBDOperationsUnplug || op == model.VBDOperationsUnplugForce
	media := op == model.VBDOperationsInsert || op == model.VBDOperationsEject
	pauses := op == model.VBDOperationsPause || op == model.VBDOperationsUnpause
	vm := v.vm.vm

	conflicts := v.vbd.CurrentOperations
	switch op {
	case model.VBDOperationsPause:
		conflicts = except(conflicts, model.VBDOperationsPause, model.VBDOperationsUnpause)
	case model.VBDOperationsUnpause:
		conflicts = except(conflicts, model.VBDOperationsAttach, model.VBDOperationsPause, model.VBDOperationsUnpause)
	}
	cd := v.vbd.Type == model.VBDTypeCD
	isRunning := vm.PowerState == model.VMPowerStateRunning
	switch {
	case len(conflicts) > 0:
		return inProgress("VBD", string(v.ref), conflicts)
	case unplug && !v.vbd.Unpluggable:
		return model.ErrVBDNotUnpluggable(v.ref)
	case media && !cd:
		return model.ErrVBDNotRemovableMedia(v.ref)
	case op == model.VBDOperationsEject && v.vbd.Empty:
		return model.ErrVBDIsEmpty(v.ref)
	case op == model.VBDOperationsInsert && !v.vbd.Empty:
		return model.ErrVBDNotEmpty(v.ref)
	case plug && isRunning && v.vbd.CurrentlyAttached:
		return model.ErrDeviceAlreadyAttached(v.ref)
	case unplug && isRunning && !v.vbd.CurrentlyAttached:
		return model.ErrDeviceAlreadyDetached(v.ref)
	case (plug || unplug) && !isRunning,
		pauses && !isRunning && vm.PowerState != model.VMPowerStatePaused:
		return model.ErrVMBadPowerState(v.vbd.VM, "running", Lower(vm.PowerState))
	case (plug || unplug) && leaving(vm):
		return model.ErrOperationNotAllowed("the VM is going down or to sleep")
	}
	if plug || unplug {
		if err := v.vm.checkHotplug(func(g *model.VMGuestMetrics) model.TristateType { return g.CanUseHotplugVBD }); err != nil {
			return err
		}
		if isRunning && cd && v.vm.domainType() == model.DomainTypeHVM {
			return model.ErrOperationNotAllowed("a CD drive of an HVM guest stays; insert and eject change the disc")
		}
	}
	if media && cd && vm.PowerState == model.VMPowerStateSuspended {
		return model.ErrVMBadPowerState(v.vbd.VM, "halted, running", "suspended")
	}
	if v.vdi == nil {
		return nil
	}
	if !v.vdi.Managed {
		return model.ErrVDINotManaged(v.ref)
	}
	if attaches(op) {
		if busy := except(v.vdi.CurrentOperations, model.VDIOperationsCopy, model.VDIOperationsMirror); len(busy) > 0 {
			return inProgress("VDI", string(v.vbd.VDI), busy)
		}
	}
	return nil
}

func attaches(op vbdOp) bool {
	return op == model.VBDOperationsAttach || op == model.VBDOperationsPlug || op == model.VBDOperationsInsert
}

// leaving reports whether devices of the VM must be left alone.
func leaving(vm *model.VM) bool {
	for _, op := range vm.CurrentOperations {
		switch op {
		case model.VMOperationsCleanShutdown, model.VMOperationsHardShutdown, model.VMOperationsSuspend, model.VMOperationsPause:
			return true
		}
	}
	return false
}

// checkSharing keeps two writers, or a reader and a writer, from one disk. It
// is no part of allowed_operations.
func (v vbdView) checkSharing(op vbdOp) error {
	if v.vdi == nil || !attaches(op) {
		return nil
	}
	write := v.vbd.Mode == model.VBDModeRW
	if !v.vbd.CurrentlyAttached && !v.vdi.Sharable && v.vm.vm.OtherConfig["is_system_domain"] != "true" {
		for _, ref := range v.vdi.VBDs {
			other, ok := store.Find(v.r, ref)
			if !ok || ref == v.ref || !(other.CurrentlyAttached || other.Reserved || len(other.CurrentOperations) > 0) {
				continue
			}
			owner, ok := store.Find(v.r, other.VM)
			if !ok || owner.PowerState == model.VMPowerStateSuspended || owner.OtherConfig["is_system_domain"] == "true" {
				continue
			}
			if write || other.Mode == model.VBDModeRW {
				return model.ErrVDIInUse(v.vbd.VDI)
			}
		}
	}
	if write && v.vdi.ReadOnly {
		return model.ErrVDIReadonly(v.vbd.VDI)
	}
	return nil
}
