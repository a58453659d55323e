package emu

import (
	"sync"
	"time"
)

// ShiftClock is another clock that can be put forward and back: for hosts
// whose time is wrong, and for those who do not want to wait for a year. Alarms
// that a shift makes due go off at once; a shift back delays none.
type ShiftClock struct {
	base   Clock
	mu     sync.Mutex
	offset time.Duration
	alarms map[*alarm]struct{}
}

type alarm struct {
	at   time.Time // by the shifted clock
	fire func()
	stop func() bool // the base clock's alarm
}

// NewShiftClock is a clock that agrees with base until it is shifted.
func NewShiftClock(base Clock) *ShiftClock {
	return &ShiftClock{base: base, alarms: map[*alarm]struct{}{}}
}

// Steady is the clock that is shifted, which goes on as if it were not: for
// what tells how long somebody has been silent.
func (s *ShiftClock) Steady() Clock { return s.base }

// Offset is how far the clock is ahead.
func (s *ShiftClock) Offset() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.offset
}

// Now is the shifted time.
func (s *ShiftClock) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base.Now().Add(s.offset)
}

// Shift puts the clock forward by d, or back if d is negative, and gives the
// time that it shows then.
func (s *ShiftClock) Shift(d time.Duration) time.Time {
	s.mu.Lock()
	s.offset += d
	now := s.base.Now().Add(s.offset)
	var due []*alarm
	for a := range s.alarms {
		if !a.at.After(now) {
			delete(s.alarms, a)
			due = append(due, a)
		}
	}
	s.mu.Unlock()
	for _, a := range due {
		a.stop()
		a.fire()
	}
	return now
}

// NewTimer fires after d on the base clock, or when a shift makes it due.
func (s *ShiftClock) NewTimer(d time.Duration) *Timer {
	c := make(chan time.Time, 1)
	return &Timer{C: c, stop: s.AfterFunc(d, func() { c <- s.Now() })}
}

// AfterFunc calls f after d on the base clock, or when a shift makes it due.
func (s *ShiftClock) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	if d <= 0 {
		f()
		return func() bool { return false }
	}
	a := &alarm{fire: f}
	s.mu.Lock()
	defer s.mu.Unlock() // an alarm of the base clock waits until it is known here
	a.at = s.base.Now().Add(s.offset + d)
	s.alarms[a] = struct{}{}
	a.stop = s.base.AfterFunc(d, func() {
		if s.drop(a) {
			f()
		}
	})
	return func() bool {
		if !s.drop(a) {
			return false
		}
		a.stop()
		return true
	}
}

// drop forgets an alarm and reports whether it was pending.
func (s *ShiftClock) drop(a *alarm) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, pending := s.alarms[a]
	delete(s.alarms, a)
	return pending
}
