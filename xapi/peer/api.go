package peer

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
)

// API is the XenAPI of another host, used as any client does, by JSON-RPC: the
// XML-RPC library at hand loses what follows an empty string.
type API struct {
	ctx     context.Context
	client  *http.Client
	url     string
	session string
	logout  string
}

// Unverified opens the API at an address whose certificate nothing is known of.
// Its calls end with ctx.
func (n *Net) Unverified(ctx context.Context, address string) (*API, error) {
	return n.api(ctx, address, certs.UnverifiedClientConfig()), nil
}

// Verified opens the API of a member; a uuid of "" is any.
func (n *Net) Verified(ctx context.Context, address, uuid string) (*API, error) {
	return n.api(ctx, address, n.Certs.ClientConfig(uuid)), nil
}

func (n *Net) api(ctx context.Context, address string, config *tls.Config) *API {
	t := &http.Transport{
		TLSClientConfig: config,
		DialContext:     func(ctx context.Context, _, _ string) (net.Conn, error) { return n.dial(ctx, address) },
	}
	return &API{ctx: ctx, client: &http.Client{Transport: t}, url: "https://" + net.JoinHostPort(address, n.Port) + "/jsonrpc"}
}

// Login opens a session by password.
func (a *API) Login(user, password string) error {
	return a.open("session.logout", "session.login_with_password", user, password, "1.0", "xapid")
}

// LoginLocally opens a local session by the pool's secret.
func (a *API) LoginLocally(secret string) error {
	return a.open("session.local_logout", "session.slave_local_login", secret)
}

// LoginAsMember opens a session by the pool's secret.
func (a *API) LoginAsMember(host model.Ref[model.Host], secret string) error {
	return a.open("session.logout", "session.slave_login", string(host), secret)
}

func (a *API) open(logout, method string, args ...any) (err error) {
	a.logout = logout
	a.session, err = Ask[string](a, method, args...)
	return err
}

// Close logs out and closes the connection.
func (a *API) Close() {
	if a.session != "" {
		_ = a.Do(a.logout) // it would expire by itself
	}
	a.client.CloseIdleConnections()
}

// Do is a call whose result does not matter.
func (a *API) Do(method string, args ...any) error {
	_, err := Ask[any](a, method, args...)
	return err
}

// Ask calls a message, with the session that is open, if any, before the
// arguments. A failure of the API is a *model.Error; ErrUnreachable is one of
// the connection, ErrNoService an answer that is none.
func Ask[T any](a *API, method string, args ...any) (out T, err error) {
	if a.session != "" {
		args = append([]any{a.session}, args...)
	}
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": args})
	if err != nil {
		return out, err
	}
	r, err := http.NewRequestWithContext(a.ctx, http.MethodPost, a.url, bytes.NewReader(body))
	if err != nil {
		return out, err
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := a.client.Do(r)
	if err != nil {
		return out, fmt.Errorf("%w: %s: %v", ErrUnreachable, method, err)
	}
	defer resp.Body.Close()
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Message string   `json:"message"`
			Data    []string `json:"data"`
		} `json:"error"`
	}
	switch err := json.NewDecoder(resp.Body).Decode(&answer); {
	case resp.StatusCode != http.StatusOK:
		return out, fmt.Errorf("%w: %s: %s", ErrNoService, method, resp.Status)
	case err != nil:
		return out, fmt.Errorf("%w: %s: %v", ErrNoService, method, err)
	case answer.Error != nil:
		return out, &model.Error{Code: answer.Error.Message, Params: answer.Error.Data}
	}
	return out, json.Unmarshal(answer.Result, &out)
}

// ErrNoService says that something else than the XenAPI answers.
var ErrNoService = errors.New("no XenAPI is served there")
