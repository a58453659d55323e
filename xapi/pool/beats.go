package pool

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// This file is about who lives: members beat, and the master notes who does
// not.

type beat struct {
	Now     time.Time `json:"now"`
	Leaving bool      `json:"leaving,omitempty"`
}

type beaten struct {
	// Hello asks the member to say hello: this master has not heard it yet.
	Hello bool `json:"hello"`
}

func (s *Service) beat(ctx context.Context, from string, b beat) (beaten, error) {
	if !s.DB.Leads() {
		return beaten{}, store.ErrNotLeader
	}
	ref, ok := store.ByUUID[model.Host](s.DB.View(), from)
	if !ok {
		return beaten{}, model.ErrHostUnknownToMaster(from)
	}
	s.mu.Lock()
	_, known := s.beats[from]
	if b.Leaving {
		if s.leaving == nil {
			s.leaving = map[string]bool{}
		}
		s.leaving[from] = true
	}
	leaving := s.leaving[from]
	if known {
		s.beats[from] = s.Steady.Now()
	}
	s.mu.Unlock()
	if !known {
		return beaten{Hello: true}, nil
	}
	s.checkSkew(ctx, ref, from, s.Clock.Now().Sub(b.Now))
	return beaten{}, s.NoteLive(ctx, ref, !leaving)
}

// Others lists the hosts that have a daemon of their own besides this one, by
// uuid.
func (s *Service) Others(r store.Reader) map[string]model.Ref[model.Host] { return s.members(r) }

// Heard tells when a member was last heard of, by the steady clock, false if
// never since this toolstack has begun.
func (s *Service) Heard(uuid string) (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.beats[uuid]
	return t, ok
}

// Leaving tells of a member that shuts down on purpose.
func (s *Service) Leaving(uuid string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.leaving[uuid]
}

// NoteLive writes whether a host lives, if that is news.
func (s *Service) NoteLive(ctx context.Context, ref model.Ref[model.Host], live bool) error {
	r := s.DB.View()
	if h, ok := store.Find(r, ref); !ok {
		return nil
	} else if m, ok := store.Find(r, h.Metrics); ok && m.Live == live {
		return nil
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		h, ok := store.Find(tx, ref)
		if !ok {
			return nil
		}
		for other, o := range store.All[model.Host](tx) {
			if other == ref || o.OtherConfig[playerKey] == h.UUID {
				if err := s.setLive(tx, o, live); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Clock skew that is worth a message, and that ends the matter.
const (
	muchSkew   = 300 * time.Second
	littleSkew = 150 * time.Second
)

func (s *Service) checkSkew(ctx context.Context, ref model.Ref[model.Host], uuid string, skew time.Duration) {
	skew = skew.Abs()
	s.mu.Lock()
	was := s.skewed[uuid]
	now := was && skew >= littleSkew || skew > muchSkew
	if s.skewed == nil {
		s.skewed = map[string]bool{}
	}
	s.skewed[uuid] = now
	s.mu.Unlock()
	if now && !was {
		s.alert(ctx, "HOST_CLOCK_SKEW_DETECTED", ref, "")
	}
}

// alert leaves a message about a host.
func (s *Service) alert(ctx context.Context, name string, ref model.Ref[model.Host], body string) {
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		if h, ok := store.Find(tx, ref); ok {
			s.Messages.Raise(tx, name, model.ClsHost, h.UUID, body)
		}
		return nil
	})
	if err != nil {
		s.Log.Warn("an alert is lost", zap.String("name", name), zap.Error(err))
	}
}

// Watch declares the members dead that are silent for too long, and drops
// what is left of hosts that are gone. It is the master's, and ends with ctx.
func (s *Service) Watch(ctx context.Context) {
	began := s.Steady.Now()
	for s.sleep(ctx, beatEvery, leastBeat) == nil {
		s.checkBeats(ctx, began)
		s.checkOthers(ctx)
	}
}

// checkBeats finds the silent. Without HA that costs them their liveness and
// nothing else.
func (s *Service) checkBeats(ctx context.Context, began time.Time) {
	if s.Local.Get().Armed {
		return // the liveset tells who lives
	}
	limit := s.Steady.Now().Add(-s.atLeast(deadAfter, leastDead))
	for uuid, ref := range s.members(s.DB.View()) {
		s.mu.Lock()
		last, ok := s.beats[uuid]
		if !ok {
			last = began
		}
		s.mu.Unlock()
		if last.After(limit) {
			continue
		}
		if err := s.NoteLive(ctx, ref, false); err != nil && ctx.Err() == nil {
			s.Log.Warn("a host's silence cannot be noted", zap.Error(err))
		}
	}
}
