package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// twin is the simplest thing that a database could be: maps.
type twin struct {
	vms  map[model.Ref[model.VM]]twinVM
	vbds map[model.Ref[model.VBD]]model.Ref[model.VM]
}

type twinVM struct {
	name  string
	keys  map[string]string
	order int
}

func (m twin) clone() twin {
	c := twin{maps.Clone(m.vms), maps.Clone(m.vbds)}
	for r, v := range c.vms {
		v.keys = maps.Clone(v.keys)
		c.vms[r] = v
	}
	return c
}

// compare holds a database against its twin, relations and indexes included.
func (m twin) compare(t *testing.T, r store.Reader) {
	t.Helper()
	if n := store.Len[model.VM](r); n != len(m.vms) {
		t.Fatalf("%d VMs, want %d", n, len(m.vms))
	}
	plugs := map[model.Ref[model.VM]][]model.Ref[model.VBD]{}
	for b, v := range m.vbds {
		plugs[v] = append(plugs[v], b)
	}
	last := -1
	for ref, v := range store.All[model.VM](r) {
		want, ok := m.vms[ref]
		if !ok || v.NameLabel != want.name || !maps.Equal(v.OtherConfig, want.keys) {
			t.Fatalf("%s: %q %v, want %q %v", ref, v.NameLabel, v.OtherConfig, want.name, want.keys)
		}
		if want.order <= last {
			t.Fatalf("%s is out of order", ref)
		}
		last = want.order
		if !slices.Contains(store.ByName[model.VM](r, want.name), ref) {
			t.Fatalf("%s is not found by its name %q", ref, want.name)
		}
		if by, ok := store.ByUUID[model.VM](r, v.UUID); !ok || by != ref {
			t.Fatalf("%s is not found by its uuid", ref)
		}
		got, exp := slices.Sorted(slices.Values(v.VBDs)), slices.Sorted(slices.Values(plugs[ref]))
		if !slices.Equal(got, exp) {
			t.Fatalf("%s has VBDs %v, want %v", ref, got, exp)
		}
	}
	if n := store.Len[model.VBD](r); n != len(m.vbds) {
		t.Fatalf("%d VBDs, want %d", n, len(m.vbds))
	}
}

// pick gives a key of a map, the same for the same source of chance.
func pick[K ~string, V any](rng *rand.Rand, m map[K]V) (K, bool) {
	keys := slices.Sorted(maps.Keys(m))
	if len(keys) == 0 {
		return "", false
	}
	return keys[rng.IntN(len(keys))], true
}

// step does one random thing to both.
func (m *twin) step(t *testing.T, rng *rand.Rand, tx *store.Tx, count *int) {
	*count++
	switch vm, ok := pick(rng, m.vms); {
	case !ok || rng.IntN(5) == 0:
		name := fmt.Sprint("vm", rng.IntN(6))
		ref := store.Insert(tx, &model.VM{NameLabel: name, OtherConfig: map[string]string{"a": "1"}})
		m.vms[ref] = twinVM{name, map[string]string{"a": "1"}, *count}
	case rng.IntN(8) == 0:
		if err := store.Delete(tx, vm); err != nil {
			t.Fatal(err)
		}
		delete(m.vms, vm)
	case rng.IntN(3) == 0:
		// Sometimes of a VM that does not exist.
		if rng.IntN(6) == 0 {
			vm = "OpaqueRef:nobody"
		}
		m.vbds[store.Insert(tx, &model.VBD{VM: vm})] = vm
	case rng.IntN(3) == 0:
		b, ok := pick(rng, m.vbds)
		if !ok {
			return
		}
		if rng.IntN(2) == 0 {
			if err := store.Delete(tx, b); err != nil {
				t.Fatal(err)
			}
			delete(m.vbds, b)
			return
		}
		e, err := store.Edit(tx, b)
		if err != nil {
			t.Fatal(err)
		}
		e.VM = vm
		m.vbds[b] = vm
	default:
		e, err := store.Edit(tx, vm)
		if err != nil {
			t.Fatal(err)
		}
		v := m.vms[vm]
		v.name = fmt.Sprint("vm", rng.IntN(6))
		k := fmt.Sprint("k", rng.IntN(3))
		v.keys[k] = fmt.Sprint(*count)
		e.NameLabel = v.name
		e.OtherConfig[k] = v.keys[k]
		m.vms[vm] = v
	}
}

// TestRandom runs random transactions against a database and its twin. Some
// fail and must leave nothing; now and then the database is opened again; old
// snapshots must stay what they were.
func TestRandom(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(seed, 1))
			o := store.Options{Dir: t.TempDir()}
			db := open(t, o)
			m := twin{map[model.Ref[model.VM]]twinVM{}, map[model.Ref[model.VBD]]model.Ref[model.VM]{}}
			type kept struct {
				twin twin
				snap *store.Snapshot
			}
			var old []kept
			count := 0
			abort := errors.New("abort")
			for i := range 250 {
				next := m.clone()
				fail := rng.IntN(5) == 0
				err := db.Update(context.Background(), func(tx *store.Tx) error {
					for range 1 + rng.IntN(6) {
						next.step(t, rng, tx, &count)
					}
					next.compare(t, tx)
					if fail {
						return abort
					}
					return nil
				})
				switch {
				case fail != errors.Is(err, abort):
					t.Fatalf("step %d: %v", i, err)
				case !fail:
					m = next
				}
				m.compare(t, db.View())
				switch rng.IntN(40) {
				case 0:
					old = append(old, kept{m.clone(), db.View()})
				case 1:
					db = reopen(t, db, o)
					m.compare(t, db.View())
				}
			}
			for _, k := range old {
				k.twin.compare(t, k.snap)
			}
		})
	}
}

// TestFeedFollows: a listener that follows the feed from any
// generation ends with the same objects as the database.
func TestFeedFollows(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	db := open(t, store.Options{})
	m := twin{map[model.Ref[model.VM]]twinVM{}, map[model.Ref[model.VBD]]model.Ref[model.VM]{}}
	seen := map[string]string{} // ref -> name
	var from uint64
	count := 0
	for range 300 {
		update(t, db, func(tx *store.Tx) { m.step(t, rng, tx, &count) })
		if rng.IntN(4) != 0 {
			continue
		}
		snap := db.View()
		snap.Since(from, func(c store.Change) bool {
			if c.Class.Name != "VM" {
				return true
			}
			if c.Deleted {
				delete(seen, c.Ref)
			} else {
				seen[c.Ref] = c.Row.Obj.(*model.VM).NameLabel
			}
			return true
		})
		from = snap.Gen()
		if len(seen) != len(m.vms) {
			t.Fatalf("heard of %d VMs, there are %d", len(seen), len(m.vms))
		}
		for ref, v := range m.vms {
			if seen[string(ref)] != v.name {
				t.Fatalf("heard that %s is %q, it is %q", ref, seen[string(ref)], v.name)
			}
		}
	}
}
