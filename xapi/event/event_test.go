package event_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// batch is what event.from answers.
type batch struct {
	token  string
	counts map[string]any
	events []map[string]any
}

func from(t *testing.T, c *xapitest.Client, classes []any, token string, timeout float64) batch {
	t.Helper()
	m := c.Record(t, "event.from", classes, token, timeout)
	b := batch{token: m["token"].(string), counts: m["valid_ref_counts"].(map[string]any)}
	for _, e := range m["events"].([]any) {
		b.events = append(b.events, e.(map[string]any))
	}
	return b
}

// short lists events as operation class.
func (b batch) short() []string {
	list := []string{}
	for _, e := range b.events {
		list = append(list, fmt.Sprint(e["operation"], " ", e["class"]))
	}
	return list
}

func TestFrom(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 3))
	for _, w := range p.Wires() {
		t.Run(w.Name(), func(t *testing.T) {
			c := xapitest.Login(t, w)
			vm := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
			all := from(t, c, []any{"VM"}, "", 0)
			if n := len(c.Refs(t, "VM.get_all")); len(all.events) != n || fmt.Sprint(all.counts["vm"]) != fmt.Sprint(n) {
				t.Errorf("%d events, count %v, for %d VMs", len(all.events), all.counts["vm"], n)
			}
			for _, e := range all.events {
				if e["operation"] != "add" || e["class"] != "vm" || e["snapshot"].(map[string]any)["uuid"] == "" {
					t.Fatalf("the first batch has %v %v", e["operation"], e["class"])
				}
			}
			if quiet := from(t, c, []any{"VM"}, all.token, 0); len(quiet.events) != 0 || quiet.token < all.token {
				t.Errorf("nothing happened, and yet: %v", quiet.short())
			}
			// Twice changed, once told, as it is now; deleted and made besides.
			c.Call(t, "VM.set_name_description", vm, "one")
			c.Call(t, "VM.set_name_description", vm, "two")
			made := c.Text(t, "VM.clone", vm, "made")
			gone := c.Text(t, "VM.clone", vm, "gone")
			c.Call(t, "VM.destroy", gone)
			b := from(t, c, []any{"VM"}, all.token, 5)
			if got := b.short(); !slices.Equal(got, []string{"add vm", "mod vm"}) {
				t.Fatalf("told %v", got)
			}
			if e := b.events[0]; e["ref"] != made {
				t.Errorf("added %v, not %s", e["ref"], made)
			}
			if e := b.events[1]; e["ref"] != vm || e["snapshot"].(map[string]any)["name_description"] != "two" {
				t.Errorf("modified %v: %v", e["ref"], e["snapshot"].(map[string]any)["name_description"])
			}
			c.Call(t, "VM.destroy", made)
			last := from(t, c, []any{"VM"}, b.token, 5)
			if got := last.short(); !slices.Equal(got, []string{"del vm"}) || last.events[0]["snapshot"] != nil {
				t.Errorf("a deletion is told as %v", last.events)
			}
			// One object; an unknown class; letters of any case.
			c.Call(t, "VM.set_name_description", vm, "three")
			for _, tt := range []struct {
				classes []any
				want    int
			}{{[]any{"vm/" + vm}, 1}, {[]any{"VM/OpaqueRef:other"}, 0}, {[]any{"host"}, 0}, {[]any{"nonsense"}, 0}, {[]any{}, 0}, {[]any{"Vm", "host"}, 1}} {
				if got := from(t, c, tt.classes, last.token, 0); len(got.events) != tt.want {
					t.Errorf("%v: %v", tt.classes, got.short())
				}
			}
			// A bump makes an event without a change.
			token := c.Text(t, "event.inject", "vm", vm)
			if b := from(t, c, []any{"vm"}, token, 5); !slices.Contains(b.short(), "mod vm") {
				t.Errorf("after an injection: %v", b.short())
			}
			c.Fail(t, "HANDLE_INVALID", []string{"VM", "OpaqueRef:x"}, "event.inject", "VM", "OpaqueRef:x")
			c.Fail(t, "EVENT_FROM_TOKEN_PARSE_FAILURE", []string{"x"}, "event.from", []any{"*"}, "x", 0.0)
		})
	}
}

// TestFromWaits: a call that waits hears of what comes, and not of what it does
// not listen to; a logout ends it.
func TestFromWaits(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c, other := p.Login(t), p.Login(t)
	vm := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	token := from(t, c, []any{"vm"}, "", 0).token
	for i := range 20 {
		heard := make(chan batch)
		go func() { heard <- from(t, c, []any{"vm"}, token, 60) }()
		other.Call(t, "host.set_name_description", other.Refs(t, "host.get_all")[0], fmt.Sprint(i))
		other.Call(t, "VM.set_name_description", vm, fmt.Sprint("wait ", i))
		b := <-heard
		if got := b.short(); !slices.Equal(got, []string{"mod vm"}) || b.events[0]["snapshot"].(map[string]any)["name_description"] != fmt.Sprint("wait ", i) {
			t.Fatalf("round %d: %v", i, b.events)
		}
		token = b.token
	}
	ended := make(chan error)
	go func() {
		_, err := c.Try("event.from", []any{"vm"}, token, 60.0)
		ended <- err
	}()
	c.Call(t, "session.logout")
	xapitest.CheckError(t, <-ended, "SESSION_INVALID", []string{c.Session})
}

func TestLegacy(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	c.Fail(t, "SESSION_NOT_REGISTERED", nil, "event.next")
	c.Call(t, "event.register", []any{"vm"})
	c.Call(t, "VM.set_name_description", vm, "told")
	events := c.Call(t, "event.next").([]any)
	found := false
	for _, e := range events {
		m := e.(map[string]any)
		found = found || m["ref"] == vm && m["operation"] == "mod"
	}
	if !found {
		t.Errorf("event.next told %v", events)
	}
	c.Call(t, "event.unregister", []any{"vm"})
}
