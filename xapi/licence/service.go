package licence

import (
	"context"
	"maps"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/peer"
)

// Service looks after the licences of the pool's hosts.
type Service struct {
	DB       *store.DB
	Clock    emu.Clock
	Log      *zap.Logger
	Net      *peer.Net
	Messages Messages
	Release  *model.Release

	mu   sync.Mutex
	busy map[hostRef]*sync.Mutex
	// asks is how often a host is to ask its server, of those that have asked
	// since this toolstack has begun.
	asks map[hostRef]time.Duration
	// hurried wakes the watch, which may be sleeping longer than that.
	hurried chan struct{}
}

// Hosts handles the messages of the class host, Pools those of pool.
type (
	Hosts struct{ *Service }
	Pools struct{ *Service }
)

// Messages leaves alerts.
type Messages interface {
	RaiseAt(tx *store.Tx, name string, priority int64, cls model.Cls, objUUID, body string) model.Ref[model.Message]
}

type hostRef = model.Ref[model.Host]

// heldKey is the key of host.other_config that tells the licence server, as
// host:port, which has given the host its licence. A host that has its edition
// from a key, or from its first boot, has none and asks nobody.
const heldKey = "xapid:licence_server"

// alone keeps others from a host's licence until what it gives is called: to
// ask a server takes time, and the answer is written only afterwards.
func (s *Service) alone(host hostRef) func() {
	s.mu.Lock()
	m := s.busy[host]
	if m == nil {
		if s.busy == nil {
			s.busy = map[hostRef]*sync.Mutex{}
		}
		m = &sync.Mutex{}
		s.busy[host] = m
	}
	s.mu.Unlock()
	m.Lock()
	return m.Unlock
}

// write gives a host its licence, which a server has granted or, if held is
// empty, nobody; the pool follows.
func (s *Service) write(ctx context.Context, host hostRef, t terms, held string, alerts ...alert) error {
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		h, err := store.Get(tx, host)
		if err != nil {
			return err
		}
		t.sockets = h.CPUInfo["socket_count"]
		p := params(s.Release, t)
		if h.Edition == t.edition.Name && maps.Equal(h.LicenseParams, p) && h.OtherConfig[heldKey] == held && len(alerts) == 0 {
			return nil // a renewal is no news
		}
		if h, err = store.Edit(tx, host); err != nil {
			return err
		}
		h.Edition, h.LicenseParams = t.edition.Name, p
		setHeld(h, held)
		for _, a := range alerts {
			s.raise(tx, h, a)
		}
		return Recompute(tx)
	})
}

func setHeld(h *model.Host, held string) {
	switch {
	case held == "":
		delete(h.OtherConfig, heldKey)
	case h.OtherConfig == nil:
		h.OtherConfig = map[string]string{heldKey: held}
	default:
		h.OtherConfig[heldKey] = held
	}
}

// alert is a message about a host's licence.
type alert struct{ name, body string }

// oldPriorities are those of XenServer 6.0; see model.AlertPriorities for
// today's.
var oldPriorities = map[string]int64{
	"LICENSE_SERVER_CONNECTED": 1, "LICENSE_SERVER_UNAVAILABLE": 1, "GRACE_LICENSE": 1, "LICENSE_NOT_AVAILABLE": 1,
	"LICENSE_SERVER_UNREACHABLE": 1, "LICENSE_EXPIRED": 1, "LICENSE_EXPIRES_SOON": 10,
}

func (s *Service) priority(name string) int64 {
	if Old(s.Release) {
		return oldPriorities[name]
	}
	return model.AlertPriorities[name]
}

func (s *Service) raise(tx *store.Tx, h *model.Host, a alert) {
	s.Messages.RaiseAt(tx, a.name, s.priority(a.name), model.ClsHost, h.UUID, a.body)
}

// tell leaves messages about a host that change nothing else.
func (s *Service) tell(ctx context.Context, host hostRef, alerts ...alert) {
	err := s.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		h, err := store.Get(tx, host)
		if err != nil {
			return err
		}
		for _, a := range alerts {
			s.raise(tx, h, a)
		}
		return nil
	})
	if err != nil {
		s.Log.Warn("a message about a licence is lost", zap.Error(err))
	}
}
