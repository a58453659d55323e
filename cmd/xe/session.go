package main

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
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
}

// dial connects to a host; an empty port is the usual one.
func (o *options) dial(host string) (net.Conn, error) {
	port := o.port
	switch {
	case port == "" && o.plain:
		port = "80"
	case port == "":
		port = "443"
	}
	address := net.JoinHostPort(host, port)
	if o.plain {
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
func (s *session) run() (int, error) {
	var err error
	if s.conn, err = s.dial(s.server); err != nil {
		return 1, complaint(fmt.Sprintf("Error: Connection refused (calling connect %s)", s.server))
	}
	defer s.conn.Close()
	s.r, s.input = bufio.NewReader(s.conn), bufio.NewReader(s.stdin)
	body := strings.Join(s.args, "\n")
	head := "POST /cli HTTP/1.0\r\nUser-agent: xe-cli/Unix/0.2\r\noriginator: cli\r\n"
	if s.traceparent != "" {
		head += "traceparent: " + s.traceparent + "\r\n"
	}
	if _, err := fmt.Fprintf(s.conn, "%scontent-length: %d\r\n\r\n%s", head, len(body), body); err != nil {
		return 1, errLost
	}
	major, _, got, err := thin.ReadHello(s.r)
	switch {
	case strings.HasPrefix(string(got), "HTTP"):
		return 1, complaint("Server internal error.")
	case errors.Is(err, thin.ErrNotThin), err == nil && major != thin.Major:
		return 1, fmt.Errorf("%s is not a management agent\n%s", s.server, usage)
	case err != nil:
		return 1, fmt.Errorf("the server %s cannot be contacted", s.server)
	}
	if err := thin.WriteHello(s.conn); err != nil {
		return 1, errLost
	}
	for {
		c, err := thin.ReadCommand(s.r)
		if err != nil {
			return 1, errLost
		}
		if c.Kind == thin.Exit {
			return int(c.Status), nil
		}
		if err := s.obey(c); err != nil {
			return 1, err
		}
	}
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
		if s.debug {
			fmt.Fprintln(s.stderr, c.Texts[0])
		}
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
		return s.transfer(c.Texts[0], func() error { return s.get(c.Texts[0], c.Texts[1]) })
	case thin.HTTPPut:
		return s.transfer(c.Texts[0], func() error { return s.put(c.Texts[0], c.Texts[1]) })
	case thin.HTTPConnect:
		return s.transfer("", func() error { return s.connect(c.Texts[0]) })
	}
	return fmt.Errorf("the server asks for what this xe cannot do (%d)", c.Kind)
}

// permitted guards against a server that asks for files which the user has not
// named.
func (s *session) permitted(name string) error {
	path, err := filepath.Abs(name)
	if err != nil || !slices.Contains(s.files, path) {
		return complaint("File not permitted: " + name)
	}
	return nil
}
