package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime/debug"
	"strings"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/wire"
)

// command is a command that runs.
type command struct {
	line
	server  *Server
	book    *book // of the server's release
	spec    *spec
	ctx     context.Context
	cancel  context.CancelFunc
	r       *bufio.Reader
	w       io.Writer
	peer    rpc.Peer
	session string
	logout  string // that ends the session, "" if it is somebody else's
	printer
}

const hint = "For usage run: 'xe help'\n"

// run is a command from its text to its exit status. A panic fails it alone.
func (c *command) run(body string) (status int32) {
	defer func() {
		if p := recover(); p != nil {
			c.server.Log.Error("a command panicked", zap.String("command", c.command), zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			status = c.finish(model.ErrInternalError(fmt.Sprint(p)))
		}
	}()
	// A supporter that passes a command on has logged in already.
	if rest, ok := strings.CutPrefix(body, "session_id="); ok {
		c.session, body, _ = strings.Cut(rest, "\n")
		c.session = strings.TrimSuffix(c.session, "\r")
	}
	var ok bool
	if c.line, ok = parseLine(body); !ok {
		return c.misused("Syntax error: ")
	}
	switch c.text("minimal") {
	case "true":
		c.minimal = true
	case "", "false":
	default:
		return c.misused("Syntax error: ")
	}
	if c.command == "help" {
		return c.finish(c.help())
	}
	if c.spec = c.book.specs[c.command]; c.spec == nil {
		return c.misused("Unknown command: " + c.command)
	}
	for _, key := range c.spec.reqd {
		if _, ok := c.get(key); !ok {
			return c.misused("Required parameter not found: " + key)
		}
	}
	if !c.login() {
		return 1
	}
	return c.finish(c.spec.run(c))
}

// misused ends a command line that is none.
func (c *command) misused(text string) int32 {
	c.stderr(text + "\n" + hint)
	return 1
}

// finish prints what is left and tells how the command ended.
func (c *command) finish(err error) int32 {
	var own complaint
	var failed failures
	var words said
	var status exitStatus
	switch {
	case err == nil:
		if c.minimal {
			c.send(textOf(c.collected()))
		}
		return 0
	case errors.Is(err, errAborted):
		return 0
	case errors.As(err, &words):
		c.stderr(string(words))
	case errors.As(err, &status):
		return int32(status)
	case errors.As(err, &failed):
		for _, text := range failed {
			c.send(textOf(text))
		}
	case errors.As(err, &own):
		c.stderr("Error: " + string(own) + "\n")
	case errors.Is(err, context.Canceled):
		c.stderr("The toolstack stops.\n") // a client that is gone does not read it
	default:
		c.explain(apiError(err))
	}
	if t, ok := c.get("trace"); ok && t != "false" {
		c.stderr("Raised " + raised(err) + "\n")
		c.stderr("Backtrace:\n")
		c.stderr("Called from xe " + c.command + "\n")
	}
	return 1
}

// errAborted ends a command that the user has thought better of.
var errAborted = errors.New("aborted")

// exitStatus ends a command that has told why by itself.
type exitStatus int32

func (exitStatus) Error() string { return "the command failed" }

// login opens the session that the command runs in.
func (c *command) login() bool {
	if c.session != "" {
		if c.spec.local {
			return true // which master could tell?
		}
		_, err := c.call("session.get_uuid", c.session)
		if err != nil {
			c.finish(err)
		}
		return err == nil
	}
	user, password := c.text("username"), c.text("password")
	if user == "" {
		c.misused("Username/password must be specified")
		return false
	}
	method, args, logout := "session.login_with_password", []any{user, password, "1.0", "cli"}, "session.logout"
	if c.spec.local {
		method, args, logout = "session.slave_local_login_with_password", []any{user, password}, "session.local_logout"
	}
	v, err := c.call(method, args...)
	var api *model.Error
	switch {
	case errors.As(err, &api) && api.Code == "SESSION_AUTHENTICATION_FAILED":
		c.misused("Authentication failed")
		return false
	case err != nil:
		c.finish(err)
		return false
	}
	c.session, c.logout = fmt.Sprint(v), logout
	return true
}

// call calls a message in the command's session, if it has one.
func (c *command) call(method string, args ...any) (any, error) {
	var params []wire.Value
	if c.session != "" {
		params = append(params, c.session)
	}
	if n, ok := c.server.Dispatcher.Takes(method); ok && n < len(args) {
		args = args[:n] // what an old release does not know of
	}
	m := model.MethodByName(strings.TrimPrefix(method, "Async."))
	for i, a := range args {
		v := plain(a)
		if m != nil && i < len(m.Params) && m.Params[i].Type.Kind == model.EnumKind {
			if t, ok := v.(string); ok {
				label, err := enumLabel(m.Params[i].Name, m.Params[i].Type.Name, t)
				if err != nil {
					return nil, err
				}
				v = label
			}
		}
		params = append(params, v)
	}
	return c.server.Dispatcher.Do(c.ctx, c.peer, &wire.Request{Method: method, Params: params})
}

// do is call for messages whose result does not matter.
func (c *command) do(method string, args ...any) error {
	_, err := c.call(method, args...)
	return err
}

// plain makes a value one that a wire might have brought.
func plain(a any) wire.Value {
	switch v := a.(type) {
	case map[string]string:
		m := &wire.Struct{}
		for k, e := range v {
			m.Members = append(m.Members, wire.Member{Name: k, Value: e})
		}
		return m
	case []string:
		var l wire.Array
		for _, e := range v {
			l = append(l, e)
		}
		return l
	}
	if v := reflect.ValueOf(a); v.Kind() == reflect.String {
		return v.String()
	}
	return a
}
