package vm

import (
	"testing"
	"time"

	"github.com/xapid/xapid/model"
)

func TestDue(t *testing.T) {
	monday := time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC)
	for _, tt := range []struct {
		frequency model.VMSSFrequency
		schedule  map[string]string
		at        time.Time
		want      bool
	}{
		{model.VMSSFrequencyHourly, map[string]string{"min": "30"}, monday, true},
		{model.VMSSFrequencyHourly, map[string]string{"min": "30", "hour": "9"}, monday, true},
		{model.VMSSFrequencyHourly, nil, monday, false},
		{model.VMSSFrequencyDaily, map[string]string{"min": "30", "hour": "7"}, monday, true},
		{model.VMSSFrequencyDaily, map[string]string{"min": "30", "hour": "07"}, monday, true},
		{model.VMSSFrequencyDaily, map[string]string{"min": "30", "hour": "8"}, monday, false},
		{model.VMSSFrequencyDaily, nil, monday.Truncate(24 * time.Hour), true},
		{model.VMSSFrequencyWeekly, map[string]string{"min": "30", "hour": "7"}, monday, true},
		{model.VMSSFrequencyWeekly, map[string]string{"min": "30", "hour": "7", "days": "Tuesday, monday"}, monday, true},
		{model.VMSSFrequencyWeekly, map[string]string{"min": "30", "hour": "7", "days": "Tuesday"}, monday, false},
		{model.VMSSFrequencyDaily, map[string]string{"min": "30", "hour": "7"}, monday.In(time.FixedZone("x", 3600)), true},
	} {
		v := &model.VMSS{Enabled: true, Frequency: tt.frequency, Schedule: tt.schedule}
		if got := due(v, tt.at); got != tt.want {
			t.Errorf("%s %v at %v: %v", tt.frequency, tt.schedule, tt.at, got)
		}
		v.Enabled = false
		if due(v, tt.at) {
			t.Errorf("%s %v is due though it is off", tt.frequency, tt.schedule)
		}
	}
}

// FuzzTiming: whatever is accepted can be kept, and asked for.
func FuzzTiming(f *testing.F) {
	f.Add("min", "45", "days", "monday,, Tuesday")
	f.Add("hour", "+7", "days", "")
	f.Add("hour", "99999999999999999999", "x", "\x00")
	f.Fuzz(func(t *testing.T, k1, v1, k2, v2 string) {
		schedule := map[string]string{k1: v1, k2: v2}
		for _, frequency := range []model.VMSSFrequency{model.VMSSFrequencyHourly, model.VMSSFrequencyDaily, model.VMSSFrequencyWeekly, "x"} {
			if checkTiming(schedule) != nil {
				continue
			}
			kept := fit(schedule, frequency)
			if err := checkTiming(kept); err != nil {
				t.Errorf("%v: %v", kept, err)
			}
			due(&model.VMSS{Enabled: true, Frequency: frequency, Schedule: kept}, time.Unix(0, 0))
		}
	})
}
