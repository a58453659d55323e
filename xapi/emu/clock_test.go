package emu_test

import (
	"testing"
	"time"

	"github.com/xapid/xapid/xapi/emu"
)

func rings(t *emu.Timer) bool {
	select {
	case <-t.C:
		return true
	default:
		return false
	}
}

// TestShiftClock puts a clock forward and back over another one that stands.
func TestShiftClock(t *testing.T) {
	began := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	base := emu.NewManualClock(began)
	clock := emu.NewShiftClock(base)
	hour, day, stopped := clock.NewTimer(time.Hour), clock.NewTimer(24*time.Hour), clock.NewTimer(time.Minute)
	if !stopped.Stop() || stopped.Stop() {
		t.Error("a timer can be stopped once")
	}
	if at := clock.NewTimer(0); !rings(at) || at.Stop() {
		t.Error("a timer of no time rings at once")
	}
	if now := clock.Shift(2 * time.Hour); !now.Equal(began.Add(2*time.Hour)) || !now.Equal(clock.Now()) {
		t.Errorf("it is %v", now)
	}
	if !rings(hour) || rings(day) || rings(stopped) {
		t.Error("a shift sets off what it makes due, and nothing else")
	}
	if hour.Stop() || rings(hour) {
		t.Error("what has rung is over")
	}
	clock.Shift(-4 * time.Hour)
	base.Advance(24 * time.Hour)
	if !rings(day) {
		t.Error("a shift back delays no timer")
	}
	if want := began.Add(22 * time.Hour); !clock.Now().Equal(want) {
		t.Errorf("it is %v, not %v", clock.Now(), want)
	}
	calls := 0
	stop := clock.AfterFunc(time.Second, func() { calls++ })
	clock.AfterFunc(time.Second, func() { calls += 10 })
	if !stop() {
		t.Error("it could be stopped")
	}
	base.Advance(time.Minute)
	clock.Shift(time.Minute)
	if calls != 10 {
		t.Errorf("calls: %d", calls)
	}
}
