// Package session opens, finds and ends sessions.
package session

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

// The limits of xapi: how long a session may idle, how often its last use is
// written down, how many of a kind there may be.
const (
	maxIdle        = 24 * time.Hour
	refreshEvery   = 600 * time.Second
	maxAnonymous   = 400 // root without an originator
	maxOriginator  = 500 // root, each originator
	maxUser        = 500 // each other user name
	maxPool        = 400
	gcEvery        = 30 * time.Second
	rootUser       = "root"
	failureMessage = "Authentication failure"
)

// Registry holds the open sessions. Local sessions are in it alone; the others
// have a row besides, which clients can read.
type Registry struct {
	DB    *store.DB
	Clock emu.Clock

	mu   sync.RWMutex
	open map[string]*live
}

// live is an open session.
type live struct {
	rpc.Session
	end      chan struct{}
	lastUsed atomic.Int64 // unix seconds
	created  int64        // order of opening, to break ties
}

// NewRegistry has no session open.
func NewRegistry(db *store.DB, clock emu.Clock) *Registry {
	return &Registry{DB: db, Clock: clock, open: map[string]*live{}}
}

// Lookup finds an open session and notes its use.
func (r *Registry) Lookup(ref string) (*rpc.Session, error) {
	r.mu.RLock()
	s := r.open[ref]
	r.mu.RUnlock()
	if s == nil {
		return nil, model.ErrSessionInvalid(ref)
	}
	now := r.Clock.Now().Unix()
	if last := s.lastUsed.Load(); now-last >= int64(refreshEvery/time.Second) && s.lastUsed.CompareAndSwap(last, now) {
		r.touch(s, now)
	}
	return &s.Session, nil
}

func (r *Registry) touch(s *live, now int64) {
	if s.Local {
		return
	}
	// A session that ends meanwhile has no row left: nothing to note then.
	_ = r.DB.Update(context.Background(), func(tx *store.Tx) error {
		row, err := store.Edit(tx, s.Ref)
		if err == nil {
			row.LastActive = time.Unix(now, 0).UTC()
		}
		return err
	})
}

// Open makes a session. The row is what clients read of it; a nil row makes a
// local session. When there are too many of its kind the one that was idle
// longest ends.
func (r *Registry) Open(ctx context.Context, s rpc.Session, row *model.Session) (model.Ref[model.Session], error) {
	s.Ref = model.Ref[model.Session]("OpaqueRef:" + uuid.NewString())
	end := make(chan struct{})
	s.Ended = end
	l := &live{Session: s, end: end}
	now := r.Clock.Now()
	l.lastUsed.Store(now.Unix())
	if row != nil {
		row.LastActive = now.UTC().Truncate(time.Second)
		row.ValidationTime = row.LastActive
		err := r.DB.Update(ctx, func(tx *store.Tx) error {
			store.InsertAs(tx, s.Ref, row)
			return nil
		})
		if err != nil {
			return "", err
		}
	}
	r.mu.Lock()
	l.created = int64(len(r.open))
	r.open[string(s.Ref)] = l
	surplus := r.surplus(l)
	r.mu.Unlock()
	for _, old := range surplus {
		r.End(old.Ref)
	}
	return s.Ref, nil
}

// surplus lists the sessions of one kind beyond its limit, idle longest first.
func (r *Registry) surplus(l *live) []*live {
	key, limit := kind(&l.Session)
	if limit == 0 {
		return nil
	}
	var same []*live
	for _, o := range r.open {
		if k, _ := kind(&o.Session); k == key && o != l {
			same = append(same, o)
		}
	}
	if len(same) < limit {
		return nil
	}
	slices.SortFunc(same, func(a, b *live) int {
		return cmp.Or(cmp.Compare(a.lastUsed.Load(), b.lastUsed.Load()), cmp.Compare(a.created, b.created))
	})
	return same[:len(same)-limit+1]
}

func kind(s *rpc.Session) (string, int) {
	switch {
	case s.Local:
		return "", 0
	case s.Pool:
		return "pool", maxPool
	case !s.LocalSuperuser:
		return "user " + s.UserName, maxUser
	case s.Originator == "":
		return "root", maxAnonymous
	}
	return "originator " + s.Originator, maxOriginator
}

// End closes a session and reports whether it was open. Calls that block on
// it wake.
func (r *Registry) End(ref model.Ref[model.Session]) bool {
	r.mu.Lock()
	s := r.open[string(ref)]
	delete(r.open, string(ref))
	r.mu.Unlock()
	if s == nil {
		return false
	}
	close(s.end)
	if !s.Local {
		_ = r.DB.Update(context.Background(), func(tx *store.Tx) error { return store.Delete(tx, s.Ref) })
	}
	return true
}

// all lists the open sessions that pass.
func (r *Registry) all(pass func(*live) bool) []*live {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var list []*live
	for _, s := range r.open {
		if pass(s) {
			list = append(list, s)
		}
	}
	return list
}

// Collect ends the sessions that idled too long, except those with a pending
// task.
func (r *Registry) Collect() {
	limit := r.Clock.Now().Add(-maxIdle).Unix()
	busy := map[model.Ref[model.Session]]bool{}
	for _, t := range store.All[model.Task](r.DB.View()) {
		if t.Status == model.TaskStatusTypePending {
			busy[t.Session] = true
		}
	}
	for _, s := range r.all(func(s *live) bool { return !s.Local && s.lastUsed.Load() < limit && !busy[s.Ref] }) {
		r.End(s.Ref)
	}
}

// Run collects every 30 s until ctx ends.
func (r *Registry) Run(ctx context.Context) {
	for emu.Sleep(ctx, r.Clock, gcEvery) == nil {
		r.Collect()
	}
}
