package vm

import (
	"errors"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// CleanReboot asks the guest to shut down and boots it again on its host.
func (s *Service) CleanReboot(c *rpc.Call, vm ref) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsCleanReboot)}, func() error {
		if v, ok := store.Find(s.DB.View(), vm); ok {
			if err := s.licensed(v.ResidentOn); err != nil {
				return err
			}
		}
		if err := s.ask(c, vm, stopTimeout); err != nil {
			return err
		}
		return s.Gate.Do(c, ops.FailQuickly, []ops.Claim{ops.Devices(vm, true)}, func() error {
			return s.reboot(c, vm)
		})
	})
}

// HardReboot boots the VM again at once. It cancels what else goes on with the
// VM; if that left it halted, the VM is started.
func (s *Service) HardReboot(c *rpc.Call, vm ref) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsHardReboot)}, func() error {
		if err := s.cancelOthers(c, vm, inTheWayOfReboot); err != nil {
			return err
		}
		v, err := store.Get(s.DB.View(), vm)
		if err != nil {
			return err
		}
		switch v.PowerState {
		case model.VMPowerStateSuspended:
			return model.ErrVMBadPowerState(vm, "running", "suspended")
		case model.VMPowerStateHalted:
			on, err := s.reserve(c, vm, "", everything, prepareBoot)
			if err != nil {
				return err
			}
			if err := s.boot(c, vm, on, false); err != nil {
				return errors.Join(err, s.unreserve(c, vm))
			}
			return nil
		}
		if err := s.licensed(v.ResidentOn); err != nil {
			return err
		}
		return s.reboot(c, vm)
	})
}

// reboot replaces the domain by a fresh one on the same host. A paused VM runs
// afterwards too.
func (s *Service) reboot(c *rpc.Call, vm ref) error {
	if err := s.World.Take(c.Ctx, emu.BuildDomain); err != nil {
		return err
	}
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	on := v.ResidentOn
	domid, err := s.World.Build(c.Ctx, on, vm, profile(v), false)
	if err != nil {
		return err
	}
	err = s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		if err := dropGuestMetrics(tx, v); err != nil {
			return err
		}
		bootPlatform(v)
		v.MemoryOverhead = overhead(v)
		v.RequiresReboot = false
		v.LastBootCPUFlags = bootFlags(tx, v, on)
		return s.enter(tx, vm, v, on, domid)
	})
	if err != nil {
		return errors.Join(err, s.World.Destroy(finish(c), on, vm))
	}
	return s.run(c, vm, on, false, "VM_REBOOTED", "rebooted")
}
