package limit

import (
	"fmt"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Limits handles the class Rate_limit.
type Limits struct{ *Meter }

// check makes sure that calls get through at all.
func check(field string, value float64) error {
	if !(value > 0) || value > 1e9 {
		return model.ErrInvalidValue(field, fmt.Sprint(value))
	}
	return nil
}

// Create makes a limit: so many calls at once, and so many a second.
// INVALID_VALUE unless both are more than nothing.
func (s Limits) Create(c *rpc.Call, args *model.RateLimit) (limitRef, error) {
	if err := check("burst_size", args.BurstSize); err != nil {
		return "", err
	}
	if err := check("fill_rate", args.FillRate); err != nil {
		return "", err
	}
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (limitRef, error) { return store.Insert(tx, args), nil })
}

// Destroy ends a limit.
func (s Limits) Destroy(c *rpc.Call, self limitRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		l, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		for _, ref := range l.Callers {
			row, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			row.RateLimit = model.NullRef
		}
		return store.Delete(tx, self)
	})
}

// AddCaller sets the limit for a caller, instead of any other.
func (s Limits) AddCaller(c *rpc.Call, self limitRef, caller callerRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := store.Get(tx, self); err != nil {
			return err
		}
		row, err := store.Edit(tx, caller)
		if err == nil {
			row.RateLimit = self
		}
		return err
	})
}

// RemoveCaller lifts it: INVALID_VALUE if the caller has another.
func (s Limits) RemoveCaller(c *rpc.Call, self limitRef, caller callerRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		row, err := store.Edit(tx, caller)
		switch {
		case err != nil:
			return err
		case row.RateLimit != self:
			return model.ErrInvalidValue("caller", caller)
		}
		row.RateLimit = model.NullRef
		return nil
	})
}

// SetBurstSize says how many calls may come at once.
func (s Limits) SetBurstSize(c *rpc.Call, self limitRef, value float64) error {
	return s.set(c, self, "burst_size", value, func(l *model.RateLimit) { l.BurstSize = value })
}

// SetFillRate says how many calls may come each second.
func (s Limits) SetFillRate(c *rpc.Call, self limitRef, value float64) error {
	return s.set(c, self, "fill_rate", value, func(l *model.RateLimit) { l.FillRate = value })
}

func (s Limits) set(c *rpc.Call, self limitRef, field string, value float64, change func(*model.RateLimit)) error {
	if err := check(field, value); err != nil {
		return err
	}
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		l, err := store.Edit(tx, self)
		if err == nil {
			change(l)
		}
		return err
	})
}
