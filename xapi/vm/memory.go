package vm

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/host"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// limits are the four bounds of a VM's memory, in bytes.
type limits struct{ staticMin, dynamicMin, dynamicMax, staticMax int64 }

func limitsOf(v *model.VM) limits {
	return limits{v.MemoryStaticMin, v.MemoryDynamicMin, v.MemoryDynamicMax, v.MemoryStaticMax}
}

// setLimits changes memory bounds under an operation:
// MEMORY_CONSTRAINT_VIOLATION_ORDER unless they are in order. change gets the
// present ones.
func (s *Service) setLimits(c *rpc.Call, vm ref, op model.VMOperations, change func(*limits)) error {
	return s.gated(c, vm, op, func(tx *store.Tx, v *model.VM) error {
		l := limitsOf(v)
		change(&l)
		if l.staticMin > l.dynamicMin || l.dynamicMin > l.dynamicMax || l.dynamicMax > l.staticMax {
			return model.ErrMemoryConstraintViolationOrder()
		}
		pinned := l.dynamicMin == l.dynamicMax && l.dynamicMax == l.staticMax
		switch {
		case pinned:
		case v.IsControlDomain:
			return model.ErrMemoryConstraintViolationMaxpin("the maxima of a control domain must be equal")
		case !licence.Enabled(tx, licence.DMC):
			return model.ErrMemoryConstraintViolationMaxpin("the maxima must be equal without dynamic memory control")
		}
		if grow := l.dynamicMin - v.MemoryDynamicMin; grow > 0 && v.PowerState == model.VMPowerStateRunning && !v.IsControlDomain {
			if free := host.FreeMemory(tx, v.ResidentOn, vm); grow > free {
				return model.ErrHostNotEnoughFreeMemory(grow/1024, free/1024) // in KiB here, as xapi
			}
		}
		if l.dynamicMin != v.MemoryDynamicMin || l.dynamicMax != v.MemoryDynamicMax {
			v.MemoryTarget = l.dynamicMin
		}
		return ha.Guard(tx, func() error {
			v, err := store.Edit(tx, vm)
			if err != nil {
				return err
			}
			v.MemoryStaticMin, v.MemoryDynamicMin, v.MemoryDynamicMax, v.MemoryStaticMax = l.staticMin, l.dynamicMin, l.dynamicMax, l.staticMax
			v.MemoryOverhead = overhead(v)
			if v.IsControlDomain && op != model.VMOperationsChangingDynamicRange {
				v.RequiresReboot = true
			}
			return nil
		})
	})
}

// SetMemoryLimits sets all four bounds, in bytes.
func (s *Service) SetMemoryLimits(c *rpc.Call, self ref, staticMin, staticMax, dynamicMin, dynamicMax int64) error {
	return s.setLimits(c, self, model.VMOperationsChangingMemoryLimits, func(l *limits) {
		*l = limits{staticMin, dynamicMin, dynamicMax, staticMax}
	})
}

// SetMemory sets all maxima to value; the static minimum stays.
func (s *Service) SetMemory(c *rpc.Call, self ref, value int64) error {
	return s.setLimits(c, self, model.VMOperationsChangingMemoryLimits, func(l *limits) {
		l.dynamicMin, l.dynamicMax, l.staticMax = value, value, value
	})
}

// SetMemoryStaticRange sets the static bounds.
func (s *Service) SetMemoryStaticRange(c *rpc.Call, self ref, low, high int64) error {
	return s.setLimits(c, self, model.VMOperationsChangingStaticRange, func(l *limits) { l.staticMin, l.staticMax = low, high })
}

// SetMemoryStaticMin sets the lower static bound.
func (s *Service) SetMemoryStaticMin(c *rpc.Call, self ref, value int64) error {
	return s.setLimits(c, self, model.VMOperationsChangingStaticRange, func(l *limits) { l.staticMin = value })
}

// SetMemoryStaticMax sets the upper static bound.
func (s *Service) SetMemoryStaticMax(c *rpc.Call, self ref, value int64) error {
	return s.setLimits(c, self, model.VMOperationsChangingStaticRange, func(l *limits) { l.staticMax = value })
}

// SetMemoryDynamicRange sets the dynamic bounds, of a running VM too.
func (s *Service) SetMemoryDynamicRange(c *rpc.Call, self ref, low, high int64) error {
	return s.setLimits(c, self, model.VMOperationsChangingDynamicRange, func(l *limits) { l.dynamicMin, l.dynamicMax = low, high })
}

// SetMemoryDynamicMin sets the lower dynamic bound.
func (s *Service) SetMemoryDynamicMin(c *rpc.Call, self ref, value int64) error {
	return s.setLimits(c, self, model.VMOperationsChangingDynamicRange, func(l *limits) { l.dynamicMin = value })
}

// SetMemoryDynamicMax sets the upper dynamic bound.
func (s *Service) SetMemoryDynamicMax(c *rpc.Call, self ref, value int64) error {
	return s.setLimits(c, self, model.VMOperationsChangingDynamicRange, func(l *limits) { l.dynamicMax = value })
}

// SetMemoryTargetLive changes nothing, as xapi: the dynamic range decides.
func (s *Service) SetMemoryTargetLive(c *rpc.Call, self ref, target int64) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(self, model.VMOperationsChangingMemoryLive)}, func() error { return nil })
}

// WaitMemoryTargetLive returns once the VM has the memory that it should have,
// and notes how much that is.
func (s *Service) WaitMemoryTargetLive(c *rpc.Call, self ref) error {
	return s.gated(c, self, model.VMOperationsAwaitingMemoryLive, func(tx *store.Tx, v *model.VM) error {
		m, err := metricsOf(tx, v)
		if err != nil {
			return err
		}
		m.MemoryActual = v.MemoryTarget
		return nil
	})
}

// GetCooperative is true: every VM gives memory back when asked, as xapi has
// it.
func (s *Service) GetCooperative(c *rpc.Call, self ref) (bool, error) {
	_, err := store.Get(s.DB.View(), self)
	return true, err
}

// ComputeMemoryOverhead is what the VM takes beside its own memory, in bytes.
func (s *Service) ComputeMemoryOverhead(c *rpc.Call, vm ref) (int64, error) {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return 0, err
	}
	return overhead(v), nil
}

// SetHVMShadowMultiplier sets how much more than usual the hypervisor keeps
// for the VM's page tables; 1 or more.
func (s *Service) SetHVMShadowMultiplier(c *rpc.Call, self ref, value float64) error {
	return s.setShadow(c, self, model.VMOperationsChangingShadowMemory, value)
}

// SetShadowMultiplierLive is the same for a running VM.
func (s *Service) SetShadowMultiplierLive(c *rpc.Call, self ref, multiplier float64) error {
	return s.setShadow(c, self, model.VMOperationsChangingShadowMemoryLive, multiplier)
}

func (s *Service) setShadow(c *rpc.Call, self ref, op model.VMOperations, value float64) error {
	return s.gated(c, self, op, func(tx *store.Tx, v *model.VM) error {
		if value < 1 {
			return model.ErrInvalidValue("multiplier", value)
		}
		v.HVMShadowMultiplier = value
		before := v.MemoryOverhead
		v.MemoryOverhead = overhead(v)
		if grow := v.MemoryOverhead - before; grow > 0 && live(v) {
			if free := host.FreeMemory(tx, v.ResidentOn, self); grow > free {
				return model.ErrHostNotEnoughFreeMemory(grow, free)
			}
		}
		return nil
	})
}
