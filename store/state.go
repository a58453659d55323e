package store

import (
	"iter"
	"slices"

	"github.com/xapid/xapid/model"
)

// table holds the objects of one class.
type table struct {
	owner *token
	count int
	rows  vec[*Row] // by order of creation
	refs  hmap[uint64]
	uuids hmap[uint64]
	names hmap[vec[uint64]]
}

func (t *table) row(ref string) *Row {
	order, ok := t.refs.get(ref)
	if !ok {
		return nil
	}
	r, _ := t.rows.get(order)
	return r
}

// state is the whole database at one generation. Deletions of persistent and
// of volatile classes are kept apart (index 0 and 1), so that the flood of
// tasks that come and go does not wash away what a client must hear of VMs.
type state struct {
	owner           *token
	gen, order, seq uint64
	tables          []*table // by model.Class.Index
	changes         vec[*Row]
	dead            [2]vec[*Row]
	deadCount       [2]int
	trimmed         [2]uint64
	dangling        hmap[vec[uint64]] // owners whose target does not exist
	next            chan struct{}     // closed when a newer state is published
}

func emptyState() *state {
	s := &state{owner: new(token), next: make(chan struct{})}
	for range theSchema().shapes {
		s.tables = append(s.tables, &table{owner: s.owner})
	}
	return s
}

// fork makes a copy that can be written to while s stays as it is.
func (s *state) fork() *state {
	c := *s
	c.owner = new(token)
	c.tables = slices.Clone(s.tables)
	c.next = make(chan struct{})
	return &c
}

// table gives a class's table for writing.
func (s *state) table(class int) *table {
	t := s.tables[class]
	if t.owner != s.owner {
		c := *t
		t, c.owner = &c, s.owner
		s.tables[class] = t
	}
	return t
}

func kind(c *model.Class) int {
	if c.Persist {
		return 0
	}
	return 1
}

// Snapshot is the committed database at one generation. It never changes and
// can be kept for as long as it is useful.
type Snapshot struct{ s *state }

// Gen is the generation: the number of committed transactions that changed
// something, this process's and its predecessors'. It never goes backwards,
// but skips numbers at a restart.
func (v *Snapshot) Gen() uint64 { return v.s.gen }

// Changed is closed when a newer snapshot can be had.
func (v *Snapshot) Changed() <-chan struct{} { return v.s.next }

// Since calls fn with every object that was created, changed or deleted after
// generation g, each once, the longest unchanged first, until fn says false.
// It costs what it yields. Ask OldestDeletion whether deletions are missing.
func (v *Snapshot) Since(g uint64, fn func(Change) bool) {
	v.s.changes.from(func(r *Row) bool { return r.Modified > g }, func(r *Row) bool {
		c := Change{Row: r, Class: r.Class, Ref: r.Ref, Created: r.Created, Modified: r.Modified}
		if r.Obj == nil {
			c.Row, c.Deleted = nil, true
		}
		return fn(c)
	})
}

// OldestDeletion is a generation up to which deletions may have been
// forgotten, in any class: of a g below it, Since may lack some.
func (v *Snapshot) OldestDeletion() uint64 { return max(v.s.trimmed[0], v.s.trimmed[1]) }

// OldestDeletionOf is OldestDeletion of one class.
func (v *Snapshot) OldestDeletionOf(c *model.Class) uint64 { return v.s.trimmed[kind(c)] }

// Count is the number of objects of a class.
func (v *Snapshot) Count(c *model.Class) int { return v.s.tables[c.Index].count }

// Row finds an object's current version.
func (v *Snapshot) Row(c *model.Class, ref string) (*Row, bool) {
	r := v.s.tables[c.Index].row(ref)
	return r, r != nil
}

// Rows lists a class's objects in order of creation.
func (v *Snapshot) Rows(c *model.Class) iter.Seq[*Row] {
	return func(yield func(*Row) bool) { v.s.tables[c.Index].rows.each(yield) }
}

// RowByUUID finds an object by its uuid.
func (v *Snapshot) RowByUUID(c *model.Class, uuid string) (*Row, bool) {
	return byUUID(v.s.tables[c.Index], uuid)
}

// RowsByName lists the objects whose name_label is label.
func (v *Snapshot) RowsByName(c *model.Class, label string) []*Row {
	return byName(v.s.tables[c.Index], label)
}

func byUUID(t *table, uuid string) (*Row, bool) {
	order, ok := t.uuids.get(uuid)
	if !ok {
		return nil, false
	}
	return t.rows.get(order)
}

func byName(t *table, label string) []*Row {
	orders, _ := t.names.get(label)
	var list []*Row
	orders.each(func(o uint64) bool {
		if r, ok := t.rows.get(o); ok {
			list = append(list, r)
		}
		return true
	})
	return list
}

// Reader is what can be read from: a *Snapshot, or a *Tx, which sees its own
// changes.
type Reader interface {
	Row(c *model.Class, ref string) (*Row, bool)
	Rows(c *model.Class) iter.Seq[*Row]
	RowByUUID(c *model.Class, uuid string) (*Row, bool)
	RowsByName(c *model.Class, label string) []*Row
	Count(c *model.Class) int
}
