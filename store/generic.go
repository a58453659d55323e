package store

import (
	"context"
	"iter"

	"github.com/xapid/xapid/model"
)

// Get reads an object: HANDLE_INVALID [class, ref] if there is none. The
// result and all that it points to are shared and must not be written to.
func Get[T any](r Reader, ref model.Ref[T]) (*T, error) {
	c := model.ClassOf[T]()
	if row, ok := r.Row(c, string(ref)); ok {
		return row.Obj.(*T), nil
	}
	return nil, model.ErrHandleInvalid(c.Name, ref)
}

// Find is Get for callers to whom absence is no error.
func Find[T any](r Reader, ref model.Ref[T]) (*T, bool) {
	if row, ok := r.Row(model.ClassOf[T](), string(ref)); ok {
		return row.Obj.(*T), true
	}
	return nil, false
}

// All lists a class's objects in order of creation. Within a transaction it
// yields the rows as they are when it comes to them, and none that were
// inserted after the loop began.
func All[T any](r Reader) iter.Seq2[model.Ref[T], *T] {
	return func(yield func(model.Ref[T], *T) bool) {
		for row := range r.Rows(model.ClassOf[T]()) {
			if !yield(model.Ref[T](row.Ref), row.Obj.(*T)) {
				return
			}
		}
	}
}

// Len is the number of objects of a class.
func Len[T any](r Reader) int { return r.Count(model.ClassOf[T]()) }

// ByUUID finds an object by its uuid.
func ByUUID[T any](r Reader, uuid string) (model.Ref[T], bool) {
	row, ok := r.RowByUUID(model.ClassOf[T](), uuid)
	if !ok {
		return model.Null[T](), false
	}
	return model.Ref[T](row.Ref), true
}

// ByName lists the objects of a name_label in order of creation.
func ByName[T any](r Reader, label string) []model.Ref[T] {
	var list []model.Ref[T]
	for _, row := range r.RowsByName(model.ClassOf[T](), label) {
		list = append(list, model.Ref[T](row.Ref))
	}
	return list
}

// Default makes a row with each field at the datamodel's default.
func Default[T any]() *T { return DefaultAny(model.ClassOf[T]()).(*T) }

// Edit gives the transaction's own copy of an object, to be changed in place:
// fields, maps and slices. A second call gives the same copy. What is written
// to derived fields is lost.
func Edit[T any](tx *Tx, ref model.Ref[T]) (*T, error) {
	obj, err := EditAny(tx, model.ClassOf[T](), string(ref))
	if err != nil {
		return nil, err
	}
	return obj.(*T), nil
}

// Insert adds an object under a new reference. The store takes obj over; it
// fills an empty UUID. Any other field is the caller's affair, see Default. A
// uuid that is taken makes the transaction fail with
// DB_UNIQUENESS_CONSTRAINT_VIOLATION.
func Insert[T any](tx *Tx, obj *T) model.Ref[T] {
	return model.Ref[T](InsertAny(tx, model.ClassOf[T](), obj))
}

// Make runs a transaction that makes an object, and gives its reference, or
// none if the transaction fails.
func Make[T any](ctx context.Context, db *DB, fn func(tx *Tx) (model.Ref[T], error)) (ref model.Ref[T], err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		ref, err = fn(tx)
		return err
	})
	if err != nil {
		return "", err
	}
	return ref, nil
}

// InsertAs is Insert under a given reference. One that is taken makes the
// transaction fail with DB_UNIQUENESS_CONSTRAINT_VIOLATION.
func InsertAs[T any](tx *Tx, ref model.Ref[T], obj *T) {
	InsertAnyAs(tx, model.ClassOf[T](), string(ref), obj)
}

// Delete removes an object: HANDLE_INVALID [class, ref] if there is none.
// References to it stay where they are.
func Delete[T any](tx *Tx, ref model.Ref[T]) error {
	return DeleteAny(tx, model.ClassOf[T](), string(ref))
}

// Assign replaces volatile fields of an object: fn may set such fields, but not
// change what is in their maps and slices, nor touch any other field. It costs
// less than Edit. False if there is no such object.
func Assign[T any](tx *Tx, ref model.Ref[T], fn func(*T)) bool {
	t := tx.touch(model.ClassOf[T](), string(ref))
	if t == nil {
		return false
	}
	t.assigned = true
	fn(t.row.Obj.(*T))
	return true
}
