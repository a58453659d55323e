package cli_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/cli/thin"
	"github.com/xapid/xapid/xapi/xapitest"
)

// said is what a command has told its client to print, and its exit status.
type said struct {
	out, err string
	// code and params are of an error that the client is to explain.
	code   string
	params []string
	status int32
}

// shell speaks the thin protocol with a daemon.
type shell struct {
	t    testing.TB
	pool *xapitest.Pool
	// session is what commands run in; without one each logs in.
	session string
	// answer is what the user types at a prompt.
	answer string
}

// try runs a command, of arguments as a client ships them.
func (s *shell) try(args ...string) said {
	s.t.Helper()
	if s.session != "" {
		return s.ship(append([]string{"session_id=" + s.session}, args...)...)
	}
	return s.ship(append(args, "username=root", "password="+xapitest.Password)...)
}

// ship sends lines as they are.
func (s *shell) ship(lines ...string) said {
	s.t.Helper()
	conn, r := s.send(lines...)
	defer conn.Close()
	return s.obey(conn, r)
}

// send sends lines and reads the greeting.
func (s *shell) send(lines ...string) (net.Conn, *bufio.Reader) {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.pool.HTTPURL(), "http://"))
	if err != nil {
		s.t.Fatal(err)
	}
	body := strings.Join(lines, "\n")
	fmt.Fprintf(conn, "POST /cli HTTP/1.0\r\ncontent-length: %d\r\n\r\n%s", len(body), body)
	r := bufio.NewReader(conn)
	if major, minor, got, err := thin.ReadHello(r); err != nil || major != 0 || minor != 2 {
		s.t.Fatalf("%v: hello %d.%d %q %v", lines, major, minor, got, err)
	}
	if err := thin.WriteHello(conn); err != nil {
		s.t.Fatal(err)
	}
	return conn, r
}

// obey does what the server says until it says that the command has ended.
func (s *shell) obey(conn net.Conn, r *bufio.Reader) (got said) {
	s.t.Helper()
	for {
		c, err := thin.ReadCommand(r)
		if err != nil {
			s.t.Fatalf("the connection ended without an exit status: %v; so far %+v", err, got)
		}
		switch c.Kind {
		case thin.Print:
			got.out += c.Texts[0] + "\n"
		case thin.PrintStderr:
			got.err += c.Texts[0]
		case thin.Error:
			got.code, got.params = c.Texts[0], c.Params
		case thin.Exit:
			got.status = c.Status
			if _, err := r.ReadByte(); err == nil {
				s.t.Error("something follows the exit status")
			}
			return got
		case thin.Prompt:
			err = thin.WriteChunk(conn, []byte(s.answer))
			if err == nil {
				err = thin.WriteEnd(conn)
			}
		case thin.Load, thin.HTTPGet, thin.HTTPPut, thin.HTTPConnect:
			err = thin.WriteAnswer(conn, thin.Failed)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// must gives what a command prints that succeeds.
func (s *shell) must(args ...string) string {
	s.t.Helper()
	got := s.try(args...)
	if got.status != 0 || got.err != "" || got.code != "" {
		s.t.Fatalf("xe %v: %+v", args, got)
	}
	return got.out
}

// line is must of a command that prints one line.
func (s *shell) line(args ...string) string {
	s.t.Helper()
	return strings.TrimSuffix(s.must(args...), "\n")
}
