package vm

import (
	"github.com/google/uuid"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/pvs"
	"github.com/xapid/xapid/xapi/rpc"
)

// Create makes the record of a VM, halted, without devices. Only a suspended
// one can be asked for besides, by who has its image: VM_BAD_POWER_STATE
// otherwise. Numbers are not checked before the VM starts, as xapi.
func (s *Service) Create(c *rpc.Call, args *model.VM) (ref, error) {
	v := store.Default[model.VM]()
	copyConfig(v, args)
	v.UserVersion, v.IsATemplate, v.Affinity = args.UserVersion, args.IsATemplate, args.Affinity
	v.SuspendSR, v.Appliance, v.Order, v.StartDelay, v.ShutdownDelay = args.SuspendSR, args.Appliance, args.Order, args.StartDelay, args.ShutdownDelay
	v.SnapshotSchedule, v.Version, v.PCIBus = args.SnapshotSchedule, args.Version, args.PCIBus
	v.LastBootedRecord, v.LastBootCPUFlags = args.LastBootedRecord, args.LastBootCPUFlags
	v.GenerationID = args.GenerationID
	v.Domid, v.PowerState = -1, model.VMPowerStateHalted
	if _, ok := v.OtherConfig["mac_seed"]; !ok {
		setKey(&v.OtherConfig, "mac_seed", uuid.NewString())
	}
	if v.DomainType == model.DomainTypeUnspecified || v.DomainType == "" {
		v.DomainType = domainType(v)
	}
	if v.HasVendorDevice {
		v.HardwarePlatformVersion = max(v.HardwarePlatformVersion, 2)
	}
	v.MemoryOverhead = overhead(v)
	v.MemoryTarget = v.MemoryDynamicMax
	made := ref("OpaqueRef:" + uuid.NewString())
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if args.PowerState != "" && args.PowerState != model.VMPowerStateHalted {
			_, image := store.Find(tx, args.SuspendVDI)
			if args.PowerState != model.VMPowerStateSuspended || !image || args.LastBootedRecord == "" || len(args.LastBootCPUFlags) == 0 {
				return model.ErrVMBadPowerState(made, "halted", ops.Lower(args.PowerState))
			}
			v.PowerState, v.SuspendVDI = model.VMPowerStateSuspended, args.SuspendVDI
		}
		m := store.Default[model.VMMetrics]()
		v.Metrics = store.Insert(tx, m)
		store.InsertAs(tx, made, v)
		return nil
	})
	if err != nil {
		return "", err
	}
	return made, nil
}

// copyConfig copies what a machine is configured to be, as create and clone
// both take it over.
func copyConfig(v, from *model.VM) {
	v.NameLabel, v.NameDescription = from.NameLabel, from.NameDescription
	v.MemoryTarget, v.MemoryOverhead = from.MemoryTarget, from.MemoryOverhead
	v.MemoryStaticMax, v.MemoryDynamicMax = from.MemoryStaticMax, from.MemoryDynamicMax
	v.MemoryDynamicMin, v.MemoryStaticMin = from.MemoryDynamicMin, from.MemoryStaticMin
	v.VCPUsParams, v.VCPUsMax, v.VCPUsAtStartup = from.VCPUsParams, from.VCPUsMax, from.VCPUsAtStartup
	v.ActionsAfterSoftreboot, v.ActionsAfterShutdown = from.ActionsAfterSoftreboot, from.ActionsAfterShutdown
	v.ActionsAfterReboot, v.ActionsAfterCrash = from.ActionsAfterReboot, from.ActionsAfterCrash
	v.PVBootloader, v.PVKernel, v.PVRamdisk = from.PVBootloader, from.PVKernel, from.PVRamdisk
	v.PVArgs, v.PVBootloaderArgs, v.PVLegacyArgs = from.PVArgs, from.PVBootloaderArgs, from.PVLegacyArgs
	v.HVMBootPolicy, v.HVMBootParams, v.HVMShadowMultiplier = from.HVMBootPolicy, from.HVMBootParams, from.HVMShadowMultiplier
	v.Platform, v.PCIBus, v.OtherConfig = from.Platform, from.PCIBus, from.OtherConfig
	v.Recommendations, v.XenstoreData = from.Recommendations, from.XenstoreData
	v.HARestartPriority, v.Tags = from.HARestartPriority, from.Tags
	v.HardwarePlatformVersion, v.HasVendorDevice = from.HardwarePlatformVersion, from.HasVendorDevice
	v.ReferenceLabel, v.DomainType, v.NVRAM = from.ReferenceLabel, from.DomainType, from.NVRAM
}

// Destroy removes the VM's record with its devices. Disks stay, an image of a
// suspended VM too.
func (s *Service) Destroy(c *rpc.Call, self ref) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(self, model.VMOperationsDestroy)}, func() error {
		return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return destroy(tx, self) })
	})
}

func destroy(tx *store.Tx, self ref) error {
	v, err := store.Get(tx, self)
	if err != nil {
		return err
	}
	if v.OtherConfig["default_template"] == "true" {
		return model.ErrVMCannotDeleteDefaultTemplate()
	}
	for _, child := range slices.Clone(v.Children) {
		e, err := store.Edit(tx, child)
		if err != nil {
			return err
		}
		e.Parent = v.Parent
	}
	dropVTPMs(tx, v)
	for _, b := range v.Blobs {
		remove(tx, b)
	}
	for _, r := range slices.Clone(v.VBDs) {
		if b, ok := store.Find(tx, r); ok {
			remove(tx, b.Metrics)
			remove(tx, r)
		}
	}
	for _, r := range slices.Clone(v.VIFs) {
		if i, ok := store.Find(tx, r); ok {
			remove(tx, i.Metrics)
			pvs.Drop(tx, r)
			remove(tx, r)
		}
	}
	removeAll(tx, v.VGPUs)
	removeAll(tx, v.VUSBs)
	removeAll(tx, v.Consoles)
	remove(tx, v.Metrics)
	remove(tx, v.GuestMetrics)
	return store.Delete(tx, self)
}

// remove deletes an object that may be gone already.
func remove[T any](tx *store.Tx, ref model.Ref[T]) {
	if _, ok := store.Find(tx, ref); ok {
		_ = store.Delete(tx, ref) // it is there
	}
}

func removeAll[T any](tx *store.Tx, list []model.Ref[T]) {
	for _, ref := range slices.Clone(list) {
		remove(tx, ref)
	}
}
