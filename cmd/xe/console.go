package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// quitKey ends a console: Ctrl-].
const quitKey = 0x1d

// How long a console waits before it connects again: ever longer.
const (
	firstPause   = 100 * time.Millisecond
	longestPause = 5 * time.Second
)

// keyboard passes on what the user types to the connection of the moment.
type keyboard struct {
	quit chan struct{} // closed by the quit key and at the end of the input

	mu   sync.Mutex
	conn net.Conn
}

// use makes c the connection of the moment, nil for none.
func (k *keyboard) use(c net.Conn) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.conn = c
}

// listen reads the keyboard until the quit key; what is typed while there is no
// connection is lost.
func (k *keyboard) listen(r io.ByteReader) {
	defer func() {
		close(k.quit)
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.conn != nil {
			_ = k.conn.Close()
		}
	}()
	for {
		b, err := r.ReadByte()
		if err != nil || b == quitKey {
			return
		}
		k.mu.Lock()
		c := k.conn
		k.mu.Unlock()
		if c != nil {
			_, _ = c.Write([]byte{b}) // the reading end finds out
		}
	}
}

// connect is a console: bytes both ways, until the quit key or until the other
// end closes it. A connection that breaks is made again.
func (s *session) connect(target string) error {
	if f, ok := s.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		old, err := term.MakeRaw(int(f.Fd()))
		if err != nil {
			return err
		}
		defer func() { _ = term.Restore(int(f.Fd()), old) }()
	}
	k := &keyboard{quit: make(chan struct{})}
	started := false
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		c, r, err := s.open(http.MethodConnect, target, "content-length: 0\r\n")
		if err == nil {
			k.use(c)
			if !started {
				started = true
				go k.listen(s.input)
			}
			pause = firstPause
			_, err = io.Copy(s.stdout, r)
			k.use(nil)
			_ = c.Close()
		}
		var status *statusError
		switch {
		case k.over() || err == nil || errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &status) && status.code == http.StatusNotFound:
			fmt.Fprint(s.stderr, "The console is not available.\r\n")
			return err
		case errors.As(err, &status):
			fmt.Fprint(s.stderr, status.line+"\r\n")
			return err
		}
		s.trace("the console is lost: %v", err)
		t := time.NewTimer(pause)
		select {
		case <-t.C:
		case <-k.quit:
			t.Stop()
			return nil
		}
	}
}

// over tells whether the user has ended the console.
func (k *keyboard) over() bool {
	select {
	case <-k.quit:
		return true
	default:
		return false
	}
}
