// Package transfer is what the HTTP transfers of the daemon have in common: who
// may make one, the task that tells how it ends, and the answer that uploads
// get before their first byte.
package transfer

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/role"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/session"
	"github.com/xapid/xapid/xapi/web"
)

// Tasks are the tasks that transfers run in.
type Tasks interface {
	// Take makes the task of a transfer, or takes up the one that the client has
	// made. The context ends when the task is cancelled.
	Take(ctx context.Context, ref model.Ref[model.Task], label string, s *rpc.Session) (model.Ref[model.Task], context.Context, error)
	// End ends a task that is still pending.
	End(ref model.Ref[model.Task], result string, err error)
}

// Room lets transfers in.
type Room struct {
	Tasks Tasks
	// Authenticate finds who makes a request; done is to be called at its end.
	Authenticate func(r *http.Request) (s *rpc.Session, done func(), err error)
	// Audit learns how transfers end; a nil err is a success.
	Audit func(t *Transfer, action string, err error)
}

// Action is what a path is for.
type Action struct {
	// Permission is the name of the HTTP action that a caller must be allowed;
	// "" leaves it to the handler.
	Permission string
	// Label is what the task is called that a transfer gets if it brings none.
	Label string
	// Taskless actions have no task.
	Taskless bool
}

// Handler does the work. Its result and its error are the task's.
type Handler func(t *Transfer) (result string, err error)

// Transfer is a request on its way.
type Transfer struct {
	http.ResponseWriter
	*http.Request
	Session *rpc.Session
	Task    model.Ref[model.Task]

	// After, if set, is what a success has as its consequence: the task has
	// ended before it, and its waiters have heard of it.
	After func()

	ctx      context.Context
	answered bool
}

// Context ends when the client is gone or the task is cancelled.
func (t *Transfer) Context() context.Context { return t.ctx }

// Parameter is a parameter of the request.
func (t *Transfer) Parameter(name string) string { return session.Parameter(t.Request, name) }

// Write sends some of what a download brings.
func (t *Transfer) Write(b []byte) (int, error) {
	t.answered = true
	return t.ResponseWriter.Write(b)
}

// Refusal is an error that has a status of HTTP.
type Refusal struct {
	Status int
	Reason string
	Err    error // the task's
}

func (r *Refusal) Error() string { return r.Err.Error() }
func (r *Refusal) Unwrap() error { return r.Err }

// Refuse makes one.
func Refuse(status int, err error) error { return &Refusal{status, http.StatusText(status), err} }

// Handle makes a handler of HTTP.
func (m *Room) Handle(a Action, h Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t := &Transfer{ResponseWriter: w, Request: r, ctx: r.Context()}
		who, done, err := m.Authenticate(r)
		defer done()
		t.Session = who
		task := model.Ref[model.Task](t.Parameter("task_id"))
		if err == nil || a.Permission != "" {
			if refused := permit(a, who, err); refused != nil {
				m.refuse(t, a, task, refused)
				m.Audit(t, a.Permission, refused)
				return
			}
		}
		if !a.Taskless && who != nil {
			if t.Task, t.ctx, err = m.Tasks.Take(r.Context(), task, a.Label, who); err != nil {
				m.refuse(t, a, "", err)
				return
			}
			w.Header().Set("task-id", string(t.Task))
		}
		w.Header().Set("Connection", "close")
		w.Header().Set("Cache-Control", "no-cache, no-store")
		m.run(t, a, h)
	}
}

// permit decides whether a caller may; failed is why there is none.
func permit(a Action, who *rpc.Session, failed error) error {
	if failed != nil {
		return &Refusal{http.StatusUnauthorized, "Unauthorised", model.ErrSessionAuthenticationFailed()}
	}
	return allow(a.Permission, who)
}

func allow(permission string, who *rpc.Session) error {
	roles, known := role.OfHTTP(permission)
	if !known || who.Root() || who.Roles.Has(roles) {
		return nil
	}
	text := "No permission in user session. (Roles with this permission: " + strings.Join(roles.Names(), ", ") + ")"
	return Refuse(http.StatusForbidden, model.ErrRBACPermissionDenied("http/"+permission, text))
}

// Allow decides whether the caller may do what only the handler knows to need
// another permission.
func (t *Transfer) Allow(permission string) error {
	if t.Session == nil {
		return permit(Action{Permission: permission}, nil, model.ErrSessionAuthenticationFailed())
	}
	return allow(permission, t.Session)
}

// run runs the handler; the task ends with it, whatever happens.
func (m *Room) run(t *Transfer, a Action, h Handler) {
	ended := false
	defer func() {
		if !ended { // it panics
			m.end(t.Task, "", model.ErrInternalError("the transfer failed"))
		}
	}()
	result, err := h(t)
	ended = true
	var away *elsewhere
	if !errors.As(err, &away) {
		m.Audit(t, a.Permission, err)
	}
	switch {
	case errors.As(err, &away):
		away.answer(t)
	case err == nil:
		m.end(t.Task, result, nil)
		if t.After != nil {
			t.After()
		}
	case t.answered:
		m.end(t.Task, "", t.why(err))
		panic(http.ErrAbortHandler) // what has come is not all
	default:
		m.refuse(t, a, t.Task, t.why(err))
	}
}

// why prefers the reason for which the work was stopped to how it failed then.
func (t *Transfer) why(err error) error {
	if t.ctx.Err() != nil && t.Request.Context().Err() == nil {
		return model.ErrTaskCancelled(t.Task)
	}
	return err
}

func (m *Room) end(task model.Ref[model.Task], result string, err error) {
	if task.IsNull() || task == "" {
		return
	}
	var api *model.Error
	if err != nil && !errors.As(err, &api) {
		api = model.ErrInternalError(err.Error())
	}
	if api != nil {
		err = api
	}
	m.Tasks.End(task, result, err)
}

// refuse fails a task, and shows why.
func (m *Room) refuse(t *Transfer, a Action, task model.Ref[model.Task], err error) {
	m.end(task, "", err)
	status, reason := http.StatusInternalServerError, "Internal Error"
	var r *Refusal
	if errors.As(err, &r) {
		status, reason = r.Status, r.Reason
	}
	detail := ""
	var api *model.Error
	switch {
	case status == http.StatusUnauthorized:
		t.Header().Set("WWW-Authenticate", `Basic realm="http/`+a.Permission+`"`)
	case status == http.StatusForbidden:
	case errors.As(err, &api):
		detail = api.Code + ": [ " + strings.Join(api.Params, "; ") + " ]"
	default:
		detail = err.Error()
	}
	web.Fail(t.ResponseWriter, status, reason, detail)
}

// Header is that of the answer.
func (t *Transfer) Header() http.Header { return t.ResponseWriter.Header() }

// Accept says go ahead to an upload, and gives its bytes. A client of HTTP/1.0
// sends none before it is told so, and needs not tell how many there are: then
// they end with the connection. Those of HTTP/1.1 learn by the answer how it
// ended, and get it at the end.
func (t *Transfer) Accept() (io.Reader, func(), error) {
	if t.ProtoAtLeast(1, 1) {
		return t.Request.Body, func() {}, http.NewResponseController(t.ResponseWriter).EnableFullDuplex()
	}
	length := t.ContentLength
	if t.Request.Header.Get("Content-Length") == "" {
		length = -1
	}
	head := "HTTP/1.0 200 OK\r\nConnection: close\r\nCache-Control: no-cache, no-store\r\n"
	if t.Task != "" {
		head += "task-id:" + string(t.Task) + "\r\n"
	}
	conn, r, err := t.Hijack(head + "content-type: application/octet-stream\r\n\r\n")
	if err != nil {
		return nil, nil, err
	}
	var body io.Reader = r
	if length >= 0 {
		body = &exactly{r, length}
	}
	return body, func() { _ = conn.Close() }, nil
}

// Hijack takes the connection over, and answers with head. It is closed when
// the transfer's context ends, if not before.
func (t *Transfer) Hijack(head string) (net.Conn, *bufio.Reader, error) {
	conn, rw, err := http.NewResponseController(t.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	t.answered = true
	stop := context.AfterFunc(t.ctx, func() { _ = conn.Close() })
	if _, err := io.WriteString(conn, head); err != nil {
		stop()
		_ = conn.Close()
		return nil, nil, err
	}
	return &stopping{conn, stop}, rw.Reader, nil
}

// stopping is a connection that is no longer watched once it is closed.
type stopping struct {
	net.Conn
	stop func() bool
}

func (s *stopping) Close() error {
	s.stop()
	return s.Conn.Close()
}

// exactly reads n bytes; fewer are an error.
type exactly struct {
	r io.Reader
	n int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.n == 0 {
		return 0, io.EOF
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.n)])
	if e.n -= int64(n); err == io.EOF && e.n > 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// elsewhere is the end of a request that another host is to serve.
type elsewhere struct{ address string }

func (e *elsewhere) Error() string { return "the transfer goes to " + e.address }

// Elsewhere sends the client to the same path on another host. The task stays
// pending.
func Elsewhere(address string) error { return &elsewhere{address} }

func (e *elsewhere) answer(t *Transfer) {
	host := e.address
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	t.Header().Set("Location", "https://"+host+t.URL.RequestURI())
	t.WriteHeader(http.StatusFound)
}
