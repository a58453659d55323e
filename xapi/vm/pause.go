package vm

import (
	"context"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Pause stops the VM's processors.
func (s *Service) Pause(c *rpc.Call, vm ref) error {
	return s.freeze(c, vm, model.VMOperationsPause, s.World.Pause, model.VMPowerStatePaused, "VM_PAUSED", "paused")
}

// Unpause lets a paused VM go on.
func (s *Service) Unpause(c *rpc.Call, vm ref) error {
	return s.freeze(c, vm, model.VMOperationsUnpause, s.World.Unpause, model.VMPowerStateRunning, "VM_UNPAUSED", "unpaused")
}

func (s *Service) freeze(c *rpc.Call, vm ref, op model.VMOperations, act func(context.Context, hostRef, ref) error, state model.VMPowerState, message, what string) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, op)}, func() error {
		if err := s.World.Take(c.Ctx, emu.PauseDomain); err != nil {
			return err
		}
		v, err := store.Get(s.DB.View(), vm)
		if err == nil && op == model.VMOperationsUnpause {
			err = s.licensed(v.ResidentOn)
		}
		if err != nil {
			return err
		}
		if err := act(finish(c), v.ResidentOn, vm); err != nil {
			return err
		}
		return s.DB.Update(finish(c), func(tx *store.Tx) error {
			v, err := store.Edit(tx, vm)
			if err != nil {
				return err
			}
			v.PowerState = state
			s.raise(tx, message, v, v.ResidentOn, what)
			return nil
		})
	})
}
