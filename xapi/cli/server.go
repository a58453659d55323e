package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cli/thin"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/wire"
)

// maxBody bounds a command line.
const maxBody = 200 << 10

// Server answers xe.
type Server struct {
	DB         *store.DB
	Dispatcher *rpc.Dispatcher
	Log        *zap.Logger
	// Self is the uuid of the host that this daemon is.
	Self string
}

// ServeHTTP takes over a POST to /cli.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength < 0 || r.ContentLength > maxBody {
		http.Error(w, "the command line is too long, or its length is not told", http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(r.Body)
	h, ok := w.(http.Hijacker)
	if err != nil || !ok {
		http.Error(w, "the command line cannot be read", http.StatusBadRequest)
		return
	}
	conn, rw, err := h.Hijack()
	if err != nil {
		s.Log.Warn("a command is lost", zap.Error(err))
		return
	}
	defer conn.Close()
	// A toolstack that ends waits for no answer, but has its say: the command
	// may be the very one that makes it restart.
	defer context.AfterFunc(r.Context(), func() { _ = conn.SetReadDeadline(time.Now()) })()
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	c := &command{server: s, book: bookOf(s.Dispatcher.Release), w: conn, peer: rpc.Peer{Address: host, Secure: r.TLS != nil, Agent: "cli"}}
	c.ctx, c.cancel = context.WithCancel(r.Context())
	defer c.cancel()
	if err := thin.WriteHello(conn); err != nil {
		return
	}
	if major, _, _, err := thin.ReadHello(rw.Reader); err != nil || major != thin.Major {
		return
	}
	defer c.listen(conn, rw.Reader)()
	status := c.run(string(body))
	_ = thin.WriteCommand(conn, thin.Command{Kind: thin.Exit, Status: status}) // a client that is gone needs none
	if c.session != "" {
		c.ctx = context.WithoutCancel(c.ctx)
		_, _ = c.call(c.logout) // it would expire by itself
	}
}

// listen reads what the client says all the time that the command runs, so that
// one whose client is gone ends. The function that it gives ends the listening.
func (c *command) listen(conn net.Conn, r io.Reader) func() {
	pr, pw := io.Pipe()
	c.r = bufio.NewReader(pr)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, err := io.Copy(pw, r)
		_ = pw.CloseWithError(err) // never fails
		c.cancel()
	}()
	return func() {
		_ = pr.Close()
		_ = conn.Close()
		<-ended
	}
}

// command is a command that runs.
type command struct {
	line
	server  *Server
	book    *book // of the server's release
	ctx     context.Context
	cancel  context.CancelFunc
	r       *bufio.Reader
	w       io.Writer
	peer    rpc.Peer
	session string
	logout  string
	minimal bool
	words   []string // that the minimal form prints at the end
}

const hint = "For usage run: 'xe help'\n"

// run is a command from its text to its exit status.
func (c *command) run(body string) int32 {
	var ok bool
	if c.line, ok = parseLine(body); !ok {
		c.stderr("Syntax error: \n" + hint)
		return 1
	}
	switch c.text("minimal") {
	case "true":
		c.minimal = true
	case "", "false":
	default:
		c.stderr("Syntax error: \n" + hint)
		return 1
	}
	if c.command == "help" {
		return c.finish(c.help())
	}
	spec := c.book.specs[c.command]
	if spec == nil {
		c.stderr("Unknown command: " + c.command + "\n" + hint)
		return 1
	}
	for _, key := range spec.reqd {
		if _, ok := c.get(key); !ok {
			c.stderr("Required parameter not found: " + key + "\n" + hint)
			return 1
		}
	}
	if !c.login(spec) {
		return 1
	}
	return c.finish(spec.run(c))
}

// finish prints what is left and tells how the command ended.
func (c *command) finish(err error) int32 {
	var api *model.Error
	var own complaint
	var words said
	var status exitStatus
	switch {
	case err == nil:
		if c.minimal {
			c.send(thin.Command{Kind: thin.Print, Texts: []string{strings.Join(c.words, ",")}})
		}
		return 0
	case errors.Is(err, errAborted):
		return 0
	case errors.As(err, &words):
		c.stderr(string(words))
	case errors.As(err, &status):
		return int32(status)
	case errors.As(err, &own):
		c.stderr("Error: " + string(own) + "\n")
	case errors.As(err, &api):
		c.explain(api)
	default:
		c.explain(model.ErrInternalError(err.Error()))
	}
	return 1
}

// errAborted ends a command that the user has thought better of.
var errAborted = errors.New("aborted")

// exitStatus ends a command that has told why by itself.
type exitStatus int32

func (exitStatus) Error() string { return "the command failed" }

// login opens the session that the command runs in.
func (c *command) login(spec *spec) bool {
	user, password := c.text("username"), c.text("password")
	if user == "" {
		c.stderr("Username/password must be specified\n" + hint)
		return false
	}
	method, args := "session.login_with_password", []any{user, password, "1.0", "cli"}
	c.logout = "session.logout"
	if spec.local {
		method, args, c.logout = "session.slave_local_login_with_password", []any{user, password}, "session.local_logout"
	}
	v, err := c.call(method, args...)
	var api *model.Error
	switch {
	case errors.As(err, &api) && api.Code == "SESSION_AUTHENTICATION_FAILED":
		c.stderr("Authentication failed\n" + hint)
		return false
	case err != nil:
		c.finish(err)
		return false
	}
	c.session = fmt.Sprint(v)
	return true
}

// call calls a message in the command's session, if it has one.
func (c *command) call(method string, args ...any) (any, error) {
	var params []wire.Value
	if c.session != "" {
		params = append(params, c.session)
	}
	for _, a := range args {
		params = append(params, plain(a))
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

func (c *command) send(m thin.Command) {
	if err := thin.WriteCommand(c.w, m); err != nil {
		c.server.Log.Debug("the client of a command is gone", zap.Error(err))
	}
}

func (c *command) stderr(text string) {
	c.send(thin.Command{Kind: thin.PrintStderr, Texts: []string{text}})
}

// textOf is a message that prints a text in the minimal form too.
func textOf(s string) thin.Command { return thin.Command{Kind: thin.Print, Texts: []string{s}} }

// print prints a message; the minimal form keeps values for its one line.
func (c *command) print(text string) {
	if !c.minimal {
		c.send(thin.Command{Kind: thin.Print, Texts: []string{text}})
	}
}

// result prints a value that is the command's result.
func (c *command) result(text string) {
	if c.minimal {
		c.words = append(c.words, escape(text))
		return
	}
	c.send(thin.Command{Kind: thin.Print, Texts: []string{text}})
}

func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(s) }

// record prints a record; the minimal form takes its first column.
func (c *command) record(columns []column) {
	if !c.minimal {
		c.send(thin.Command{Kind: thin.Print, Texts: []string{layout(columns)}})
	} else if len(columns) > 0 {
		c.words = append(c.words, escape(columns[0].value))
	}
}

// confirm asks the user to type yes.
func (c *command) confirm(warnings ...string) error {
	for _, w := range warnings {
		c.send(thin.Command{Kind: thin.Print, Texts: []string{w}})
	}
	c.send(thin.Command{Kind: thin.Print, Texts: []string{"Type 'yes' to continue"}})
	c.send(thin.Command{Kind: thin.Prompt})
	answer, err := thin.ReadBlob(c.r, maxBody)
	if err != nil {
		return err
	}
	if strings.ToLower(strings.TrimSpace(string(answer))) != "yes" {
		c.send(thin.Command{Kind: thin.Print, Texts: []string{"Aborted (you typed: '" + string(answer) + "')"}})
		return errAborted
	}
	return nil
}

// explain shows an error of the API: its description and its parameters, an
// object by its uuid and name.
func (c *command) explain(e *model.Error) {
	known, ok := catalogue()[e.Code]
	if !ok {
		c.send(thin.Command{Kind: thin.Error, Texts: []string{e.Code}, Params: e.Params})
		return
	}
	var b strings.Builder
	b.WriteString(sentence(e.Code) + "\n")
	for i, name := range known.Params {
		value := "<unknown>"
		if i < len(e.Params) {
			value = c.named(e.Params[i])
		}
		fmt.Fprintf(&b, "%s: %s\n", name, value)
	}
	for i := len(known.Params); i < len(e.Params); i++ {
		fmt.Fprintf(&b, "<extra>: %s\n", c.named(e.Params[i]))
	}
	c.stderr(b.String())
}

// catalogue are the errors that the datamodel knows, by code.
var catalogue = sync.OnceValue(func() map[string]model.ErrorInfo {
	m := map[string]model.ErrorInfo{}
	for _, e := range model.Errors() {
		m[e.Code] = e
	}
	return m
})

// sentence makes one of an error's code.
func sentence(code string) string {
	s := strings.ToLower(strings.ReplaceAll(code, "_", " "))
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// named replaces the reference of an object by its uuid and name.
func (c *command) named(text string) string {
	if !strings.HasPrefix(text, "OpaqueRef:") {
		return text
	}
	r := c.server.DB.View()
	for _, cls := range model.Classes() {
		row, ok := r.Row(cls, text)
		if !ok || cls.Field("uuid") == nil {
			continue
		}
		v := reflect.ValueOf(row.Obj).Elem()
		id := v.Field(cls.Field("uuid").Index).String()
		if f := cls.Field("name_label"); f != nil {
			return id + " (" + v.Field(f.Index).String() + ")"
		}
		return id
	}
	return text
}
