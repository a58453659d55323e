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

// ManualClock stands still until it is advanced.
type ManualClock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[*manualTimer]struct{}
	armed  chan struct{} // closed and replaced whenever a timer is armed
}

type manualTimer struct {
	at time.Time
	c  chan time.Time
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
	m.mu.Lock()
	defer m.mu.Unlock()
	t := &manualTimer{at: m.now.Add(d), c: make(chan time.Time, 1)}
	if d <= 0 {
		t.c <- m.now
		return &Timer{C: t.c, stop: func() bool { return false }}
	}
	m.timers[t] = struct{}{}
	close(m.armed)
	m.armed = make(chan struct{})
	return &Timer{C: t.c, stop: func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		_, pending := m.timers[t]
		delete(m.timers, t)
		return pending
	}}
}

// Advance turns the hands on and sets off the alarms that fall due.
func (m *ManualClock) Advance(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = m.now.Add(d)
	for t := range m.timers {
		if !t.at.After(m.now) {
			delete(m.timers, t)
			t.c <- m.now
		}
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
