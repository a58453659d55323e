package xapitest

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
)

// Members starts n daemons on addresses of their own, each its own pool, on
// one port. Options get the number of the daemon from 0.
func Members(t testing.TB, n int, options ...func(i int, c *xapi.Config)) []*Pool {
	t.Helper()
	var list []*Pool
	var addresses []string
	for i := range n {
		addresses = append(addresses, fmt.Sprintf("127.0.0.%d", i+2))
	}
	port, err := FreePort(addresses...)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		list = append(list, Start(t, func(c *xapi.Config) {
			c.HTTPSAddress = net.JoinHostPort(addresses[i], port)
			c.HTTPAddress = ""
			c.Seed = fmt.Sprintf("member %d", i)
			for _, o := range options {
				o(i, c)
			}
		}))
	}
	return list
}

// Until waits until the daemon's database is as cond wants it, through
// restarts of its toolstack.
func (p *Pool) Until(t testing.TB, what string, cond func(r store.Reader) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		v := p.DB().View()
		if cond(v) {
			return
		}
		again := time.NewTimer(20 * time.Millisecond) // the database may be another one soon
		select {
		case <-v.Changed():
		case <-again.C:
		case <-ctx.Done():
			t.Fatalf("%s: never", what)
		}
		again.Stop()
	}
}

// Address is where the host is found.
func (p *Pool) Address() string { return p.Config.Address }

// UUID is the host's.
func (p *Pool) UUID() string { return p.HostUUID() }

// Config is the configuration of a daemon.
type Config = xapi.Config

// Again logs in at a daemon whose toolstack restarts.
func (p *Pool) Again(t testing.TB) *Client {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		_, err := p.JSONRPC("2.0").Call("session.login_with_password", "root", Password)
		if err == nil {
			return p.Login(t)
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// JSON is a value's JSON text, to compare values by.
func JSON(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// UntilHost waits until the daemon's database has a host enabled or not, and
// live or not.
func (p *Pool) UntilHost(t testing.TB, host string, enabled, live bool) {
	t.Helper()
	p.Until(t, "the host as it should be", func(r store.Reader) bool {
		h, ok := store.Find(r, model.Ref[model.Host](host))
		if !ok || h.Enabled != enabled {
			return false
		}
		m, ok := store.Find(r, h.Metrics)
		return ok && m.Live == live
	})
}

// UntilAgent waits until the agent in a VM's guest has told of it.
func (p *Pool) UntilAgent(t testing.TB, vm string) {
	t.Helper()
	p.Until(t, "the guest's agent", func(r store.Reader) bool {
		v, _ := store.Find(r, model.Ref[model.VM](vm))
		g, ok := store.Find(r, v.GuestMetrics)
		return ok && len(g.OsVersion) > 0
	})
}
