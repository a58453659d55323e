package health_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/health"
)

func TestCheck(t *testing.T) {
	answers := map[string]struct {
		status int
		body   string
		want   string // part of the error; empty = healthy
	}{
		"well":           {200, `{"jsonrpc":"2.0","result":["VM.start"],"id":0}`, ""},
		"no messages":    {200, `{"jsonrpc":"2.0","result":[],"id":0}`, "no messages"},
		"a failure":      {200, `{"jsonrpc":"2.0","error":{"code":1,"message":"X","data":[]},"id":0}`, "no messages"},
		"not JSON":       {200, `<html>`, "no JSON-RPC"},
		"internal error": {500, `{"result":["VM.start"]}`, "500"},
	}
	for name, tt := range answers {
		t.Run(name, func(t *testing.T) {
			s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if body, _ := io.ReadAll(r.Body); r.URL.Path != "/jsonrpc" || r.Method != "POST" || !strings.Contains(string(body), "listMethods") {
					t.Errorf("asked %s %s %s", r.Method, r.URL, body)
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			}))
			defer s.Close()
			address := s.Listener.Addr().String()
			expect(t, health.Check(t.Context(), address), tt.want)
			// The ways to say "all addresses" in -https-address.
			_, port, _ := net.SplitHostPort(address)
			for _, all := range []string{"", "0.0.0.0"} {
				expect(t, health.Check(t.Context(), all+":"+port), tt.want)
			}
		})
	}
}

func TestCheckWithoutADaemon(t *testing.T) {
	expect(t, health.Check(t.Context(), "no port"), "port")

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := l.Addr().String()
	l.Close()
	expect(t, health.Check(t.Context(), gone), "refused")

	plain := httptest.NewUnstartedServer(http.NotFoundHandler())
	plain.Config.ErrorLog = log.New(io.Discard, "", 0)
	plain.Start()
	defer plain.Close()
	expect(t, health.Check(t.Context(), plain.Listener.Addr().String()), "HTTP")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	expect(t, health.Check(ctx, plain.Listener.Addr().String()), "canceled")
}

func expect(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("got %v, want health", err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("got %v, want %q", err, want)
	}
}
