package store

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/xapid/xapid/model"
)

// A log entry is a set of row changes: those of all transactions that were
// committed together, each row once, in its last form. The position of the
// entry before it is part of it, and an entry that follows another than it was
// made for changes nothing, on any member: no change of leadership can slip one
// in between the reading and the writing of a transaction.

const entryVersion = 1

// Kinds of log entries.
const (
	entryChanges = iota + 1
	entryCatalogue
)

// Operations within an entry.
const (
	opPut = iota + 1
	opDelete
	opRestamp // a derived field changed: the same row, modified later
)

// entry is the head of a log entry of row changes.
type entry struct {
	node, batch uint64 // who prepared it, and its number there
	catalogue   uint32
	prev        uint64 // index of the entry that it follows
	gen         uint64
	order       uint64
	reserved    uint64
	count       uint64
}

// appendChanges writes what next has that base has not.
func appendChanges(b []byte, e *entry, cat *catalogue, base, next *state) []byte {
	var body []byte
	e.count = 0
	next.changes.from(func(r *Row) bool { return r.Modified > base.gen }, func(r *Row) bool {
		if !r.Class.Persist || max(r.logged, r.restamped) <= base.gen || r.Obj == nil && r.Created > base.gen {
			return true
		}
		e.count++
		body = appendRecord(body, cat, r, base.gen)
		return true
	})
	b = append(b, entryVersion, entryChanges)
	b = binary.BigEndian.AppendUint64(b, e.node)
	b = binary.AppendUvarint(b, e.batch)
	b = binary.BigEndian.AppendUint32(b, cat.id)
	for _, n := range []uint64{e.prev, e.gen, e.order, e.reserved, e.count} {
		b = binary.AppendUvarint(b, n)
	}
	return append(b, body...)
}

// appendRecord writes a row that was changed after generation since.
func appendRecord(b []byte, cat *catalogue, r *Row, since uint64) []byte {
	number := cat.byIndex[r.Class.Index]
	op := byte(opPut)
	switch {
	case r.Obj == nil:
		op = opDelete
	case r.logged <= since:
		op = opRestamp
	}
	b = append(b, op)
	b = binary.AppendUvarint(b, uint64(number))
	b = binary.AppendUvarint(b, r.order)
	b = binary.AppendUvarint(b, max(r.logged, r.restamped))
	if op == opRestamp {
		return b
	}
	b = appendText(b, r.Ref)
	b = binary.AppendUvarint(b, r.Created)
	if op == opPut {
		b = cat.classes[number].appendRow(b, r.Obj)
	}
	return b
}

func (d *decoder) entry() (e entry) {
	e.node, e.batch, e.catalogue = d.uint64(), d.uvarint(), d.uint32()
	e.prev, e.gen, e.order, e.reserved, e.count = d.uvarint(), d.uvarint(), d.uvarint(), d.uvarint(), d.uvarint()
	return e
}

// record is one decoded row change.
type record struct {
	op                       byte
	class                    *codec
	order, modified, created uint64
	ref                      string
	obj                      any // nil unless op is opPut; nil if the class is gone
}

func (d *decoder) record(cat *catalogue) (r record) {
	r.op = d.byte()
	n := d.uvarint()
	if d.err == nil && (r.op < opPut || r.op > opRestamp || n >= uint64(len(cat.classes))) {
		d.fail()
	}
	if d.err != nil {
		return r
	}
	r.class, r.order, r.modified = cat.classes[n], d.uvarint(), d.uvarint()
	if r.op == opRestamp {
		return r
	}
	r.ref, r.created = d.text(), d.uvarint()
	if r.op == opPut {
		r.obj = r.class.row(d)
	}
	return r
}

// replay makes the state that follows base from the changes of an entry.
func replay(base *state, e entry, cat *catalogue, d *decoder) (*state, error) {
	w := newWriter(base)
	stamps := make(map[uint64]record, e.count)
	for range e.count {
		r := d.record(cat)
		if d.err != nil {
			return nil, d.err
		}
		if r.class.shape == nil {
			continue
		}
		stamps[r.order] = r
		if err := w.replay(r); err != nil {
			return nil, err
		}
	}
	w.settleAll()
	modified := func(t *touched) uint64 {
		if r, ok := stamps[t.order]; ok {
			return r.modified
		}
		return e.gen
	}
	// The change index is in order of modification.
	slices.SortFunc(w.list, func(a, b *touched) int {
		return cmp.Or(cmp.Compare(modified(a), modified(b)), cmp.Compare(a.order, b.order))
	})
	for _, t := range w.list {
		switch r := stamps[t.order]; {
		case t.row == nil && t.before == nil:
		case t.row == nil:
			w.bury(t, modified(t))
		default:
			w.stamp(t, modified(t))
			if t.before == nil {
				t.row.Created = r.created
			}
			if r.op == opPut {
				t.row.logged = r.modified
			}
		}
	}
	w.st.gen, w.st.order = max(e.gen, base.gen), max(e.order, w.st.order)
	return w.st, nil
}

func (w *writer) replay(r record) error {
	c := r.class.shape.class
	old, _ := w.st.tables[c.Index].rows.get(r.order)
	switch {
	case r.op == opPut && old == nil:
		if !w.insert(r.class.shape, r.ref, r.obj, r.order) {
			return fmt.Errorf("%s %s is there already", c.Name, r.ref)
		}
		return nil
	case old == nil:
		return fmt.Errorf("an entry changes the %s of number %d, which does not exist", c.Name, r.order)
	}
	t := w.touch(c, old.Ref)
	switch r.op {
	case opPut:
		t.shape.keepVolatile(r.obj, old.Obj)
		t.row.Obj, t.private = r.obj, true
		t.shape.mirror(r.obj, t.lists)
	case opDelete:
		w.remove(t)
	case opRestamp:
		t.bumped, t.related = true, true
	}
	return nil
}

// keepVolatile copies the fields that the log knows nothing of.
func (s *shape) keepVolatile(obj, old any) {
	v, from := elem(obj), elem(old)
	for _, f := range s.class.Fields {
		if !f.Persist && f.Relation != model.Derived {
			v.Field(f.Index).Set(from.Field(f.Index))
		}
	}
}
