package ops

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

var vifOps = []model.VIFOperations{model.VIFOperationsAttach, model.VIFOperationsPlug, model.VIFOperationsUnplug}

// CheckVIF gives the first error that an operation on a VIF would meet now.
func CheckVIF(r store.Reader, ref model.Ref[model.VIF], op model.VIFOperations) error {
	vif, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	if len(vif.CurrentOperations) > 0 {
		// As xapi, in braces even if it is one.
		tasks := slices.Sorted(maps.Keys(vif.CurrentOperations))
		var names []string
		for _, t := range tasks {
			names = append(names, string(vif.CurrentOperations[t]))
		}
		return model.ErrOtherOperationInProgress("VIF", ref, "{"+strings.Join(names, "; ")+"}", "{"+strings.Join(tasks, "; ")+"}")
	}
	if op == model.VIFOperationsAttach {
		return nil
	}
	v, err := viewVM(r, vif.VM)
	if err != nil {
		v = vmView{r: r, ref: vif.VM, vm: &model.VM{PowerState: model.VMPowerStateHalted, Domid: -1}}
	}
	plug := op == model.VIFOperationsPlug
	isRunning := v.vm.PowerState == model.VMPowerStateRunning
	switch {
	case plug && v.vm.IsControlDomain && v.vm.Domid == 0:
		return model.ErrOperationNotAllowed("the host's control domain has no VIFs to plug")
	case onSRIOV(r, vif.Network):
		return model.ErrOperationNotAllowed("an SR-IOV interface is not plugged while the VM runs")
	case plug && isRunning && vif.CurrentlyAttached:
		return model.ErrDeviceAlreadyAttached(ref)
	case !plug && isRunning && !vif.CurrentlyAttached:
		return model.ErrDeviceAlreadyDetached(ref)
	case !isRunning:
		return model.ErrVMBadPowerState(vif.VM, "running", Lower(v.vm.PowerState))
	case leaving(v.vm):
		return model.ErrOperationNotAllowed("the VM is going down or to sleep")
	}
	return v.checkHotplug(func(g *model.VMGuestMetrics) model.TristateType { return g.CanUseHotplugVIF })
}

// onSRIOV reports whether a network is made of the virtual functions of NICs.
func onSRIOV(r store.Reader, ref model.Ref[model.Network]) bool {
	n, ok := store.Find(r, ref)
	if !ok {
		return false
	}
	for _, p := range n.PIFs {
		if pif, ok := store.Find(r, p); ok && len(pif.SriovLogicalPIFOf) > 0 {
			return true
		}
	}
	return false
}
