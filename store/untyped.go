package store

import (
	"fmt"

	"github.com/xapid/xapid/model"
)

// GetAny is Get for a class that is known at run time only; the result is a
// *T.
func GetAny(r Reader, c *model.Class, ref string) (any, error) {
	if row, ok := r.Row(c, ref); ok {
		return row.Obj, nil
	}
	return nil, model.ErrHandleInvalid(c.Name, ref)
}

// DefaultAny is Default for a class that is known at run time only.
func DefaultAny(c *model.Class) any {
	s := shapeOf(c)
	return s.clone(s.prototype.Addr().Interface())
}

// EditAny is Edit for a class that is known at run time only.
func EditAny(tx *Tx, c *model.Class, ref string) (any, error) {
	tx.settle()
	t := tx.touch(c, ref)
	if t == nil {
		return nil, model.ErrHandleInvalid(c.Name, ref)
	}
	if !t.private {
		t.private = true
		t.shape.unshare(t.row.Obj)
	}
	tx.hold(t)
	return t.row.Obj, nil
}

// InsertAny is Insert for a class that is known at run time only; obj is a *T.
func InsertAny(tx *Tx, c *model.Class, obj any) string {
	ref := "OpaqueRef:" + tx.newID()
	InsertAnyAs(tx, c, ref, obj)
	return ref
}

// InsertAnyAs is InsertAs for a class that is known at run time only.
func InsertAnyAs(tx *Tx, c *model.Class, ref string, obj any) {
	s := shapeOf(c)
	if v := elem(obj); v.Type() != c.Go {
		panic(fmt.Sprintf("store: %v is not the type of class %s", v.Type(), c.Name))
	}
	tx.insert(s, ref, obj)
}

// DeleteAny is Delete for a class that is known at run time only.
func DeleteAny(tx *Tx, c *model.Class, ref string) error {
	t := tx.touch(c, ref)
	if t == nil {
		return model.ErrHandleInvalid(c.Name, ref)
	}
	tx.remove(t)
	return nil
}

// Bump makes an object count as changed though it is not, so that its
// listeners hear of it: HANDLE_INVALID [class, ref] if there is none.
func Bump(tx *Tx, c *model.Class, ref string) error {
	t := tx.touch(c, ref)
	if t == nil {
		return model.ErrHandleInvalid(c.Name, ref)
	}
	t.bumped = true
	return nil
}
