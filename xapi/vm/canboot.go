package vm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cpu"
	"github.com/xapid/xapid/xapi/host"
	"github.com/xapid/xapid/xapi/ops"
)

// check chooses among the checks that only some callers want.
type check uint8

const (
	memory check = 1 << iota
	processors
	storageSeen
	everything = memory | processors | storageSeen
)

// canBootHere gives the first reason why a VM cannot run on a host, nil if it
// can. The order of the checks is xapi's.
func canBootHere(r store.Reader, vm ref, v *model.VM, on model.Ref[model.Host], checks check) error {
	h, err := store.Get(r, on)
	if err != nil {
		return err
	}
	if err := checkConfig(v); err != nil {
		return err
	}
	if !ops.Alive(r, h) {
		return model.ErrHostNotLive()
	}
	if v.IsControlDomain && v.Affinity != on {
		return model.ErrOperationNotAllowed("a control domain runs on the host of its affinity only")
	}
	if !h.Enabled && !v.IsControlDomain && v.ResidentOn != on {
		return model.ErrHostDisabled(on)
	}
	if !slices.Contains(h.VirtualHardwarePlatformVersions, v.HardwarePlatformVersion) {
		return model.ErrVMHostIncompatibleVirtualHardwarePlatformVersion(on, versions(h.VirtualHardwarePlatformVersions), vm, v.HardwarePlatformVersion)
	}
	if checks&processors != 0 && v.PowerState != model.VMPowerStateHalted {
		if err := checkCPU(vm, v, on, h); err != nil {
			return err
		}
	}
	if checks&storageSeen != 0 {
		if err := checkStorage(r, vm, v, on); err != nil {
			return err
		}
	}
	if err := checkNetworks(r, vm, v, on); err != nil {
		return err
	}
	if domainType(v) != model.DomainTypePV && !cpu.RunsHVM(h.Capabilities) {
		return model.ErrVMHVMRequired(vm)
	}
	if checks&memory != 0 {
		if want, free := needs(v), host.FreeMemory(r, on, vm); want > free {
			return model.ErrHostNotEnoughFreeMemory(want, free)
		}
	}
	return checkProcessors(v, h)
}

func versions(list []int64) string {
	text := make([]string, len(list))
	for i, n := range list {
		text[i] = strconv.FormatInt(n, 10)
	}
	return "[" + strings.Join(text, "; ") + "]"
}

// checkConfig is about what the VM asks for, wherever it runs.
func checkConfig(v *model.VM) error {
	switch {
	case v.VCPUsMax < 1:
		return model.ErrInvalidValue("VCPUs_max", v.VCPUsMax)
	case v.VCPUsAtStartup < 1:
		return model.ErrInvalidValue("VCPUs-at-startup", v.VCPUsAtStartup)
	case v.VCPUsAtStartup > v.VCPUsMax:
		return model.ErrValueNotSupported("VCPUs-at-startup", v.VCPUsAtStartup, fmt.Sprintf("it is above VCPUs_max (%d)", v.VCPUsMax))
	case v.MemoryStaticMax < v.MemoryStaticMin || v.MemoryDynamicMax < v.MemoryDynamicMin, v.MemoryStaticMin < 0 || v.MemoryDynamicMin < 0:
		return model.ErrMemoryConstraintViolation()
	case v.HVMShadowMultiplier < 1:
		return model.ErrInvalidValue("HVM_shadow_multiplier", v.HVMShadowMultiplier)
	}
	dumps := v.ActionsAfterCrash == model.OnCrashBehaviourCoredumpAndDestroy || v.ActionsAfterCrash == model.OnCrashBehaviourCoredumpAndRestart
	if v.ActionsAfterCrash == model.OnCrashBehaviourRenameRestart || dumps && domainType(v) != model.DomainTypePV {
		return model.ErrValueNotSupported("VM.actions_after_crash", v.ActionsAfterCrash, "the domain of this VM does not support it")
	}
	return nil
}

// checkCPU compares the processor that a running or suspended VM knows with
// the host's.
func checkCPU(vm ref, v *model.VM, on model.Ref[model.Host], h *model.Host) error {
	if why := cpu.Refusal(v.LastBootCPUFlags, h.CPUInfo, domainType(v) == model.DomainTypePV); why != "" {
		return model.ErrVMIncompatibleWithThisHost(vm, on, why)
	}
	return nil
}

func checkStorage(r store.Reader, vm ref, v *model.VM, on model.Ref[model.Host]) error {
	var disks []model.Ref[model.VDI]
	for _, b := range v.VBDs {
		if vbd, ok := store.Find(r, b); ok && !vbd.Empty {
			disks = append(disks, vbd.VDI)
		}
	}
	if v.PowerState == model.VMPowerStateSuspended {
		disks = append(disks, v.SuspendVDI)
	}
	for _, d := range disks {
		vdi, ok := store.Find(r, d)
		if !ok {
			continue
		}
		if sr, ok := store.Find(r, vdi.SR); !ok || !attachedTo(r, sr, on) {
			return model.ErrVMRequiresSR(vm, vdi.SR)
		}
	}
	return nil
}

func attachedTo(r store.Reader, sr *model.SR, on model.Ref[model.Host]) bool {
	for _, p := range sr.PBDs {
		if pbd, ok := store.Find(r, p); ok && pbd.Host == on && pbd.CurrentlyAttached {
			return true
		}
	}
	return false
}

func checkNetworks(r store.Reader, vm ref, v *model.VM, on model.Ref[model.Host]) error {
	for _, i := range v.VIFs {
		vif, ok := store.Find(r, i)
		if !ok {
			continue
		}
		n, ok := store.Find(r, vif.Network)
		if !ok {
			continue
		}
		if err := checkNetwork(r, vm, n, vif.Network, on); err != nil {
			return err
		}
	}
	return nil
}

// checkNetwork: a network with PIFs is where these are; one without belongs to
// the host where a VM uses it first.
func checkNetwork(r store.Reader, vm ref, n *model.Network, network model.Ref[model.Network], on model.Ref[model.Host]) error {
	if len(n.PIFs) > 0 {
		for _, p := range n.PIFs {
			pif, ok := store.Find(r, p)
			if !ok || pif.Host != on {
				continue
			}
			if _, slave := store.Find(r, pif.BondSlaveOf); slave {
				return model.ErrHostCannotAttachNetwork(on, network)
			}
			return nil
		}
		return model.ErrVMRequiresNetwork(vm, network)
	}
	if n.OtherConfig["assume_network_is_shared"] == "true" || !n.Managed {
		return nil
	}
	elsewhere := false
	for _, i := range n.VIFs {
		vif, ok := store.Find(r, i)
		if !ok || vif.VM == vm {
			continue
		}
		if user, ok := store.Find(r, vif.VM); ok && user.PowerState == model.VMPowerStateRunning {
			if user.ResidentOn == on {
				return nil
			}
			elsewhere = true
		}
	}
	if elsewhere {
		return model.ErrVMRequiresNetwork(vm, network)
	}
	return nil
}

func checkProcessors(v *model.VM, h *model.Host) error {
	if unrestricted := v.Platform["vcpu-unrestricted"]; unrestricted == "true" || unrestricted == "1" {
		return nil
	}
	if n := int64(len(h.HostCPUs)); n > 0 && v.VCPUsMax > n {
		return model.ErrHostNotEnoughPCPUS(v.VCPUsMax, n)
	}
	return nil
}
