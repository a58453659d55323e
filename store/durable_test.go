package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// reopen closes a database and opens its directory again.
func reopen(t *testing.T, db *store.DB, o store.Options) *store.DB {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, o)
}

func names(r store.Reader) string {
	var list []string
	for _, v := range store.All[model.VM](r) {
		list = append(list, v.NameLabel)
	}
	return strings.Join(list, " ")
}

func TestReopen(t *testing.T) {
	o := store.Options{Dir: t.TempDir()}
	db := open(t, o)
	var a, b model.Ref[model.VM]
	update(t, db, func(tx *store.Tx) {
		a = store.Insert(tx, &model.VM{NameLabel: "a", OtherConfig: map[string]string{"k": "v"}})
		b = store.Insert(tx, &model.VM{NameLabel: "b", CurrentOperations: map[string]model.VMOperations{"t": "start"}})
		store.Insert(tx, &model.VBD{VM: a})
	})
	old := db.View().Gen()
	update(t, db, func(tx *store.Tx) {
		e, _ := store.Edit(tx, a)
		e.NameLabel = "a2"
		if err := store.Delete(tx, b); err != nil {
			t.Error(err)
		}
	})
	newest := db.View().Gen()
	db = reopen(t, db, o)
	r := db.View()
	if r.Gen() < newest {
		t.Errorf("generation went back from %d to %d", newest, r.Gen())
	}
	v, err := store.Get(r, a)
	if err != nil || v.NameLabel != "a2" || v.OtherConfig["k"] != "v" || len(v.VBDs) != 1 {
		t.Errorf("a: %+v, %v", v, err)
	}
	if ref, ok := store.ByUUID[model.VM](r, v.UUID); !ok || ref != a {
		t.Error("a is not found by its uuid")
	}
	if list := store.ByName[model.VM](r, "a2"); len(list) != 1 || list[0] != a {
		t.Errorf("by name: %v", list)
	}
	// What a client that saw the old generation has to hear.
	var heard []string
	r.Since(old, func(c store.Change) bool {
		heard = append(heard, fmt.Sprintf("%s %s deleted=%v", c.Class.Name, c.Ref, c.Deleted))
		return true
	})
	want := fmt.Sprintf("[VM %s deleted=false VM %s deleted=true]", a, b)
	if got := fmt.Sprint(heard); got != want {
		t.Errorf("since %d: %s, want %s", old, got, want)
	}
	update(t, db, func(tx *store.Tx) { store.Insert(tx, &model.VM{NameLabel: "c"}) })
	if g := db.View().Gen(); g <= newest {
		t.Errorf("generation %d after %d", g, newest)
	}
	if got := names(reopen(t, db, o).View()); got != "a2 c" {
		t.Errorf("in the end: %s", got)
	}
}

func TestSeedOnce(t *testing.T) {
	runs := 0
	o := store.Options{Dir: t.TempDir(), Seed: func(tx *store.Tx) error {
		runs++
		store.Insert(tx, &model.VM{NameLabel: "seed"})
		return nil
	}}
	db := open(t, o)
	db = reopen(t, db, o)
	if got := names(db.View()); got != "seed" || runs != 1 {
		t.Errorf("%d runs left %q", runs, got)
	}
	bad := store.Options{Dir: t.TempDir(), Seed: func(*store.Tx) error { return errors.New("no such hardware") }}
	if _, err := store.Open(bad); err == nil || !strings.Contains(err.Error(), "no such hardware") {
		t.Errorf("a seed that fails: %v", err)
	}
	bad.Seed = nil
	open(t, bad) // nothing is left of the attempt
}

func TestDirectoryInUse(t *testing.T) {
	o := store.Options{Dir: t.TempDir()}
	open(t, o)
	_, err := store.Open(o)
	if err == nil || !strings.Contains(err.Error(), "in use") || !strings.Contains(err.Error(), o.Dir) || !strings.Contains(err.Error(), fmt.Sprint(os.Getpid())) {
		t.Errorf("second open: %v", err)
	}
}

// TestDamage cuts and scribbles over the files of a database: whatever is done
// to one, Open either gives all of the data or names the file.
func TestDamage(t *testing.T) {
	good := t.TempDir()
	db := open(t, store.Options{Dir: good})
	for i := range 50 {
		update(t, db, func(tx *store.Tx) { store.Insert(tx, &model.VM{NameLabel: fmt.Sprintf("vm%d", i)}) })
	}
	want := names(db.View())
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	files := []string{"state.db", "raft.db"}
	content := map[string][]byte{}
	for _, f := range files {
		raw, err := os.ReadFile(filepath.Join(good, f))
		if err != nil {
			t.Fatal(err)
		}
		content[f] = raw
	}
	try := func(name, file string, change func([]byte) []byte) {
		t.Run(file+"/"+name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range files {
				raw := append([]byte(nil), content[f]...)
				if f == file {
					raw = change(raw)
				}
				if raw == nil {
					continue
				}
				if err := os.WriteFile(filepath.Join(dir, f), raw, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			db, err := store.Open(store.Options{Dir: dir})
			if err != nil {
				if !strings.Contains(err.Error(), filepath.Join(dir, file)) {
					t.Errorf("the error does not name the file: %v", err)
				}
				return
			}
			defer db.Close()
			if got := names(db.View()); got != want {
				t.Errorf("opened without a word, but with %q", got)
			}
		})
	}
	for _, f := range files {
		size := len(content[f])
		try("missing", f, func([]byte) []byte { return nil })
		try("empty", f, func([]byte) []byte { return []byte{} })
		try("half", f, func(b []byte) []byte { return b[:size/2] })
		try("short of a page", f, func(b []byte) []byte { return b[:size-4096] })
		try("garbage", f, func(b []byte) []byte {
			for i := range b {
				b[i] = byte(i * 7)
			}
			return b
		})
		for at := 0; at < min(size, 64<<10); at += 1021 {
			try(fmt.Sprintf("flip at %d", at), f, func(b []byte) []byte {
				b[at] ^= 0x55
				return b
			})
		}
	}
}

// TestConcurrentUpdates: transactions are one after another, and all are kept.
func TestConcurrentUpdates(t *testing.T) {
	o := store.Options{Dir: t.TempDir()}
	db := open(t, o)
	var vm model.Ref[model.VM]
	update(t, db, func(tx *store.Tx) { vm = store.Insert(tx, &model.VM{}) })
	const writers, each = 16, 25
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				err := db.Update(context.Background(), func(tx *store.Tx) error {
					e, err := store.Edit(tx, vm)
					if err == nil {
						e.UserVersion++
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	st := db.Stats()
	if v, _ := store.Get(db.View(), vm); v.UserVersion != writers*each {
		t.Errorf("counted %d", v.UserVersion)
	}
	if st.Batches >= st.Commits {
		t.Errorf("%d commits took %d log entries", st.Commits, st.Batches)
	}
	db = reopen(t, db, o)
	if v, _ := store.Get(db.View(), vm); v.UserVersion != writers*each {
		t.Errorf("kept %d", v.UserVersion)
	}
}

func TestFailedTransactionsLeaveNothing(t *testing.T) {
	db := open(t, store.Options{Dir: t.TempDir()})
	boom := errors.New("boom")
	for name, fn := range map[string]func(tx *store.Tx) error{
		"error": func(tx *store.Tx) error { store.Insert(tx, &model.VM{}); return boom },
		"panic": func(tx *store.Tx) error { store.Insert(tx, &model.VM{}); panic("boom") },
	} {
		if err := db.Update(context.Background(), fn); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if n := store.Len[model.VM](db.View()); n != 0 {
		t.Errorf("%d VMs", n)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Update(context.Background(), func(tx *store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
