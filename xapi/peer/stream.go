package peer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/hashicorp/raft"
	"go.uber.org/zap"

	"github.com/xapid/xapid/certs"
)

// The database's log travels on connections that begin as a call named "log"
// and are then the stream of raft's network transport. A member of another
// lineage is turned away before a byte of the log has been read: its log is
// another's.

const streamName = "log"

// streams is the raft.StreamLayer.
type streams struct {
	n      *Net
	in     chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Transport carries the database's log.
func (n *Net) Transport() raft.Transport {
	s := &streams{n: n, in: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	n.streams = s
	n.mu.Unlock()
	return raft.NewNetworkTransport(s, 4, 10*time.Second, io.Discard)
}

type addr string

func (a addr) Network() string { return "pool" }
func (a addr) String() string  { return string(a) }

func (s *streams) Addr() net.Addr { return addr(s.n.Self) }

func (s *streams) Accept() (net.Conn, error) {
	select {
	case c := <-s.in:
		return c, nil
	case <-s.closed:
		return nil, raft.ErrTransportShutdown
	}
}

func (s *streams) Close() error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

// Dial opens a stream to the member of that uuid.
func (s *streams) Dial(id raft.ServerAddress, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	address, ok := s.n.Address(string(id))
	if !ok || address == "" {
		return nil, fmt.Errorf("%w: the address of host %s is not known", ErrUnreachable, id)
	}
	raw, err := s.n.dial(ctx, address)
	if err != nil {
		return nil, err
	}
	c, err := s.n.upgrade(ctx, raw, address, string(id))
	if err != nil {
		_ = raw.Close()
	}
	return c, err
}

// stream is a connection whose first bytes have been read already.
type stream struct {
	net.Conn
	r *bufio.Reader
}

func (s stream) Read(b []byte) (int, error) { return s.r.Read(b) }

// upgrade turns a fresh connection into a stream.
func (n *Net) upgrade(ctx context.Context, raw net.Conn, address, uuid string) (net.Conn, error) {
	c, err := certs.Client(ctx, raw, n.Certs.ClientConfig(uuid))
	if err != nil {
		return nil, err
	}
	if d, ok := ctx.Deadline(); ok {
		_ = c.SetDeadline(d)
	}
	r, err := n.request(ctx, address, streamName, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Connection", "Upgrade")
	r.Header.Set("Upgrade", "xapid-log")
	if err := r.Write(c); err != nil {
		return nil, err
	}
	br := bufio.NewReader(c)
	resp, err := http.ReadResponse(br, r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		_ = resp.Body.Close()
		theirs := lineageOf(resp.Header)
		if resp.StatusCode == http.StatusConflict && theirs.Epoch > n.Lineage().Epoch {
			if a := resp.Header.Get(headerAddress); a != "" {
				address = a
			}
			n.Superseded(address, theirs)
		}
		return nil, fmt.Errorf("%w: it answers %s to the log", ErrRefused, resp.Status)
	}
	_ = c.SetDeadline(time.Time{})
	return stream{c, br}, nil
}

var errNoStream = errors.New("this connection cannot be taken over")

func (n *Net) acceptStream(w http.ResponseWriter, r *http.Request, from string) {
	mine, theirs := n.Lineage(), lineageOf(r.Header)
	n.mu.Lock()
	s := n.streams
	n.mu.Unlock()
	if mine.ID != theirs.ID || s == nil {
		n.Log.Debug("a log of another lineage is refused", zap.String("host", from))
		w.Header().Set(headerLineage, mine.ID)
		w.Header().Set(headerEpoch, fmt.Sprint(mine.Epoch))
		w.Header().Set(headerAddress, n.Master())
		if address, ok := n.Address(from); ok && theirs.Epoch > mine.Epoch {
			n.Superseded(address, theirs)
		}
		http.Error(w, "another lineage", http.StatusConflict)
		return
	}
	h, ok := w.(http.Hijacker)
	if !ok {
		http.Error(w, errNoStream.Error(), http.StatusInternalServerError)
		return
	}
	c, rw, err := h.Hijack()
	if err != nil {
		n.Log.Warn("a stream is lost", zap.Error(err))
		return
	}
	_ = c.SetDeadline(time.Time{})
	if _, err := io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: xapid-log\r\n\r\n"); err != nil {
		_ = c.Close()
		return
	}
	select {
	case s.in <- stream{c, rw.Reader}:
	case <-s.closed:
		_ = c.Close()
	}
}
