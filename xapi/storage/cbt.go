package storage

import (
	"encoding/base64"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// cbtBlock is what one bit of a bitmap of changes stands for, in bytes.
const cbtBlock = 64 << 10

// noContent is the content_id of a snapshot whose data are gone.
const noContent = "/No content: this is a cbt_metadata VDI/"

// EnableCBT begins to track which blocks of a disk change. It is no error if
// they are tracked. LICENCE_RESTRICTION [CBT].
func (s *VDIs) EnableCBT(c *rpc.Call, self vdiRef) error {
	if err := licence.Require(s.DB.View(), licence.CBT); err != nil {
		return err
	}
	return s.onBoth(c, self, model.StorageOperationsVDIEnableCBT, model.VDIOperationsEnableCBT, track(self, true))
}

// DisableCBT ends that.
func (s *VDIs) DisableCBT(c *rpc.Call, self vdiRef) error {
	return s.onBoth(c, self, model.StorageOperationsVDIDisableCBT, model.VDIOperationsDisableCBT, track(self, false))
}

func track(self vdiRef, on bool) func(tx *store.Tx) error {
	return func(tx *store.Tx) error {
		v, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if v.SMConfig["type"] == "raw" {
			return model.SRBackendFailure(66, "The SR driver cannot go on: a raw disk has no log of its changes", "")
		}
		v.CBTEnabled = on
		return nil
	}
}

// SetCBTEnabled notes whether changes are tracked; a driver's affair.
func (s *VDIs) SetCBTEnabled(c *rpc.Call, self vdiRef, value bool) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.CBTEnabled = value })
}

// DataDestroy deletes the data of a snapshot, and keeps what it tells of changed
// blocks: VDI_IN_USE [vdi, data_destroy] while it is plugged. It is no error if
// they are gone.
func (s *VDIs) DataDestroy(c *rpc.Call, self vdiRef) error {
	row, err := store.Get(s.DB.View(), self)
	if err != nil {
		return err
	}
	if row.Type == model.VDITypeCBTMetadata {
		return nil
	}
	return s.onBoth(c, self, model.StorageOperationsVDIDataDestroy, model.VDIOperationsDataDestroy, func(tx *store.Tx) error {
		v, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		vbds := append([]vbdRef(nil), v.VBDs...)
		for _, b := range vbds {
			if vbd, ok := store.Find(tx, b); ok && (vbd.CurrentlyAttached || vbd.Reserved) {
				return model.ErrVDIInUse(self, model.VDIOperationsDataDestroy)
			}
		}
		for _, b := range vbds {
			if err := store.Delete(tx, b); err != nil {
				return err
			}
		}
		sr, err := store.Edit(tx, v.SR)
		if err != nil {
			return err
		}
		e, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		sr.PhysicalUtilisation = max(sr.PhysicalUtilisation-e.PhysicalUtilisation, 0)
		e.Type, e.PhysicalUtilisation = model.VDITypeCBTMetadata, 0
		if e.OtherConfig == nil {
			e.OtherConfig = map[string]string{}
		}
		e.OtherConfig["content_id"] = noContent
		return nil
	})
}

// ListChangedBlocks tells in which blocks a disk differs from an earlier state of
// it: base64 of a bitmap, the highest bit of a byte first. Nothing writes to
// emulated disks: what differs is what was added to the size.
// SR_BACKEND_FAILURE_460 unless both are of one disk whose changes are tracked.
func (s *VDIs) ListChangedBlocks(c *rpc.Call, from, to vdiRef) (bitmap string, err error) {
	row, err := store.Get(s.DB.View(), to)
	if err != nil {
		return "", err
	}
	claims := []ops.Claim{ops.SR(row.SR, model.StorageOperationsVDIListChangedBlocks), ops.VDI(to, model.VDIOperationsListChangedBlocks)}
	err = s.Gate.Do(c, ops.Standard, claims, func() error {
		r := s.DB.View()
		old, err := store.Get(r, from)
		if err != nil {
			return err
		}
		now, err := store.Get(r, to)
		if err != nil {
			return err
		}
		if from == to || origin(from, old) != origin(to, now) || !old.CBTEnabled || !now.CBTEnabled {
			return model.SRBackendFailure(460, "The SR driver cannot go on: there is no log from one disk to the other", "")
		}
		if max(old.VirtualSize, now.VirtualSize) > maxDisk || min(old.VirtualSize, now.VirtualSize) < 0 {
			return model.SRBackendFailure(460, "The SR driver cannot go on: the disk has no possible size", "")
		}
		bitmap = base64.StdEncoding.EncodeToString(changed(old.VirtualSize, now.VirtualSize))
		return nil
	})
	return bitmap, err
}

// origin is the disk that a snapshot is of; a disk is its own.
func origin(ref vdiRef, v *model.VDI) vdiRef {
	if v.IsASnapshot {
		return v.SnapshotOf
	}
	return ref
}

// changed marks the blocks that lie behind the smaller of two sizes.
func changed(a, b int64) []byte {
	blocks := func(size int64) int64 { return (size + cbtBlock - 1) / cbtBlock }
	first, end := blocks(min(a, b)), blocks(max(a, b))
	bits := make([]byte, (end+7)/8)
	for n := first; n < end; n++ {
		bits[n/8] |= 0x80 >> (n % 8)
	}
	return bits
}
