package ha

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/licence"
)

// The intervals of real hosts, in seconds, and the least they are here: the
// members' vote for a new master takes a second or two whatever the scale, and
// nobody must be taken for dead meanwhile.
const (
	monitorEvery  = 20
	leastMonitor  = 100 * time.Millisecond
	leastDead     = 6 * time.Second
	leastFence    = 4 * time.Second
	leastAlone    = 2500 * time.Millisecond
	guardEvery    = 100 * time.Millisecond
	maxTriesPerVM = 3
)

// deadAfter is how long a host may be silent before it counts as failed; it
// has fenced itself by then.
func (s *Service) deadAfter(p *model.Pool) time.Duration {
	return max(s.Scale(timeout(p)), leastDead)
}

// Watch is the master's watch over the other hosts, until ctx ends.
func (s *Service) Watch(ctx context.Context) {
	began := s.Steady.Now()
	for emu.Sleep(ctx, s.Clock, max(s.Scale(monitorEvery), leastMonitor)) == nil {
		p := pool(s.DB.View())
		if p == nil || !p.HAEnabled {
			continue
		}
		for _, step := range []func() error{
			func() error { return s.checkLiveset(ctx, p, began) },
			func() error { return s.replan(ctx) },
			func() error { return s.restartProtected(ctx) },
			func() error { return s.disableExpired(ctx) },
		} {
			if err := step(); err != nil && ctx.Err() == nil {
				s.Log.Warn("the watch over the pool met an error", zap.Error(err))
			}
		}
	}
}

// checkLiveset writes down which hosts live, and deals with those that have
// failed.
func (s *Service) checkLiveset(ctx context.Context, p *model.Pool, began time.Time) error {
	r := s.DB.View()
	self, _ := store.Find(r, s.Members.SelfIn(r))
	limit := s.Steady.Now().Add(-s.deadAfter(p))
	lives := func(uuid string) bool {
		if self != nil && uuid == self.UUID {
			return true
		}
		last, ok := s.Members.Heard(uuid)
		if !ok {
			last = began
		}
		return last.After(limit)
	}
	for ref, h := range store.All[model.Host](r) {
		m, ok := store.Find(r, h.Metrics)
		alive := lives(hypervisor.Player(h))
		if !ok || alive == m.Live && (alive || len(runningOn(r, h)) == 0) {
			continue
		}
		if alive {
			if _, heard := s.Members.Heard(hypervisor.Player(h)); !heard {
				continue // it is given time to say hello
			}
			if s.Members.Leaving(h.UUID) {
				continue
			}
			if err := s.Members.NoteLive(ctx, ref, true); err != nil {
				return err
			}
			continue
		}
		if err := s.failed(ctx, ref, h); err != nil {
			return err
		}
	}
	return nil
}

// disableExpired keeps VMs away from hosts whose licence is over, where that
// keeps them from starting.
func (s *Service) disableExpired(ctx context.Context) error {
	for ref, h := range store.All[model.Host](s.DB.View()) {
		if !h.Enabled || licence.RequireCurrent(s.DB.View(), ref, s.Clock.Now()) == nil {
			continue
		}
		err := s.DB.Update(ctx, func(tx *store.Tx) error {
			h, err := store.Edit(tx, ref)
			if err == nil {
				h.Enabled = false
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// runningOn lists the VMs of a host besides its control domains.
func runningOn(r store.Reader, h *model.Host) []vmRef {
	var list []vmRef
	for _, vm := range h.ResidentVMs {
		if v, ok := store.Find(r, vm); ok && !v.IsControlDomain {
			list = append(list, vm)
		}
	}
	return list
}

// failed deals with a host that has failed: its VMs are down.
func (s *Service) failed(ctx context.Context, ref hostRef, h *model.Host) error {
	s.Log.Warn("a host has failed", zap.String("host", h.UUID), zap.String("name", h.NameLabel))
	var lost []vmRef
	err := s.DB.Update(ctx, func(tx *store.Tx) (err error) {
		if m, err := store.Edit(tx, h.Metrics); err == nil {
			if m.Live && !s.Members.Leaving(h.UUID) {
				s.Messages.Raise(tx, "HA_HOST_FAILED", model.ClsHost, h.UUID, "Server '"+h.NameLabel+"' has failed")
			}
			m.Live = false
		}
		lost, err = s.Machines.Lost(tx, ref)
		return err
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	for _, vm := range lost {
		s.bestEffort = append(s.bestEffort, vm)
		delete(s.tried, vm)
	}
	s.mu.Unlock()
	return s.takeVote(h.UUID)
}

// fewestVoters is how many members keep their vote whatever happens: two would
// be no better than three of which one is down.
const fewestVoters = 3

// takeVote lets the others decide without a member that has failed. It gets its
// vote back when it is in service again.
func (s *Service) takeVote(uuid string) error {
	for _, m := range s.DB.Members() {
		if m.ID == uuid && m.Voter && s.voters() > fewestVoters {
			return s.DB.TakeVote(uuid)
		}
	}
	return nil
}

// restartProtected starts what should run and does not: the protected VMs,
// those of one order side by side and after those of a lower one; then, if
// all of them run, the best-effort ones that a failure has taken down.
func (s *Service) restartProtected(ctx context.Context) error {
	s.mu.Lock()
	prevented := s.Steady.Now().Before(s.restartsFrom)
	s.mu.Unlock()
	if prevented {
		return nil
	}
	r := s.DB.View()
	groups := map[int64][]vmRef{}
	for ref, v := range store.All[model.VM](r) {
		if v.HAAlwaysRun && v.HARestartPriority == "restart" && v.PowerState == model.VMPowerStateHalted && !v.IsATemplate && len(v.CurrentOperations) == 0 {
			groups[v.Order] = append(groups[v.Order], ref)
		}
	}
	if len(groups) == 0 {
		s.startBestEffort(ctx)
		return nil
	}
	placed, _ := survey(r, protected).without(nil)
	var orders []int64
	for o := range groups {
		orders = append(orders, o)
	}
	slices.Sort(orders)
	if orders[0] < 0 { // negative comes last
		i := slices.IndexFunc(orders, func(o int64) bool { return o >= 0 })
		if i > 0 {
			orders = slices.Concat(orders[i:], orders[:i])
		}
	}
	for _, o := range orders {
		var wg sync.WaitGroup
		for _, vm := range groups[o] {
			wg.Go(func() { s.restart(ctx, vm, placed[vm]) })
		}
		wg.Wait()
	}
	return nil
}

// restart starts a protected VM, and says so once if that does not work.
func (s *Service) restart(ctx context.Context, vm vmRef, on hostRef) {
	s.mu.Lock()
	if s.tried == nil {
		s.tried = map[vmRef]int{}
	}
	s.tried[vm]++
	n := s.tried[vm]
	s.mu.Unlock()
	if n > maxTriesPerVM && n%50 != 0 {
		return // again after a while
	}
	err := s.Machines.Restart(ctx, vm, on)
	if err != nil && !on.IsNull() {
		err = s.Machines.Restart(ctx, vm, model.NullRef)
	}
	if err == nil {
		s.mu.Lock()
		delete(s.tried, vm)
		s.mu.Unlock()
		return
	}
	if ctx.Err() != nil {
		return
	}
	s.Log.Warn("a protected VM cannot be restarted", zap.String("vm", string(vm)), zap.Error(err))
	if n != maxTriesPerVM {
		return
	}
	err = s.DB.Update(ctx, func(tx *store.Tx) error {
		if v, ok := store.Find(tx, vm); ok {
			s.Messages.Raise(tx, "HA_PROTECTED_VM_RESTART_FAILED", model.ClsVM, v.UUID, "")
		}
		return nil
	})
	if err != nil {
		s.Log.Warn("an alert is lost", zap.Error(err))
	}
}

func (s *Service) startBestEffort(ctx context.Context) {
	s.mu.Lock()
	list := s.bestEffort
	s.bestEffort = nil
	s.mu.Unlock()
	for _, vm := range list {
		v, ok := store.Find(s.DB.View(), vm)
		if !ok || v.HARestartPriority != "best-effort" || v.PowerState != model.VMPowerStateHalted {
			continue
		}
		if err := s.Machines.Restart(ctx, vm, model.NullRef); err != nil {
			s.Log.Info("a best-effort VM is not restarted", zap.String("vm", string(vm)), zap.Error(err))
		}
	}
}
