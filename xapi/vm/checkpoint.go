package vm

import (
	"errors"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

// Checkpoint keeps the VM's disks and its memory as they are now. A running VM
// is put to sleep for it, and woken on the same host: LICENCE_RESTRICTION
// [Checkpoint]; SR_OPERATION_NOT_SUPPORTED [vm], sic, if one of its disks cannot
// be snapshotted.
func (s *Service) Checkpoint(c *rpc.Call, vm ref, newName string) (ref, error) {
	if err := licence.Require(s.DB.View(), licence.Checkpoint); err != nil {
		return "", err
	}
	made := ref("OpaqueRef:" + uuid.NewString())
	err := s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsCheckpoint)}, func() error {
		v, err := store.Get(s.DB.View(), vm)
		if err != nil {
			return err
		}
		if v.PowerState != model.VMPowerStateRunning {
			return s.keep(c, vm, v, made, newName)
		}
		if err := s.canSnapshot(vm, v); err != nil {
			return err
		}
		image, err := s.nap(c, vm)
		if err != nil {
			return err
		}
		return errors.Join(s.keep(c, vm, v, made, newName), s.wake(c, vm, v.ResidentOn, image))
	})
	if err != nil {
		return "", err
	}
	return made, nil
}

func (s *Service) canSnapshot(vm ref, v *model.VM) error {
	r := s.DB.View()
	for _, b := range v.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok || vbd.Empty || vbd.Type == model.VBDTypeCD {
			continue
		}
		if vdi, ok := store.Find(r, vbd.VDI); ok && !ops.HasFeature(r, vdi.SR, "VDI_SNAPSHOT") {
			return model.ErrSROperationNotSupported(vm)
		}
	}
	return nil
}

// nap suspends a VM that is to go on in a moment: it stays where it is.
func (s *Service) nap(c *rpc.Call, vm ref) (model.Ref[model.VDI], error) {
	image, err := s.save(c, vm)
	if err != nil {
		return "", err
	}
	return image, s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		return asleep(tx, v, image)
	})
}

// wake ends the nap, unless somebody has shut the VM down meanwhile.
func (s *Service) wake(c *rpc.Call, vm ref, on hostRef, image model.Ref[model.VDI]) error {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil || v.PowerState != model.VMPowerStateSuspended || v.SuspendVDI != image {
		return err
	}
	again := *c // a VM that sleeps is woken, whatever became of the caller
	again.Ctx = finish(c)
	err = s.restore(&again, vm, on)
	if err == nil {
		err = s.run(&again, vm, on, false, "", "")
	}
	if err != nil {
		return errors.Join(err, s.edit(&again, vm, func(_ *store.Tx, v *model.VM) error {
			if v.PowerState == model.VMPowerStateSuspended {
				v.ResidentOn = model.NullRef
			}
			return nil
		}))
	}
	return nil
}

// keep snapshots the disks of a VM, its memory among them if it sleeps, and
// makes the record of the checkpoint. before is the VM as it was.
func (s *Service) keep(c *rpc.Call, vm ref, before *model.VM, made ref, name string) error {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	disks, err := s.copyDisks(c, v, func(tx *store.Tx, vdi model.Ref[model.VDI]) (model.Ref[model.VDI], error) {
		return storage.SnapshotVDI(tx, vdi, s.now())
	}, emu.CloneDisk)
	if err == nil {
		err = s.DB.Update(c.Ctx, func(tx *store.Tx) error {
			if err := s.insertSnapshot(tx, vm, before, made, name, disks); err != nil {
				return err
			}
			s.raise(tx, "VM_CHECKPOINTED", v, v.ResidentOn, "checkpointed")
			return nil
		})
	}
	if err != nil {
		s.dropDisks(c, disks)
	}
	return err
}
