package rpc

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
)

// Call is one call on its way through: what a handler may know of its caller.
type Call struct {
	Ctx     context.Context
	Method  *model.Method
	DB      *store.DB
	Clock   emu.Clock
	Session *Session
	Task    Task
	// Peer is the caller.
	Peer Peer
}

// Peer is the other end of a connection.
type Peer struct {
	Address string
	// Secure tells TLS from plain HTTP.
	Secure bool
	// Agent is the User-Agent or Originator header.
	Agent string
	// Own tells that the daemon itself calls, on behalf of a client.
	Own bool
	// TaskID and SubtaskOf are the tasks that the caller's headers name.
	TaskID, SubtaskOf string
}

// Context ends when the work should: the client of a synchronous call is gone,
// or the call's task is cancelled.
func (c *Call) Context() context.Context { return c.Ctx }

// TaskRef is the task that the call runs as. Calls that show no task have a
// dummy one, never stored.
func (c *Call) TaskRef() model.Ref[model.Task] { return c.Task.Ref() }

// CheckCancel fails with TASK_CANCELLED once the call's task is cancelled.
func (c *Call) CheckCancel() error { return c.Task.CheckCancel() }

// Task is the handle of the task that a call runs as.
type Task interface {
	Ref() model.Ref[model.Task]
	// Progress records how much of the work is done, 0 to 1.
	Progress(float64)
	// Cancelled is closed once somebody asked to cancel the task.
	Cancelled() <-chan struct{}
	CheckCancel() error
}

// dummyTask stands for a task that no client sees.
type dummyTask struct {
	name string
	ref  model.Ref[model.Task]
	once sync.Once
	done <-chan struct{}
}

// Ref is of the form DummyRef:|uuid|name, as xapi's.
func (t *dummyTask) Ref() model.Ref[model.Task] {
	t.once.Do(func() { t.ref = model.Ref[model.Task]("DummyRef:|" + uuid.NewString() + "|" + t.name) })
	return t.ref
}

func (t *dummyTask) Progress(float64)           {}
func (t *dummyTask) Cancelled() <-chan struct{} { return t.done }

func (t *dummyTask) CheckCancel() error {
	select {
	case <-t.done:
		return model.ErrTaskCancelled(t.Ref())
	default:
		return nil
	}
}

// Background makes the call of a job of the daemon's own: root, without a
// visible task, ending with ctx. Tests of handlers use it too.
func Background(ctx context.Context, db *store.DB, clock emu.Clock, name string) *Call {
	return &Call{
		Ctx: ctx, DB: db, Clock: clock,
		Session: &Session{Ref: model.NullRef, LocalSuperuser: true, UserName: "root"},
		Task:    &dummyTask{name: name, done: ctx.Done()},
	}
}

// Session is who calls. Local sessions have no row in the database.
type Session struct {
	Ref            model.Ref[model.Session]
	ThisHost       model.Ref[model.Host]
	LocalSuperuser bool
	Pool           bool // a member of the pool itself
	Local          bool
	UserName       string
	UserSID        string
	Originator     string
	Roles          model.RoleSet
	// Ended is closed when the session is.
	Ended <-chan struct{}
}

// Root reports whether role checks are skipped for the session.
func (s *Session) Root() bool { return s.LocalSuperuser || s.Pool || s.Local }

// Owns reports whether the two sessions are of one user; all root sessions
// are, as xapi has it.
func (s *Session) Owns(sid string) bool { return s.UserSID == sid }

// Sessions finds the session that a call names.
type Sessions interface {
	// Lookup fails with SESSION_INVALID.
	Lookup(ref string) (*Session, error)
}

// Tasks makes and ends the tasks that calls run as.
type Tasks interface {
	// Begin stores a pending task for the call and sets c.Task and c.Ctx, which
	// from then on ends when the task is cancelled.
	Begin(c *Call, label string) error
	// Join runs the call as part of a task that exists.
	Join(c *Call, ref model.Ref[model.Task]) error
	// Finish ends the call's task. result is its value as XML text.
	Finish(c *Call, result string, err error)
	// Drop forgets the task of a synchronous call.
	Drop(c *Call)
}
