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
	"sync"
	"time"

	"github.com/xapid/xapid/xapi/cli/thin"
)

// errRefused says that the server did not take a transfer; it explains itself.
var errRefused = errors.New("the server did not take it")

// load uploads a file over the connection of the command.
func (s *session) load(name string) error {
	if err := s.permitted(name, false); err != nil {
		return err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		s.trace("%v", err)
		return thin.WriteAnswer(s.conn, thin.Failed)
	}
	return errors.Join(thin.WriteAnswer(s.conn, thin.OK), thin.WriteChunk(s.conn, data), thin.WriteEnd(s.conn))
}

// transfer answers the server with what became of a transfer on a connection
// of its own.
func (s *session) transfer(c thin.Command, name string, do func() error) error {
	if name != "" {
		if err := s.permitted(name, c.Kind == thin.HTTPGet); err != nil {
			return err
		}
	}
	quiet := s.heartbeat()
	err := do()
	quiet()
	s.trace("the transfer ends: %v", err)
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

// heartbeatEvery is how often the server learns that a transfer goes on.
const heartbeatEvery = 300 * time.Second

// heartbeat tells the server now and then that a transfer takes its time, until
// the function that it gives is called.
func (s *session) heartbeat() (stop func()) {
	if !s.waits {
		return func() {}
	}
	ended := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		t := time.NewTicker(heartbeatEvery)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				if thin.WriteAnswer(s.conn, thin.Wait) != nil {
					return
				}
			case <-ended:
				return
			}
		}
	})
	return func() {
		close(ended)
		wg.Wait()
	}
}

// maxRedirects bounds how often a transfer is sent elsewhere.
const maxRedirects = 10

// statusError is an answer that is no success.
type statusError struct {
	code int
	line string
}

func (e *statusError) Error() string { return e.line }
func (e *statusError) Unwrap() error { return errRefused }

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
		s.trace("%s %s", method, u.Path)
		r := bufio.NewReader(c)
		var resp *http.Response
		if _, err = fmt.Fprintf(c, "%s %s HTTP/1.0\r\n%s\r\n", method, u.RequestURI(), headers); err == nil {
			// Said to be of CONNECT, an answer ends with its head: the body is read by hand.
			resp, err = http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
		}
		if err != nil {
			_ = c.Close()
			return nil, nil, err
		}
		s.trace("%s", resp.Status)
		if resp.StatusCode == http.StatusOK {
			return c, r, nil
		}
		_ = c.Close()
		target = resp.Header.Get("Location")
		if resp.StatusCode != http.StatusFound || target == "" || method == http.MethodConnect {
			return nil, nil, &statusError{resp.StatusCode, resp.Proto + " " + resp.Status}
		}
	}
	return nil, nil, errRefused
}

// get downloads to a new file, or to the standard output. Nothing is asked for
// before the file is there: one that exists is not touched.
func (s *session) get(name, target string) (err error) {
	out := s.stdout
	var f *os.File
	if name != "" {
		if f, err = os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	c, r, err := s.open(http.MethodGet, target, "")
	if err != nil {
		if f != nil {
			_ = os.Remove(name) // nothing has come
		}
		return err
	}
	defer c.Close()
	_, err = io.Copy(out, r)
	return err
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
