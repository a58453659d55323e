package hypervisor

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
)

// A Question is put to the daemon that plays a host, which has the answer.
type Question[In, Out any] struct {
	Name   string
	Router *Router
	Answer func(In) (Out, error)
}

// Serve answers the pool's master.
func (q *Question[In, Out]) Serve() {
	peer.Handle(q.Router.Net, q.Name, func(_ context.Context, _ string, in In) (Out, error) { return q.Answer(in) })
}

// Ask puts the question: HOST_OFFLINE [host], CANNOT_CONTACT_HOST [host].
func (q *Question[In, Out]) Ask(ctx context.Context, on host, in In) (out Out, err error) {
	r := q.Router
	h, err := store.Get(r.DB.View(), on)
	if err != nil {
		return out, err
	}
	player := Player(h)
	if player == r.Net.Self {
		return q.Answer(in)
	}
	if !ops.Alive(r.DB.View(), h) {
		return out, model.ErrHostOffline(on)
	}
	err = r.contact(on, h, r.Net.Call(ctx, player, q.Name, in, &out))
	return out, err
}

// contact tells of a host that does not answer as the API does.
func (r *Router) contact(on host, h *model.Host, err error) error {
	if errors.Is(err, peer.ErrUnreachable) || errors.Is(err, peer.ErrRefused) {
		r.Log.Warn("a host does not answer", zap.String("host", h.UUID), zap.Error(err))
		return model.ErrCannotContactHost(on)
	}
	return err
}
