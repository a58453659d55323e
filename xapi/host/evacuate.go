package host

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

type (
	hostRef = model.Ref[model.Host]
	vmRef   = model.Ref[model.VM]
)

// Machines are the VMs of the pool.
type Machines interface {
	// Movable gives the reason why a VM cannot be migrated to a host, memory
	// aside, nil if it can.
	Movable(r store.Reader, vm vmRef, to hostRef) error
	PoolMigrate(c *rpc.Call, vm vmRef, to hostRef, options map[string]string) error
	CleanShutdown(c *rpc.Call, vm vmRef) error
	HardShutdown(c *rpc.Call, vm vmRef) error
}

// evacuation is where the VMs of a host would go.
type evacuation struct {
	moves  map[vmRef]hostRef
	errors map[vmRef]*model.Error
}

// guests lists the VMs of a host besides its control domains, the largest
// first.
func guests(r store.Reader, h *model.Host) []vmRef {
	var list []vmRef
	for _, vm := range h.ResidentVMs {
		if v, ok := store.Find(r, vm); ok && !v.IsControlDomain {
			list = append(list, vm)
		}
	}
	size := func(ref vmRef) int64 {
		v, _ := store.Find(r, ref)
		return v.MemoryDynamicMin + v.MemoryOverhead
	}
	slices.SortStableFunc(list, func(a, b vmRef) int { return cmp.Compare(size(b), size(a)) })
	return list
}

// plan finds a place for every VM of a host: on enabled hosts, all of which
// each VM must be able to run on, by memory.
func (s *Service) plan(r store.Reader, host hostRef) (evacuation, error) {
	e := evacuation{map[vmRef]hostRef{}, map[vmRef]*model.Error{}}
	h, err := store.Get(r, host)
	if err != nil {
		return e, err
	}
	free := map[hostRef]int64{}
	var targets []hostRef
	for ref, o := range store.All[model.Host](r) {
		if ref != host && o.Enabled {
			targets, free[ref] = append(targets, ref), FreeMemory(r, ref, "")
		}
	}
	enabled := false
	for _, p := range store.All[model.Pool](r) {
		enabled = p.HAEnabled
	}
	for _, vm := range guests(r, h) {
		v, _ := store.Find(r, vm)
		if len(targets) == 0 {
			e.errors[vm] = model.ErrNoHostsAvailable(vm)
			continue
		}
		if enabled && !ha.Protected(v) {
			e.errors[vm] = model.ErrHostEvacuateVMNotHAProtected(vm)
			continue
		}
		if err := s.stuck(r, vm, targets); err != nil {
			e.errors[vm] = err
			continue
		}
		need := v.MemoryDynamicMin + v.MemoryOverhead
		slices.SortStableFunc(targets, func(a, b hostRef) int { return cmp.Compare(free[b], free[a]) })
		if free[targets[0]] < need {
			e.errors[vm] = model.ErrHostNotEnoughFreeMemory(vm)
			continue
		}
		free[targets[0]] -= need
		e.moves[vm] = targets[0]
	}
	return e, nil
}

// stuck is what keeps a VM from moving to any of the targets.
func (s *Service) stuck(r store.Reader, vm vmRef, targets []hostRef) *model.Error {
	var api *model.Error
	if err := ops.CheckVM(r, vm, model.VMOperationsPoolMigrate); errors.As(err, &api) {
		return api
	}
	for _, t := range targets {
		if err := s.Machines.Movable(r, vm, t); errors.As(err, &api) {
			return api
		}
	}
	return nil
}

// GetVMsWhichPreventEvacuation tells of each VM that could not leave the host
// why, as code and parameters.
func (s *Service) GetVMsWhichPreventEvacuation(c *rpc.Call, self hostRef) (map[vmRef][]string, error) {
	e, err := s.plan(s.DB.View(), self)
	if err != nil {
		return nil, err
	}
	out := map[vmRef][]string{}
	for vm, why := range e.errors {
		out[vm] = append([]string{why.Code}, why.Params...)
	}
	return out, nil
}

// AssertCanEvacuate fails with CANNOT_EVACUATE_HOST [reasons] if a VM could not
// leave the host.
func (s *Service) AssertCanEvacuate(c *rpc.Call, host hostRef) error {
	e, err := s.plan(s.DB.View(), host)
	if err != nil {
		return err
	}
	var reasons []string
	for _, why := range e.errors {
		reasons = append(reasons, strings.Join(append([]string{why.Code}, why.Params...), ","))
	}
	if len(reasons) == 0 {
		return nil
	}
	slices.Sort(reasons)
	return model.ErrCannotEvacuateHost(strings.Join(reasons, "|"))
}

// atOnce is how many VMs move side by side if the caller does not say: one after
// another until the message had a parameter for it.
func (s *Service) atOnce() int {
	if s.Release.Before("23.27.0") {
		return 1
	}
	return 10
}

// Evacuate migrates all VMs away from the host, or fails with the first reason
// why one cannot leave, and moves none. It does not disable the host.
func (s *Service) Evacuate(c *rpc.Call, host hostRef, network model.Ref[model.Network], evacuateBatchSize int64) error {
	if err := s.wouldBreak(c, host); err != nil {
		return err
	}
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Host(host, model.HostAllowedOperationsEvacuate)}, func() error {
		e, err := s.plan(s.DB.View(), host)
		if err != nil {
			return err
		}
		for _, why := range e.errors {
			return why
		}
		batch := int(evacuateBatchSize)
		if batch <= 0 {
			batch = s.atOnce()
		}
		if err := s.moveAll(c, e.moves, batch); err != nil {
			return err
		}
		r := s.DB.View()
		h, err := store.Get(r, host)
		if err != nil {
			return err
		}
		if n := len(guests(r, h)); n > 0 {
			if s.Release.Old() {
				return model.ErrInternalError("Assertion failed: VMs are still resident")
			}
			return model.ErrInternalError(fmt.Sprintf("evacuate: %d VMs are still resident on %s", n, host))
		}
		return nil
	})
}

func (s *Service) moveAll(c *rpc.Call, moves map[vmRef]hostRef, batch int) error {
	slots := make(chan struct{}, batch)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	done := 0
	for vm, to := range moves {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			err := s.Machines.PoolMigrate(rpc.Background(c.Ctx, s.DB, s.Clock, "Async.VM.pool_migrate"), vm, to, map[string]string{"live": "true"})
			mu.Lock()
			defer mu.Unlock()
			done++
			c.Task.Progress(float64(done) / float64(len(moves)))
			var api *model.Error
			if errors.As(err, &api) && api.Code == "VM_BAD_POWER_STATE" {
				return // it was shut down meanwhile
			}
			if first == nil {
				first = err
			}
		})
	}
	wg.Wait()
	return first
}

// wouldBreak fails if the pool's plan could not do without the host.
func (s *Service) wouldBreak(c *rpc.Call, host hostRef) error {
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		err := ha.Guard(tx, func() error {
			h, err := store.Edit(tx, host)
			if err == nil {
				h.Enabled = false
			}
			return err
		})
		return errors.Join(err, errTrial)
	})
	var api *model.Error
	if errors.As(err, &api) {
		return api
	}
	return nil
}

// errTrial undoes a transaction that only wanted to see.
var errTrial = errors.New("only a trial")
