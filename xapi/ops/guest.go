package ops

import (
	"slices"
	"strconv"

	"github.com/xapid/xapid/model"
)

// What a guest says it can do decides whether it may be asked. A VM without an
// agent, and without drivers that imply it, can only be dealt with the hard way.

func (v vmView) live() bool {
	return v.vm.PowerState == model.VMPowerStateRunning || v.vm.PowerState == model.VMPowerStatePaused
}

// domainType is that of the domain, or what it would be.
func (v vmView) domainType() model.DomainType {
	if v.metrics != nil && v.metrics.CurrentDomainType != model.DomainTypeUnspecified && v.metrics.CurrentDomainType != "" {
		return v.metrics.CurrentDomainType
	}
	return v.vm.DomainType
}

// implied reports whether the guest needs not say what it can do.
func (v vmView) implied() bool {
	if !v.live() {
		return true
	}
	if v.metrics != nil {
		switch v.metrics.CurrentDomainType {
		case model.DomainTypePV, model.DomainTypePVInPVH, model.DomainTypePVH:
			return true
		}
	}
	return v.drivers()
}

// drivers reports whether the guest told a version of its drivers.
func (v vmView) drivers() bool {
	if v.guest == nil {
		return false
	}
	_, major := strconv.Atoi(v.guest.PVDriversVersion["major"])
	_, minor := strconv.Atoi(v.guest.PVDriversVersion["minor"])
	return major == nil && minor == nil
}

func (v vmView) feature(name string) bool {
	return v.guest != nil && v.guest.Other["feature-"+name] == "1"
}

// guestNeeds are the features of which one must be there.
var guestNeeds = map[vmOp][]string{
	model.VMOperationsSuspend:           {"suspend"},
	model.VMOperationsCheckpoint:        {"suspend"},
	model.VMOperationsPoolMigrate:       {"suspend"},
	model.VMOperationsMigrateSend:       {"suspend"},
	model.VMOperationsCleanShutdown:     {"shutdown", "poweroff"},
	model.VMOperationsCleanReboot:       {"shutdown", "reboot"},
	model.VMOperationsChangingVCPUsLive: {"vcpu-hotplug"},
}

func (v vmView) checkGuest(op vmOp, strict bool) error {
	needs := guestNeeds[op]
	if needs == nil {
		return nil
	}
	if slices.Contains(moving, op) && v.guest != nil && v.live() {
		if reason, ok := v.guest.Other["data-cant-suspend-reason"]; ok {
			return model.ErrVMNonSuspendable(v.ref, reason)
		}
	}
	if (strict || op == model.VMOperationsChangingVCPUsLive) && !v.implied() && !slices.ContainsFunc(needs, v.feature) {
		return model.ErrVMLacksFeature(v.ref)
	}
	return nil
}

// checkHotplug is about devices that come and go while a VM runs: nil if the
// guest can cope. can is what it says of the kind of device.
func (v vmView) checkHotplug(can func(*model.VMGuestMetrics) model.TristateType) error {
	if v.vm.PowerState != model.VMPowerStateRunning || v.domainType() != model.DomainTypeHVM {
		return nil
	}
	says := model.TristateTypeUnspecified
	if v.guest != nil {
		says = can(v.guest)
	}
	switch {
	case says == model.TristateTypeYes:
	case says == model.TristateTypeNo:
		return model.ErrOperationNotAllowed("the guest says that it cannot plug and unplug this kind of device")
	case v.guest != nil && (v.guest.PVDriversDetected || v.drivers()):
	default:
		return model.ErrVMMissingPVDrivers(v.ref)
	}
	return nil
}
