package vm

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Appliances handles the class VM_appliance: VMs that start and stop together.
type Appliances struct {
	DB  *store.DB
	VMs *Service
}

type applianceRef = model.Ref[model.VMAppliance]

// together is an operation on the VMs of an appliance: what is done to each
// that is not in the wanted state yet.
type together struct {
	op    model.VMApplianceOperation
	want  model.VMPowerState
	call  string
	apply func(c *rpc.Call, vm ref) error
}

// Start starts the VMs, those of the lowest order first; the next follow once
// all before them have started. OPERATION_PARTIALLY_FAILED [operation, VMs] if
// some did not.
func (s *Appliances) Start(c *rpc.Call, self applianceRef, paused bool) error {
	if err := licence.Require(s.DB.View(), licence.VMApplianceStart); err != nil {
		return err
	}
	want := model.VMPowerStateRunning
	if paused {
		want = model.VMPowerStatePaused
	}
	return s.run(c, self, together{model.VMApplianceOperationStart, want, "Async.VM.start",
		func(c *rpc.Call, vm ref) error { return s.VMs.Start(c, vm, paused, false) }})
}

// CleanShutdown shuts the VMs down, those of the highest order first.
func (s *Appliances) CleanShutdown(c *rpc.Call, self applianceRef) error {
	return s.run(c, self, together{model.VMApplianceOperationCleanShutdown, model.VMPowerStateHalted, "Async.VM.clean_shutdown", s.VMs.CleanShutdown})
}

// HardShutdown takes the VMs' domains away, those of the highest order first.
func (s *Appliances) HardShutdown(c *rpc.Call, self applianceRef) error {
	return s.run(c, self, together{model.VMApplianceOperationHardShutdown, model.VMPowerStateHalted, "Async.VM.hard_shutdown", s.VMs.HardShutdown})
}

// Shutdown is a clean shutdown of each VM, and a hard one where that fails.
func (s *Appliances) Shutdown(c *rpc.Call, self applianceRef) error {
	return s.run(c, self, together{model.VMApplianceOperationShutdown, model.VMPowerStateHalted, "Async.VM.shutdown", s.VMs.Shutdown})
}

func (s *Appliances) run(c *rpc.Call, self applianceRef, t together) error {
	return s.VMs.Gate.Do(c, ops.Standard, []ops.Claim{ops.Appliance(self, t.op)}, func() error {
		r := s.DB.View()
		waves := s.waves(r, s.others(r, self, t.want), t.op == model.VMApplianceOperationStart)
		for i, wave := range waves {
			if err := c.CheckCancel(); err != nil {
				return err
			}
			s.wave(c.Ctx, wave, t)
			c.Task.Progress(float64(i+1) / float64(len(waves)))
		}
		if err := c.CheckCancel(); err != nil {
			return err
		}
		left := s.others(s.DB.View(), self, t.want)
		if len(left) == 0 {
			return nil
		}
		failure := []any{"VM_appliance." + string(t.op)}
		for _, vm := range left {
			failure = append(failure, vm)
		}
		return model.ErrOperationPartiallyFailed(failure...)
	})
}

// others are the VMs that are not in the wanted state.
func (s *Appliances) others(r store.Reader, self applianceRef, want model.VMPowerState) []ref {
	a, ok := store.Find(r, self)
	if !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(a.VMs), func(vm ref) bool {
		v, ok := store.Find(r, vm)
		return !ok || v.PowerState == want
	})
}

// waves are the VMs by their order.
func (s *Appliances) waves(r store.Reader, list []ref, ascending bool) [][]ref {
	order := func(vm ref) int64 {
		v, ok := store.Find(r, vm)
		switch {
		case !ok:
			return 0
		case ascending:
			return v.Order
		}
		return -v.Order
	}
	slices.SortStableFunc(list, func(a, b ref) int { return cmp.Compare(order(a), order(b)) })
	return slices.Collect(chunks(list, func(a, b ref) bool { return order(a) == order(b) }))
}

// chunks cuts a list where neighbours do not belong together.
func chunks[T any](list []T, together func(a, b T) bool) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		for from := 0; from < len(list); {
			to := from + 1
			for to < len(list) && together(list[from], list[to]) {
				to++
			}
			if !yield(list[from:to]) {
				return
			}
			from = to
		}
	}
}

// wave works on VMs side by side. What fails shows in the end.
func (s *Appliances) wave(ctx context.Context, list []ref, t together) {
	var wg sync.WaitGroup
	for _, vm := range list {
		wg.Go(func() {
			if err := t.apply(rpc.Background(ctx, s.DB, s.VMs.Clock, t.call), vm); err != nil {
				s.VMs.Log.Info("a VM of an appliance lags behind", zap.String("vm", string(vm)), zap.String("call", t.call), zap.Error(err))
			}
		})
	}
	wg.Wait()
}

// AssertCanBeRecovered fails with VM_REQUIRES_SR [vm, sr] if the pool of the
// session lacks an SR of the VMs.
func (s *Appliances) AssertCanBeRecovered(c *rpc.Call, self applianceRef, sessionTo model.Ref[model.Session]) error {
	r := s.DB.View()
	a, err := store.Get(r, self)
	if err != nil {
		return err
	}
	if _, err := store.Get(r, sessionTo); err != nil {
		return err
	}
	for _, vm := range a.VMs {
		if err := srsThere(r, vm); err != nil {
			return err
		}
	}
	return nil
}

// GetSRsRequiredForRecovery lists the SRs of the VMs' disks.
func (s *Appliances) GetSRsRequiredForRecovery(c *rpc.Call, self applianceRef, sessionTo model.Ref[model.Session]) ([]model.Ref[model.SR], error) {
	r := s.DB.View()
	a, err := store.Get(r, self)
	if err != nil {
		return nil, err
	}
	if _, err := store.Get(r, sessionTo); err != nil {
		return nil, err
	}
	list := []model.Ref[model.SR]{}
	for _, vm := range a.VMs {
		list = append(list, srsOf(r, vm)...)
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}
