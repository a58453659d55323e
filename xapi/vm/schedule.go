package vm

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// Schedules handles the class VMSS: snapshots that are taken by the clock.
type Schedules struct {
	DB  *store.DB
	VMs *Service
}

type scheduleRef = model.Ref[model.VMSS]

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// timing are the keys of a schedule: which frequencies have them, what a
// missing one is, and which values they take.
var timing = []struct {
	key       string
	of        []model.VMSSFrequency
	otherwise string
	takes     func(text string) bool
}{
	{"min", []model.VMSSFrequency{model.VMSSFrequencyHourly, model.VMSSFrequencyDaily, model.VMSSFrequencyWeekly}, "0",
		func(t string) bool { return slices.Contains([]string{"0", "15", "30", "45"}, t) }},
	{"hour", []model.VMSSFrequency{model.VMSSFrequencyDaily, model.VMSSFrequencyWeekly}, "0",
		func(t string) bool { n, err := strconv.Atoi(t); return err == nil && n >= 0 && n < 24 }},
	{"days", []model.VMSSFrequency{model.VMSSFrequencyWeekly}, "Monday",
		func(t string) bool {
			for day := range strings.SplitSeq(t, ",") {
				if !slices.ContainsFunc(weekdays, func(d string) bool { return strings.EqualFold(d, strings.TrimSpace(day)) }) {
					return false
				}
			}
			return true
		}},
}

// checkTiming fails with INVALID_VALUE [schedule:key, value] for a key that a
// schedule does not have, or a value that its key does not take.
func checkTiming(schedule map[string]string) error {
	for _, key := range slices.Sorted(maps.Keys(schedule)) {
		known := false
		for _, t := range timing {
			if t.key == key {
				known = t.takes(schedule[key])
			}
		}
		if !known {
			return model.ErrInvalidValue("schedule:"+key, schedule[key])
		}
	}
	return nil
}

// fit makes a schedule have just the keys of its frequency.
func fit(schedule map[string]string, frequency model.VMSSFrequency) map[string]string {
	m := map[string]string{}
	for _, t := range timing {
		if !slices.Contains(t.of, frequency) {
			continue
		}
		if m[t.key] = schedule[t.key]; m[t.key] == "" {
			m[t.key] = t.otherwise
		}
	}
	return m
}

func checkRetained(n int64) error {
	if n < 1 || n > 10 {
		return model.ErrInvalidValue("retained_snapshots", n)
	}
	return nil
}

// Create makes a schedule: INVALID_VALUE for what it cannot keep.
func (s *Schedules) Create(c *rpc.Call, args *model.VMSS) (scheduleRef, error) {
	if err := licence.Require(s.DB.View(), licence.VMSS); err != nil {
		return "", err
	}
	if err := checkTiming(args.Schedule); err != nil {
		return "", err
	}
	if err := checkRetained(args.RetainedSnapshots); err != nil {
		return "", err
	}
	v := store.Default[model.VMSS]()
	v.NameLabel, v.NameDescription, v.Enabled = args.NameLabel, args.NameDescription, args.Enabled
	v.Type, v.RetainedSnapshots, v.Frequency = args.Type, args.RetainedSnapshots, args.Frequency
	v.Schedule = fit(args.Schedule, args.Frequency)
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (scheduleRef, error) { return store.Insert(tx, v), nil })
}

// Destroy deletes a schedule: VMSS_HAS_VM while it is some VM's.
func (s *Schedules) Destroy(c *rpc.Call, self scheduleRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if err := licence.Require(tx, licence.VMSS); err != nil {
			return err
		}
		v, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if len(v.VMs) > 0 {
			return model.ErrVMSsHasVM()
		}
		return store.Delete(tx, self)
	})
}

func (s *Schedules) edit(c *rpc.Call, self scheduleRef, change func(v *model.VMSS) error) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if err := licence.Require(tx, licence.VMSS); err != nil {
			return err
		}
		v, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		return change(v)
	})
}

// SetRetainedSnapshots says how many snapshots of each VM are kept: 1 to 10.
func (s *Schedules) SetRetainedSnapshots(c *rpc.Call, self scheduleRef, value int64) error {
	return s.edit(c, self, func(v *model.VMSS) error {
		v.RetainedSnapshots = value
		return checkRetained(value)
	})
}

// SetFrequency says how often snapshots are taken; the schedule follows.
func (s *Schedules) SetFrequency(c *rpc.Call, self scheduleRef, value model.VMSSFrequency) error {
	return s.edit(c, self, func(v *model.VMSS) error {
		v.Frequency, v.Schedule = value, fit(v.Schedule, value)
		return nil
	})
}

// SetSchedule says when snapshots are taken.
func (s *Schedules) SetSchedule(c *rpc.Call, self scheduleRef, value map[string]string) error {
	return s.edit(c, self, func(v *model.VMSS) error {
		v.Schedule = fit(value, v.Frequency)
		return checkTiming(value)
	})
}

// AddToSchedule sets a key of the schedule, which is always there already.
func (s *Schedules) AddToSchedule(c *rpc.Call, self scheduleRef, key, value string) error {
	return s.edit(c, self, func(v *model.VMSS) error {
		m := map[string]string{}
		maps.Copy(m, v.Schedule)
		m[key] = value
		v.Schedule = fit(m, v.Frequency)
		return checkTiming(m)
	})
}

// RemoveFromSchedule puts a key of the schedule back to what it is by default.
func (s *Schedules) RemoveFromSchedule(c *rpc.Call, self scheduleRef, key string) error {
	return s.edit(c, self, func(v *model.VMSS) error {
		m := maps.Clone(v.Schedule)
		delete(m, key)
		v.Schedule = fit(m, v.Frequency)
		return nil
	})
}

// SetLastRunTime notes when snapshots were last taken.
func (s *Schedules) SetLastRunTime(c *rpc.Call, self scheduleRef, value time.Time) error {
	return s.edit(c, self, func(v *model.VMSS) error { v.LastRunTime = value; return nil })
}

// SetType says what is taken.
func (s *Schedules) SetType(c *rpc.Call, self scheduleRef, value model.VMSSType) error {
	return s.edit(c, self, func(v *model.VMSS) error { v.Type = value; return nil })
}

// due tells whether a schedule wants snapshots in the minute of t.
func due(v *model.VMSS, t time.Time) bool {
	t = t.UTC()
	schedule := fit(v.Schedule, v.Frequency)
	at, _ := strconv.Atoi(schedule["hour"]) // 07 is an hour, too
	hour := v.Frequency == model.VMSSFrequencyHourly || at == t.Hour()
	day := v.Frequency != model.VMSSFrequencyWeekly
	for d := range strings.SplitSeq(schedule["days"], ",") {
		day = day || strings.EqualFold(strings.TrimSpace(d), t.Weekday().String())
	}
	return v.Enabled && day && hour && schedule["min"] == fmt.Sprint(t.Minute())
}
