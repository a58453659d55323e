package ops

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmView is a VM with what the rules look at.
type vmView struct {
	r       store.Reader
	ref     model.Ref[model.VM]
	vm      *model.VM
	metrics *model.VMMetrics      // nil if there are none
	guest   *model.VMGuestMetrics // likewise
}

func viewVM(r store.Reader, ref model.Ref[model.VM]) (vmView, error) {
	vm, err := store.Get(r, ref)
	if err != nil {
		return vmView{}, err
	}
	v := vmView{r: r, ref: ref, vm: vm}
	v.metrics, _ = store.Find(r, vm.Metrics)
	v.guest, _ = store.Find(r, vm.GuestMetrics)
	return v, nil
}

// CheckVM gives the first error that an operation on a VM would meet now, nil
// if it may begin.
func CheckVM(r store.Reader, ref model.Ref[model.VM], op model.VMOperations) error {
	v, err := viewVM(r, ref)
	if err != nil {
		return err
	}
	return v.check(op, true)
}

// CheckVMForced is CheckVM for calls that force: a VM that cannot say that it
// can be moved is not spared.
func CheckVMForced(r store.Reader, ref model.Ref[model.VM], op model.VMOperations) error {
	v, err := viewVM(r, ref)
	if err != nil {
		return err
	}
	return v.check(op, false)
}

// moving is what needs a VM that can be put to sleep.
var moving = []vmOp{model.VMOperationsSuspend, model.VMOperationsCheckpoint, model.VMOperationsPoolMigrate, model.VMOperationsMigrateSend}

// check applies the rules in their order; the first that objects counts.
func (v vmView) check(op vmOp, strict bool) error {
	vm, rule := v.vm, vmRules[op]
	if reason, ok := vm.BlockedOperations[op]; ok {
		return model.ErrOperationBlocked(v.ref, reason)
	}
	if err := v.checkState(op, rule); err != nil {
		return err
	}
	if len(vm.CurrentOperations) > 0 && !compatible(op, vm.CurrentOperations) {
		return inProgress("VM", string(v.ref), vm.CurrentOperations)
	}
	if err := v.checkKind(op, rule); err != nil {
		return err
	}
	mobile := slices.Contains(moving, op)
	if strict && mobile && v.immobile() {
		return model.ErrVMIsImmobile(v.ref)
	}
	if strict && op == model.VMOperationsChangingDynamicRange && v.nested() {
		return model.ErrVMIsUsingNestedVirt(v.ref)
	}
	if err := v.checkControlDomain(op, rule); err != nil {
		return err
	}
	if err := v.checkGuest(op, strict); err != nil {
		return err
	}
	if op == model.VMOperationsSnapshotWithQuiesce {
		return model.ErrVMSnapshotWithQuiesceNotSupported(v.ref)
	}
	if err := v.checkDevices(op, mobile); err != nil {
		return err
	}
	return v.checkRest(op)
}

func (v vmView) checkState(op vmOp, rule vmRule) error {
	allowed := rule.states
	if v.vm.IsControlDomain {
		allowed |= rule.domain
	}
	if (op == model.VMOperationsClone || op == model.VMOperationsCopy) && (v.vm.IsASnapshot || cloneSuspended(v.r)) {
		allowed |= suspended
	}
	if stateBits[v.vm.PowerState]&allowed == 0 {
		return model.ErrVMBadPowerState(v.ref, allowed.String(), Lower(v.vm.PowerState))
	}
	return nil
}

// cloneSuspended is the pool's switch for cloning suspended VMs.
func cloneSuspended(r store.Reader) bool {
	for _, p := range store.All[model.Pool](r) {
		return p.OtherConfig["allow_clone_suspended_vm"] == "true"
	}
	return false
}

func (v vmView) checkKind(op vmOp, rule vmRule) error {
	vm := v.vm
	if vm.IsATemplate && !vm.IsASnapshot {
		custom := op == model.VMOperationsDestroy || op == model.VMOperationsMigrateSend
		if !rule.template && !(custom && !defaultTemplate(vm)) {
			return model.ErrVMIsTemplate(v.ref, vmOpName(op))
		}
	}
	if vm.IsASnapshot && !rule.snapshot {
		return model.ErrVMIsSnapshot(v.ref, vmOpName(op))
	}
	if op == model.VMOperationsProvision && !vm.IsATemplate {
		return model.ErrProvisionOnlyAllowedOnTemplate()
	}
	if op == model.VMOperationsRevert && !vm.IsASnapshot {
		return model.ErrRevertOnlyAllowedOnSnapshot()
	}
	return nil
}

func defaultTemplate(vm *model.VM) bool {
	return vm.IsDefaultTemplate || truthy(vm.OtherConfig["default_template"])
}

func truthy(s string) bool {
	switch strings.ToLower(s) {
	case "true", "1", "yes", "t", "y":
		return true
	}
	return false
}

// nested and immobile prefer what was so at boot over what is configured.
func (v vmView) nested() bool {
	if v.metrics != nil {
		return v.metrics.NestedVirt
	}
	return truthy(v.vm.Platform["nested-virt"])
}

func (v vmView) immobile() bool {
	if v.metrics != nil {
		return v.metrics.Nomigrate || v.metrics.NestedVirt
	}
	return truthy(v.vm.Platform["nomigrate"]) || v.nested()
}

func (v vmView) checkControlDomain(op vmOp, rule vmRule) error {
	if !v.vm.IsControlDomain {
		return nil
	}
	if v.vm.Domid == 0 && (op == model.VMOperationsChangingVCPUs || op == model.VMOperationsDestroy) {
		return model.ErrOperationNotAllowed("the host's control domain does not allow " + vmOpName(op))
	}
	if !rule.control {
		return model.ErrOperationNotAllowed("a control domain does not allow " + vmOpName(op))
	}
	return nil
}

// checkDevices is about disks and devices that cannot go along.
func (v vmView) checkDevices(op vmOp, mobile bool) error {
	vm := v.vm
	switch op {
	case model.VMOperationsCheckpoint, model.VMOperationsSnapshot, model.VMOperationsSuspend, model.VMOperationsPoolMigrate:
		for _, ref := range vm.VBDs {
			vbd, _ := store.Find(v.r, ref)
			if vbd == nil {
				continue
			}
			vdi, _ := store.Find(v.r, vbd.VDI)
			if vdi == nil || vdi.SMConfig["on_boot"] != "reset" {
				continue
			}
			if op != model.VMOperationsPoolMigrate || vdi.SMConfig["caching"] == "true" {
				return model.ErrVDIOnBootModeIncompatibleWithOperation()
			}
		}
	}
	if mobile && len(vm.AttachedPCIs) > 0 {
		return model.ErrVMHasPCIAttached(v.ref)
	}
	if mobile && len(vm.VGPUs) > 0 {
		away := op == model.VMOperationsMigrateSend && vm.PowerState == model.VMPowerStateHalted ||
			op == model.VMOperationsCheckpoint && vm.PowerState == model.VMPowerStateSuspended
		if !away {
			return model.ErrVMHasVGPU(v.ref)
		}
	}
	if (mobile || op == model.VMOperationsSnapshot) && len(vm.VUSBs) > 0 {
		return model.ErrVMHasVusbs(v.ref)
	}
	return nil
}

func (v vmView) checkRest(op vmOp) error {
	vm := v.vm
	switch op {
	case model.VMOperationsMakeIntoTemplate:
		if _, ok := store.Find(v.r, vm.Appliance); ok {
			return model.ErrVMIsPartOfAnAppliance(v.ref, vm.Appliance)
		}
		if _, ok := store.Find(v.r, vm.ProtectionPolicy); ok {
			return model.ErrVMAssignedToProtectionPolicy(v.ref, vm.ProtectionPolicy)
		}
		if _, ok := store.Find(v.r, vm.SnapshotSchedule); ok {
			return model.ErrVMAssignedToSnapshotSchedule(v.ref, vm.SnapshotSchedule)
		}
	case model.VMOperationsQueryServices:
		if vm.OtherConfig["is_system_domain"] != "true" {
			return model.ErrNotSystemDomain(v.ref)
		}
	case model.VMOperationsCreateVTPM:
		if n := len(vm.VTPMs); n > 0 {
			return model.ErrVTPMMaxAmountReached(n)
		}
	}
	return nil
}
