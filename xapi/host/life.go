package host

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/pool"
	"github.com/xapid/xapid/xapi/rpc"
)

// Power restarts, reboots and switches off hosts and their toolstacks. A host
// that cannot be reached fails with CANNOT_CONTACT_HOST.
type Power interface {
	Command(ctx context.Context, host hostRef, do pool.Command) error
	SyncDatabase(c *rpc.Call) error
}

// shutdownFuse is how many seconds pass between the call and the host's going
// down.
const shutdownFuse = 10

// Disable keeps new virtual machines away from the host:
// HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN, HOST_OFFLINE [host]. autoEnable tells
// whether the next start of the host ends that.
func (s *Service) Disable(c *rpc.Call, host hostRef, autoEnable bool) error {
	if _, err := store.Get(s.DB.View(), host); err != nil {
		return err
	} else if err := s.wouldBreak(c, host); err != nil {
		return err
	} else if err := s.Reach(c.Ctx, host); err != nil {
		return err
	}
	return s.edit(c, host, func(h *model.Host) error {
		h.Enabled = false
		if h.OtherConfig == nil {
			h.OtherConfig = map[string]string{}
		}
		if autoEnable {
			delete(h.OtherConfig, pool.KeepDisabled)
		} else {
			h.OtherConfig[pool.KeepDisabled] = "true"
		}
		return nil
	})
}

// Enable lets the host run virtual machines again: HOST_OFFLINE [host],
// HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY [host] after an update,
// HOST_DISABLED_UNTIL_REBOOT [host] while it goes down, LICENSE_EXPIRED with HA
// before clearwater,
// HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED [sr] if protected VMs would cease to be
// agile.
func (s *Service) Enable(c *rpc.Call, host hostRef) error {
	var claims []ops.Claim
	if s.Release.HasLabel("host_allowed_operations", string(model.HostAllowedOperationsEnable)) {
		claims = append(claims, ops.Host(host, model.HostAllowedOperationsEnable))
	}
	return s.Gate.Do(c, ops.Standard, claims, func() error {
		return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
			h, err := store.Edit(tx, host)
			if err != nil {
				return err
			}
			if h.Enabled {
				return nil
			}
			if !ops.Alive(tx, h) {
				return model.ErrHostOffline(host)
			}
			if len(h.PendingGuidances) > 0 {
				return model.ErrHostPendingMandatoryGuidanceNotEmpty(host)
			}
			for _, op := range h.CurrentOperations {
				if op == model.HostAllowedOperationsShutdown || op == model.HostAllowedOperationsReboot {
					return s.untilReboot(host)
				}
			}
			if _, p := pool.The(tx); p != nil && p.HAEnabled {
				if err := licence.RequireCurrent(tx, host, s.Clock.Now()); err != nil {
					return err
				}
			}
			h.Enabled = true
			delete(h.OtherConfig, pool.KeepDisabled)
			return stillAgile(tx)
		})
	})
}

// untilReboot is the failure of enabling a host that goes down; 6.0 did not say
// which.
func (s *Service) untilReboot(host hostRef) error {
	if s.Release.Old() {
		return model.ErrHostDisabledUntilReboot()
	}
	return model.ErrHostDisabledUntilReboot(host)
}

// stillAgile fails if a protected VM is tied to a host, in a pool that does not
// allow for that.
func stillAgile(tx *store.Tx) error {
	for _, p := range store.All[model.Pool](tx) {
		if !p.HAEnabled || p.HAAllowOvercommit {
			return nil
		}
	}
	for ref, v := range store.All[model.VM](tx) {
		if ha.Protected(v) && !v.IsATemplate {
			if err := ha.Agile(tx, ref, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// Reboot restarts the host: HOST_NOT_DISABLED, HOST_OFFLINE [host]. It returns
// at once; its VMs are moved away, or shut down, before the host goes down.
func (s *Service) Reboot(c *rpc.Call, host hostRef) error {
	return s.goDown(c, host, model.HostAllowedOperationsReboot, pool.RebootHost)
}

// Shutdown switches the host off, as Reboot.
func (s *Service) Shutdown(c *rpc.Call, host hostRef) error {
	return s.goDown(c, host, model.HostAllowedOperationsShutdown, pool.SwitchOff)
}

func (s *Service) goDown(c *rpc.Call, host hostRef, op model.HostAllowedOperations, do pool.Command) error {
	// As xapi: whichever it is, it shows as a shutdown.
	key := string(c.TaskRef())
	if err := s.Gate.CheckHost(s.DB.View(), host, op); err != nil {
		return err
	} else if err := s.Reach(c.Ctx, host); err != nil {
		return err
	}
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if err := s.Gate.CheckHost(tx, host, op); err != nil {
			return err
		}
		h, err := store.Edit(tx, host)
		if err != nil {
			return err
		}
		if !ops.Alive(tx, h) {
			return model.ErrHostOffline(host)
		}
		if h.CurrentOperations == nil {
			h.CurrentOperations = map[string]model.HostAllowedOperations{}
		}
		h.CurrentOperations[key] = model.HostAllowedOperationsShutdown
		return nil
	})
	if err != nil {
		return err
	}
	s.Jobs(func(ctx context.Context) {
		if emu.Sleep(ctx, s.Clock, s.Scale(shutdownFuse)) != nil {
			return
		}
		if err := s.down(ctx, host, key, do); err != nil {
			s.Log.Warn("a host does not go down", zap.String("host", string(host)), zap.Error(err))
			s.stays(ctx, host, key)
		}
	})
	return nil
}

// stays ends the operation of a host that was to go down.
func (s *Service) stays(ctx context.Context, host hostRef, key string) {
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, host)
		if err == nil {
			delete(h.CurrentOperations, key)
		}
		return err
	})
	if err != nil && ctx.Err() == nil {
		s.Log.Warn("a host seems to go down for ever", zap.String("host", string(host)), zap.Error(err))
	}
}

// settle does what was left for the next boot.
func settle(h *model.Host) {
	switch h.Display {
	case model.HostDisplayDisableOnReboot:
		h.Display = model.HostDisplayDisabled
	case model.HostDisplayEnableOnReboot:
		h.Display = model.HostDisplayEnabled
	}
	done := func(g model.UpdateGuidances) bool {
		return g != model.UpdateGuidancesRestartDeviceModel && g != model.UpdateGuidancesRestartVM
	}
	h.UpdatesRequiringReboot = nil
	for _, list := range []*[]model.UpdateGuidances{&h.PendingGuidances, &h.PendingGuidancesRecommended, &h.PendingGuidancesFull} {
		*list = slices.DeleteFunc(slices.Clone(*list), done)
	}
}

// down empties a host and lets it go.
func (s *Service) down(ctx context.Context, host hostRef, key string, do pool.Command) error {
	c := rpc.Background(ctx, s.DB, s.Clock, "host.prepare_for_poweroff")
	if err := s.PrepareForPoweroff(c, host); err != nil {
		return err
	}
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, host)
		if err != nil {
			return err
		}
		delete(h.CurrentOperations, key)
		settle(h)
		for _, b := range h.PBDs {
			if e, err := store.Edit(tx, b); err == nil {
				e.CurrentlyAttached = false
			}
		}
		if m, err := store.Edit(tx, h.Metrics); err == nil {
			m.Live = false
		}
		return nil
	})
	return errors.Join(err, s.Power.Command(ctx, host, do))
}

// PrepareForPoweroff empties the host: its VMs are migrated away if they can
// be, else shut down, cleanly if they will. Before there was such a message the
// scripts of a host that went down did no more than to shut them down.
func (s *Service) PrepareForPoweroff(c *rpc.Call, host hostRef) error {
	r := s.DB.View()
	h, err := store.Get(r, host)
	if err != nil {
		return err
	}
	e, err := s.plan(r, host)
	if err != nil {
		return err
	}
	for _, vm := range guests(r, h) {
		one := func() *rpc.Call { return rpc.Background(c.Ctx, s.DB, s.Clock, string(c.Task.Ref())) }
		if to, ok := e.moves[vm]; ok && !s.Release.Before("kolkata") && s.Machines.PoolMigrate(one(), vm, to, nil) == nil {
			continue
		}
		if s.Machines.CleanShutdown(one(), vm) == nil {
			continue
		}
		if err := s.Machines.HardShutdown(one(), vm); err != nil {
			s.Log.Warn("a VM goes down with its host", zap.String("vm", string(vm)), zap.Error(err))
		}
	}
	return c.Ctx.Err()
}

// RestartAgent restarts the host's toolstack: HOST_OFFLINE [host]. VMs run on.
func (s *Service) RestartAgent(c *rpc.Call, host hostRef) error {
	if _, err := ops.Online(s.DB.View(), host); err != nil {
		return err
	}
	return s.Power.Command(c.Ctx, host, pool.RestartToolstack)
}

// ShutdownAgent ends this host's toolstack; it comes back with the host.
func (s *Service) ShutdownAgent(c *rpc.Call) error {
	return s.Power.Command(c.Ctx, s.Self(), pool.StopToolstack)
}

// PowerOn switches a host on: HOST_IS_LIVE [host], HOST_POWER_ON_MODE_DISABLED.
func (s *Service) PowerOn(c *rpc.Call, host hostRef) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Host(host, model.HostAllowedOperationsPowerOn)}, func() error {
		if err := s.Power.Command(c.Ctx, host, pool.SwitchOn); err != nil {
			return model.ErrInternalError(fmt.Sprintf("The host failed to power on: %v", err))
		}
		return nil
	})
}
