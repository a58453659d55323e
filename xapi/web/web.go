// Package web is the HTTP side of the daemon: listeners, routing by path
// prefix, error pages, and the RPC endpoints.
//
// Routing is xapi's and not a mux's: within a method the longest registered
// path that is a string prefix of the request's wins, so that POST /anything
// reaches XML-RPC and /jsonrpc JSON-RPC.
package web

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"go.uber.org/zap"
)

const noCache = "no-cache, no-store"

// Site is what a server shows: paths and who answers there. It has an end: a
// toolstack that restarts closes its site, and the server shows the next one.
type Site struct {
	Log *zap.Logger

	routes map[string][]route
	ctx    context.Context
	cancel context.CancelFunc
	mu     sync.Mutex
	open   int           // requests under way
	idle   chan struct{} // closed when there are none and the site is closed
	closed bool
}

type route struct {
	prefix string
	handle http.HandlerFunc
}

// NewSite has the routes that exist without a toolstack: the catch-alls of
// GET and OPTIONS.
func NewSite(log *zap.Logger) *Site {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Site{Log: log, routes: map[string][]route{}, ctx: ctx, cancel: cancel, idle: make(chan struct{})}
	s.Handle(http.MethodGet, "/", func(w http.ResponseWriter, r *http.Request) {
		Fail(w, http.StatusNotFound, "Not Found", "")
	})
	s.Handle(http.MethodOptions, "/", options)
	return s
}

// Handle registers a handler. It must not be called once the site is shown.
func (s *Site) Handle(method, prefix string, h http.HandlerFunc) {
	s.routes[method] = append(s.routes[method], route{prefix, h})
}

// enter counts a request in, unless the site is closed.
func (s *Site) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.open++
	return true
}

func (s *Site) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	if s.closed && s.open == 0 {
		close(s.idle)
	}
}

// Close ends the requests that wait, and lets the others end for as long as
// ctx allows. The server holds new ones back until it shows another site.
func (s *Site) Close(ctx context.Context) {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		if s.open == 0 {
			close(s.idle)
		}
	}
	s.mu.Unlock()
	s.cancel()
	select {
	case <-s.idle:
	case <-ctx.Done():
	}
}

// ServeHTTP routes one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
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
