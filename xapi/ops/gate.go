package ops

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
)

// Caller is who runs an operation; *rpc.Call is one.
type Caller interface {
	// Context ends when the work should.
	Context() context.Context
	TaskRef() model.Ref[model.Task]
	// CheckCancel fails with TASK_CANCELLED once the caller's task is
	// cancelled.
	CheckCancel() error
}

// Policy is how long an operation waits for others to end.
type Policy uint8

const (
	// Standard waits up to two hours.
	Standard Policy = iota
	// FailQuickly waits up to two minutes.
	FailQuickly
	// FailAtOnce does not wait.
	FailAtOnce
)

// patience and the longest time between two tries, by Policy. A waiter is also
// woken when what it waits for ends.
var policies = [...]struct{ patience, retry time.Duration }{
	Standard:    {2 * time.Hour, 20 * time.Second},
	FailQuickly: {2 * time.Minute, 2 * time.Second},
	FailAtOnce:  {},
}

// Gate lets operations through.
type Gate struct {
	DB    *store.DB
	Clock emu.Clock
	// Release is what the hosts look like; nil is the newest.
	Release *model.Release

	mu sync.Mutex
	// released counts the operations that ended; whoever checked before the
	// newest one need not wait, but check again.
	released uint64
	waiters  map[string][]chan struct{} // by the reference of what is busy
}

// New makes a gate; one database has one.
func New(db *store.DB, clock emu.Clock) *Gate {
	return &Gate{DB: db, Clock: clock, waiters: map[string][]chan struct{}{}}
}

// Do runs work while the claims are marked in current_operations. It claims all
// of them or none; the first error of their rules is the result. While a rule
// says OTHER_OPERATION_IN_PROGRESS it waits, as long as the policy has it;
// meanwhile the caller's task can be cancelled (TASK_CANCELLED).
func (g *Gate) Do(c Caller, p Policy, claims []Claim, work func() error) error {
	if err := g.claim(c, p, claims, nil); err != nil {
		return err
	}
	defer g.release(c, claims)
	return work()
}

// DoAfter is Do with a preparation that runs in the transaction that marks the
// claims, after their rules have been checked. Its error means that nothing is
// marked and work does not run.
func (g *Gate) DoAfter(c Caller, p Policy, claims []Claim, prepare func(tx *store.Tx) error, work func() error) error {
	if err := g.claim(c, p, claims, prepare); err != nil {
		return err
	}
	defer g.release(c, claims)
	return work()
}

func (g *Gate) claim(c Caller, p Policy, claims []Claim, prepare func(tx *store.Tx) error) error {
	deadline := g.Clock.Now().Add(policies[p].patience)
	for {
		g.mu.Lock()
		seen := g.released
		g.mu.Unlock()
		err := g.inTheWordsOf(g.try(c, claims, prepare))
		var api *model.Error
		if err == nil || !errors.As(err, &api) || api.Code != "OTHER_OPERATION_IN_PROGRESS" || len(api.Params) < 2 {
			return err
		}
		left := deadline.Sub(g.Clock.Now())
		if left <= 0 {
			return err
		}
		if err := g.wait(c, api.Params[1], seen, min(left, policies[p].retry)); err != nil {
			return err
		}
	}
}

func (g *Gate) try(c Caller, claims []Claim, prepare func(tx *store.Tx) error) error {
	task := string(c.TaskRef())
	return g.DB.Update(c.Context(), func(tx *store.Tx) error {
		for _, cl := range claims {
			check := cl.check
			if g.Release.Old() && cl.checkOld != nil {
				check = cl.checkOld
			}
			if err := check(tx); err != nil {
				return err
			}
			if err := cl.mark(tx, task); err != nil {
				return err
			}
		}
		if prepare != nil {
			return prepare(tx)
		}
		return nil
	})
}

// inTheWordsOf makes an error what the release says: old ones tell no task of
// a host.
func (g *Gate) inTheWordsOf(err error) error {
	var api *model.Error
	if g.Release.Old() && errors.As(err, &api) && api.Code == "OTHER_OPERATION_IN_PROGRESS" && len(api.Params) > 3 && api.Params[0] == "host" {
		return model.ErrOtherOperationInProgress(api.Params[0], api.Params[1], api.Params[2])
	}
	return err
}

// CheckHost gives the first error that an operation on a host would meet now.
func (g *Gate) CheckHost(r store.Reader, ref model.Ref[model.Host], op model.HostAllowedOperations) error {
	return g.inTheWordsOf(CheckHost(r, ref, op))
}

// Refresh computes a VM's allowed_operations, and its devices', after a change
// of its guest metrics: these do not say whose they are.
func (g *Gate) Refresh(tx *store.Tx, ref model.Ref[model.VM]) {
	if vm, ok := store.Find(tx, ref); ok {
		d := stale{release: g.Release}
		d.vmAndDevices(ref, vm)
		d.refresh(tx)
	}
}

// wait returns when an operation on ref has ended since seen, or after d.
func (g *Gate) wait(c Caller, ref string, seen uint64, d time.Duration) error {
	g.mu.Lock()
	if g.released != seen {
		g.mu.Unlock()
		return c.CheckCancel()
	}
	woken := make(chan struct{})
	g.waiters[ref] = append(g.waiters[ref], woken)
	g.mu.Unlock()
	timer := g.Clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-woken:
	case <-timer.C:
	case <-c.Context().Done():
		if err := c.CheckCancel(); err != nil {
			return err
		}
		return c.Context().Err()
	}
	return c.CheckCancel()
}

func (g *Gate) release(c Caller, claims []Claim) {
	task := string(c.TaskRef())
	// The work is over, whatever became of its caller.
	err := g.DB.Update(context.WithoutCancel(c.Context()), func(tx *store.Tx) error {
		for _, cl := range claims {
			cl.clear(tx, task)
		}
		return nil
	})
	_ = err // the database is closing: marks are not kept across a restart
	g.mu.Lock()
	defer g.mu.Unlock()
	g.released++
	for _, cl := range claims {
		g.wake(cl.ref)
		if cl.also != nil {
			for _, part := range cl.also() {
				g.wake(part.ref)
			}
		}
	}
}

// wake lets those go on that wait for an object. g.mu is held.
func (g *Gate) wake(ref string) {
	for _, w := range g.waiters[ref] {
		close(w)
	}
	delete(g.waiters, ref)
}
