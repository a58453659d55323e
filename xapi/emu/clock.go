package emu

import (
	"context"
	"sync"
	"time"
)

// Clock is the time that the emulated world runs on. Everything that waits
// or stamps takes one, so that a test can turn the hands itself.
type Clock interface {
	Now() time.Time
	// NewTimer fires once, after d; at once if d is not positive.
	NewTimer(d time.Duration) *Timer
	// AfterFunc calls f after d, which must be quick, unless stop is called
	// before; stop reports whether it was in time.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// Timer is a pending alarm of a Clock. C delivers one value.
type Timer struct {
	C    <-chan time.Time
	stop func() bool
}

// Stop disarms the timer and reports whether it was still pending.
func (t *Timer) Stop() bool { return t.stop() }

// Sleep waits for d on the clock, or until ctx ends, whose error it returns.
func Sleep(ctx context.Context, c Clock, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := c.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type realClock struct{}

// RealClock is the time of day.
func RealClock() Clock { return realClock{} }

func (realClock) Now() time.Time { return time.Now() }

func (realClock) NewTimer(d time.Duration) *Timer {
	t := time.NewTimer(max(d, 0))
	return &Timer{C: t.C, stop: t.Stop}
}

func (realClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	return time.AfterFunc(max(d, 0), f).Stop
}

// ManualClock stands still until it is advanced.
type ManualClock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[*manualTimer]struct{}
	armed  chan struct{} // closed and replaced whenever a timer is armed
}

type manualTimer struct {
	at   time.Time
	fire func(now time.Time)
}

// NewManualClock is a clock that shows now.
func NewManualClock(now time.Time) *ManualClock {
	return &ManualClock{now: now, timers: map[*manualTimer]struct{}{}, armed: make(chan struct{})}
}

// Now is the time the hands show.
func (m *ManualClock) Now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// NewTimer arms an alarm that Advance sets off.
func (m *ManualClock) NewTimer(d time.Duration) *Timer {
	c := make(chan time.Time, 1)
	return &Timer{C: c, stop: m.arm(d, func(now time.Time) { c <- now })}
}

// AfterFunc has f called by Advance.
func (m *ManualClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	return m.arm(d, func(time.Time) { f() })
}

func (m *ManualClock) arm(d time.Duration, fire func(now time.Time)) (stop func() bool) {
	m.mu.Lock()
	t := &manualTimer{at: m.now.Add(d), fire: fire}
	now := m.now
	if d > 0 {
		m.timers[t] = struct{}{}
		close(m.armed)
		m.armed = make(chan struct{})
	}
	m.mu.Unlock()
	if d <= 0 {
		fire(now)
	}
	return func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		_, pending := m.timers[t]
		delete(m.timers, t)
		return pending
	}
}

// Advance turns the hands on and sets off the alarms that fall due.
func (m *ManualClock) Advance(d time.Duration) {
	m.mu.Lock()
	m.now = m.now.Add(d)
	now := m.now
	var due []*manualTimer
	for t := range m.timers {
		if !t.at.After(now) {
			delete(m.timers, t)
			due = append(due, t)
		}
	}
	m.mu.Unlock()
	for _, t := range due {
		t.fire(now)
	}
}

// WaitTimers returns once at least n alarms are pending, or ctx ends: a test
// that advances the clock waits for the waiters first.
func (m *ManualClock) WaitTimers(ctx context.Context, n int) error {
	for {
		m.mu.Lock()
		pending, armed := len(m.timers), m.armed
		m.mu.Unlock()
		if pending >= n {
			return nil
		}
		select {
		case <-armed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
