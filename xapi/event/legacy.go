package event

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// heartbeat is how often event.next tells the pool if nothing else happens.
const heartbeat = 30 * time.Second

// legacy is the one subscription that a session has for event.next. It keeps a
// position in the stream of changes and no queue, so it cannot overflow; the
// position may fall behind what is remembered, which is EVENTS_LOST.
type legacy struct {
	names map[string]bool
	at    uint64
	// beats counts heartbeats, closed the channel that the next one closes.
	beat chan struct{}
	due  bool
}

// Register adds classes to what the session's event.next tells.
func (s *Service) Register(c *rpc.Call, classes []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.registered == nil {
		s.registered = map[model.Ref[model.Session]]*legacy{}
	}
	// Subscriptions of sessions that are gone go with them.
	for ref := range s.registered {
		if _, err := s.Dispatcher.Sessions.Lookup(string(ref)); err != nil {
			delete(s.registered, ref)
		}
	}
	l := s.registered[c.Session.Ref]
	if l == nil {
		l = &legacy{names: map[string]bool{}, at: s.DB.View().Gen(), beat: make(chan struct{})}
		s.registered[c.Session.Ref] = l
	}
	for _, name := range classes {
		l.names[name] = true
	}
	return nil
}

// Unregister takes classes away; with the last one the subscription ends.
func (s *Service) Unregister(c *rpc.Call, classes []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.registered[c.Session.Ref]
	if l == nil {
		return model.ErrSessionNotRegistered(trackID(c.Session.Ref))
	}
	for _, name := range classes {
		delete(l.names, name)
	}
	if len(l.names) == 0 {
		delete(s.registered, c.Session.Ref)
	}
	return nil
}

// Next waits without limit until something registered changes and tells it as
// a bare list.
func (s *Service) Next(c *rpc.Call) (any, error) {
	for {
		snap := s.DB.View()
		s.mu.Lock()
		l := s.registered[c.Session.Ref]
		if l == nil {
			s.mu.Unlock()
			return nil, model.ErrSessionNotRegistered(trackID(c.Session.Ref))
		}
		since := l.at
		if since < snap.OldestDeletion() {
			delete(s.registered, c.Session.Ref)
			s.mu.Unlock()
			return nil, model.ErrEventsLost()
		}
		sub := subscribe(slices.Collect(maps.Keys(l.names)), s.Dispatcher.Release)
		list := s.stamp(collect(snap, &sub, token{since, since}))
		if len(list) == 0 && l.due {
			list = s.poolEvent(snap, &sub)
		}
		l.at, l.due = snap.Gen(), false
		beat := l.beat
		s.mu.Unlock()
		if len(list) > 0 {
			return items{s.Dispatcher, list}, nil
		}
		select {
		case <-snap.Changed():
		case <-beat:
		case <-c.Session.Ended:
			return nil, model.ErrSessionInvalid(c.Session.Ref)
		case <-c.Ctx.Done():
			return nil, c.Ctx.Err()
		}
	}
}

// stamp gives events the time of day, which event.next tells in seconds.
func (s *Service) stamp(list []item) []item {
	now := fmt.Sprintf("%d.", s.Clock.Now().Unix())
	for i := range list {
		list[i].timestamp = now
	}
	return list
}

func (s *Service) poolEvent(snap *store.Snapshot, sub *subscription) []item {
	var list []item
	class := model.ClassOf[model.Pool]()
	for row := range snap.Rows(class) {
		if sub.matches(class, row.Ref) {
			list = append(list, item{id: snap.Gen(), class: class, operation: mod, ref: row.Ref, row: row})
		}
	}
	return s.stamp(list)
}

// beat makes every event.next tell the pool.
func (s *Service) beat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.registered {
		l.due = true
		close(l.beat)
		l.beat = make(chan struct{})
	}
}
