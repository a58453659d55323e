package limit_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/limit"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/xapitest"
)

func TestUsage(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	mine := c.Text(t, "Caller.create", map[string]any{"name_label": "here", "client_ip": "127.0.0.1"})
	other := c.Text(t, "Caller.create", map[string]any{"name_label": "there", "client_ip": "10.0.0.1"})
	c.Call(t, "Caller.add_group", mine, "all")
	c.Call(t, "Caller.add_group", other, "all")
	count := func(method string, args ...any) string {
		t.Helper()
		return c.Call(t, method, args...).(json.Number).String()
	}
	before := count("Caller.query_call_count", mine)
	if after := count("Caller.query_group_call_count", "all"); before != "4" || after != "5" {
		t.Errorf("%s calls, then %s", before, after)
	}
	if n := count("Caller.query_call_count", other); n != "0" {
		t.Errorf("%s calls of a client that never called", n)
	}
	c.Call(t, "Caller.remove_group", mine, "all")
	if n := count("Caller.query_group_call_count", "all"); n != "0" {
		t.Errorf("%s calls of a group that never called", n)
	}
	if c.Text(t, "Caller.get_last_access", mine) == "19700101T00:00:00Z" {
		t.Error("nobody has noted when the last call was")
	}
	for _, rate := range []float64{0, -1} {
		c.Fail(t, "INVALID_VALUE", nil, "Rate_limit.create", map[string]any{"burst_size": 1.5, "fill_rate": rate})
	}
	l := c.Text(t, "Rate_limit.create", map[string]any{"burst_size": 1000.5, "fill_rate": 100.5})
	c.Call(t, "Rate_limit.add_caller", l, mine)
	c.Fail(t, "INVALID_VALUE", []string{"caller", other}, "Rate_limit.remove_caller", l, other)
	if got := c.Refs(t, "Rate_limit.get_callers", l); len(got) != 1 || got[0] != mine {
		t.Errorf("held back: %v", got)
	}
	c.Call(t, "Rate_limit.destroy", l)
	if got := c.Text(t, "Caller.get_rate_limit", mine); got != model.NullRef {
		t.Errorf("held back by %s", got)
	}
}

// TestLimit lets a burst of two through, and then one call every two seconds.
func TestLimit(t *testing.T) {
	p := xapitest.Start(t)
	clock := emu.NewManualClock(time.Unix(1e9, 0))
	m := &limit.Meter{DB: p.DB(), Clock: clock}
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		slow := store.Insert(tx, &model.RateLimit{BurstSize: 2, FillRate: 0.5})
		store.Insert(tx, &model.Caller{UserAgent: "greedy", RateLimit: slow})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	greedy := rpc.Peer{Agent: "greedy", Address: "10.0.0.1"}
	call := func(peer rpc.Peer) error { return m.Admit(t.Context(), peer) }
	for range 2 {
		if err := call(greedy); err != nil {
			t.Fatal(err)
		}
	}
	if err := call(rpc.Peer{Agent: "modest"}); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.Admit(gone, greedy); err == nil {
		t.Error("a third call gets through at once")
	}
	clock.Advance(2 * time.Second) // that call has taken nothing
	if err := call(greedy); err != nil {
		t.Fatal(err)
	}
}

// TestCrawl: a limit that lets hardly anything through does not let all through.
func TestCrawl(t *testing.T) {
	p := xapitest.Start(t)
	clock := emu.NewManualClock(time.Unix(1e9, 0))
	m := &limit.Meter{DB: p.DB(), Clock: clock}
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		slow := store.Insert(tx, &model.RateLimit{BurstSize: 1, FillRate: 1e-300})
		store.Insert(tx, &model.Caller{UserAgent: "greedy", RateLimit: slow})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	greedy := rpc.Peer{Agent: "greedy"}
	if err := m.Admit(t.Context(), greedy); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	held := make(chan error, 1)
	go func() { held <- m.Admit(ctx, greedy) }()
	if err := clock.WaitTimers(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-held; err == nil {
		t.Error("the second call got through")
	}
}
