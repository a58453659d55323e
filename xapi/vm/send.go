package vm

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

type (
	vdiRef  = model.Ref[model.VDI]
	srRef   = model.Ref[model.SR]
	diskSRs = map[vdiRef]srRef
)

// AssertCanMigrate fails as MigrateSend would before it begins.
func (s *Service) AssertCanMigrate(c *rpc.Call, vm ref, dest map[string]string, live bool, vdiMap map[model.Ref[model.VDI]]model.Ref[model.SR],
	vifMap map[model.Ref[model.VIF]]model.Ref[model.Network], options map[string]string, vgpuMap map[model.Ref[model.VGPU]]model.Ref[model.GPUGroup]) error {
	_, err := s.canSend(s.DB.View(), vm, dest, vdiMap, vifMap, options)
	return err
}

// MigrateSend moves a VM and its disks: to the host of dest, as its
// migrate_receive has told, and the SRs of vdiMap. The VM stays the same, its
// disks get new records. Other pools are out of reach: NOT_IMPLEMENTED.
func (s *Service) MigrateSend(c *rpc.Call, vm ref, dest map[string]string, live bool, vdiMap map[model.Ref[model.VDI]]model.Ref[model.SR],
	vifMap map[model.Ref[model.VIF]]model.Ref[model.Network], options map[string]string, vgpuMap map[model.Ref[model.VGPU]]model.Ref[model.GPUGroup],
	vdiFormatMap map[model.Ref[model.VDI]]string) (ref, error) {
	to, err := s.canSend(s.DB.View(), vm, dest, vdiMap, vifMap, options)
	if err != nil {
		return "", err
	}
	claims := []ops.Claim{ops.VM(vm, model.VMOperationsMigrateSend), ops.Host(to, model.HostAllowedOperationsVMMigrate)}
	err = s.Gate.Do(c, ops.Standard, claims, func() error {
		v, err := store.Get(s.DB.View(), vm)
		if err != nil {
			return err
		}
		// The copies are there before the VM moves: nothing that its arrival
		// needs can fail then.
		var moves []storage.Move
		err = s.DB.Update(c.Ctx, func(tx *store.Tx) (err error) {
			moves, err = beginMoves(tx, disksOf(tx, v), vdiMap)
			return err
		})
		if err != nil {
			return err
		}
		along := func(tx *store.Tx) error { return carry(tx, vm, to, moves) }
		if err = s.transferTime(c, moves); err == nil {
			if v.PowerState != model.VMPowerStateRunning {
				err = s.DB.Update(c.Ctx, along)
			} else {
				err = s.migrate(c, vm, to, sendChecks(options), along)
			}
		}
		if err != nil {
			_ = s.DB.Update(finish(c), func(tx *store.Tx) error { // the first error is what counts
				storage.DropMoves(tx, moves)
				return nil
			})
		}
		return err
	})
	if err != nil {
		return "", err
	}
	return vm, nil
}

// beginMoves copies the disks to where they shall go.
func beginMoves(tx *store.Tx, list []vdiRef, to diskSRs) ([]storage.Move, error) {
	var all []storage.Move
	for _, d := range list {
		moves, err := storage.BeginMove(tx, d, to[d])
		if err != nil {
			return nil, err
		}
		all = append(all, moves...)
	}
	return all, nil
}

// sendChecks: the disks move, so the target need not see where they are.
func sendChecks(options map[string]string) check {
	checks := everything &^ storageSeen
	if force, err := flag(options, "force"); err == nil && force {
		checks &^= processors
	}
	return checks
}

// canSend gives the first reason why a VM and its disks cannot move, or the
// host that they go to. The order of the checks is xapi's.
func (s *Service) canSend(r store.Reader, vm ref, dest map[string]string, disks diskSRs, interfaces map[model.Ref[model.VIF]]model.Ref[model.Network], options map[string]string) (hostRef, error) {
	v, err := store.Get(r, vm)
	if err != nil {
		return "", err
	}
	if err := licence.Require(r, licence.StorageMotion); err != nil {
		return "", err
	}
	all := disksOf(r, v)
	for _, d := range all {
		if _, mapped := disks[d]; !mapped {
			return "", model.ErrVDINotInMap(d)
		}
	}
	to := hostRef(dest["host"])
	if _, here := store.Find(r, to); !here {
		return "", model.ErrNotImplemented("VM.migrate_send")
	}
	moving := slices.DeleteFunc(all, func(d vdiRef) bool {
		vdi, ok := store.Find(r, d)
		return !ok || vdi.SR == disks[d]
	})
	for _, d := range moving {
		if err := srsMirror(r, d, disks[d]); err != nil {
			return "", err
		}
	}
	checks := sendChecks(options)
	if v.PowerState != model.VMPowerStateRunning {
		checks &^= memory
	}
	if v.ResidentOn == to {
		checks &^= memory
	}
	if err := canBootHere(r, vm, v, to, checks); err != nil {
		return "", err
	}
	for _, d := range all {
		if sr, ok := store.Find(r, disks[d]); !ok || !attachedTo(r, sr, to) {
			return "", model.ErrVMRequiresSR(vm, disks[d])
		}
	}
	if len(interfaces) > 0 {
		return "", model.ErrOperationNotAllowed("within a pool interfaces stay on their networks")
	}
	if copied, err := flag(options, "copy"); copied || err != nil {
		return "", model.ErrOperationNotAllowed("within a pool a VM is copied by VM.copy")
	}
	for _, d := range moving {
		vdi, _ := store.Find(r, d)
		switch {
		case vdi.CBTEnabled:
			return "", model.ErrVDICBTEnabled(d)
		case vdi.OnBoot == model.OnBootReset:
			return "", model.ErrVDIOnBootModeIncompatibleWithOperation(d)
		}
	}
	return to, nil
}

// disksOf are the disks in a VM's hard drives.
func disksOf(r store.Reader, v *model.VM) []vdiRef {
	var list []vdiRef
	for _, b := range v.VBDs {
		if vbd, ok := store.Find(r, b); ok && !vbd.Empty && vbd.Type != model.VBDTypeCD {
			list = append(list, vbd.VDI)
		}
	}
	return list
}

// srsMirror fails with SR_DOES_NOT_SUPPORT_MIGRATION [sr, missing] unless both
// ends of a disk's way know how.
func srsMirror(r store.Reader, d vdiRef, to srRef) error {
	vdi, err := store.Get(r, d)
	if err != nil {
		return err
	}
	if _, err := store.Get(r, to); err != nil {
		return err
	}
	for _, end := range []struct {
		sr    srRef
		needs [][]string // of each one of these
	}{
		{vdi.SR, [][]string{{"VDI_SNAPSHOT"}, {"VDI_MIRROR"}}},
		{to, [][]string{{"VDI_SNAPSHOT"}, {"VDI_MIRROR", "VDI_MIRROR_IN"}}},
	} {
		var missing []string
		for _, any := range end.needs {
			if !slices.ContainsFunc(any, func(f string) bool { return ops.HasFeature(r, end.sr, f) }) {
				missing = append(missing, any[len(any)-1])
			}
		}
		if len(missing) > 0 {
			return model.ErrSRDoesNotSupportMigration(end.sr, strings.Join(missing, ";"))
		}
	}
	return nil
}

// transferTime is that which the disks take to move.
func (s *Service) transferTime(c *rpc.Call, moves []storage.Move) error {
	r := s.DB.View()
	for i, m := range moves {
		if vdi, ok := store.Find(r, m.Old); ok {
			if err := s.World.TakeN(c.Ctx, emu.ReadDisk, float64(vdi.VirtualSize)/(1<<30)); err != nil {
				return err
			}
		}
		c.Task.Progress(0.9 * float64(i+1) / float64(len(moves)))
	}
	return nil
}

// carry puts the disks in place, and ejects the CDs that the target does not see.
func carry(tx *store.Tx, vm ref, to hostRef, moves []storage.Move) error {
	if err := storage.EndMove(tx, moves); err != nil {
		return err
	}
	v, err := store.Get(tx, vm)
	if err != nil {
		return err
	}
	if v.PowerState == model.VMPowerStateSuspended {
		return nil // its CDs stay, as xapi
	}
	for _, b := range v.VBDs {
		vbd, ok := store.Find(tx, b)
		if !ok || vbd.Empty || vbd.Type != model.VBDTypeCD {
			continue
		}
		if vdi, ok := store.Find(tx, vbd.VDI); ok {
			if sr, ok := store.Find(tx, vdi.SR); ok && attachedTo(tx, sr, to) {
				continue
			}
		}
		e, err := store.Edit(tx, b)
		if err != nil {
			return err
		}
		e.Empty, e.VDI = true, model.NullRef
	}
	return nil
}
