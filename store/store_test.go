package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

func open(t testing.TB, o store.Options) *store.DB {
	t.Helper()
	db, err := store.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func update(t testing.TB, db *store.DB, fn func(tx *store.Tx)) {
	t.Helper()
	if err := db.Update(context.Background(), func(tx *store.Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestRelationsFollowTheirOwners(t *testing.T) {
	db := open(t, store.Options{})
	var vm model.Ref[model.VM]
	var vbds []model.Ref[model.VBD]
	update(t, db, func(tx *store.Tx) {
		vm = "OpaqueRef:vm"
		vbds = append(vbds, store.Insert(tx, &model.VBD{VM: vm}))
		store.InsertAs(tx, vm, &model.VM{NameLabel: "a"})
		vbds = append(vbds, store.Insert(tx, &model.VBD{VM: vm}))
		got, err := store.Get(tx, vm)
		if err != nil || len(got.VBDs) != 2 {
			t.Errorf("within the transaction: %v, %v", got, err)
		}
	})
	before := db.View()
	v, err := store.Get(before, vm)
	if err != nil || len(v.VBDs) != 2 || v.VBDs[0] != vbds[0] || v.VBDs[1] != vbds[1] {
		t.Fatalf("VBDs %v, %v, want %v", v, err, vbds)
	}
	update(t, db, func(tx *store.Tx) {
		e, _ := store.Edit(tx, vbds[0])
		e.VM = model.NullRef
	})
	if v, _ := store.Get(db.View(), vm); len(v.VBDs) != 1 || v.VBDs[0] != vbds[1] {
		t.Errorf("after the move: %v", v.VBDs)
	}
	if v, _ := store.Get(before, vm); len(v.VBDs) != 2 {
		t.Errorf("an old snapshot changed: %v", v.VBDs)
	}
	n := 0
	db.View().Since(before.Gen(), func(c store.Change) bool { n++; return true })
	if n != 2 {
		t.Errorf("%d changes, want the VBD and its VM", n)
	}
}

func TestErrors(t *testing.T) {
	db := open(t, store.Options{})
	_, err := store.Get(db.View(), model.Ref[model.VM]("OpaqueRef:x"))
	if !errors.Is(err, model.ErrHandleInvalid("VM", "OpaqueRef:x")) {
		t.Errorf("Get of a miss: %v", err)
	}
	err = db.Update(context.Background(), func(tx *store.Tx) error {
		store.Insert(tx, &model.VM{UUID: "u"})
		store.Insert(tx, &model.VM{UUID: "u"})
		return nil
	})
	if !errors.Is(err, model.ErrDBUniquenessConstraintViolation("VM", "uuid", "u")) {
		t.Errorf("two of a uuid: %v", err)
	}
	if g := db.View().Gen(); g != 0 {
		t.Errorf("generation %d after a failure", g)
	}
}
