package vm

import (
	"errors"
	"slices"
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// stopTimeout is how many seconds a guest has to shut down.
const stopTimeout = 1200

// CleanShutdown asks the guest to shut down and waits until it has:
// VM_SHUTDOWN_TIMEOUT [vm, seconds] if it takes longer than 20 minutes.
func (s *Service) CleanShutdown(c *rpc.Call, vm ref) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsCleanShutdown)}, func() error {
		return s.cleanShutdown(c, vm, stopTimeout)
	})
}

func (s *Service) cleanShutdown(c *rpc.Call, vm ref, seconds int64) error {
	if err := s.letGo(c, vm); err != nil {
		return err
	}
	if err := s.ask(c, vm, seconds); err != nil {
		return err
	}
	return s.shutDown(c, vm)
}

// letGo tells HA that the VM may stop.
func (s *Service) letGo(c *rpc.Call, vm ref) error {
	return s.edit(c, vm, func(_ *store.Tx, v *model.VM) error {
		v.HAAlwaysRun = false
		return nil
	})
}

// ask asks the guest to end.
func (s *Service) ask(c *rpc.Call, vm ref, seconds int64) error {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	err = s.World.Ask(c.Ctx, v.ResidentOn, vm, float64(seconds))
	if errors.Is(err, emu.ErrStubborn) {
		return model.ErrVMShutdownTimeout(vm, strconv.FormatInt(seconds, 10)+".")
	}
	if errors.Is(err, emu.ErrNoDomain) {
		return nil // it has ended by itself
	}
	return err
}

// shutDown takes the domain away, says so, and waits for the delay that the VM
// asks for.
func (s *Service) shutDown(c *rpc.Call, vm ref) error {
	if err := s.World.Take(c.Ctx, emu.DestroyDomain); err != nil {
		return err
	}
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	if err := s.World.Destroy(finish(c), v.ResidentOn, vm); err != nil {
		return err
	}
	err = s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		was := v.ResidentOn
		if err := halt(tx, v); err != nil {
			return err
		}
		s.raise(tx, "VM_SHUTDOWN", v, was, "shut down")
		return nil
	})
	if err != nil {
		return err
	}
	return s.delay(c, vm, func(v *model.VM) int64 { return v.ShutdownDelay })
}

// halt writes what is to be seen of a machine whose domain is gone.
func halt(tx *store.Tx, v *model.VM) error {
	if err := detachDevices(tx, v); err != nil {
		return err
	}
	if err := closeConsoles(tx, v); err != nil {
		return err
	}
	if m, err := store.Edit(tx, v.Metrics); err == nil {
		m.CurrentDomainType = model.DomainTypeUnspecified
		m.HVM, m.NestedVirt, m.Nomigrate = false, false, false
		m.MemoryActual, m.VCPUsNumber = 0, 0
	}
	v.PowerState = model.VMPowerStateHalted
	v.Domid, v.ResidentOn, v.ScheduledToBeResidentOn = -1, model.NullRef, model.NullRef
	v.RequiresReboot = false
	v.PendingGuidances = slices.DeleteFunc(v.PendingGuidances, func(g model.UpdateGuidances) bool {
		return g == model.UpdateGuidancesRestartVM || g == model.UpdateGuidancesRestartDeviceModel
	})
	return nil
}

// HardShutdown takes the domain away, or the saved image of a suspended VM. It
// cancels what else goes on with the VM.
func (s *Service) HardShutdown(c *rpc.Call, vm ref) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsHardShutdown)}, func() error {
		if err := s.cancelOthers(c, vm, inTheWayOfShutdown); err != nil {
			return err
		}
		return s.hardShutdown(c, vm)
	})
}

func (s *Service) hardShutdown(c *rpc.Call, vm ref) error {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	switch v.PowerState {
	case model.VMPowerStateHalted:
		return nil // what was cancelled had got that far
	case model.VMPowerStateSuspended:
		return s.discard(c, vm)
	}
	if err := s.letGo(c, vm); err != nil {
		return err
	}
	return s.shutDown(c, vm)
}

// discard throws away the saved image of a suspended VM.
func (s *Service) discard(c *rpc.Call, vm ref) error {
	return s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		v.HAAlwaysRun = false
		dropImage(tx, v)
		if err := halt(tx, v); err != nil {
			return err
		}
		s.raise(tx, "VM_SHUTDOWN", v, model.NullRef, "shut down")
		return nil
	})
}

// Shutdown is a clean shutdown, and a hard one if that fails.
func (s *Service) Shutdown(c *rpc.Call, vm ref) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsShutdown)}, func() error {
		v, err := store.Get(s.DB.View(), vm)
		if err != nil {
			return err
		}
		if v.PowerState != model.VMPowerStateRunning {
			return s.hardShutdown(c, vm)
		}
		seconds := int64(stopTimeout)
		if v.ShutdownDelay > 0 {
			seconds = v.ShutdownDelay
		}
		if err := s.cleanShutdown(c, vm, seconds); err != nil {
			if cancelled := c.CheckCancel(); cancelled != nil {
				return cancelled
			}
			return s.hardShutdown(c, vm)
		}
		return nil
	})
}

// What a hard shutdown and a hard reboot cancel.
var (
	inTheWayOfShutdown = []model.VMOperations{
		model.VMOperationsCleanShutdown, model.VMOperationsCleanReboot, model.VMOperationsHardReboot, model.VMOperationsPoolMigrate,
		model.VMOperationsCallPlugin, model.VMOperationsShutdown, model.VMOperationsSuspend,
	}
	inTheWayOfReboot = []model.VMOperations{
		model.VMOperationsCleanShutdown, model.VMOperationsCleanReboot, model.VMOperationsPoolMigrate,
		model.VMOperationsCallPlugin, model.VMOperationsSuspend,
	}
)

// cancelOthers cancels the operations of those kinds and waits until they have
// ended.
func (s *Service) cancelOthers(c *rpc.Call, vm ref, kinds []model.VMOperations) error {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	var tasks []model.Ref[model.Task]
	for task, op := range v.CurrentOperations {
		if t := model.Ref[model.Task](task); t != c.TaskRef() && slices.Contains(kinds, op) {
			s.Tasks.Cancel(t, c.TaskRef())
			tasks = append(tasks, t)
		}
	}
	for _, t := range tasks {
		if err := s.Tasks.Wait(c.Ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// PowerStateReset makes the database believe that the VM is halted. It is for
// VMs whose host is lost: DOMAIN_EXISTS if the domain is there,
// HOST_IS_LIVE if it is on a host that lives.
func (s *Service) PowerStateReset(c *rpc.Call, vm ref) error {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	if !v.IsControlDomain && live(v) {
		// A host that cannot be asked is taken to be lost.
		if there, err := s.World.Domain(c.Ctx, v.ResidentOn, vm); err == nil && there {
			return model.ErrDomainExists(vm, v.Domid)
		}
	}
	return s.edit(c, vm, func(tx *store.Tx, v *model.VM) error {
		if v.IsControlDomain {
			return model.ErrCannotResetControlDomain(vm)
		}
		if v.PowerState == model.VMPowerStateSuspended {
			v.SuspendVDI = model.NullRef
		}
		return halt(tx, v)
	})
}

func live(v *model.VM) bool {
	return v.PowerState == model.VMPowerStateRunning || v.PowerState == model.VMPowerStatePaused
}
