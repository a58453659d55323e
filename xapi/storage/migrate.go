package storage

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// imageFormats are what the option dest-img-format may be.
var imageFormats = []string{"raw", "vhd", "qcow2"}

// PoolMigrate moves a disk, and its snapshots, to another SR while its VM goes
// on: the disk gets a new record, which the drives hold from then on.
// VDI_NEEDS_VM_FOR_MIGRATE [vdi], INVALID_VALUE [dest-img-format, format],
// SR_DOES_NOT_SUPPORT_MIGRATION [sr, feature], VM_REQUIRES_SR [vm, sr] if the
// VM's host does not see the SR, NO_HOSTS_AVAILABLE if no host sees all of a
// halted VM's.
func (s *VDIs) PoolMigrate(c *rpc.Call, vdi vdiRef, sr srRef, options map[string]string) (moved vdiRef, err error) {
	r := s.DB.View()
	row, err := store.Get(r, vdi)
	if err != nil {
		return "", err
	}
	if _, err := store.Get(r, sr); err != nil {
		return "", err
	}
	if len(row.VBDs) == 0 {
		return "", model.ErrVDINeedsVMForMigrate(vdi)
	}
	if f, ok := options["dest-img-format"]; ok && !slices.Contains(imageFormats, f) {
		return "", model.ErrInvalidValue("dest-img-format", f)
	}
	vbd, err := store.Get(r, row.VBDs[0])
	if err != nil {
		return "", err
	}
	claims := []ops.Claim{ops.VM(vbd.VM, model.VMOperationsMigrateSend), ops.VDI(vdi, model.VDIOperationsMirror)}
	err = s.Gate.Do(c, ops.Standard, claims, func() error {
		moved, err = made(c.Ctx, s.DB, func(tx *store.Tx) (vdiRef, error) {
			if err := licence.Require(tx, licence.StorageMotion); err != nil {
				return "", err
			}
			if err := receives(tx, vbd.VM, vdi, sr); err != nil {
				return "", err
			}
			return MoveVDI(tx, vdi, sr)
		})
		return err
	})
	return moved, err
}

// receives tells what keeps a disk of a VM from moving to an SR.
func receives(r store.Reader, ref model.Ref[model.VM], vdi vdiRef, to srRef) error {
	if !ops.HasFeature(r, to, "VDI_MIRROR") && !ops.HasFeature(r, to, "VDI_MIRROR_IN") {
		return model.ErrSRDoesNotSupportMigration(to, "VDI_MIRROR_IN")
	}
	vm, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	if _, runs := store.Find(r, vm.ResidentOn); runs {
		if !seenBy(r, to, vm.ResidentOn) {
			return model.ErrVMRequiresSR(ref, to)
		}
		return nil
	}
	for h := range store.All[model.Host](r) {
		if seenBy(r, to, h) && seesOthers(r, vm, vdi, h) {
			return nil
		}
	}
	return model.ErrNoHostsAvailable()
}

// seesOthers reports whether a host sees the disks of a VM, but for one.
func seesOthers(r store.Reader, vm *model.VM, but vdiRef, host model.Ref[model.Host]) bool {
	for _, b := range vm.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok || vbd.VDI == but {
			continue
		}
		if vdi, ok := store.Find(r, vbd.VDI); ok && !seenBy(r, vdi.SR, host) {
			return false
		}
	}
	return true
}

// Move is a disk on its way to another SR: its copy is there.
type Move struct{ Old, New vdiRef }

// MoveVDI copies a disk and its snapshots to an SR, puts the copies wherever the
// originals were, and destroys these. A disk that is there already stays.
func MoveVDI(tx *store.Tx, vdi vdiRef, sr srRef) (vdiRef, error) {
	moves, err := BeginMove(tx, vdi, sr)
	if err != nil || len(moves) == 0 {
		return vdi, err
	}
	return moves[0].New, EndMove(tx, moves)
}

// BeginMove copies a disk and its snapshots to an SR, which has the room then;
// nothing if the disk is there already. The disk is the first.
func BeginMove(tx *store.Tx, vdi vdiRef, sr srRef) ([]Move, error) {
	row, err := managed(tx, vdi)
	if err != nil || row.SR == sr {
		return nil, err
	}
	var moves []Move
	for _, old := range append([]vdiRef{vdi}, row.Snapshots...) {
		from, ok := store.Find(tx, old)
		if !ok {
			continue
		}
		made, err := CopyVDI(tx, old, sr)
		if err != nil {
			return nil, err
		}
		e, err := store.Edit(tx, made)
		if err != nil {
			return nil, err
		}
		e.ReadOnly = from.ReadOnly
		moves = append(moves, Move{old, made})
		if old != vdi {
			e.IsASnapshot, e.SnapshotOf, e.SnapshotTime = true, moves[0].New, from.SnapshotTime
		}
	}
	return moves, nil
}

// EndMove puts the copies wherever the originals were, and destroys these. The
// copy of a disk that is gone meanwhile goes, too.
func EndMove(tx *store.Tx, moves []Move) error {
	for _, m := range moves {
		if _, ok := store.Find(tx, m.Old); !ok {
			DropMoves(tx, []Move{m})
			continue
		}
		if err := replace(tx, m.Old, m.New); err != nil {
			return err
		}
	}
	return nil
}

// DropMoves destroys the copies: the originals stay.
func DropMoves(tx *store.Tx, moves []Move) {
	for _, m := range moves {
		if _, ok := store.Find(tx, m.New); ok {
			_ = DestroyVDI(tx, m.New) // it is there
		}
	}
}

// replace puts a copy wherever a disk was, and destroys the disk.
func replace(tx *store.Tx, vdi, made vdiRef) error {
	row, err := store.Get(tx, vdi)
	if err != nil {
		return err
	}
	for _, b := range slices.Clone(row.VBDs) {
		vbd, err := store.Edit(tx, b)
		if err != nil {
			return err
		}
		vbd.VDI = made
	}
	for _, s := range slices.Clone(row.Snapshots) { // also such as were taken while it moved
		e, err := store.Edit(tx, s)
		if err != nil {
			return err
		}
		e.SnapshotOf = made
	}
	for ref, vm := range store.All[model.VM](tx) {
		if vm.SuspendVDI != vdi {
			continue
		}
		e, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		e.SuspendVDI = made
	}
	return DestroyVDI(tx, vdi)
}
