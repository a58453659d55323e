// Package event tells clients what changes in the database.
//
// There is no queue of events. Every row knows the generation of its last
// change, and an index orders them, so that "what changed after generation G"
// is a scan of a snapshot: one consistent cut, each object once. A client that
// reads slowly costs nothing and loses nothing but intermediate states.
package event

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"math"
	"sync"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

const (
	// coalesce is how long event.from waits after a change for more of them;
	// not when all it listens to is tasks.
	coalesce = 50 * time.Millisecond
	// maxWait stands for a negative timeout.
	maxWait = 24 * time.Hour
)

// Service handles the class event.
type Service struct {
	DB         *store.DB
	Clock      emu.Clock
	Dispatcher *rpc.Dispatcher

	mu sync.Mutex
	// registered are the legacy subscriptions, one a session.
	registered map[model.Ref[model.Session]]*legacy
}

// From waits until something that is listened to changed after the token, or
// the timeout (seconds) is over, and tells all of it. The timeout is no error:
// the answer is an empty list and a token to go on with. EVENTS_LOST if the
// token is older than the deletions that are remembered.
func (s *Service) From(c *rpc.Call, classes []string, text string, timeout float64) (any, error) {
	since, err := parseToken(text)
	if err != nil {
		return nil, err
	}
	sub := subscribe(classes, s.Dispatcher.Release)
	wait := maxWait
	if timeout >= 0 && timeout < maxWait.Seconds() {
		wait = time.Duration(timeout * float64(time.Second))
	}
	over := s.Clock.NewTimer(wait)
	defer over.Stop()
	snap := s.DB.View()
	if text != "" && min(since.db, since.messages) < sub.forgotten(snap) {
		return nil, model.ErrEventsLost()
	}
	patient := text != "" && wait > 0 && !sub.only("task")
	scanned := min(since.db, since.messages)
	for {
		if text == "" || s.anything(snap, &sub, scanned) {
			if patient {
				// Let a burst come in whole.
				if err := s.pause(c, coalesce); err != nil {
					return nil, err
				}
				snap = s.DB.View()
			}
			// An object made and gone since is nothing to tell.
			if list := collect(snap, &sub, since); len(list) > 0 {
				return batch{s.Dispatcher, list, snap, at(snap)}, nil
			}
		}
		select {
		case <-snap.Changed():
		case <-over.C:
			return batch{s.Dispatcher, nil, snap, at(snap)}, nil
		case <-c.Session.Ended:
			return nil, model.ErrSessionInvalid(c.Session.Ref)
		case <-c.Ctx.Done():
			return nil, c.Ctx.Err()
		}
		scanned, snap = snap.Gen(), s.DB.View()
	}
}

// at is the token that a snapshot stands for.
func at(snap *store.Snapshot) token { return token{snap.Gen(), snap.Gen()} }

// anything reports whether a snapshot has a change of interest after g.
func (s *Service) anything(snap *store.Snapshot, sub *subscription, g uint64) bool {
	found := false
	snap.Since(g, func(c store.Change) bool {
		found = sub.matches(c.Class, c.Ref)
		return !found
	})
	return found
}

func (s *Service) pause(c *rpc.Call, d time.Duration) error {
	t := s.Clock.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-c.Session.Ended:
		return model.ErrSessionInvalid(c.Session.Ref)
	case <-c.Ctx.Done():
		return c.Ctx.Err()
	}
}

// Inject makes an object look changed and gives a token from before that, so
// that event.from with it tells the object and all that comes later.
func (s *Service) Inject(c *rpc.Call, class, ref string) (string, error) {
	m := classNamed(class)
	if m == nil || !s.Dispatcher.Release.Known(m.Life) {
		return "", model.ErrHandleInvalid(class, ref)
	}
	before := s.DB.View().Gen()
	if err := s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Bump(tx, m, ref) }); err != nil {
		return "", err
	}
	// As xapi: one less, to be safe, and no generation of messages.
	return token{before - min(before, 1), 0}.String(), nil
}

// GetCurrentID is the number that the next event will have.
func (s *Service) GetCurrentID(*rpc.Call) (int64, error) {
	return int64(min(s.DB.View().Gen()+1, math.MaxInt64)), nil
}

// trackID stands for a session where its reference would be a secret told.
func trackID(ref model.Ref[model.Session]) string {
	sum := md5.Sum([]byte(ref))
	return "trackid=" + hex.EncodeToString(sum[:])
}

// Run injects a change of the pool every 30 s for the sake of event.next,
// whose clients take it for a heartbeat.
func (s *Service) Run(ctx context.Context) {
	for emu.Sleep(ctx, s.Clock, heartbeat) == nil {
		s.beat()
	}
}
