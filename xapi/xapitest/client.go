package xapitest

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/kolo/xmlrpc"

	"github.com/xapid/xapid/model"
)

// A Wire sends calls one way. Results come as Go values of the wire's own
// kinds; failures as *model.Error.
type Wire interface {
	Name() string
	Call(method string, args ...any) (any, error)
}

// Wires lists every way to call the pool.
func (p *Pool) Wires() []Wire {
	return []Wire{p.XMLRPC(), p.JSONRPC("1.0"), p.JSONRPC("2.0")}
}

// HTTPClient trusts the pool and keeps connections.
func (p *Pool) HTTPClient() *http.Client { return &http.Client{Transport: transport()} }

func transport() *http.Transport {
	// The certificate is made by the pool itself: nobody vouches for it.
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: 256}
}

type jsonWire struct {
	url, version string
	client       *http.Client
}

// JSONRPC calls by JSON-RPC, version "1.0" or "2.0".
func (p *Pool) JSONRPC(version string) Wire {
	return &jsonWire{p.URL() + "/jsonrpc", version, p.HTTPClient()}
}

// At calls a daemon somewhere else, by JSON-RPC 2.0.
func At(url string) Wire {
	return &jsonWire{url + "/jsonrpc", "2.0", &http.Client{Transport: transport()}}
}

func (w *jsonWire) Name() string { return "JSON-RPC " + w.version }

func (w *jsonWire) Call(method string, args ...any) (any, error) {
	if args == nil {
		args = []any{}
	}
	request := map[string]any{"method": method, "params": args, "id": 1}
	if w.version == "2.0" {
		request["jsonrpc"] = "2.0"
	}
	raw, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	resp, err := w.client.Post(w.url, "application/json", bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if ct := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || ct != "application/json" {
		return nil, fmt.Errorf("%s: %s %s: %s", method, resp.Status, ct, body)
	}
	var answer struct {
		Result any
		Error  json.RawMessage
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&answer); err != nil {
		return nil, fmt.Errorf("%s: %w in %.200s", method, err, body)
	}
	if e := string(answer.Error); e != "" && e != "null" {
		return nil, jsonFailure(answer.Error)
	}
	return answer.Result, nil
}

func jsonFailure(raw json.RawMessage) error {
	var list []string
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		return &model.Error{Code: list[0], Params: list[1:]}
	}
	var object struct {
		Message string
		Data    []string
	}
	if err := json.Unmarshal(raw, &object); err != nil {
		return fmt.Errorf("error of an unknown form: %s", raw)
	}
	return &model.Error{Code: object.Message, Params: object.Data}
}

type xmlWire struct {
	url    string
	client *http.Client
}

// XMLRPC calls by XML-RPC; an independent library writes the requests.
func (p *Pool) XMLRPC() Wire { return &xmlWire{p.URL(), p.HTTPClient()} }

func (w *xmlWire) Name() string { return "XML-RPC" }

func (w *xmlWire) Call(method string, args ...any) (any, error) {
	raw, err := xmlrpc.EncodeMethodCall(method, args...)
	if err != nil {
		return nil, err
	}
	resp, err := w.client.Post(w.url, "text/xml", bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if ct := resp.Header.Get("Content-Type"); resp.StatusCode != http.StatusOK || ct != "text/xml" {
		return nil, fmt.Errorf("%s: %s %s", method, resp.Status, ct)
	}
	v, err := decodeResponse(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	answer, ok := v.(map[string]any)
	if !ok {
		return v, nil
	}
	if answer["Status"] == "Success" {
		return answer["Value"], nil
	}
	list, _ := answer["ErrorDescription"].([]any)
	if answer["Status"] != "Failure" || len(list) == 0 {
		return nil, fmt.Errorf("%s: an answer of an unknown form: %v", method, v)
	}
	e := &model.Error{}
	for i, p := range list {
		if i == 0 {
			e.Code = fmt.Sprint(p)
		} else {
			e.Params = append(e.Params, fmt.Sprint(p))
		}
	}
	return nil, e
}

// Client is a session over a wire.
type Client struct {
	Wire
	Session string
}

// Login opens a session for root, by JSON-RPC 2.0.
func (p *Pool) Login(t testing.TB) *Client { return Login(t, p.JSONRPC("2.0")) }

// Login opens a session for root over a wire.
func Login(t testing.TB, w Wire) *Client {
	t.Helper()
	ref, err := w.Call("session.login_with_password", "root", Password)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{w, ref.(string)}
}

// Try sends a call with the session and gives what comes back.
func (c *Client) Try(method string, args ...any) (any, error) {
	return c.Wire.Call(method, append([]any{c.Session}, args...)...)
}

// Call sends a call that must succeed.
func (c *Client) Call(t testing.TB, method string, args ...any) any {
	t.Helper()
	v, err := c.Try(method, args...)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return v
}

// Text sends a call whose result is text.
func (c *Client) Text(t testing.TB, method string, args ...any) string {
	t.Helper()
	s, ok := c.Call(t, method, args...).(string)
	if !ok {
		t.Fatalf("%s: the result is no text", method)
	}
	return s
}

// Refs sends a call whose result is a set of text.
func (c *Client) Refs(t testing.TB, method string, args ...any) []string {
	t.Helper()
	list, _ := c.Call(t, method, args...).([]any)
	refs := make([]string, len(list))
	for i, v := range list {
		refs[i], _ = v.(string)
	}
	return refs
}

// Record sends a call whose result is a struct.
func (c *Client) Record(t testing.TB, method string, args ...any) map[string]any {
	t.Helper()
	m, ok := c.Call(t, method, args...).(map[string]any)
	if !ok {
		t.Fatalf("%s: the result is no struct", method)
	}
	return m
}

// Fail sends a call that must fail with a code and, if any are given,
// parameters; "*" stands for any one.
func (c *Client) Fail(t testing.TB, code string, params []string, method string, args ...any) {
	t.Helper()
	_, err := c.Try(method, args...)
	CheckError(t, err, code, params)
}

// CheckError compares a failure with a code and parameters, as Client.Fail.
func CheckError(t testing.TB, err error, code string, params []string) {
	t.Helper()
	e, ok := err.(*model.Error)
	if !ok {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	same := e.Code == code && (params == nil || len(params) == len(e.Params))
	for i := range params {
		same = same && (params[i] == "*" || params[i] == e.Params[i])
	}
	if !same {
		t.Errorf("got %v, want %s [%s]", e, code, strings.Join(params, ", "))
	}
}

// LoginLocally opens a local session as root, as one may on a slave.
func LoginLocally(t testing.TB, w Wire) *Client {
	t.Helper()
	v, err := w.Call("session.slave_local_login_with_password", "root", Password)
	if err != nil {
		t.Fatal(err)
	}
	session, _ := v.(string)
	return &Client{Wire: w, Session: session}
}
