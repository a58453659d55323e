package vm

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/pvs"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

// metadata is a VM as text, for the day when it is reverted to its snapshot.
func metadata(v *model.VM) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// remembered is the VM that a snapshot was taken of. A snapshot that does not
// know is what it was like.
func remembered(snap *model.VM) *model.VM {
	v := &model.VM{}
	if json.Unmarshal([]byte(snap.SnapshotMetadata), v) != nil || v.UUID == "" {
		*v = *snap
		v.IsASnapshot, v.IsATemplate, v.SnapshotOf, v.SnapshotMetadata = false, false, model.NullRef, ""
		v.SnapshotInfo, v.SnapshotTime, v.UUID = nil, store.Default[model.VM]().SnapshotTime, ""
	}
	return v
}

// Revert makes a VM what it was when the snapshot was taken; what it is now is
// lost. A VM that is gone is made anew. It ends halted, or suspended if the
// snapshot is a checkpoint. HOST_NOT_LIVE if no host that lives sees the saved
// memory; VM_REVERT_FAILED [snapshot, vm] for most of what may go wrong on the
// way, after which the VM is halted.
func (s *Service) Revert(c *rpc.Call, snapshot ref) error {
	claims := []ops.Claim{ops.VM(snapshot, model.VMOperationsRevert)}
	snap, err := store.Get(s.DB.View(), snapshot)
	if err != nil {
		return err
	}
	vm := snap.SnapshotOf
	_, there := store.Find(s.DB.View(), vm)
	if there {
		claims = append(claims, ops.VM(vm, model.VMOperationsReverting))
	}
	return s.Gate.Do(c, ops.Standard, claims, func() error {
		c.Task.Progress(0.1)
		if err := s.imageSeen(snap); err != nil {
			return err
		}
		if !there {
			if vm, err = s.recreate(c, snapshot, snap); err != nil {
				return err
			}
		}
		if err := s.hardShutdown(c, vm); err != nil {
			return err
		}
		c.Task.Progress(0.2)
		err := s.revert(c, snapshot, vm)
		var api *model.Error
		switch {
		case err == nil, c.CheckCancel() != nil:
			return err
		case errors.As(err, &api) && slices.Contains([]string{"SR_BACKEND_FAILURE_44", "SR_BACKEND_FAILURE_109", "VDI_INCOMPATIBLE_TYPE"}, api.Code):
			return err
		}
		return model.ErrVMRevertFailed(snapshot, vm)
	})
}

// imageSeen checks that a host that lives sees the memory of a checkpoint.
func (s *Service) imageSeen(snap *model.VM) error {
	if snap.PowerState != model.VMPowerStateSuspended {
		return nil
	}
	r := s.DB.View()
	image, err := store.Get(r, snap.SuspendVDI)
	if err != nil {
		return err
	}
	sr, err := store.Get(r, image.SR)
	if err != nil {
		return err
	}
	for h, host := range store.All[model.Host](r) {
		if ops.Alive(r, host) && attachedTo(r, sr, h) {
			return nil
		}
	}
	return model.ErrHostNotLive()
}

// recreate makes the record of a VM that is gone; its snapshots are its own
// again.
func (s *Service) recreate(c *rpc.Call, snapshot ref, snap *model.VM) (ref, error) {
	made := ref("OpaqueRef:" + uuid.NewString())
	return made, s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		old := remembered(snap)
		v := store.Default[model.VM]()
		v.UUID, v.NameLabel, v.PowerState, v.Domid = old.UUID, old.NameLabel, model.VMPowerStateHalted, -1
		v.Metrics = store.Insert(tx, store.Default[model.VMMetrics]())
		store.InsertAs(tx, made, v)
		for r, other := range store.All[model.VM](tx) {
			if r != snapshot && (snap.SnapshotOf.IsNull() || other.SnapshotOf != snap.SnapshotOf) {
				continue
			}
			e, err := store.Edit(tx, r)
			if err != nil {
				return err
			}
			e.SnapshotOf = made
		}
		return nil
	})
}

// revert clones what the snapshot has kept, then exchanges all at once.
func (s *Service) revert(c *rpc.Call, snapshot, vm ref) error {
	snap, err := store.Get(s.DB.View(), snapshot)
	if err != nil {
		return err
	}
	disks, err := s.copyDisks(c, snap, storage.CloneVDI, emu.CloneDisk)
	if err == nil {
		err = s.DB.Update(c.Ctx, func(tx *store.Tx) error { return s.exchange(tx, snapshot, vm, disks) })
	}
	if err != nil {
		s.dropDisks(c, disks)
	}
	return err
}

// exchange gives the VM the fields, the devices and the disks of the snapshot.
func (s *Service) exchange(tx *store.Tx, snapshot, vm ref, disks diskMap) error {
	snap, err := store.Get(tx, snapshot)
	if err != nil {
		return err
	}
	v, err := store.Edit(tx, vm)
	if err != nil {
		return err
	}
	had := disksOf(tx, v)
	if err := dropDevices(tx, v); err != nil {
		return err
	}
	if err := replaceDisks(tx, had, disks); err != nil {
		return err
	}
	now := *v
	*v = *remembered(snap)
	keepPresent(v, &now)
	if _, ok := store.Find(tx, v.Appliance); !ok {
		v.Appliance = model.NullRef
	}
	v.HAAlwaysRun = false
	v.GenerationID = nextGeneration(v.GenerationID)
	v.Parent, v.PowerState, v.SuspendVDI = snapshot, snap.PowerState, model.NullRef
	if snap.PowerState == model.VMPowerStateSuspended {
		v.SuspendVDI = disks[snap.SuspendVDI]
	}
	remove(tx, now.Metrics)
	remove(tx, now.GuestMetrics)
	v.Metrics, v.GuestMetrics = copyMetrics(tx, snap)
	if err := copyVBDs(tx, snap, vm, disks, v.PowerState == model.VMPowerStateSuspended); err != nil {
		return err
	}
	dropVTPMs(tx, &now)
	copyVTPMs(tx, snap, vm, true)
	if err := copyVIFs(tx, snap, vm, ""); err != nil {
		return err
	}
	s.raise(tx, "VM_SNAPSHOT_REVERTED", v, model.NullRef, "reverted to the snapshot "+snap.NameLabel)
	return nil
}

// keepPresent writes back what no revert changes.
func keepPresent(v, now *model.VM) {
	v.UUID, v.ProtectionPolicy, v.SnapshotSchedule = now.UUID, now.ProtectionPolicy, now.SnapshotSchedule
	v.Tags, v.Affinity, v.Groups = now.Tags, now.Affinity, now.Groups
	v.CurrentOperations, v.AllowedOperations = now.CurrentOperations, now.AllowedOperations
	v.ResidentOn, v.ScheduledToBeResidentOn, v.Domid = now.ResidentOn, now.ScheduledToBeResidentOn, now.Domid
	v.VTPMs, v.AttachedPCIs, v.Blobs = now.VTPMs, now.AttachedPCIs, now.Blobs
	// The other ends of relations follow from the objects that are there.
	v.Snapshots, v.Children, v.Consoles, v.CrashDumps = now.Snapshots, now.Children, now.Consoles, now.CrashDumps
	v.VBDs, v.VIFs, v.VGPUs, v.VUSBs = now.VBDs, now.VIFs, now.VGPUs, now.VUSBs
}

// dropDevices takes all drives, interfaces and the like off a VM.
func dropDevices(tx *store.Tx, v *model.VM) error {
	for _, r := range slices.Clone(v.VBDs) {
		b, err := store.Get(tx, r)
		if err != nil {
			return err
		}
		remove(tx, b.Metrics)
		remove(tx, r)
	}
	for _, r := range slices.Clone(v.VIFs) {
		i, err := store.Get(tx, r)
		if err != nil {
			return err
		}
		remove(tx, i.Metrics)
		pvs.Drop(tx, r)
		remove(tx, r)
	}
	removeAll(tx, slices.Clone(v.VUSBs))
	removeAll(tx, slices.Clone(v.VGPUs))
	return nil
}

// replaceDisks destroys those disks of the VM that the snapshot's disks were
// taken of, and makes all snapshots of these the snapshots of the clones. Disks
// that the snapshot does not know stay, in no drive; so do those that another VM
// uses.
func replaceDisks(tx *store.Tx, had []vdiRef, disks diskMap) error {
	for kept, clone := range disks {
		k, err := store.Get(tx, kept)
		if err != nil {
			return err
		}
		old := k.SnapshotOf
		if k.Type == model.VDITypeSuspend || old.IsNull() {
			continue
		}
		for r, vdi := range store.All[model.VDI](tx) {
			if vdi.SnapshotOf == old {
				e, err := store.Edit(tx, r)
				if err != nil {
					return err
				}
				e.SnapshotOf = clone
			}
		}
		if d, ok := store.Find(tx, old); ok && slices.Contains(had, old) && !plugged(tx, d) {
			if err := storage.DestroyVDI(tx, old); err != nil {
				return err
			}
		}
	}
	return nil
}

// plugged tells whether a VM uses a disk.
func plugged(r store.Reader, d *model.VDI) bool {
	return slices.ContainsFunc(d.VBDs, func(b model.Ref[model.VBD]) bool {
		vbd, ok := store.Find(r, b)
		return ok && (vbd.CurrentlyAttached || vbd.Reserved)
	})
}
