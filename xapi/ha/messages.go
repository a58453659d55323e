package ha

import (
	"context"
	"slices"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// HAFailoverPlanExists tells whether all protected VMs could run again after
// any n hosts have failed.
func (s *Service) HAFailoverPlanExists(c *rpc.Call, n int64) (bool, error) {
	return Exists(s.DB.View(), n), nil
}

// HAComputeMaxHostFailuresToTolerate is for how many failed hosts there is a
// plan.
func (s *Service) HAComputeMaxHostFailuresToTolerate(c *rpc.Call) (int64, error) {
	return survey(s.DB.View(), protected).most(), nil
}

// HAComputeHypotheticalMaxHostFailuresToTolerate is the same if the VMs had
// those priorities: INVALID_VALUE for one that is none.
func (s *Service) HAComputeHypotheticalMaxHostFailuresToTolerate(c *rpc.Call, configuration map[vmRef]string) (int64, error) {
	for vm, priority := range configuration {
		if !slices.Contains([]string{"restart", "best-effort", ""}, priority) {
			return 0, model.ErrInvalidValue("ha_restart_priority", priority)
		}
		if _, err := store.Get(s.DB.View(), vm); err != nil {
			return 0, err
		}
	}
	would := func(ref vmRef, v *model.VM) bool { return configuration[ref] == "restart" }
	return survey(s.DB.View(), would).most(), nil
}

// HAComputeVMFailoverPlan tells for VMs whose hosts have failed where each
// would run: host, or error_code if nowhere.
func (s *Service) HAComputeVMFailoverPlan(c *rpc.Call, failedHosts []hostRef, failedVMs []vmRef) (map[vmRef]map[string]string, error) {
	r := s.DB.View()
	failed := map[hostRef]bool{}
	for _, h := range failedHosts {
		if _, err := store.Get(r, h); err != nil {
			return nil, err
		}
		failed[h] = true
	}
	for _, vm := range failedVMs {
		if _, err := store.Get(r, vm); err != nil {
			return nil, err
		}
	}
	now := survey(r, func(ref vmRef, _ *model.VM) bool { return slices.Contains(failedVMs, ref) })
	for i := range now.boxes {
		now.boxes[i].from = model.NullRef
	}
	placed, _ := now.without(failed)
	out := map[vmRef]map[string]string{}
	for _, vm := range failedVMs {
		v, _ := store.Find(r, vm)
		if h, ok := placed[vm]; ok {
			out[vm] = map[string]string{"host": string(h)}
			continue
		}
		code := "HOST_NOT_ENOUGH_FREE_MEMORY"
		if err, ok := Agile(r, vm, v).(*model.Error); ok {
			code = err.Code
		}
		out[vm] = map[string]string{"error_code": code}
	}
	return out, nil
}

// HAPreventRestartsFor keeps HA from restarting VMs for so many seconds; 0
// ends that.
func (s *Service) HAPreventRestartsFor(c *rpc.Call, seconds int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.restartsFrom = s.Steady.Now().Add(time.Duration(seconds) * time.Second)
	return nil
}

// HASchedulePlanRecomputation makes the plan anew.
func (s *Service) HASchedulePlanRecomputation(c *rpc.Call) error { return s.replan(c.Ctx) }

// SetHAHostFailuresToTolerate says for how many failed hosts restarts are
// planned: INVALID_VALUE if negative, HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN if
// there is a plan now and would be none.
func (s *Service) SetHAHostFailuresToTolerate(c *rpc.Call, self model.Ref[model.Pool], value int64) error {
	if value < 0 {
		return model.ErrInvalidValue("ha_host_failures_to_tolerate", value)
	}
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if p.HAEnabled && p.HAPlanExistsFor > 0 && !p.HAAllowOvercommit && !Exists(tx, value) {
			return model.ErrHAOperationWouldBreakFailoverPlan()
		}
		p.HAHostFailuresToTolerate = value
		return nil
	})
	if err != nil {
		return err
	}
	return s.replan(c.Ctx)
}

// replan writes whether there is a plan, and tells if that has become worse.
func (s *Service) replan(ctx context.Context) error {
	r := s.DB.View()
	p := pool(r)
	if p == nil || !p.HAEnabled {
		return nil
	}
	now := survey(r, protected)
	want := p.HAHostFailuresToTolerate
	exists, over := want, false
	if !now.survives(int(want)) {
		exists, over = min(want, now.most()), true
	}
	if exists == p.HAPlanExistsFor && over == p.HAOvercommitted {
		return nil
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		for ref := range store.All[model.Pool](tx) {
			e, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			if exists < e.HAPlanExistsFor {
				s.Messages.Raise(tx, "HA_POOL_DROP_IN_PLAN_EXISTS_FOR", model.ClsPool, e.UUID, itoa(exists))
			}
			if over && !e.HAOvercommitted {
				s.Messages.Raise(tx, "HA_POOL_OVERCOMMITTED", model.ClsPool, e.UUID, "")
			}
			e.HAPlanExistsFor, e.HAOvercommitted = exists, over
		}
		return nil
	})
}
