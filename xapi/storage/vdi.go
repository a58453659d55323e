package storage

import (
	"context"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Create makes an empty disk; see CreateVDI.
func (s *VDIs) Create(c *rpc.Call, args *model.VDI) (vdiRef, error) {
	if args.Type == model.VDITypeCBTMetadata {
		return "", model.ErrVDIIncompatibleType("", ops.VDITypeWord(args.Type))
	}
	vdi := store.Default[model.VDI]()
	vdi.NameLabel, vdi.NameDescription, vdi.SR, vdi.VirtualSize = args.NameLabel, args.NameDescription, args.SR, args.VirtualSize
	vdi.Type, vdi.Sharable, vdi.ReadOnly = args.Type, args.Sharable, args.ReadOnly
	vdi.OtherConfig, vdi.XenstoreData, vdi.SMConfig, vdi.Tags = args.OtherConfig, args.XenstoreData, args.SMConfig, args.Tags
	return s.onSR(c, args.SR, model.StorageOperationsVDICreate, func(tx *store.Tx) (vdiRef, error) { return CreateVDI(tx, vdi) })
}

// onSR makes a disk while the SR does nothing else.
func (s *VDIs) onSR(c *rpc.Call, sr srRef, op model.StorageOperations, fn func(tx *store.Tx) (vdiRef, error)) (ref vdiRef, err error) {
	err = s.Gate.Do(c, ops.Standard, []ops.Claim{ops.SR(sr, op)}, func() error {
		ref, err = made(c.Ctx, s.DB, fn)
		return err
	})
	return ref, err
}

// onBoth does something with a disk while its SR does nothing else.
func (s *VDIs) onBoth(c *rpc.Call, vdi vdiRef, srOp model.StorageOperations, op model.VDIOperations, fn func(tx *store.Tx) error) error {
	row, err := store.Get(s.DB.View(), vdi)
	if err != nil {
		return err
	}
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.SR(row.SR, srOp), ops.VDI(vdi, op)}, func() error {
		return s.DB.Update(c.Ctx, fn)
	})
}

// Destroy removes a disk and its VBDs: VDI_IN_USE [vdi, destroy] while it is
// plugged, VDI_NOT_MANAGED if it only serves others.
func (s *VDIs) Destroy(c *rpc.Call, self vdiRef) error {
	return s.onBoth(c, self, model.StorageOperationsVDIDestroy, model.VDIOperationsDestroy, func(tx *store.Tx) error {
		vdi, err := managed(tx, self)
		if err != nil {
			return err
		}
		if err := attached(tx, vdi.SR); err != nil {
			return err
		}
		return DestroyVDI(tx, self)
	})
}

// Clone makes a writable disk of the same content; see CloneVDI. driverParams
// say nothing to the emulated drivers.
func (s *VDIs) Clone(c *rpc.Call, vdi vdiRef, driverParams map[string]string) (made vdiRef, err error) {
	err = s.onBoth(c, vdi, model.StorageOperationsVDIClone, model.VDIOperationsClone, func(tx *store.Tx) (err error) {
		made, err = CloneVDI(tx, vdi)
		return err
	})
	return made, err
}

// Snapshot keeps the disk's present content; see SnapshotVDI.
func (s *VDIs) Snapshot(c *rpc.Call, vdi vdiRef, driverParams map[string]string) (made vdiRef, err error) {
	err = s.onBoth(c, vdi, model.StorageOperationsVDISnapshot, model.VDIOperationsSnapshot, func(tx *store.Tx) (err error) {
		made, err = SnapshotVDI(tx, vdi, s.Clock.Now().UTC().Truncate(time.Second))
		return err
	})
	return made, err
}

// Copy makes a disk of the same content in sr, or in intoVDI: VDI_READONLY, or
// VDI_TOO_SMALL [vdi, bytes] if that does not take it. Only the disk is marked,
// so that several copies can be made at once.
func (s *VDIs) Copy(c *rpc.Call, vdi vdiRef, sr srRef, baseVDI, intoVDI vdiRef) (ref vdiRef, err error) {
	err = s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VDI(vdi, model.VDIOperationsCopy)}, func() error {
		ref, err = made(c.Ctx, s.DB, func(tx *store.Tx) (vdiRef, error) { return copyInto(tx, vdi, sr, intoVDI) })
		return err
	})
	return ref, err
}

func copyInto(tx *store.Tx, vdi vdiRef, sr srRef, into vdiRef) (vdiRef, error) {
	if into.IsNull() {
		return CopyVDI(tx, vdi, sr)
	}
	from, err := managed(tx, vdi)
	if err != nil {
		return "", err
	}
	to, err := store.Edit(tx, into)
	if err != nil {
		return "", err
	}
	switch {
	case to.ReadOnly:
		return "", model.ErrVDIReadonly(into)
	case into == vdi:
		return "", model.ErrVDIInUse(into, model.VDIOperationsCopy)
	case to.VirtualSize < from.VirtualSize:
		return "", model.ErrVDITooSmall(into, from.VirtualSize)
	}
	if grow := from.PhysicalUtilisation - to.PhysicalUtilisation; grow > 0 {
		container, err := store.Edit(tx, to.SR)
		if err != nil {
			return "", err
		}
		if container.PhysicalUtilisation+grow > container.PhysicalSize {
			return "", model.SRBackendFailure(44, "There is insufficient space", "")
		}
		container.PhysicalUtilisation += grow
		to.PhysicalUtilisation += grow
	}
	return into, nil
}

// Resize makes a disk larger: SR_BACKEND_FAILURE_79 if it would become smaller.
func (s *VDIs) Resize(c *rpc.Call, vdi vdiRef, size int64) error {
	return s.onBoth(c, vdi, model.StorageOperationsVDIResize, model.VDIOperationsResize, func(tx *store.Tx) error {
		return grow(tx, vdi, size)
	})
}

// Update has the driver look at the disk again; there is nothing that it would
// not know.
func (s *VDIs) Update(c *rpc.Call, vdi vdiRef) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VDI(vdi, model.VDIOperationsUpdate)}, func() error {
		row, err := store.Get(s.DB.View(), vdi)
		if err != nil {
			return err
		}
		return attached(s.DB.View(), row.SR)
	})
}

// through edits a disk by way of its SR's driver, which must be attached.
func (s *VDIs) through(c *rpc.Call, self vdiRef, change func(*model.VDI)) error {
	return edit(c, s.DB, self, func(tx *store.Tx, v *model.VDI) error {
		if err := attached(tx, v.SR); err != nil {
			return err
		}
		change(v)
		return nil
	})
}

// SetNameLabel renames the disk: SR_HAS_NO_PBDS if its SR is not attached.
func (s *VDIs) SetNameLabel(c *rpc.Call, self vdiRef, value string) error {
	return s.through(c, self, func(v *model.VDI) { v.NameLabel = value })
}

// SetNameDescription describes the disk: SR_HAS_NO_PBDS if its SR is not
// attached.
func (s *VDIs) SetNameDescription(c *rpc.Call, self vdiRef, value string) error {
	return s.through(c, self, func(v *model.VDI) { v.NameDescription = value })
}

// halted fails with VM_BAD_POWER_STATE unless each VM that has the disk is.
func halted(r store.Reader, v *model.VDI) error {
	for _, b := range v.VBDs {
		vbd, _ := store.Find(r, b)
		if vbd == nil {
			continue
		}
		if vm, ok := store.Find(r, vbd.VM); ok && vm.PowerState != model.VMPowerStateHalted {
			return model.ErrVMBadPowerState(vbd.VM, "halted", ops.Lower(vm.PowerState))
		}
	}
	return nil
}

// SetOnBoot says whether the disk goes back to its present content at each
// start of its VM.
func (s *VDIs) SetOnBoot(c *rpc.Call, self vdiRef, value model.OnBoot) error {
	row, err := store.Get(s.DB.View(), self)
	if err != nil {
		return err
	}
	if err := halted(s.DB.View(), row); err != nil {
		return err
	}
	return s.onBoth(c, self, model.StorageOperationsVDISetOnBoot, model.VDIOperationsSetOnBoot, func(tx *store.Tx) error {
		v, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		v.OnBoot = value
		if v.SMConfig == nil {
			v.SMConfig = map[string]string{}
		}
		v.SMConfig["on_boot"] = string(value) // where the driver, and the VM's rules, look
		return nil
	})
}

// SetAllowCaching lets hosts keep blocks of the disk in their local cache.
func (s *VDIs) SetAllowCaching(c *rpc.Call, self vdiRef, value bool) error {
	return edit(c, s.DB, self, func(tx *store.Tx, v *model.VDI) error {
		if err := halted(tx, v); err != nil {
			return err
		}
		v.AllowCaching = value
		return nil
	})
}

// ForceUnlock is gone: MESSAGE_DEPRECATED.
func (s *VDIs) ForceUnlock(c *rpc.Call, vdi vdiRef) error { return model.ErrMessageDeprecated() }

// The fields that only drivers write: their sessions are root's.

// SetManaged marks the disk as one of the users'.
func (s *VDIs) SetManaged(c *rpc.Call, self vdiRef, value bool) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.Managed = value })
}

// SetSharable lets several VMs write to the disk at once.
func (s *VDIs) SetSharable(c *rpc.Call, self vdiRef, value bool) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.Sharable = value })
}

// SetReadOnly keeps all VMs from writing.
func (s *VDIs) SetReadOnly(c *rpc.Call, self vdiRef, value bool) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.ReadOnly = value })
}

// SetMissing marks the disk as one that the SR has lost.
func (s *VDIs) SetMissing(c *rpc.Call, self vdiRef, value bool) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.Missing = value })
}

// SetVirtualSize notes the size that guests see, in bytes.
func (s *VDIs) SetVirtualSize(c *rpc.Call, self vdiRef, value int64) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.VirtualSize = value })
}

// SetPhysicalUtilisation notes the space that the disk takes, in bytes.
func (s *VDIs) SetPhysicalUtilisation(c *rpc.Call, self vdiRef, value int64) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.PhysicalUtilisation = value })
}

// SetIsASnapshot marks the disk as a snapshot.
func (s *VDIs) SetIsASnapshot(c *rpc.Call, self vdiRef, value bool) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.IsASnapshot = value })
}

// SetSnapshotOf notes the disk that this one is a snapshot of.
func (s *VDIs) SetSnapshotOf(c *rpc.Call, self, value vdiRef) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.SnapshotOf = value })
}

// SetSnapshotTime notes when the snapshot was made.
func (s *VDIs) SetSnapshotTime(c *rpc.Call, self vdiRef, value time.Time) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.SnapshotTime = value })
}

func (s *VDIs) set(ctx context.Context, self vdiRef, change func(*model.VDI)) error {
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		v, err := store.Edit(tx, self)
		if err == nil {
			change(v)
		}
		return err
	})
}
