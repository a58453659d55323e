package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/xapid/xapid/xapi/cli/thin"
)

// session is one run of a command.
type session struct {
	*options
	stdin          io.Reader
	stdout, stderr io.Writer

	input *bufio.Reader
	conn  net.Conn
	r     *bufio.Reader
	// waits tells that the server knows of answers that only say: wait.
	waits bool
	// log is what --debug-on-fail would have shown.
	log bytes.Buffer
}

// trace tells of what goes on, if it is wanted. It never tells what is shipped:
// a password is among it.
func (s *session) trace(format string, args ...any) {
	switch {
	case s.debug:
		fmt.Fprintf(s.stderr, format+"\n", args...)
	case s.debugOnFail:
		fmt.Fprintf(&s.log, format+"\n", args...)
	}
}

// dial connects to a host; an empty port is the usual one.
func (s *session) dial(host string) (net.Conn, error) {
	port := s.port
	switch {
	case port == "" && s.plain:
		port = "80"
	case port == "":
		port = "443"
	}
	address := net.JoinHostPort(host, port)
	s.trace("connecting to %s, TLS: %t", address, !s.plain)
	if s.plain {
		return net.Dial("tcp", address)
	}
	// As with every xe: the server's certificate is not checked.
	return tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12})
}

// complaint is an error that is shown as it is.
type complaint string

func (c complaint) Error() string { return string(c) }

const errLost = complaint("Lost connection to the server.")

// run ships the arguments and obeys until the server says with which status to
// end.
func (s *session) run() (status int, err error) {
	defer func() {
		if status != 0 {
			_, _ = s.log.WriteTo(s.stderr)
		}
	}()
	if s.conn, err = s.dial(s.server); err != nil {
		s.trace("%v", err)
		return 1, complaint(fmt.Sprintf("Error: Connection refused (calling connect %s)", s.server))
	}
	defer s.conn.Close()
	s.r, s.input = bufio.NewReader(s.conn), bufio.NewReader(s.stdin)
	if err := s.ship(); err != nil {
		return 1, err
	}
	for {
		c, err := thin.ReadCommand(s.r)
		if err != nil {
			s.trace("%v", err)
			return 1, errLost
		}
		s.trace("the server says %s", told(c))
		if c.Kind == thin.Exit {
			return int(c.Status), nil
		}
		if err := s.obey(c); err != nil {
			return 1, err
		}
	}
}

// told is a command as a trace tells it, without the session of a URL.
func told(c thin.Command) string {
	texts := slices.Clone(c.Texts)
	for i, t := range texts {
		if before, after, ok := strings.Cut(t, "session_id="); ok && c.Kind != thin.Print {
			_, rest, more := strings.Cut(after, "&")
			texts[i] = before + "session_id=..."
			if more {
				texts[i] += "&" + rest
			}
		}
	}
	return fmt.Sprintf("%d %q %q %d", c.Kind, texts, c.Params, c.Status)
}

// ship sends the arguments and exchanges greetings.
func (s *session) ship() error {
	body := strings.Join(s.args, "\n")
	head := "POST /cli HTTP/1.0\r\nUser-agent: xe-cli/Unix/0.2\r\noriginator: cli\r\n"
	if s.traceparent != "" {
		head += "traceparent: " + s.traceparent + "\r\n"
	}
	if s.baggage != "" {
		head += "baggage: " + s.baggage + "\r\n"
	}
	if _, err := fmt.Fprintf(s.conn, "%scontent-length: %d\r\n\r\n%s", head, len(body), body); err != nil {
		return errLost
	}
	major, minor, got, err := thin.ReadHello(s.r)
	switch {
	case strings.HasPrefix(string(got), "HTTP"):
		return complaint("Server internal error.")
	case errors.Is(err, thin.ErrNotThin), err == nil && major != thin.Major:
		return fmt.Errorf("%s is not a management agent\n%s", s.server, usage)
	case err != nil:
		return fmt.Errorf("the server %s cannot be contacted", s.server)
	}
	s.trace("the server speaks %d.%d", major, minor)
	s.waits = major > 0 || minor >= 2
	if err := thin.WriteHello(s.conn); err != nil {
		return errLost
	}
	return nil
}

// obey does what the server says.
func (s *session) obey(c thin.Command) error {
	switch c.Kind {
	case thin.Print:
		_, err := io.WriteString(s.stdout, c.Texts[0]+"\n")
		return err
	case thin.PrintStderr:
		_, err := io.WriteString(s.stderr, c.Texts[0])
		return err
	case thin.Debug:
		s.trace("%s", c.Texts[0])
		return nil
	case thin.Error:
		fmt.Fprintf(s.stderr, "Error code: %s\nError parameters: %s\n", c.Texts[0], strings.Join(c.Params, ", "))
		return nil
	case thin.Prompt:
		line, err := s.input.ReadString('\n')
		if err != nil && line == "" {
			return errLost
		}
		if err := thin.WriteChunk(s.conn, []byte(strings.TrimRight(line, "\r\n"))); err != nil {
			return errLost
		}
		return thin.WriteEnd(s.conn)
	case thin.Load:
		return s.load(c.Texts[0])
	case thin.HTTPGet:
		return s.transfer(c, c.Texts[0], func() error { return s.get(c.Texts[0], c.Texts[1]) })
	case thin.HTTPPut:
		return s.transfer(c, c.Texts[0], func() error { return s.put(c.Texts[0], c.Texts[1]) })
	case thin.HTTPConnect:
		return s.transfer(c, "", func() error { return s.connect(c.Texts[0]) })
	}
	return fmt.Errorf("the server asks for what this xe cannot do (%d)", c.Kind)
}

// permitted guards against a server that asks for files which the user has not
// named. What comes from the server may also be put where the user is.
func (s *session) permitted(name string, download bool) error {
	path, err := filepath.Abs(name)
	if err == nil && slices.Contains(s.files, path) {
		return nil
	}
	if wd, wdErr := os.Getwd(); err == nil && wdErr == nil && download && path == filepath.Clean(wd) {
		return nil
	}
	return complaint("File not permitted: " + name)
}
