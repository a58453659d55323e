// Package hypervisor reaches the emulated hypervisor of any host of the pool:
// in this process for the hosts that the daemon plays itself, else over the
// pool's network.
package hypervisor

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
)

// PlayerKey is the key of host.other_config that names, by its host's uuid,
// the daemon that plays a host which has none of its own.
const PlayerKey = "xapid:player"

// Player is the uuid of the host whose daemon plays h.
func Player(h *model.Host) string {
	if p := h.OtherConfig[PlayerKey]; p != "" {
		return p
	}
	return h.UUID
}

// Router finds the world of a host.
type Router struct {
	emu.Pace
	World *emu.World
	DB    *store.DB
	Net   *peer.Net
	Log   *zap.Logger
}

type (
	host = model.Ref[model.Host]
	vm   = model.Ref[model.VM]
)

// What a member is asked to do with a domain.
const (
	build   = "build"
	unpause = "unpause"
	pause   = "pause"
	destroy = "destroy"
	ask     = "ask"
	there   = "there"
	now     = "now"
)

type order struct {
	Do      string  `json:"do"`
	Host    host    `json:"host"`
	VM      vm      `json:"vm"`
	Profile string  `json:"profile,omitempty"`
	Saved   bool    `json:"saved,omitempty"`
	Limit   float64 `json:"limit,omitempty"`
}

type outcome struct {
	ID       int64 `json:"id,omitempty"`
	There    bool  `json:"there,omitempty"`
	Stubborn bool  `json:"stubborn,omitempty"`
	NoDomain bool  `json:"no_domain,omitempty"`
	// Now is the host's time, in nanoseconds since the epoch.
	Now int64 `json:"now,omitempty"`
}

// do carries an order out where it belongs.
func (r *Router) do(ctx context.Context, o order) (outcome, error) {
	h, err := store.Get(r.DB.View(), o.Host)
	if err != nil {
		return outcome{}, err
	}
	player := Player(h)
	if player == r.Net.Self {
		return r.local(ctx, o)
	}
	if !ops.Alive(r.DB.View(), h) {
		return outcome{}, model.ErrHostOffline(o.Host)
	}
	var out outcome
	err = r.contact(o.Host, h, r.Net.Call(ctx, player, "domain", o, &out))
	switch {
	case err != nil:
	case out.Stubborn:
		err = emu.ErrStubborn
	case out.NoDomain:
		err = emu.ErrNoDomain
	}
	return out, err
}

func (r *Router) local(ctx context.Context, o order) (out outcome, err error) {
	w, vm := r.World, string(o.VM)
	switch o.Do {
	case build:
		if o.Saved {
			out.ID = w.Restore(string(o.Host), vm, emu.GuestOf(o.Profile))
		} else {
			out.ID = w.Build(string(o.Host), vm, emu.GuestOf(o.Profile))
		}
	case unpause:
		err = w.Unpause(vm)
	case pause:
		err = w.Pause(vm)
	case destroy:
		w.DestroyOn(string(o.Host), vm)
	case ask:
		err = w.Ask(ctx, vm, o.Limit)
	case there:
		out.There = w.On(string(o.Host), vm)
	case now:
		out.Now = r.Clock.Now().UnixNano()
	}
	return out, err
}

// Serve carries out the orders of the pool's master.
func (r *Router) Serve() {
	peer.Handle(r.Net, "domain", func(ctx context.Context, _ string, o order) (outcome, error) {
		out, err := r.local(ctx, o)
		out.Stubborn, out.NoDomain = errors.Is(err, emu.ErrStubborn), errors.Is(err, emu.ErrNoDomain)
		if out.Stubborn || out.NoDomain {
			err = nil
		}
		return out, err
	})
}

// Build makes a paused domain and tells its id.
func (r *Router) Build(ctx context.Context, on host, vm vm, profile string, saved bool) (int64, error) {
	out, err := r.do(ctx, order{Do: build, Host: on, VM: vm, Profile: profile, Saved: saved})
	return out.ID, err
}

// Unpause lets a domain run.
func (r *Router) Unpause(ctx context.Context, on host, vm vm) error {
	return r.known(r.do(ctx, order{Do: unpause, Host: on, VM: vm}))
}

// Pause stops a domain where it is.
func (r *Router) Pause(ctx context.Context, on host, vm vm) error {
	return r.known(r.do(ctx, order{Do: pause, Host: on, VM: vm}))
}

func (r *Router) known(_ outcome, err error) error {
	if errors.Is(err, emu.ErrNoDomain) {
		return model.ErrInternalError(err.Error())
	}
	return err
}

// Destroy ends a domain; neither it nor its host need exist.
func (r *Router) Destroy(ctx context.Context, on host, vm vm) error {
	if on.IsNull() {
		return nil
	}
	_, err := r.do(ctx, order{Do: destroy, Host: on, VM: vm})
	return err
}

// Ask asks the guest to end, and waits until it has.
func (r *Router) Ask(ctx context.Context, on host, vm vm, limit float64) error {
	_, err := r.do(ctx, order{Do: ask, Host: on, VM: vm, Limit: limit})
	return err
}

// Domain tells whether the VM has a domain on the host.
func (r *Router) Domain(ctx context.Context, on host, vm vm) (bool, error) {
	out, err := r.do(ctx, order{Do: there, Host: on, VM: vm})
	return out.There, err
}

// Now is the time by the host's own clock: HOST_OFFLINE [host],
// CANNOT_CONTACT_HOST [host].
func (r *Router) Now(ctx context.Context, on host) (time.Time, error) {
	out, err := r.do(ctx, order{Do: now, Host: on})
	return time.Unix(0, out.Now).UTC(), err
}
