package web_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

const (
	xmlCall  = `<?xml version="1.0"?><methodCall><methodName>session.login_with_password</methodName><params><param><value>root</value></param><param><value>` + xapitest.Password + `</value></param></params></methodCall>`
	jsonCall = `{"jsonrpc":"2.0","id":7,"method":"session.login_with_password","params":["root","` + xapitest.Password + `"]}`
)

// TestRouting: which path speaks what, and how errors of HTTP look.
func TestRouting(t *testing.T) {
	p := xapitest.Start(t)
	client := p.HTTPClient()
	for _, tt := range []struct {
		name, method, path, body string
		status                   int
		content, has             string
	}{
		{"XML-RPC", "POST", "/", xmlCall, 200, "text/xml", "<name>Status</name><value>Success</value>"},
		{"XML-RPC elsewhere", "POST", "/xmlrpc", xmlCall, 200, "text/xml", "Success"},
		{"XML-RPC anywhere", "POST", "/RPC2/x", xmlCall, 200, "text/xml", "Success"},
		{"JSON-RPC", "POST", "/jsonrpc", jsonCall, 200, "application/json", `"id":7`},
		{"JSON-RPC by prefix", "POST", "/jsonrpc/", jsonCall, 200, "application/json", `"result":"OpaqueRef:`},
		{"no XML", "POST", "/", "nonsense", 500, "text/html", "500"},
		{"no JSON", "POST", "/jsonrpc", "{", 500, "text/html", "500"},
		{"half a call", "POST", "/", xmlCall[:60], 500, "text/html", ""},
		{"unknown method", "DELETE", "/", "", 501, "text/html", ""},
		{"nothing to PUT to", "PUT", "/nowhere", "x", 403, "text/html", ""},
		{"no such page", "GET", "/nowhere", "", 404, "text/html", ""},
		{"preflight", "OPTIONS", "/", "", 200, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, base := range []string{p.URL(), p.HTTPURL()} {
				req, err := http.NewRequest(tt.method, base+tt.path, strings.NewReader(tt.body))
				if err != nil {
					t.Fatal(err)
				}
				resp, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				raw, err := io.ReadAll(resp.Body)
				if cerr := resp.Body.Close(); err != nil || cerr != nil {
					t.Fatal(err, cerr)
				}
				if resp.StatusCode != tt.status || tt.content != "" && resp.Header.Get("Content-Type") != tt.content || !strings.Contains(string(raw), tt.has) {
					t.Errorf("%s: %d %q: %.200s", base, resp.StatusCode, resp.Header.Get("Content-Type"), raw)
				}
				if tt.status == 200 && tt.body != "" && (resp.Header.Get("Cache-Control") != "no-cache, no-store" || resp.Header.Get("Access-Control-Allow-Origin") != "*" || resp.ContentLength <= 0) {
					t.Errorf("headers %v", resp.Header)
				}
			}
		})
	}
}
