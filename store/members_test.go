package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/hashicorp/raft"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// pool is a set of databases on a network of their own.
type pool struct {
	t     *testing.T
	mu    sync.Mutex
	trans map[string]*raft.InmemTransport
	lead  map[string]chan bool
}

func newPool(t *testing.T) *pool {
	return &pool{t: t, trans: map[string]*raft.InmemTransport{}, lead: map[string]chan bool{}}
}

// open starts a member; it reaches all that are up.
func (p *pool) open(id string, o store.Options) *store.DB {
	p.t.Helper()
	_, tr := raft.NewInmemTransport(raft.ServerAddress(id))
	p.mu.Lock()
	for other, t := range p.trans {
		if other != id {
			tr.Connect(raft.ServerAddress(other), t)
			t.Connect(raft.ServerAddress(id), tr)
		}
	}
	p.trans[id] = tr
	ch := make(chan bool, 16)
	p.lead[id] = ch
	p.mu.Unlock()
	o.Member, o.Transport = id, tr
	o.OnLead = func(leads bool) { ch <- leads }
	return open(p.t, o)
}

// cut takes a member off the network.
func (p *pool) cut(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for other, t := range p.trans {
		t.Disconnect(raft.ServerAddress(id))
		p.trans[id].Disconnect(raft.ServerAddress(other))
	}
}

// reach waits until db shows the names.
func reach(t *testing.T, db *store.DB, want string) {
	t.Helper()
	for {
		v := db.View()
		if names(v) == want {
			return
		}
		select {
		case <-v.Changed():
		case <-t.Context().Done():
			t.Fatalf("%q instead of %q", names(v), want)
		}
	}
}

func add(t *testing.T, db *store.DB, name string) {
	t.Helper()
	update(t, db, func(tx *store.Tx) { store.Insert(tx, &model.VM{NameLabel: name}) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestFollow(t *testing.T) {
	for _, kind := range []string{"memory", "disk"} {
		t.Run(kind, func(t *testing.T) {
			p := newPool(t)
			a := p.open("a", store.Options{})
			add(t, a, "one")
			o := store.Options{Mode: store.Follow, Memory: &store.Memory{}}
			if kind == "disk" {
				o = store.Options{Mode: store.Follow, Dir: t.TempDir()}
			}
			b := p.open("b", o)
			if b.View().Gen() != 0 || b.Leads() || !a.Leads() {
				t.Error("a new copy is not empty, or leads")
			}
			must(t, a.AddMember("b"))
			reach(t, b, "one")
			add(t, a, "two")
			reach(t, b, "one two")
			if err := b.Update(context.Background(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrNotLeader) {
				t.Errorf("writing to a copy: %v", err)
			}
			// It comes back with what it had, and then hears the rest.
			must(t, b.Close())
			add(t, a, "three")
			b = p.open("b", o)
			if got := names(b.View()); got != "one two" && got != "one two three" {
				t.Errorf("after a restart the copy has %q", got)
			}
			reach(t, b, "one two three")
			must(t, a.RemoveMember("b"))
			add(t, a, "four")
			if len(a.Members()) != 1 {
				t.Errorf("members %v", a.Members())
			}
		})
	}
}

func TestHandOver(t *testing.T) {
	p := newPool(t)
	a := p.open("a", store.Options{})
	b := p.open("b", store.Options{Mode: store.Follow})
	c := p.open("c", store.Options{Mode: store.Follow})
	must(t, a.AddMember("b"))
	must(t, a.AddMember("c"))
	add(t, a, "one")
	must(t, a.HandOver("b"))
	if !<-p.lead["b"] {
		t.Fatal("b did not take the lead")
	}
	must(t, b.TakeVote("a"))
	add(t, b, "two")
	reach(t, a, "one two")
	reach(t, c, "one two")
	if fmt.Sprint(b.Members()) != "[{a false} {b true} {c false}]" {
		t.Errorf("members %v", b.Members())
	}
	if err := a.Confirm(t.Context()); !errors.Is(err, store.ErrNotLeader) {
		t.Errorf("the old leader confirms: %v", err)
	}
	must(t, b.Confirm(t.Context()))
}

func TestPromote(t *testing.T) {
	for _, kind := range []string{"memory", "disk"} {
		t.Run(kind, func(t *testing.T) {
			p := newPool(t)
			a := p.open("a", store.Options{})
			o := store.Options{Mode: store.Follow, Memory: &store.Memory{}}
			if kind == "disk" {
				o = store.Options{Mode: store.Follow, Dir: t.TempDir()}
			}
			b := p.open("b", o)
			must(t, a.AddMember("b"))
			add(t, a, "one")
			reach(t, b, "one")
			p.cut("b")
			add(t, a, "lost")
			must(t, a.Close())
			must(t, b.Close())
			o.Mode = store.Promote
			b = p.open("b", o)
			add(t, b, "two")
			if got := names(b.View()); got != "one two" {
				t.Errorf("after the promotion there is %q", got)
			}
			must(t, b.Close())
			o.Mode = store.Lead
			b = p.open("b", o)
			if got := names(b.View()); got != "one two" || len(b.Members()) != 1 {
				t.Errorf("after a restart there is %q, members %v", got, b.Members())
			}
		})
	}
	o := store.Options{Mode: store.Promote, Member: "x"}
	o.Memory = &store.Memory{}
	p := newPool(t)
	must(t, p.open("x", store.Options{Mode: store.Follow, Memory: o.Memory}).Close())
	if db, err := store.Open(o); !errors.Is(err, store.ErrNothingToPromote) {
		t.Errorf("an empty copy is promoted: %v", err)
		_ = db.Close()
	}
}

// TestElection: among voters the loss of the leader costs nothing that was
// acknowledged, and the old one is not believed.
func TestElection(t *testing.T) {
	p := newPool(t)
	dbs := map[string]*store.DB{"a": p.open("a", store.Options{})}
	for _, id := range []string{"b", "c"} {
		dbs[id] = p.open(id, store.Options{Mode: store.Follow})
		must(t, dbs["a"].AddMember(id))
		must(t, dbs["a"].AddVoter(id))
	}
	if !<-p.lead["a"] {
		t.Fatal("a does not lead")
	}
	add(t, dbs["a"], "one")
	must(t, dbs["a"].Confirm(t.Context()))
	p.cut("a")
	var leader string
	select {
	case <-p.lead["b"]:
		leader = "b"
	case <-p.lead["c"]:
		leader = "c"
	}
	if got := names(dbs[leader].View()); got != "one" {
		t.Errorf("%s leads with %q", leader, got)
	}
	add(t, dbs[leader], "two")
	must(t, dbs[leader].Confirm(t.Context()))
	if <-p.lead["a"] {
		t.Fatal("a leads again")
	}
	if err := dbs["a"].Confirm(t.Context()); !errors.Is(err, store.ErrNotLeader) {
		t.Errorf("the old leader confirms: %v", err)
	}
}
