package xapi

import (
	"context"
	"errors"
	"net/http"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/session"
	"github.com/xapid/xapid/xapi/transfer"
)

// Transfers go to the host that they are about. Sessions and tasks are the
// master's: a slave asks it who a caller is, and tells it how a task ends.

const (
	callerCall = "caller"
	takeCall   = "take-task"
	endCall    = "end-task"
)

// caller is a session as members tell each other of it.
type caller struct {
	Known, Superuser, Pool bool
	UserName, UserSID      string
	Originator             string
	Roles                  model.RoleSet
}

// taking is the taking up of a task, ending its end.
type (
	taking struct {
		Task    model.Ref[model.Task]
		Label   string
		Session string
	}
	ending struct {
		Task      model.Ref[model.Task]
		Result    string
		ErrorInfo []string
	}
)

// transfers is the room of transfers, and what members ask of it.
func (s *stack) transfers() *transfer.Room {
	tasks := s.rooms.tasks.Manager
	peer.Handle(s.d.net, callerCall, func(_ context.Context, _ string, ref string) (caller, error) {
		o, err := s.rooms.sessions.Lookup(ref)
		if err != nil {
			return caller{}, nil
		}
		return caller{true, o.Root(), o.Pool, o.UserName, o.UserSID, o.Originator, o.Roles}, nil
	})
	peer.Handle(s.d.net, takeCall, func(ctx context.Context, _ string, t taking) (model.Ref[model.Task], error) {
		who, err := s.rooms.sessions.Lookup(t.Session)
		if err != nil {
			who = nil // one of the slave's own
		}
		ref, _, err := tasks.Take(context.WithoutCancel(ctx), t.Task, t.Label, who)
		return ref, err
	})
	peer.Handle(s.d.net, endCall, func(_ context.Context, _ string, e ending) (struct{}, error) {
		var failure error
		if len(e.ErrorInfo) > 0 {
			failure = &model.Error{Code: e.ErrorInfo[0], Params: e.ErrorInfo[1:]}
		}
		tasks.End(e.Task, e.Result, failure)
		return struct{}{}, nil
	})
	return &transfer.Room{Tasks: s, Authenticate: s.authenticate, Audit: func(t *transfer.Transfer, action string, err error) {
		s.d.audit.HTTP(s.DB, s.Config.Clock, t, action, err)
	}}
}

// authenticate finds who makes a request, with the master's help if need be.
func (s *stack) authenticate(r *http.Request) (*rpc.Session, func(), error) {
	who, done, err := s.rooms.sessions.Authenticate(r)
	ref := session.Parameter(r, "session_id")
	if err == nil || ref == "" || s.DB.Leads() {
		return who, done, err
	}
	var c caller
	if s.askMaster(r.Context(), callerCall, ref, &c) != nil || !c.Known {
		return nil, done, err
	}
	return &rpc.Session{
		Ref: model.Ref[model.Session](ref), LocalSuperuser: c.Superuser, Pool: c.Pool,
		UserName: c.UserName, UserSID: c.UserSID, Originator: c.Originator, Roles: c.Roles,
	}, done, nil
}

func (s *stack) askMaster(ctx context.Context, name string, in, out any) error {
	_, address, _ := s.standing.Get()
	if address == "" {
		return model.ErrCannotContactHost("")
	}
	return s.d.net.CallAt(ctx, address, "", name, in, out)
}

// Take takes a task up, here or at the master.
func (s *stack) Take(ctx context.Context, ref model.Ref[model.Task], label string, who *rpc.Session) (model.Ref[model.Task], context.Context, error) {
	if s.DB.Leads() {
		return s.rooms.tasks.Manager.Take(ctx, ref, label, who)
	}
	t := taking{Task: ref, Label: label}
	if who != nil {
		t.Session = string(who.Ref)
	}
	err := s.askMaster(ctx, takeCall, t, &ref)
	return ref, ctx, err
}

// End ends a task, here or at the master.
func (s *stack) End(ref model.Ref[model.Task], result string, failure error) {
	if s.DB.Leads() {
		s.rooms.tasks.Manager.End(ref, result, failure)
		return
	}
	e := ending{Task: ref, Result: result}
	var api *model.Error
	if errors.As(failure, &api) {
		e.ErrorInfo = append([]string{api.Code}, api.Params...)
	}
	if err := s.askMaster(s.background, endCall, e, nil); err != nil {
		s.Config.Log.Warn("the master does not hear how a transfer ended", zap.Error(err))
	}
}

// otherMaster is the address of the master, "" if it is this host.
func (s *stack) otherMaster() string {
	if s.DB.Leads() {
		return ""
	}
	_, address, _ := s.standing.Get()
	return address
}
