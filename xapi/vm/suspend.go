package vm

import (
	"errors"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

// Suspend saves the VM's memory to a disk in its suspend SR and takes the
// domain away: VM_NO_SUSPEND_SR if no SR for it is attached to the host.
func (s *Service) Suspend(c *rpc.Call, vm ref) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsSuspend)}, func() error {
		if err := s.letGo(c, vm); err != nil {
			return err
		}
		return s.suspend(c, vm)
	})
}

func (s *Service) suspend(c *rpc.Call, vm ref) error {
	image, err := s.save(c, vm)
	if err != nil {
		return err
	}
	return s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		was := v.ResidentOn
		if err := asleep(tx, v, image); err != nil {
			return err
		}
		v.ResidentOn, v.ScheduledToBeResidentOn = model.NullRef, model.NullRef
		s.raise(tx, "VM_SUSPENDED", v, was, "suspended")
		return nil
	})
}

// save writes the memory of a VM to a disk, and takes the domain away.
func (s *Service) save(c *rpc.Call, vm ref) (model.Ref[model.VDI], error) {
	var image model.Ref[model.VDI]
	on := model.Ref[model.Host](model.NullRef)
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		v, err := store.Get(tx, vm)
		if err != nil {
			return err
		}
		on = v.ResidentOn
		image, err = makeImage(tx, vm, v)
		return err
	})
	if err != nil {
		return "", err
	}
	err = s.World.Take(c.Ctx, emu.SaveDomain)
	if v, ok := store.Find(s.DB.View(), vm); err == nil && ok && !guest(v).Obeys {
		err = model.ErrVMFailedSuspendAcknowledgment(vm)
	}
	if err == nil {
		err = s.World.Destroy(finish(c), on, vm)
	}
	if err != nil {
		// It goes on to run, and the image is of no use.
		return "", errors.Join(err, s.DB.Update(finish(c), func(tx *store.Tx) error { return storage.DestroyVDI(tx, image) }))
	}
	return image, nil
}

// asleep writes what is to be seen of a VM whose memory has been saved.
func asleep(tx *store.Tx, v *model.VM, image model.Ref[model.VDI]) error {
	if err := closeConsoles(tx, v); err != nil {
		return err
	}
	v.SuspendVDI = image
	v.LastBootedRecord = record(v)
	v.PowerState, v.Domid = model.VMPowerStateSuspended, -1
	return nil
}

// makeImage makes the disk that will hold the VM's memory.
func makeImage(tx *store.Tx, vm ref, v *model.VM) (model.Ref[model.VDI], error) {
	sr, ok := suspendSR(tx, v)
	if !ok {
		return "", model.ErrVMNoSuspendSR(vm)
	}
	vdi := store.Default[model.VDI]()
	vdi.NameLabel, vdi.NameDescription = "Suspend image", "Suspend image"
	vdi.SR, vdi.Type = sr, model.VDITypeSuspend
	vdi.VirtualSize = int64(float64(v.MemoryStaticMax)*1.2*1.05) + 100<<20
	vdi.SMConfig = map[string]string{"vmhint": v.UUID}
	image, err := storage.CreateVDI(tx, vdi)
	var api *model.Error
	if errors.As(err, &api) && api.Code == "SR_BACKEND_FAILURE_44" {
		return "", model.ErrSRSuspendSpaceInsufficient(sr)
	}
	return image, err
}

// suspendSR is the first of the VM's own, the pool's and the host's choice
// that the VM's host has attached.
func suspendSR(r store.Reader, v *model.VM) (model.Ref[model.SR], bool) {
	choices := []model.Ref[model.SR]{v.SuspendSR}
	for _, p := range store.All[model.Pool](r) {
		choices = append(choices, p.SuspendImageSR)
	}
	if h, ok := store.Find(r, v.ResidentOn); ok {
		choices = append(choices, h.SuspendImageSR)
	}
	for _, c := range choices {
		if sr, ok := store.Find(r, c); ok && attachedTo(r, sr, v.ResidentOn) {
			return c, true
		}
	}
	return "", false
}

// Resume brings a suspended VM back on a host of the toolstack's choice; with
// force one whose processor lacks what the VM knows will do.
func (s *Service) Resume(c *rpc.Call, vm ref, startPaused, force bool) error {
	return s.resume(c, vm, model.VMOperationsResume, "", startPaused, force)
}

// ResumeOn is Resume on a given host.
func (s *Service) ResumeOn(c *rpc.Call, vm ref, on hostRef, startPaused, force bool) error {
	if err := s.checkTarget(vm, on); err != nil {
		return err
	}
	return s.resume(c, vm, model.VMOperationsResumeOn, on, startPaused, force)
}

func (s *Service) resume(c *rpc.Call, vm ref, op model.VMOperations, on hostRef, paused, force bool) error {
	checks := everything
	if force {
		checks &^= processors
	}
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, op)}, func() error {
		return s.Gate.Do(c, ops.FailQuickly, []ops.Claim{ops.Devices(vm, false)}, func() error {
			on, err := s.reserve(c, vm, on, checks, func(*store.Tx, *model.VM) error { return nil })
			if err != nil {
				return err
			}
			return s.onReserved(c, vm, on, model.HostAllowedOperationsVMResume,
				func() error {
					if err := s.licensed(on); err != nil {
						return err
					}
					return s.restore(c, vm, on)
				},
				func() error { return s.run(c, vm, on, paused, "VM_RESUMED", "resumed") })
		})
	})
}

// restore makes a paused domain from the saved image, which is then gone.
func (s *Service) restore(c *rpc.Call, vm ref, on hostRef) error {
	if err := s.World.Take(c.Ctx, emu.RestoreDomain); err != nil {
		return err
	}
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	domid, err := s.World.Build(c.Ctx, on, vm, profile(v), true)
	if err != nil {
		return err
	}
	err = s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		if v.HARestartPriority == "restart" {
			v.HAAlwaysRun = true
		}
		dropImage(tx, v)
		return s.enter(tx, vm, v, on, domid)
	})
	if err != nil {
		return errors.Join(err, s.World.Destroy(finish(c), on, vm))
	}
	return nil
}

// dropImage destroys the saved image as well as it can.
func dropImage(tx *store.Tx, v *model.VM) {
	if _, ok := store.Find(tx, v.SuspendVDI); ok {
		_ = storage.DestroyVDI(tx, v.SuspendVDI) // as xapi: the VM goes on without
	}
	v.SuspendVDI = model.NullRef
}
