// Package peer is how the daemons of one pool talk: calls of their own over
// HTTPS (this file), the database's log on connections that begin as one of
// those (stream.go), and the XenAPI as any client would use it (api.go).
//
// All of it goes to the one port that a host serves on. Both ends prove
// themselves: the one that is called by its internal certificate, the caller
// by the pool secret.
package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
)

// Lineage names a pool's history: two databases of one lineage have one log.
// Epoch counts the promotions by force that led to it; of two who claim to be
// the master of a pool the one of the higher epoch is.
type Lineage struct {
	ID    string `json:"id"`
	Epoch uint64 `json:"epoch"`
}

// Net is one host's side of the pool's network.
type Net struct {
	// Self is the host's uuid, Port the one that all members serve on.
	Self  string
	Port  string
	Certs *certs.Store
	Log   *zap.Logger
	// Local is the address to call from, if it matters.
	Local netip.Addr
	// Lineage is that of this host's database.
	Lineage func() Lineage
	// Address finds a member by its host's uuid.
	Address func(uuid string) (string, bool)
	// Master is the address of the master that this host believes in.
	Master func() string
	// Superseded hears of a member of a higher epoch, by its address.
	Superseded func(address string, l Lineage)

	mu       sync.Mutex
	handlers map[string]handler
	streams  *streams
	clients  map[string]*http.Client
}

type handler func(ctx context.Context, from string, body []byte) (any, error)

// Headers of calls between members.
const (
	headerHost    = "X-Xapid-Host"
	headerLineage = "X-Xapid-Lineage"
	headerEpoch   = "X-Xapid-Epoch"
	headerAddress = "X-Xapid-Address"
	prefix        = "/xapid/"
)

// ErrUnreachable says that a member cannot be talked to.
var ErrUnreachable = errors.New("the member cannot be reached")

// ErrRefused says that a member has answered, but does not take us for one of
// its pool.
var ErrRefused = errors.New("the member refuses us")

// Dial connects to an address as members do.
func (n *Net) dial(ctx context.Context, address string) (net.Conn, error) {
	d := net.Dialer{Timeout: 5 * time.Second}
	if n.Local.IsValid() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(n.Local, 0))
	}
	return d.DialContext(ctx, "tcp", net.JoinHostPort(address, n.Port))
}

// client keeps connections to one member, which must be the host of that uuid;
// "" is any member of the pool.
func (n *Net) client(uuid string) *http.Client {
	n.mu.Lock()
	defer n.mu.Unlock()
	c := n.clients[uuid]
	if c == nil {
		c = &http.Client{Transport: &http.Transport{
			TLSClientConfig: n.Certs.ClientConfig(uuid), MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute,
			DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
				host, _, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				return n.dial(ctx, host)
			},
		}}
		if n.clients == nil {
			n.clients = map[string]*http.Client{}
		}
		n.clients[uuid] = c
	}
	return c
}

// Forget drops the connections to a member that is none any more; "" is to
// all.
func (n *Net) Forget(uuid string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for id, c := range n.clients {
		if uuid == "" || uuid == id {
			c.CloseIdleConnections()
			delete(n.clients, id)
		}
	}
}

// Close ends idle connections and all streams.
func (n *Net) Close() {
	n.Forget("")
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.streams != nil {
		_ = n.streams.Close()
	}
}

// answer is what a call gives.
type answer struct {
	Result json.RawMessage `json:"result,omitempty"`
	Code   string          `json:"code,omitempty"`
	Params []string        `json:"params,omitempty"`
	Fault  string          `json:"fault,omitempty"`
}

// request makes a call's request.
func (n *Net) request(ctx context.Context, address, name string, body io.Reader) (*http.Request, error) {
	url := "https://" + net.JoinHostPort(address, n.Port) + prefix + name
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		return nil, err
	}
	l := n.Lineage()
	r.Header.Set("Cookie", "pool_secret="+n.Certs.PoolSecret())
	r.Header.Set(headerHost, n.Self)
	r.Header.Set(headerLineage, l.ID)
	r.Header.Set(headerEpoch, fmt.Sprint(l.Epoch))
	return r, nil
}

// Call asks the member of that uuid. An API error of the other side comes as a
// *model.Error; ErrUnreachable and ErrRefused are what they say.
func (n *Net) Call(ctx context.Context, uuid, name string, in, out any) error {
	address, ok := n.Address(uuid)
	if !ok || address == "" {
		return fmt.Errorf("%w: the address of host %s is not known", ErrUnreachable, uuid)
	}
	return n.CallAt(ctx, address, uuid, name, in, out)
}

// CallAt is Call at a given address; a uuid of "" is whichever member answers
// there.
func (n *Net) CallAt(ctx context.Context, address, uuid, name string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := n.request(ctx, address, name, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := n.client(uuid).Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: %v", ErrUnreachable, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %v", ErrUnreachable, err)
	case resp.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%w: %s", ErrRefused, raw)
	case resp.StatusCode != http.StatusOK:
		return fmt.Errorf("%w: it answers %s", ErrUnreachable, resp.Status)
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil {
		return fmt.Errorf("%w: %v", ErrUnreachable, err)
	}
	switch {
	case a.Code != "":
		return &model.Error{Code: a.Code, Params: a.Params}
	case a.Fault != "":
		return errors.New(a.Fault)
	case out == nil:
		return nil
	}
	return json.Unmarshal(a.Result, out)
}

// Handle answers calls of that name. from is the uuid of the host that calls.
func Handle[In, Out any](n *Net, name string, fn func(ctx context.Context, from string, in In) (Out, error)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.handlers == nil {
		n.handlers = map[string]handler{}
	}
	n.handlers[name] = func(ctx context.Context, from string, body []byte) (any, error) {
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, err
		}
		return fn(ctx, from, in)
	}
}
