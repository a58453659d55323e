package licence

import (
	"context"
	"errors"
	"net"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/licence/server"
	"github.com/xapid/xapid/xapi/peer"
)

// The daemon that plays a host asks the licence server for it, as a real host
// does: it is the host that must reach the server. The master decides what
// becomes of the answer. What is given back is given back by the master: the
// host may be gone by then.

// order is what a daemon asks a server for, in the name of a host.
type order struct {
	Server  string `json:"server"` // host:port
	Host    string `json:"host"`   // uuid
	Edition string `json:"edition"`
}

// outcome is what came of it: one of the three.
type outcome struct {
	Grant       *server.Grant   `json:"grant,omitempty"`
	Refusal     *server.Refusal `json:"refusal,omitempty"`
	Unreachable string          `json:"unreachable,omitempty"`
}

// unreachable is the code of a failure that is no refusal.
const unreachable = "LICENSE_SERVER_UNREACHABLE"

// failure is why there is no grant: the code of LICENSE_CHECKOUT_ERROR, which
// is the name of the message too, and a sentence.
func (o outcome) failure() (code, why string) {
	switch {
	case o.Refusal != nil && o.Refusal.Code == server.EditionExpired:
		return server.NotAvailable, o.Refusal.Message
	case o.Refusal != nil:
		return o.Refusal.Code, o.Refusal.Message
	}
	return unreachable, o.Unreachable
}

// Serve asks licence servers for the pool's master.
func (s *Service) Serve() {
	peer.Handle(s.Net, "licence", func(ctx context.Context, _ string, o order) (outcome, error) { return checkout(ctx, o), nil })
}

func checkout(ctx context.Context, o order) outcome {
	g, err := server.Checkout(ctx, o.Server, o.Host, o.Edition)
	var no *server.Refusal
	switch {
	case err == nil:
		return outcome{Grant: g}
	case errors.As(err, &no):
		return outcome{Refusal: no}
	}
	return outcome{Unreachable: err.Error()}
}

// ask has a licence asked for from where the host is: CANNOT_CONTACT_HOST.
func (s *Service) ask(ctx context.Context, host hostRef, h *model.Host, o order) (outcome, error) {
	player := hypervisor.Player(h)
	if player == s.Net.Self {
		return checkout(ctx, o), nil
	}
	var out outcome
	err := s.Net.Call(ctx, player, "licence", o, &out)
	if errors.Is(err, peer.ErrUnreachable) || errors.Is(err, peer.ErrRefused) {
		err = model.ErrCannotContactHost(host)
	}
	return out, err
}

// giveBack returns what a host holds at a server. A server that is away finds
// out when the lease ends.
func (s *Service) giveBack(ctx context.Context, address, uuid string) {
	if address == "" {
		return
	}
	if err := server.Release(context.WithoutCancel(ctx), address, uuid); err != nil {
		s.Log.Warn("a licence is not given back: the server will miss its renewal", zap.String("host", uuid), zap.Error(err))
	}
}

// GiveBack returns the licence of a host that leaves the pool.
func (s *Service) GiveBack(ctx context.Context, host hostRef) {
	if h, ok := store.Find(s.DB.View(), host); ok {
		s.giveBack(ctx, h.OtherConfig[heldKey], h.UUID)
	}
}

// serverOf is where a host finds its licence server: what the host does not
// say, the pool does. It is false if address or port are missing.
func serverOf(r store.Reader, h *model.Host) (string, bool) {
	value := func(key string) string {
		if v, ok := h.LicenseServer[key]; ok {
			return v
		}
		for _, p := range store.All[model.Pool](r) {
			return p.LicenseServer[key]
		}
		return ""
	}
	address, port := value("address"), value("port")
	return net.JoinHostPort(address, port), address != "" && port != ""
}
