package vm

import (
	"errors"
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// PoolMigrate moves a running VM to another host of the pool, or to its own,
// without stopping it. It fails with the reason why the VM cannot run there;
// options: force=true skips the comparison of processors.
func (s *Service) PoolMigrate(c *rpc.Call, vm ref, to hostRef, options map[string]string) error {
	force, err := flag(options, "force")
	if err != nil {
		return err
	}
	for _, key := range []string{"live", "compress"} {
		if _, err := flag(options, key); err != nil {
			return err
		}
	}
	if err := s.checkTarget(vm, to); err != nil {
		return err
	}
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, model.VMOperationsPoolMigrate)}, func() error {
		return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Host(to, model.HostAllowedOperationsVMMigrate)}, func() error {
			if err := licence.Require(s.DB.View(), licence.XenMotion); err != nil {
				return err
			}
			checks := everything
			if force {
				checks &^= processors
			}
			return s.migrate(c, vm, to, checks, func(*store.Tx) error { return nil })
		})
	})
}

// flag reads a boolean among options; absent is false.
func flag(options map[string]string, key string) (bool, error) {
	text, ok := options[key]
	switch {
	case !ok, text == "off":
		return false, nil
	case text == "on":
		return true, nil
	}
	v, err := strconv.ParseBool(text)
	if err != nil {
		return false, model.ErrInvalidValue(key, text)
	}
	return v, nil
}

// migrate moves a running VM to a host that passes the checks. What else is to
// move with it does so when it arrives.
func (s *Service) migrate(c *rpc.Call, vm ref, to hostRef, checks check, along func(tx *store.Tx) error) error {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	from := v.ResidentOn
	if err := s.reserveMigration(c, vm, to, checks); err != nil {
		return err
	}
	const gib = 1 << 30
	err = s.World.TakeN(c.Ctx, emu.MigrateDomain, float64(v.MemoryTarget)/gib)
	if err != nil {
		return errors.Join(err, s.unreserve(c, vm))
	}
	domid, err := s.World.Build(c.Ctx, to, vm, profile(v), true)
	if err != nil {
		return errors.Join(err, s.unreserve(c, vm))
	}
	err = s.World.Unpause(finish(c), to, vm)
	if err == nil {
		err = s.DB.Update(finish(c), func(tx *store.Tx) error {
			if err := along(tx); err != nil {
				return err
			}
			return s.arrive(tx, vm, to, domid)
		})
	}
	if err != nil {
		return errors.Join(err, s.World.Destroy(finish(c), to, vm), s.unreserve(c, vm))
	}
	if from != to {
		if err := s.World.Destroy(finish(c), from, vm); err != nil {
			// It runs where it should; what is left there goes with the host.
			s.Log.Warn("a migrated VM has left its old domain behind")
		}
	}
	return nil
}

// reserveMigration checks that the VM can run on the target and speaks for the
// memory there.
func (s *Service) reserveMigration(c *rpc.Call, vm ref, to hostRef, checks check) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		if v.ResidentOn == to {
			checks &^= memory
		}
		if err := canBootHere(tx, vm, v, to, checks); err != nil {
			return err
		}
		return ha.Guard(tx, func() error {
			v, err := store.Edit(tx, vm)
			if err == nil {
				v.ScheduledToBeResidentOn = to
			}
			return err
		})
	})
}

// arrive writes what is to be seen of a VM that has moved. It was not stopped:
// its start time and what its guest tells stay.
func (s *Service) arrive(tx *store.Tx, vm ref, to hostRef, domid int64) error {
	v, err := store.Edit(tx, vm)
	if err != nil {
		return err
	}
	h, err := store.Get(tx, to)
	if err != nil {
		return err
	}
	if err := closeConsoles(tx, v); err != nil {
		return err
	}
	openConsoles(tx, vm, v, h)
	v.Domid, v.ResidentOn, v.ScheduledToBeResidentOn = domid, to, model.NullRef
	for _, g := range v.PendingGuidances {
		if g == model.UpdateGuidancesRestartDeviceModel {
			v.PendingGuidances = without(v.PendingGuidances, g)
			break
		}
	}
	s.raise(tx, "VM_MIGRATED", v, to, "migrated")
	return nil
}

func without[T comparable](list []T, drop T) []T {
	var rest []T
	for _, e := range list {
		if e != drop {
			rest = append(rest, e)
		}
	}
	return rest
}

// Movable gives the reason why a VM cannot be migrated to a host, memory aside,
// nil if it can.
func (s *Service) Movable(r store.Reader, vm ref, to hostRef) error {
	v, err := store.Get(r, vm)
	if err != nil {
		return err
	}
	return canBootHere(r, vm, v, to, everything&^memory)
}
