package storage

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Create gives a VM a drive. The order of the checks is xapi's; whether the
// disk is in use is found out when it is plugged.
func (s *VBDs) Create(c *rpc.Call, args *model.VBD) (vbdRef, error) {
	return made(c.Ctx, s.DB, func(tx *store.Tx) (vbdRef, error) {
		vm, err := store.Get(tx, args.VM)
		if err != nil {
			return "", err
		}
		if err := checkMedium(tx, args); err != nil {
			return "", err
		}
		for task, op := range vm.CurrentOperations {
			if op == model.VMOperationsPoolMigrate || op == model.VMOperationsMigrateSend {
				return "", model.ErrOtherOperationInProgress("VM", args.VM, op, task)
			}
		}
		device, err := chooseDevice(tx, vm, args.Userdevice)
		if err != nil {
			return "", err
		}
		vbd := store.Default[model.VBD]()
		vbd.VM, vbd.VDI, vbd.Userdevice = args.VM, args.VDI, device
		vbd.Bootable, vbd.Mode, vbd.Type, vbd.Unpluggable = args.Bootable, args.Mode, args.Type, args.Unpluggable
		vbd.Empty, vbd.OtherConfig = args.Empty, args.OtherConfig
		vbd.QosAlgorithmType, vbd.QosAlgorithmParams = args.QosAlgorithmType, args.QosAlgorithmParams
		if vbd.Empty {
			vbd.VDI = model.NullRef
		}
		if vm.PowerState == model.VMPowerStateSuspended {
			vbd.Device, vbd.CurrentlyAttached = args.Device, args.CurrentlyAttached
		}
		if vdi, ok := store.Find(tx, vbd.VDI); ok {
			if kind, ok := vdi.SMConfig["backend-kind"]; ok {
				if vbd.OtherConfig == nil {
					vbd.OtherConfig = map[string]string{}
				}
				vbd.OtherConfig["backend-kind"] = kind
			}
		}
		return store.Insert(tx, vbd), nil
	})
}

// checkMedium is about what goes into the drive.
func checkMedium(r store.Reader, args *model.VBD) error {
	var vdi *model.VDI
	if !args.Empty {
		var err error
		if vdi, err = store.Get(r, args.VDI); err != nil {
			return err
		}
		switch vdi.Type {
		case model.VDITypeHAStatefile, model.VDITypeRedoLog, model.VDITypeCBTMetadata:
			return model.ErrVDIIncompatibleType(args.VDI, ops.VDITypeWord(vdi.Type))
		}
	}
	switch {
	case args.Type == model.VBDTypeCD && args.Mode != model.VBDModeRO:
		return model.ErrVBDCDSMustBeReadonly()
	case args.Empty && args.Type != model.VBDTypeCD:
		return model.ErrVBDNotRemovableMedia("only CD drives can be empty")
	case vdi != nil && vdi.ReadOnly && args.Mode == model.VBDModeRW:
		return model.ErrVDIReadonly(args.VDI)
	}
	return nil
}

// Destroy takes a drive away that is not plugged: OPERATION_NOT_ALLOWED.
func (s *VBDs) Destroy(c *rpc.Call, self vbdRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		vbd, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if vbd.CurrentlyAttached || vbd.Reserved {
			return model.ErrOperationNotAllowed("the VBD is attached to its VM")
		}
		return store.Delete(tx, self)
	})
}

// gated changes a drive under an operation.
func (s *VBDs) gated(c *rpc.Call, self vbdRef, op model.VBDOperations, change func(tx *store.Tx, v *model.VBD) error) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VBD(self, op)}, func() error { return edit(c, s.DB, self, change) })
}

// Plug connects a drive to a running VM:
// DISK_VBD_MUST_BE_READWRITE_FOR_HVM for a read-only disk of an HVM guest.
func (s *VBDs) Plug(c *rpc.Call, self vbdRef) error {
	return s.gated(c, self, model.VBDOperationsPlug, func(tx *store.Tx, v *model.VBD) error {
		vm, err := store.Get(tx, v.VM)
		if err != nil {
			return err
		}
		if vm.DomainType == model.DomainTypeHVM && v.Mode == model.VBDModeRO && v.Type == model.VBDTypeDisk {
			return model.ErrDiskVBDMustBeReadwriteForHVM(self)
		}
		if vdi, ok := store.Find(tx, v.VDI); ok && !seenBy(tx, vdi.SR, vm.ResidentOn) {
			return model.ErrVMRequiresSR(v.VM, vdi.SR)
		}
		v.CurrentlyAttached, v.Device = true, DiskName(v.Userdevice)
		return nil
	})
}

// seenBy reports whether a host has the SR attached.
func seenBy(r store.Reader, ref srRef, host model.Ref[model.Host]) bool {
	sr, ok := store.Find(r, ref)
	if !ok {
		return false
	}
	for _, p := range sr.PBDs {
		if pbd, ok := store.Find(r, p); ok && pbd.Host == host && pbd.CurrentlyAttached {
			return true
		}
	}
	return false
}

// Unplug disconnects a drive from a running VM.
func (s *VBDs) Unplug(c *rpc.Call, self vbdRef) error {
	return s.gated(c, self, model.VBDOperationsUnplug, unplug)
}

// UnplugForce disconnects a drive without asking the guest.
func (s *VBDs) UnplugForce(c *rpc.Call, self vbdRef) error {
	return s.gated(c, self, model.VBDOperationsUnplugForce, unplug)
}

// UnplugForceNoSafetyCheck is UnplugForce, as xapi.
func (s *VBDs) UnplugForceNoSafetyCheck(c *rpc.Call, self vbdRef) error {
	return s.UnplugForce(c, self)
}

func unplug(_ *store.Tx, v *model.VBD) error {
	v.CurrentlyAttached = false
	return nil
}

// Insert puts a disc into an empty CD drive: VDI_NOT_MANAGED for a disk that
// only serves others.
func (s *VBDs) Insert(c *rpc.Call, vbd vbdRef, vdi vdiRef) error {
	return s.gated(c, vbd, model.VBDOperationsInsert, func(tx *store.Tx, v *model.VBD) error {
		row, err := managed(tx, vdi)
		if err != nil {
			return err
		}
		switch row.Type {
		case model.VDITypeHAStatefile, model.VDITypeRedoLog, model.VDITypeCBTMetadata:
			return model.ErrVDIIncompatibleType(vdi, ops.VDITypeWord(row.Type))
		}
		if vm, ok := store.Find(tx, v.VM); ok && vm.PowerState == model.VMPowerStateRunning && !seenBy(tx, row.SR, vm.ResidentOn) {
			return model.ErrVMRequiresSR(v.VM, row.SR)
		}
		v.VDI, v.Empty = vdi, false
		return nil
	})
}

// Eject takes the disc out of a CD drive.
func (s *VBDs) Eject(c *rpc.Call, vbd vbdRef) error {
	return s.gated(c, vbd, model.VBDOperationsEject, func(_ *store.Tx, v *model.VBD) error {
		v.VDI, v.Empty = model.NullRef, true
		return nil
	})
}

// AssertAttachable fails as attaching the drive would.
func (s *VBDs) AssertAttachable(c *rpc.Call, self vbdRef) error {
	return ops.CheckVBD(s.DB.View(), self, model.VBDOperationsAttach)
}

// SetMode makes the drive of a halted VM read-only or writable.
func (s *VBDs) SetMode(c *rpc.Call, self vbdRef, value model.VBDMode) error {
	return edit(c, s.DB, self, func(tx *store.Tx, v *model.VBD) error {
		if vm, ok := store.Find(tx, v.VM); ok && vm.PowerState != model.VMPowerStateHalted {
			return model.ErrVMBadPowerState(v.VM, "halted", ops.Lower(vm.PowerState))
		}
		if v.Type == model.VBDTypeCD && value == model.VBDModeRW {
			return model.ErrVBDCDSMustBeReadonly()
		}
		v.Mode = value
		return nil
	})
}

// Pause fails with SR_OPERATION_NOT_SUPPORTED, as the drivers do.
func (s *VBDs) Pause(c *rpc.Call, self vbdRef) (string, error) { return "", s.unsupported(self) }

// Unpause fails with SR_OPERATION_NOT_SUPPORTED, as the drivers do.
func (s *VBDs) Unpause(c *rpc.Call, self vbdRef, token string) error { return s.unsupported(self) }

func (s *VBDs) unsupported(self vbdRef) error {
	r := s.DB.View()
	vbd, err := store.Get(r, self)
	if err != nil {
		return err
	}
	vdi, err := store.Get(r, vbd.VDI)
	if err != nil {
		return err
	}
	return model.ErrSROperationNotSupported(vdi.SR)
}
