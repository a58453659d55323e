package ops

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

var applianceOps = []model.VMApplianceOperation{
	model.VMApplianceOperationStart, model.VMApplianceOperationCleanShutdown,
	model.VMApplianceOperationHardShutdown, model.VMApplianceOperationShutdown,
}

// CheckAppliance gives the first error that an operation on a VM appliance
// would meet now.
func CheckAppliance(r store.Reader, ref model.Ref[model.VMAppliance], op model.VMApplianceOperation) error {
	a, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	if len(a.CurrentOperations) > 0 {
		return inProgress("VM_appliance", string(ref), a.CurrentOperations)
	}
	for _, vmRef := range a.VMs {
		vm, ok := store.Find(r, vmRef)
		if !ok {
			continue
		}
		switch off := vm.PowerState == model.VMPowerStateHalted; {
		case op == model.VMApplianceOperationStart && off,
			op == model.VMApplianceOperationCleanShutdown && vm.PowerState == model.VMPowerStateRunning,
			op != model.VMApplianceOperationStart && op != model.VMApplianceOperationCleanShutdown && !off:
			return nil
		}
	}
	return model.ErrOperationNotAllowed("no VM of the appliance is in a state to be changed")
}
