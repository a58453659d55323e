// Package web is the HTTP side of the daemon: listeners, routing by path
// prefix, error pages, and the RPC endpoints.
//
// Routing is xapi's and not a mux's: within a method the longest registered
// path that is a string prefix of the request's wins, so that POST /anything
// reaches XML-RPC and /jsonrpc JSON-RPC.
package web

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"html"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	headerTimeout  = 10 * time.Second
	idleTimeout    = 10 * time.Minute
	maxHeaderBytes = 64 << 10
	noCache        = "no-cache, no-store"
)

// Server answers HTTP on any number of listeners.
type Server struct {
	Log *zap.Logger

	routes map[string][]route
	mu     sync.Mutex
	https  []*http.Server
	wg     sync.WaitGroup
	ctx    context.Context
	cancel context.CancelFunc
}

type route struct {
	prefix string
	handle http.HandlerFunc
}

// NewServer has the routes that exist without a toolstack: the catch-alls of
// GET and OPTIONS.
func NewServer(log *zap.Logger) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{Log: log, routes: map[string][]route{}, ctx: ctx, cancel: cancel}
	s.Handle(http.MethodGet, "/", func(w http.ResponseWriter, r *http.Request) {
		Fail(w, http.StatusNotFound, "Not Found", "")
	})
	s.Handle(http.MethodOptions, "/", options)
	return s
}

// Handle registers a handler. It must not be called once the server serves.
func (s *Server) Handle(method, prefix string, h http.HandlerFunc) {
	s.routes[method] = append(s.routes[method], route{prefix, h})
}

// ServeHTTP routes one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			if p == http.ErrAbortHandler {
				panic(p)
			}
			s.Log.Error("HTTP handler panicked", zap.String("path", r.URL.Path), zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			Fail(w, http.StatusInternalServerError, "Internal Error", fmt.Sprint(p))
		}
	}()
	switch r.Method {
	case http.MethodGet, http.MethodPost, http.MethodPut, http.MethodConnect, http.MethodOptions:
	default:
		Fail(w, http.StatusNotImplemented, "Method not implemented", "")
		return
	}
	var best *route
	for i, rt := range s.routes[r.Method] {
		if strings.HasPrefix(r.URL.Path, rt.prefix) && (best == nil || len(rt.prefix) > len(best.prefix)) {
			best = &s.routes[r.Method][i]
		}
	}
	if best == nil {
		Fail(w, http.StatusForbidden, "Forbidden", "")
		return
	}
	best.handle(w, r)
}

// Fail answers with an error page and closes the connection. reason may differ
// from the standard text in the page only: Go writes its own status line.
func Fail(w http.ResponseWriter, status int, reason, detail string) {
	page := "<html><body><h1>HTTP " + strconv.Itoa(status) + " " + html.EscapeString(strings.ToLower(reason)) + "</h1>"
	if detail != "" {
		page += "<h1> Additional information </h1>" + html.EscapeString(detail)
	}
	page += "</body></html>"
	h := w.Header()
	h.Set("Connection", "close")
	h.Set("Cache-Control", noCache)
	h.Set("Content-Type", "text/html")
	h.Set("Content-Length", strconv.Itoa(len(page)))
	w.WriteHeader(status)
	_, _ = w.Write([]byte(page)) // a client that is gone needs no page
}

func options(w http.ResponseWriter, r *http.Request) {
	allow := "X-Requested-With"
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		allow = asked + ", " + allow
	}
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Headers", allow)
	h.Set("Access-Control-Allow-Methods", "PUT")
	h.Set("Content-Length", "0")
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
	s.https = append(s.https, srv)
	s.mu.Unlock()
	s.wg.Go(func() {
		if err := srv.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			s.Log.Error("listener failed", zap.Stringer("address", bound), zap.Error(err))
		}
	})
	return bound, nil
}

// Close ends the listeners and the calls that wait, and lets the others end
// for as long as ctx allows.
func (s *Server) Close(ctx context.Context) {
	s.cancel()
	s.mu.Lock()
	servers := s.https
	s.mu.Unlock()
	for _, srv := range servers {
		if srv.Shutdown(ctx) != nil {
			_ = srv.Close()
		}
	}
	s.wg.Wait()
}
