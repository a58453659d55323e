package storage

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
)

// Sizes, in bytes.
const (
	mib     = 1 << 20
	maxDisk = 2040 << 30 // of the VHD format
	// thinDisk is what an empty disk takes where blocks come when written.
	thinDisk = 2 * mib
)

// roundSize rounds a virtual size up to the format's blocks.
func roundSize(size int64) int64 { return max((size+2*mib-1)/(2*mib), 1) * 2 * mib }

// thick reports whether an SR of the type sets a disk's space aside at once.
func thick(sr *model.SR) bool { return strings.HasPrefix(sr.Type, "lvm") }

// CreateVDI makes a disk of the name, size, type and SR of vdi; the size is
// rounded up. SR_HAS_NO_PBDS if the SR is not attached,
// SR_OPERATION_NOT_SUPPORTED if its driver makes no disks, SR_BACKEND_FAILURE_79
// for an impossible size, SR_BACKEND_FAILURE_44 if there is no room.
func CreateVDI(tx *store.Tx, vdi *model.VDI) (model.Ref[model.VDI], error) {
	if err := attached(tx, vdi.SR); err != nil {
		return "", err
	}
	if !ops.HasFeature(tx, vdi.SR, "VDI_CREATE") {
		return "", model.ErrSROperationNotSupported(vdi.SR)
	}
	if vdi.VirtualSize < 0 || vdi.VirtualSize > maxDisk {
		return "", model.SRBackendFailure(79, "VDI Invalid size", "[opterr=size must be between 0 and 2040 GiB]")
	}
	sr, err := store.Edit(tx, vdi.SR)
	if err != nil {
		return "", err
	}
	vdi.VirtualSize = roundSize(vdi.VirtualSize)
	vdi.PhysicalUtilisation = thinDisk
	if thick(sr) {
		vdi.PhysicalUtilisation = vdi.VirtualSize + 2*thinDisk
	}
	return insert(tx, sr, vdi)
}

// insert adds a disk whose sizes are settled.
func insert(tx *store.Tx, sr *model.SR, vdi *model.VDI) (model.Ref[model.VDI], error) {
	if sr.PhysicalUtilisation+vdi.PhysicalUtilisation > sr.PhysicalSize {
		return "", model.SRBackendFailure(44, "There is insufficient space", "")
	}
	sr.PhysicalUtilisation += vdi.PhysicalUtilisation
	sr.VirtualAllocation += vdi.VirtualSize
	if vdi.UUID == "" {
		vdi.UUID = uuid.NewString()
	}
	if vdi.Location == "" {
		vdi.Location = vdi.UUID
	}
	vdi.Managed, vdi.Missing, vdi.Parent = true, false, model.NullRef
	if vdi.OnBoot == "" {
		vdi.OnBoot = model.OnBootPersist
	}
	return store.Insert(tx, vdi), nil
}

// DestroyVDI removes a disk, the drives that held it, and what pointed to it as
// a suspended machine's memory.
func DestroyVDI(tx *store.Tx, ref model.Ref[model.VDI]) error {
	vdi, err := store.Get(tx, ref)
	if err != nil {
		return err
	}
	for _, b := range slices.Clone(vdi.VBDs) {
		if err := store.Delete(tx, b); err != nil {
			return err
		}
	}
	if vdi.Type == model.VDITypeSuspend {
		for r, vm := range store.All[model.VM](tx) {
			if vm.SuspendVDI == ref {
				e, err := store.Edit(tx, r)
				if err != nil {
					return err
				}
				e.SuspendVDI = model.NullRef
			}
		}
	}
	release(tx, vdi)
	return store.Delete(tx, ref)
}

// release gives the space of a disk back to its SR.
func release(tx *store.Tx, vdi *model.VDI) {
	if sr, err := store.Edit(tx, vdi.SR); err == nil {
		sr.PhysicalUtilisation = max(sr.PhysicalUtilisation-vdi.PhysicalUtilisation, 0)
		sr.VirtualAllocation = max(sr.VirtualAllocation-vdi.VirtualSize, 0)
	}
}

// derived is a new disk with what copies of all kinds take over.
func derived(from *model.VDI) *model.VDI {
	vdi := store.Default[model.VDI]()
	vdi.NameLabel, vdi.NameDescription, vdi.Type, vdi.SR = from.NameLabel, from.NameDescription, from.Type, from.SR
	vdi.VirtualSize, vdi.Sharable = from.VirtualSize, from.Sharable
	vdi.OtherConfig, vdi.XenstoreData = maps.Clone(from.OtherConfig), maps.Clone(from.XenstoreData)
	vdi.Tags, vdi.OnBoot, vdi.AllowCaching = slices.Clone(from.Tags), from.OnBoot, from.AllowCaching
	return vdi
}

func managed(r store.Reader, ref model.Ref[model.VDI]) (*model.VDI, error) {
	vdi, err := store.Get(r, ref)
	if err != nil {
		return nil, err
	}
	if !vdi.Managed {
		return nil, model.ErrVDINotManaged(ref)
	}
	return vdi, nil
}

// CloneVDI makes a writable disk of the same content beside the original. A
// driver that cannot clone copies.
func CloneVDI(tx *store.Tx, ref model.Ref[model.VDI]) (model.Ref[model.VDI], error) {
	from, err := managed(tx, ref)
	if err != nil {
		return "", err
	}
	if !ops.HasFeature(tx, from.SR, "VDI_CLONE") {
		return CopyVDI(tx, ref, from.SR)
	}
	return branch(tx, from, derived(from))
}

// SnapshotVDI keeps the present content of a disk at the time now.
func SnapshotVDI(tx *store.Tx, ref model.Ref[model.VDI], now time.Time) (model.Ref[model.VDI], error) {
	from, err := managed(tx, ref)
	if err != nil {
		return "", err
	}
	vdi := derived(from)
	vdi.IsASnapshot, vdi.SnapshotOf, vdi.SnapshotTime, vdi.CBTEnabled = true, ref, now, from.CBTEnabled
	return branch(tx, from, vdi)
}

// branch inserts a disk that shares its blocks with the one it comes from.
func branch(tx *store.Tx, from, vdi *model.VDI) (model.Ref[model.VDI], error) {
	if err := attached(tx, from.SR); err != nil {
		return "", err
	}
	sr, err := store.Edit(tx, from.SR)
	if err != nil {
		return "", err
	}
	vdi.PhysicalUtilisation = thinDisk
	return insert(tx, sr, vdi)
}

// CopyVDI makes a disk of the same content in an SR, of its own blocks.
func CopyVDI(tx *store.Tx, ref model.Ref[model.VDI], to model.Ref[model.SR]) (model.Ref[model.VDI], error) {
	from, err := managed(tx, ref)
	if err != nil {
		return "", err
	}
	if err := attached(tx, to); err != nil {
		return "", err
	}
	if !ops.HasFeature(tx, to, "VDI_CREATE") {
		return "", model.ErrSROperationNotSupported(to)
	}
	sr, err := store.Edit(tx, to)
	if err != nil {
		return "", err
	}
	vdi := derived(from)
	vdi.SR = to
	vdi.VirtualSize = roundSize(from.VirtualSize)
	vdi.PhysicalUtilisation = max(from.PhysicalUtilisation, thinDisk)
	if thick(sr) {
		vdi.PhysicalUtilisation = vdi.VirtualSize + 2*thinDisk
	}
	return insert(tx, sr, vdi)
}

// grow makes a disk larger, rounded up: SR_BACKEND_FAILURE_79 for a size that is
// smaller or too large, SR_BACKEND_FAILURE_44 if there is no room.
func grow(tx *store.Tx, ref model.Ref[model.VDI], size int64) error {
	if _, err := managed(tx, ref); err != nil {
		return err
	}
	e, err := store.Edit(tx, ref)
	if err != nil {
		return err
	}
	if size < e.VirtualSize || size > maxDisk {
		return model.SRBackendFailure(79, "VDI Invalid size", "[opterr=shrinking not allowed]")
	}
	sr, err := store.Edit(tx, e.SR)
	if err != nil {
		return err
	}
	more := roundSize(size) - e.VirtualSize
	if thick(sr) {
		if sr.PhysicalUtilisation+more > sr.PhysicalSize {
			return model.SRBackendFailure(44, "There is insufficient space", "")
		}
		sr.PhysicalUtilisation += more
		e.PhysicalUtilisation += more
	}
	sr.VirtualAllocation += more
	e.VirtualSize += more
	return nil
}
