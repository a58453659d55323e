package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/term"

	"github.com/xapid/xapid/xapi/cli/thin"
)

// errRefused says that the server did not take a transfer; it explains itself.
var errRefused = errors.New("the server did not take it")

// load uploads a file over the connection of the command.
func (s *session) load(name string) error {
	if err := s.permitted(name); err != nil {
		return err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return thin.WriteAnswer(s.conn, thin.Failed)
	}
	return errors.Join(thin.WriteAnswer(s.conn, thin.OK), thin.WriteChunk(s.conn, data), thin.WriteEnd(s.conn))
}

// transfer answers the server with what became of a transfer on a connection
// of its own.
func (s *session) transfer(name string, do func() error) error {
	if name != "" {
		if err := s.permitted(name); err != nil {
			return err
		}
	}
	err := do()
	answer := thin.OK
	if err != nil {
		answer = thin.Failed
	}
	if sent := thin.WriteAnswer(s.conn, answer); sent != nil {
		return errLost
	}
	if err != nil && !errors.Is(err, errRefused) {
		return complaint("Operation failed. Error: " + err.Error())
	}
	return nil
}

// maxRedirects bounds how often a transfer is sent elsewhere.
const maxRedirects = 10

// open sends the head of a request to a URL of the server's and reads that of
// the answer. A host in the URL counts, its port does not.
func (s *session) open(method, target, headers string) (net.Conn, *bufio.Reader, error) {
	for range maxRedirects {
		u, err := url.Parse(target)
		if err != nil {
			return nil, nil, err
		}
		host := s.server
		if u.Hostname() != "" {
			host = u.Hostname()
		}
		c, err := s.dial(host)
		if err != nil {
			return nil, nil, err
		}
		if _, err := fmt.Fprintf(c, "%s %s HTTP/1.0\r\n%s\r\n", method, u.RequestURI(), headers); err != nil {
			_ = c.Close()
			return nil, nil, err
		}
		r := bufio.NewReader(c)
		resp, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect}) // the body is read by hand
		if err != nil {
			_ = c.Close()
			return nil, nil, err
		}
		switch resp.StatusCode {
		case http.StatusOK:
			return c, r, nil
		case http.StatusFound:
			target = resp.Header.Get("Location")
			_ = c.Close()
			continue
		}
		_ = c.Close()
		return nil, nil, errRefused
	}
	return nil, nil, errRefused
}

// get downloads to a new file, or to the standard output.
func (s *session) get(name, target string) error {
	c, r, err := s.open(http.MethodGet, target, "")
	if err != nil {
		return err
	}
	defer c.Close()
	if name == "" {
		_, err := io.Copy(s.stdout, r)
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}

// put uploads a file: its length is told if it has one.
func (s *session) put(name, target string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	head := ""
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		head = fmt.Sprintf("Content-length: %d\r\n", info.Size())
	}
	c, _, err := s.open(http.MethodPut, target, head)
	if err != nil {
		return err
	}
	_, err = io.Copy(c, f)
	return errors.Join(err, c.Close())
}

// quitKey ends a console: Ctrl-].
const quitKey = 0x1d

// connect is a console: bytes both ways, until the quit key or the end.
func (s *session) connect(target string) error {
	c, r, err := s.open(http.MethodConnect, target, "content-length: 0\r\n")
	if err != nil {
		return err
	}
	defer c.Close()
	if f, ok := s.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		old, err := term.MakeRaw(int(f.Fd()))
		if err != nil {
			return err
		}
		defer func() { _ = term.Restore(int(f.Fd()), old) }()
	}
	go func() {
		for {
			b, err := s.input.ReadByte()
			if err != nil || b == quitKey {
				_ = c.Close()
				return
			}
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
		}
	}()
	_, err = io.Copy(s.stdout, r)
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
