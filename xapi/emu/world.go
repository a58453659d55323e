package emu

import (
	"context"
	"errors"
	"sync"
)

// World is the emulated hypervisor of the hosts that a daemon plays: it holds
// the domains that are there, and what goes on inside them. It knows nothing of
// the database; what a guest does reaches the toolstack by OnAgent.
type World struct {
	Pace

	mu      sync.Mutex
	domains map[string]*domain
	last    map[string]int64 // the newest domid by host
	onAgent func(vm string, domid int64)
	closed  bool
	wg      sync.WaitGroup
}

type domain struct {
	id      int64
	host    string
	guest   Guest
	running bool
	booted  bool // the agent has reported
	stop    context.CancelFunc
}

// ErrNoDomain says that a machine has no domain.
var ErrNoDomain = errors.New("there is no such domain")

// ErrStubborn says that the guest did not do what it was asked to.
var ErrStubborn = errors.New("the guest did not answer")

// NewWorld is empty.
func NewWorld(clock Clock, scale float64) *World {
	return &World{Pace: Pace{clock, scale}, domains: map[string]*domain{}, last: map[string]int64{}}
}

// OnAgent says whom to tell when the agent in a guest reports after boot; the
// last one to ask is told.
func (w *World) OnAgent(fn func(vm string, domid int64)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.onAgent = fn
}

// Build makes a paused domain for a machine, in place of one it may have, and
// tells its id, which the host has never used before.
func (w *World) Build(host, vm string, g Guest) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(vm)
	w.last[host]++
	w.domains[vm] = &domain{id: w.last[host], host: host, guest: g}
	return w.last[host]
}

// Restore is Build for a machine whose guest was saved in the midst of its
// life: its agent does not report anew.
func (w *World) Restore(host, vm string, g Guest) int64 {
	id := w.Build(host, vm, g)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.domains[vm].booted = true
	return id
}

// Adopt takes a domain as it was found: the hypervisor outlives the toolstack.
func (w *World) Adopt(host, vm string, id int64, g Guest, running, booted bool) {
	w.mu.Lock()
	w.last[host] = max(w.last[host], id)
	w.domains[vm] = &domain{id: id, host: host, guest: g, booted: booted}
	w.mu.Unlock()
	if running {
		_ = w.Unpause(vm) // it was put there just now
	}
}

// Unpause lets a domain run.
func (w *World) Unpause(vm string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.domains[vm]
	if d == nil {
		return ErrNoDomain
	}
	if d.running || w.closed {
		return nil
	}
	d.running = true
	if d.booted || !d.guest.Agent {
		return nil
	}
	ctx, stop := context.WithCancel(context.Background())
	d.stop = stop
	w.wg.Go(func() { w.boot(ctx, vm, d) })
	return nil
}

// boot waits for the guest to come up and tells of it.
func (w *World) boot(ctx context.Context, vm string, d *domain) {
	if w.Take(ctx, BootGuest) != nil {
		return
	}
	w.mu.Lock()
	now := w.domains[vm] == d && d.running && !w.closed
	d.booted = d.booted || now
	tell := w.onAgent
	w.mu.Unlock()
	if now && tell != nil {
		tell(vm, d.id)
	}
}

// Pause stops a domain where it is; a guest that was booting begins anew when
// it is let go.
func (w *World) Pause(vm string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.domains[vm]
	if d == nil {
		return ErrNoDomain
	}
	d.halt()
	return nil
}

func (d *domain) halt() {
	d.running = false
	if d.stop != nil {
		d.stop()
		d.stop = nil
	}
}

// Destroy ends a domain at once; it need not exist.
func (w *World) Destroy(vm string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop(vm)
}

// DestroyOn ends a domain if it is on that host: one that has moved on stays.
func (w *World) DestroyOn(host, vm string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := w.domains[vm]; d != nil && d.host == host {
		w.drop(vm)
	}
}

// On tells whether a machine has a domain on that host.
func (w *World) On(host, vm string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := w.domains[vm]
	return d != nil && d.host == host
}

// Found is a domain that is there.
type Found struct {
	VM      string `json:"vm"`
	Host    string `json:"host"`
	ID      int64  `json:"id"`
	Running bool   `json:"running"`
	Booted  bool   `json:"booted"`
}

// Domains lists what is there.
func (w *World) Domains() []Found {
	w.mu.Lock()
	defer w.mu.Unlock()
	var list []Found
	for vm, d := range w.domains {
		list = append(list, Found{vm, d.host, d.id, d.running, d.booted})
	}
	return list
}

// Reset ends all domains, as a power cut does.
func (w *World) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for vm := range w.domains {
		w.drop(vm)
	}
}

func (w *World) drop(vm string) {
	if d := w.domains[vm]; d != nil {
		d.halt()
		delete(w.domains, vm)
	}
}

// Domain tells a machine's domain id, if it has one.
func (w *World) Domain(vm string) (id int64, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d := w.domains[vm]; d != nil {
		return d.id, true
	}
	return 0, false
}

// Ask asks the guest to end, and waits until it has: ErrStubborn if that takes
// longer than limit times a DelaySeconds step.
func (w *World) Ask(ctx context.Context, vm string, limit float64) error {
	w.mu.Lock()
	d := w.domains[vm]
	w.mu.Unlock()
	if d == nil {
		return ErrNoDomain
	}
	if d.guest.Obeys {
		return w.Take(ctx, ShutdownGuest)
	}
	if err := w.TakeN(ctx, DelaySeconds, limit); err != nil {
		return err
	}
	return ErrStubborn
}

// Close stops what goes on in the guests.
func (w *World) Close() {
	w.mu.Lock()
	w.closed = true
	for _, d := range w.domains {
		d.halt()
	}
	w.mu.Unlock()
	w.wg.Wait()
}
