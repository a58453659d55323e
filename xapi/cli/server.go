package cli

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cli/thin"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
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
	// Net reaches other pools; it may be nil.
	Net *peer.Net
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
	c := &command{server: s, book: bookOf(s.Dispatcher.Release), w: conn, peer: rpc.Peer{Address: host, Secure: r.TLS != nil, Agent: "cli", Own: true}}
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
	if c.logout != "" {
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
