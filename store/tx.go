package store

import (
	"iter"
	"slices"

	"github.com/xapid/xapid/model"
)

// Tx is a transaction: a view of the newest state and of its own changes. It
// belongs to the function that Update calls and ends with it.
type Tx struct {
	writer
	newID func() string
	err   error // what the transaction will fail with, whatever fn says
	ended bool
}

// Touch is an object that a transaction has changed. Before is nil if it was
// inserted, After if it was deleted; else both are of type *T. Before is
// immutable; After is to be changed by Edit only.
type Touch struct {
	Class         *model.Class
	Ref           string
	Before, After any
}

// Touched lists the objects that were changed so far, those included whose
// derived fields changed, in the order in which they were first touched.
func (tx *Tx) Touched() iter.Seq[Touch] {
	return func(yield func(Touch) bool) {
		tx.settleAll()
		for _, t := range slices.Clone(tx.list) {
			c := Touch{Class: t.shape.class, Ref: tx.refOf(t)}
			if t.before != nil {
				c.Before = t.before.Obj
			}
			if t.row != nil {
				c.After = t.row.Obj
			}
			if (c.Before != nil || c.After != nil) && !yield(c) {
				return
			}
		}
	}
}

// Row finds an object as the transaction sees it. Its stamps are not set yet if
// the transaction has touched it.
func (tx *Tx) Row(c *model.Class, ref string) (*Row, bool) { return tx.row(c, ref) }

// Rows lists a class's objects in order of creation, see All.
func (tx *Tx) Rows(c *model.Class) iter.Seq[*Row] { return tx.rows(c) }

// RowByUUID finds an object by its uuid.
func (tx *Tx) RowByUUID(c *model.Class, uuid string) (*Row, bool) {
	tx.settle()
	return byUUID(tx.st.tables[c.Index], uuid)
}

// RowsByName lists the objects whose name_label is label.
func (tx *Tx) RowsByName(c *model.Class, label string) []*Row {
	tx.settle()
	return byName(tx.st.tables[c.Index], label)
}

// Count is the number of objects of a class.
func (tx *Tx) Count(c *model.Class) int { return tx.st.tables[c.Index].count }

func (tx *Tx) insert(s *shape, ref string, obj any) {
	tx.check()
	if s.uuid >= 0 {
		if f := elem(obj).Field(s.uuid); f.Len() == 0 {
			f.SetString(tx.newID())
		}
	}
	if !tx.writer.insert(s, ref, obj, tx.st.order+1) && tx.err == nil {
		tx.err = model.ErrDBUniquenessConstraintViolation(s.class.Name, "_ref", ref)
	}
}

func (tx *Tx) touch(c *model.Class, ref string) *touched {
	tx.check()
	return tx.writer.touch(c, ref)
}

// check guards the state against a transaction that outlives its function.
func (tx *Tx) check() {
	if tx.ended {
		panic("store: a transaction was used after its end")
	}
}

// hold remembers that the caller can write to the row from now on.
func (tx *Tx) hold(t *touched) {
	if t.open {
		return
	}
	t.open = true
	if len(tx.open) == maxOpen {
		old := tx.open[0]
		old.open = false
		tx.settleThese([]*touched{old})
		tx.open = tx.open[1:]
	}
	tx.open = append(tx.open, t)
}

// letGo ends the caller's right to write to the rows that it holds.
func (tx *Tx) letGo() {
	tx.settleAll()
	for _, t := range tx.open {
		t.open = false
	}
	tx.open = nil
}
