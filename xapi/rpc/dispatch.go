package rpc

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/wire"
)

// Dispatcher holds the table of messages and runs calls.
type Dispatcher struct {
	DB       *store.DB
	Clock    emu.Clock
	Sessions Sessions
	Tasks    Tasks
	Log      *zap.Logger
	// Release is what the host looks like; nil is the newest.
	Release *model.Release
	// Fault, if set, may fail a call before its handler runs.
	Fault func(ctx context.Context, method string) error

	// Ready, if set, fails calls that a host is to carry out which is not there.
	Ready func(c *Call, args []reflect.Value) error

	// Standing, if set, tells which calls the host answers at all.
	Standing Standing

	// Audit, if set before the first call, learns of each call that a session may
	// or may not make, and, by the function that it gives, how it ended.
	Audit func(c *Call, args []reflect.Value) (ended func(error))

	// Observe, if set before the first call, learns how long each call took and
	// how it failed ("" if it did not).
	Observe func(method, code string, took time.Duration)
	// Meter, if set before the first call, counts the calls of clients and holds
	// them back.
	Meter func(ctx context.Context, peer Peer) error

	entries map[string]*entry
	names   []string // what system.listMethods tells
	convert *wire.Converter
	encode  *wire.Encoder
	// running counts asynchronous calls; Close waits for them.
	background group
}

// beneath are messages that the daemon itself sends, whatever it looks like. A
// release that did not have them does not list them; true marks those that
// other daemons send, which are answered.
var beneath = map[string]bool{"pool.exchange_certificates_on_join": true, "task.set_progress": false, "task.set_status": false}

// Standing is what a host is in its pool.
type Standing interface {
	// Admit is asked before anything else of a call is looked at.
	Admit(ctx context.Context, m *model.Method) error
	// AdmitSession is asked once the session is known.
	AdmitSession(s *Session) error
	// Stranger gives the failure of a session that is not known.
	Stranger(ctx context.Context, session string, invalid error) error
	// NotMaster translates the failure of a write that belongs elsewhere.
	NotMaster(err error) error
}

// New makes a dispatcher with all that derives from the datamodel bound.
func New(db *store.DB, clock emu.Clock, sessions Sessions, tasks Tasks, log *zap.Logger, release *model.Release) *Dispatcher {
	d := &Dispatcher{DB: db, Clock: clock, Sessions: sessions, Tasks: tasks, Log: log, Release: release, entries: make(map[string]*entry, 4096)}
	d.encode = wire.NewEncoder(d.recordFields)
	d.convert = &wire.Converter{Labels: model.EnumLabels, Record: d.decodeRecord}
	for _, c := range model.Classes() {
		for _, m := range c.Methods {
			known := release.Known(c.Life) && release.Known(m.Life)
			if known {
				d.names = append(d.names, m.Full)
			}
			open, also := beneath[m.Full]
			if known || also {
				e := d.entry(m)
				e.beneath = !known && !open
				d.entries[m.Full] = e
			}
		}
	}
	slices.Sort(d.names)
	return d
}

// entry is the row of a message that nobody has taken yet.
func (d *Dispatcher) entry(m *model.Method) *entry {
	e := &entry{method: m, run: notImplemented, task: m.Async && m.Class.Name != "task" && m.Class.Name != "event"}
	for i, p := range m.Params {
		e.types = append(e.types, p.Type.Go())
		if !p.Optional {
			e.required++
		} else if d.Release.Before(p.Since) {
			continue
		}
		e.taken = append(e.taken, i)
	}
	if run := d.derived(m); run != nil {
		e.run, e.status = run, Derived
	}
	if d.Release.Removed(m.Life) {
		e.status = Removed
	}
	return e
}

// Takes is how many parameters a message takes, the session left out; false if
// there is no such message under the release.
func (d *Dispatcher) Takes(method string) (int, bool) {
	e, _, _ := d.find(method)
	if e == nil {
		return 0, false
	}
	return len(e.taken), true
}

// Names lists all messages, as system.listMethods tells them.
func (d *Dispatcher) Names() []string { return d.names }

// Encoder writes values the way answers do.
func (d *Dispatcher) Encoder() *wire.Encoder { return d.encode }

func notImplemented(c *Call, _ []reflect.Value) (any, error) {
	return nil, model.ErrNotImplemented(c.Method.Full)
}

// find resolves a method name: "Class.message", "Class_message", with an
// "Async." or "InternalAsync." prefix before the dotted form. name is the
// one without a prefix.
func (d *Dispatcher) find(wireName string) (e *entry, name string, async bool) {
	name = wireName
	for _, prefix := range []string{"Async.", "InternalAsync."} {
		if rest, ok := strings.CutPrefix(wireName, prefix); ok {
			return d.entries[rest], rest, true
		}
	}
	if e = d.entries[name]; e != nil || strings.Contains(name, ".") {
		return e, name, false
	}
	// Class names hold underscores too: try each.
	for i := range len(name) {
		if name[i] == '_' {
			if e = d.entries[name[:i]+"."+name[i+1:]]; e != nil {
				return e, e.method.Full, false
			}
		}
	}
	return nil, name, false
}

// Serve answers a decoded request into b.
func (d *Dispatcher) Serve(ctx context.Context, peer Peer, req *wire.Request, b *wire.Buffers) {
	if req.Method == "system.listMethods" {
		req.ListMethods(b, d.names)
		return
	}
	began := time.Now()
	result, err := d.Do(ctx, peer, req)
	code := ""
	if err != nil {
		e := d.apiError(req.Method, err)
		code = e.Code
		req.Failure(b, e.Code, e.Params)
	} else {
		req.Success(b, d.encode, result)
	}
	if d.Observe != nil {
		_, name, _ := d.find(req.Method)
		if d.entries[name] == nil {
			name = "unknown"
		}
		d.Observe(name, code, time.Since(began))
	}
}

// Do runs a call and gives its result as a Go value.
func (d *Dispatcher) Do(ctx context.Context, peer Peer, req *wire.Request) (any, error) {
	if dump, bad := req.InvalidUTF8(); bad {
		return nil, model.ErrInvalidValue("Invalid UTF-8 string in parameter", dump)
	}
	if strings.HasPrefix(req.Method, "system.isAlive:") {
		return aliveEcho(req)
	}
	e, name, async := d.find(req.Method)
	if e == nil || e.beneath && !peer.Own {
		return nil, d.unknown(ctx, req, name)
	}
	m := e.method
	if async && !m.Async {
		return nil, &model.Error{Code: "Fault", Params: []string{"No async mode for this operation (rpc: " + m.Full + ")"}}
	}
	if d.Standing != nil {
		if err := d.Standing.Admit(ctx, m); err != nil {
			return nil, err
		}
	}
	params := req.Params
	var sessionArg wire.Value
	if !m.NoSession {
		if len(params) == 0 {
			return nil, model.ErrMessageParameterCountMismatch(m.Full, e.required, 0)
		}
		sessionArg, params = params[0], params[1:]
	}
	if len(params) < e.required || len(params) > len(e.taken) && e.required == len(e.taken) {
		return nil, model.ErrMessageParameterCountMismatch(m.Full, e.required, len(params))
	}
	if e.status == Removed {
		if _, err := d.session(ctx, sessionArg); err != nil {
			return nil, err
		}
		return nil, model.ErrMessageRemoved()
	}
	args, err := d.arguments(e, params)
	if err != nil {
		return nil, err
	}
	c := &Call{Ctx: ctx, Method: m, DB: d.DB, Clock: d.Clock, Peer: peer}
	if !m.NoSession {
		if c.Session, err = d.session(ctx, sessionArg); err != nil {
			return nil, err
		}
		if err := authorise(c.Session, m, args); err != nil {
			if ended := d.audit(c, args); ended != nil {
				ended(err)
			}
			return nil, err
		}
		if d.Meter != nil && !c.Session.Pool {
			if err := d.Meter(ctx, peer); err != nil {
				return nil, err
			}
		}
	}
	if async {
		return d.async(c, e, args)
	}
	return d.sync(c, e, args)
}

func aliveEcho(req *wire.Request) (any, error) {
	if len(req.Params) == 0 {
		return nil, nil
	}
	return req.Params[0], nil
}

// unknown is the failure of a name that no message has: as xapi, the first
// argument is taken for a session first.
func (d *Dispatcher) unknown(ctx context.Context, req *wire.Request, name string) error {
	if len(req.Params) > 0 {
		if _, err := d.session(ctx, req.Params[0]); err != nil {
			return err
		}
	}
	return model.ErrMessageMethodUnknown(name)
}

func (d *Dispatcher) session(ctx context.Context, v wire.Value) (*Session, error) {
	ref, ok := v.(string)
	if !ok {
		return nil, model.ErrInternalError(fmt.Sprintf("Expected a session reference, got %T", v))
	}
	s, err := d.Sessions.Lookup(ref)
	if d.Standing == nil {
		return s, err
	}
	if err != nil {
		return nil, d.Standing.Stranger(ctx, ref, err)
	}
	return s, d.Standing.AdmitSession(s)
}

func (d *Dispatcher) arguments(e *entry, params []wire.Value) ([]reflect.Value, error) {
	all := e.method.Params
	args := make([]reflect.Value, len(all))
	for n, i := range e.taken {
		if n >= len(params) {
			break
		}
		v, err := d.convert.Convert(params[n], e.types[i])
		if err != nil {
			var api *model.Error
			if errors.As(err, &api) {
				return nil, api
			}
			return nil, model.ErrInternalError(fmt.Sprintf("%s, parameter %s: %v", e.method.Full, all[i].Name, err))
		}
		args[i] = v
	}
	for i, p := range all {
		if !args[i].IsValid() {
			args[i] = p.Default
		}
	}
	return args, nil
}

func authorise(s *Session, m *model.Method, args []reflect.Value) error {
	if s.Root() {
		return nil
	}
	if m.PoolInternal {
		return model.ErrRBACPermissionDenied(m.Permission(), denial(model.NoRole))
	}
	roles, permission := m.Roles, m.Permission()
	if len(m.Keys) > 0 && len(args) > 1 && args[1].Kind() == reflect.String {
		if g, ok := model.MatchKey(m.Keys, args[1].String()); ok {
			roles, permission = g.Roles, permission+"/key:"+g.Key
		}
	}
	if !s.Roles.Has(roles) {
		return model.ErrRBACPermissionDenied(permission, denial(roles))
	}
	return nil
}

func denial(roles model.RoleSet) string {
	return "No permission in user session. (Roles with this permission: " + strings.Join(roles.Names(), ", ") + ")"
}

// Close cancels the asynchronous calls that run and waits for them.
func (d *Dispatcher) Close() { d.background.close() }
