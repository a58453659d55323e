package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	headerTimeout  = 10 * time.Second
	idleTimeout    = 10 * time.Minute
	maxHeaderBytes = 64 << 10
)

// Server listens, and shows one site after another. While there is none it
// holds requests back: a client finds a toolstack that restarts slow, not gone.
type Server struct {
	Log *zap.Logger

	mu      sync.Mutex
	site    *Site
	shown   chan struct{} // closed when a site is shown
	servers []*http.Server
	wg      sync.WaitGroup
	ctx     context.Context
	cancel  context.CancelFunc
}

// NewServer shows nothing yet.
func NewServer(log *zap.Logger) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	return &Server{Log: log, ctx: ctx, cancel: cancel, shown: make(chan struct{})}
}

// Show makes site what the server shows.
func (s *Server) Show(site *Site) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.site = site
	close(s.shown)
	s.shown = make(chan struct{})
}

// enter gives the site that a request goes to, with the request counted in.
func (s *Server) enter(ctx context.Context) *Site {
	for {
		s.mu.Lock()
		site, shown := s.site, s.shown
		s.mu.Unlock()
		if site != nil && site.enter() {
			return site
		}
		select {
		case <-shown:
		case <-ctx.Done():
			return nil
		}
	}
}

// ServeHTTP passes a request to the site of the moment.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	site := s.enter(r.Context())
	if site == nil {
		Fail(w, http.StatusServiceUnavailable, "Service Unavailable", "")
		return
	}
	defer site.leave()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(site.ctx, cancel)()
	site.ServeHTTP(w, r.WithContext(ctx))
}

// Listen serves on address in the background, over TLS if config is not nil,
// and gives the address that was bound.
func (s *Server) Listen(address string, config *tls.Config) (net.Addr, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", address, errors.Unwrap(err))
	}
	bound := l.Addr()
	if config != nil {
		l = tls.NewListener(l, config)
	}
	srv := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		TLSNextProto:      map[string]func(*http.Server, *tls.Conn, http.Handler){},
		ErrorLog:          zap.NewStdLog(s.Log.WithOptions(zap.IncreaseLevel(zap.ErrorLevel))),
		BaseContext:       func(net.Listener) context.Context { return s.ctx },
	}
	s.mu.Lock()
	s.servers = append(s.servers, srv)
	s.mu.Unlock()
	s.wg.Go(func() {
		if err := srv.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.Log.Error("listener failed", zap.Stringer("address", bound), zap.Error(err))
		}
	})
	return bound, nil
}

// Close ends the listeners and the requests that wait, and lets the others end
// for as long as ctx allows.
func (s *Server) Close(ctx context.Context) {
	s.cancel()
	s.mu.Lock()
	servers := s.servers
	s.mu.Unlock()
	for _, srv := range servers {
		if srv.Shutdown(ctx) != nil {
			_ = srv.Close()
		}
	}
	s.wg.Wait()
}
