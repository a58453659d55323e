package vm

import (
	"slices"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

// Snapshot keeps the VM's disks as they are now, those aside that are to be
// ignored. The result is a halted template, also of a VM that runs.
func (s *Service) Snapshot(c *rpc.Call, vm ref, newName string, ignoreVDIs []model.Ref[model.VDI]) (ref, error) {
	made := ref("OpaqueRef:" + uuid.NewString())
	err := s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsSnapshot)}, func() error {
		v, err := store.Get(s.DB.View(), vm)
		if err != nil {
			return err
		}
		// The image of a suspended VM is no part of a snapshot.
		disks := *v
		disks.PowerState = model.VMPowerStateHalted
		disks.VBDs = slices.DeleteFunc(slices.Clone(v.VBDs), func(b model.Ref[model.VBD]) bool { return s.ignored(b, ignoreVDIs) })
		copies, err := s.copyDisks(c, &disks, func(tx *store.Tx, vdi model.Ref[model.VDI]) (model.Ref[model.VDI], error) {
			return storage.SnapshotVDI(tx, vdi, s.now())
		}, emu.CloneDisk)
		if err == nil {
			err = s.DB.Update(c.Ctx, func(tx *store.Tx) error {
				if err := s.insertSnapshot(tx, vm, v, made, newName, copies); err != nil {
					return err
				}
				if err := dropDrives(tx, made, ignoreVDIs); err != nil {
					return err
				}
				s.raise(tx, "VM_SNAPSHOTTED", v, v.ResidentOn, "snapshotted")
				return nil
			})
		}
		if err != nil {
			s.dropDisks(c, copies)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return made, nil
}

// ignored reports whether a drive holds one of the disks.
func (s *Service) ignored(b model.Ref[model.VBD], disks []model.Ref[model.VDI]) bool {
	vbd, ok := store.Find(s.DB.View(), b)
	return ok && slices.Contains(disks, vbd.VDI)
}

// insertSnapshot makes the record of a snapshot, between the VM and what the
// VM came from. before is the VM as it was when the snapshot was asked for.
func (s *Service) insertSnapshot(tx *store.Tx, vm ref, before *model.VM, made ref, name string, disks diskMap) error {
	if _, err := insertCopy(tx, vm, made, name, disks, true); err != nil {
		return err
	}
	v, err := store.Edit(tx, vm)
	if err != nil {
		return err
	}
	snap, err := store.Edit(tx, made)
	if err != nil {
		return err
	}
	snap.IsATemplate, snap.IsASnapshot, snap.SnapshotOf, snap.SnapshotTime = true, true, vm, s.now()
	snap.SnapshotInfo = map[string]string{"power-state-at-snapshot": string(before.PowerState), "disk-snapshot-type": "crash_consistent"}
	if snap.SnapshotMetadata, err = metadata(before); err != nil {
		return err
	}
	snap.Parent, v.Parent = v.Parent, made
	return nil
}

// dropDrives takes the drives of those disks off a snapshot.
func dropDrives(tx *store.Tx, snapshot ref, disks []model.Ref[model.VDI]) error {
	snap, err := store.Get(tx, snapshot)
	if err != nil {
		return err
	}
	for _, b := range slices.Clone(snap.VBDs) {
		if vbd, ok := store.Find(tx, b); ok && slices.Contains(disks, vbd.VDI) {
			if err := store.Delete(tx, b); err != nil {
				return err
			}
		}
	}
	return nil
}
