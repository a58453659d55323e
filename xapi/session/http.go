package session

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/rpc"
)

// Parameter is a request's parameter: of the cookie, else of the query. Cookies
// are separated by semicolons if there are any, else by ampersands.
func Parameter(r *http.Request, name string) string {
	for _, header := range r.Header.Values("Cookie") {
		sep := "&"
		if strings.Contains(header, ";") {
			sep = ";"
		}
		for part := range strings.SplitSeq(header, sep) {
			if k, v, ok := strings.Cut(strings.TrimSpace(part), "="); ok && k == name {
				if u, err := url.QueryUnescape(v); err == nil && !strings.Contains(v, "+") {
					return u
				}
				return v
			}
		}
	}
	for part := range strings.SplitSeq(r.URL.RawQuery, "&") {
		if k, v, ok := strings.Cut(part, "="); ok && k == name {
			if u, err := url.QueryUnescape(v); err == nil {
				return u
			}
			return v
		}
	}
	return ""
}

// Authenticate finds who makes an HTTP request: by session_id, pool_secret or
// basic credentials. done is to be called at its end. It fails with
// SESSION_INVALID or SESSION_AUTHENTICATION_FAILED.
func (s *Service) Authenticate(r *http.Request) (o *rpc.Session, done func(), err error) {
	done = func() {}
	if ref := Parameter(r, "session_id"); ref != "" {
		o, err = s.Lookup(ref)
		return o, done, err
	}
	if secret := Parameter(r, "pool_secret"); secret != "" {
		if !s.PoolSecret(secret) {
			return nil, done, model.ErrSessionAuthenticationFailed("localhost", "Pool credentials invalid")
		}
		return &rpc.Session{Ref: model.NullRef, LocalSuperuser: true, Pool: true}, done, nil
	}
	user, password, ok := r.BasicAuth()
	if !ok || user != rootUser || !s.Password.Check(password) {
		return nil, done, model.ErrSessionAuthenticationFailed(user, failureMessage)
	}
	scheme := "HTTP"
	if r.TLS != nil {
		scheme = "HTTPS"
	}
	address, _, _ := net.SplitHostPort(r.RemoteAddr)
	ref, err := s.OpenRoot(r.Context(), user, scheme+" "+address+" using Basic auth")
	if err != nil {
		return nil, done, err
	}
	o, err = s.Lookup(string(ref))
	return o, func() { s.End(ref) }, err
}
