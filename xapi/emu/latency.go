package emu

import (
	"context"
	"time"
)

// Step is something that takes a host or a guest time.
type Step uint8

// The steps.
const (
	BuildDomain Step = iota
	DestroyDomain
	PauseDomain
	BootGuest // until the agent in the guest reports
	ShutdownGuest
	SaveDomain
	RestoreDomain
	ReadDisk // per GiB
	CloneDisk
	MigrateDomain // per GiB
	DelaySeconds  // a second of a configured delay
)

// latencies are those of a plausible host, at time scale 1.
var latencies = [...]time.Duration{
	BuildDomain:   1500 * time.Millisecond,
	DestroyDomain: 400 * time.Millisecond,
	PauseDomain:   30 * time.Millisecond,
	BootGuest:     18 * time.Second,
	ShutdownGuest: 7 * time.Second,
	SaveDomain:    6 * time.Second,
	RestoreDomain: 5 * time.Second,
	ReadDisk:      8 * time.Second,
	CloneDisk:     700 * time.Millisecond,
	MigrateDomain: 9 * time.Second,
	DelaySeconds:  time.Second,
}

// Pace is how fast the emulated world goes.
type Pace struct {
	Clock Clock
	// Scale stretches the latencies: 0 at once, 1 like real hosts.
	Scale float64
}

// Of is how long n times a step takes.
func (p Pace) Of(s Step, n float64) time.Duration {
	return time.Duration(float64(latencies[s]) * p.Scale * n)
}

// Take waits for as long as a step takes, or until ctx ends.
func (p Pace) Take(ctx context.Context, s Step) error { return p.TakeN(ctx, s, 1) }

// TakeN waits for as long as n times a step takes.
func (p Pace) TakeN(ctx context.Context, s Step, n float64) error {
	d := p.Of(s, n)
	if d <= 0 {
		return ctx.Err()
	}
	return Sleep(ctx, p.Clock, d)
}
