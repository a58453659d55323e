package vm

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

// beat is the distance of the times that a schedule can name.
const beat = 15 * time.Minute

// Run takes snapshots when they are due, until ctx ends. Times that nobody was
// there for are not made up for. A schedule that has to wait for a VM holds no
// other up; its own next turn it misses.
func (s *Schedules) Run(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	var busy sync.Map
	for {
		now := s.VMs.Clock.Now()
		at := now.Truncate(beat).Add(beat)
		if emu.Sleep(ctx, s.VMs.Clock, at.Sub(now)) != nil {
			return
		}
		for ref, v := range store.All[model.VMSS](s.DB.View()) {
			if !due(v, at) || !v.LastRunTime.Before(at) {
				continue
			}
			if _, already := busy.LoadOrStore(ref, true); already {
				continue
			}
			wg.Go(func() {
				defer busy.Delete(ref)
				if err := s.take(rpc.Background(ctx, s.DB, s.VMs.Clock, "VMSS.snapshot_now"), ref); err != nil {
					s.VMs.Log.Warn("a schedule's snapshots are missing", zap.String("vmss", v.UUID), zap.Error(err))
				}
			})
		}
	}
}

// SnapshotNow takes the snapshots of a schedule out of turn.
func (s *Schedules) SnapshotNow(c *rpc.Call, vmss scheduleRef) (string, error) {
	if err := licence.Require(s.DB.View(), licence.VMSS); err != nil {
		return "", err
	}
	if err := s.take(c, vmss); err != nil {
		return "", err
	}
	return "True", nil
}

// take snapshots each VM of a schedule and drops what is more than it keeps.
// Messages tell how that went; the failure of one VM does not keep the others
// from their snapshots.
func (s *Schedules) take(c *rpc.Call, self scheduleRef) error {
	v, err := store.Get(s.DB.View(), self)
	if err != nil {
		return err
	}
	now := s.VMs.now()
	if !licence.Enabled(s.DB.View(), licence.VMSS) {
		return s.DB.Update(finish(c), func(tx *store.Tx) error {
			v, err := store.Edit(tx, self)
			if err != nil {
				return err
			}
			v.LastRunTime = now
			s.VMs.Messages.Raise(tx, "VMSS_LICENSE_ERROR", model.ClsVMSS, v.UUID, "The schedule "+v.NameLabel+" has taken no snapshots: the licence does not include it")
			return nil
		})
	}
	if err := s.SetLastRunTime(c, self, now); err != nil {
		return err
	}
	var failed []string
	for i, vm := range v.VMs {
		if err := s.snapshot(c, v, vm, now); err != nil {
			failed = append(failed, fmt.Sprintf("%s: %v", vm, err))
		}
		c.Task.Progress(float64(i+1) / float64(len(v.VMs)))
	}
	name, body := "VMSS_SNAPSHOT_SUCCEEDED", fmt.Sprintf("The schedule %s has taken %d snapshots", v.NameLabel, len(v.VMs))
	if len(failed) > 0 {
		name, body = "VMSS_SNAPSHOT_FAILED", strings.Join(failed, "\n")
	}
	return s.DB.Update(finish(c), func(tx *store.Tx) error {
		s.VMs.Messages.Raise(tx, name, model.ClsVMSS, v.UUID, body)
		return nil
	})
}

func (s *Schedules) snapshot(c *rpc.Call, v *model.VMSS, vm ref, now time.Time) error {
	machine, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s %s %s", v.NameLabel, machine.NameLabel, now.Format("20060102T15:04:05Z"))
	var made ref
	// A part of the call with a task of its own, so that it can be told apart
	// in what goes on with the VM.
	part := rpc.Background(c.Ctx, s.DB, s.VMs.Clock, "VM."+string(v.Type))
	switch v.Type {
	case model.VMSSTypeCheckpoint:
		made, err = s.VMs.Checkpoint(part, vm, name)
	case model.VMSSTypeSnapshotWithQuiesce:
		err = model.ErrVMSnapshotWithQuiesceNotSupported(vm)
	default:
		made, err = s.VMs.Snapshot(part, vm, name, nil)
	}
	if err != nil {
		return err
	}
	return s.DB.Update(finish(c), func(tx *store.Tx) error {
		e, err := store.Edit(tx, made)
		if err != nil {
			return err
		}
		e.IsVMSSSnapshot = true
		return retain(tx, vm, v.RetainedSnapshots)
	})
}

// retain destroys the oldest snapshots that a schedule has taken of a VM, with
// their disks, so that n are left.
func retain(tx *store.Tx, vm ref, n int64) error {
	v, err := store.Get(tx, vm)
	if err != nil {
		return err
	}
	var taken []ref
	at := map[ref]*model.VM{}
	for _, r := range v.Snapshots {
		if snap, ok := store.Find(tx, r); ok && snap.IsVMSSSnapshot && len(snap.CurrentOperations) == 0 {
			taken, at[r] = append(taken, r), snap
		}
	}
	slices.SortFunc(taken, func(a, b ref) int {
		return cmp.Or(at[b].SnapshotTime.Compare(at[a].SnapshotTime), cmp.Compare(at[b].NameLabel, at[a].NameLabel))
	})
	for i, r := range taken {
		if int64(i) < n {
			continue
		}
		snap := at[r]
		disks := []model.Ref[model.VDI]{snap.SuspendVDI}
		for _, b := range snap.VBDs {
			if vbd, ok := store.Find(tx, b); ok && vbd.Type == model.VBDTypeDisk {
				disks = append(disks, vbd.VDI)
			}
		}
		if err := destroy(tx, r); err != nil {
			return err
		}
		for _, d := range disks {
			if vdi, ok := store.Find(tx, d); ok && vdi.IsASnapshot {
				if err := storage.DestroyVDI(tx, d); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
