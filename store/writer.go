package store

import (
	"cmp"
	"iter"
	"slices"

	"github.com/xapid/xapid/model"
)

// writer turns one state into the next. Transactions and the replay of the log
// both go through it, so that indexes and relations have one keeper.
type writer struct {
	base, st *state
	touched  map[uint64]*touched // by order
	list     []*touched
	fresh    []*touched // inserted or removed since the last settle
	open     []*touched // handed out lately; see maxOpen
	rivals   []rival
	durable  bool // a persistent field has changed
}

// maxOpen bounds how many rows that Edit has given out are looked at before
// each read. A loop over 10,000 rows must not look at all of them 10,000 times;
// commit looks at all of them once.
const maxOpen = 32

// touched is an object that a writer has taken up.
type touched struct {
	shape  *shape
	order  uint64
	before *Row   // nil if the writer made it
	row    *Row   // the writer's own version, nil when deleted
	gone   string // the reference, once deleted

	private bool // row.Obj is a deep copy
	// assigned tells that fields of row.Obj were replaced which no index, no
	// relation and no log depends on.
	assigned bool
	open     bool
	settled  bool // the other ends of its derived sets know that it exists
	bumped   bool
	related  bool // a derived set of a persistent owner changed

	// What the indexes and the other ends of relations know of it.
	uuid, name string
	ends       []end
	lists      [][]string // the derived sets, by relation.slot
}

// end is one reference in an owner field.
type end struct {
	rel *relation
	ref string
}

// rival are two objects that had one uuid at some moment.
type rival struct {
	class int
	uuid  string
	a, b  uint64
}

func newWriter(base *state) writer {
	return writer{base: base, st: base.fork(), touched: map[uint64]*touched{}}
}

// touch takes up an existing object: a shallow copy of it takes its place.
func (w *writer) touch(c *model.Class, ref string) *touched {
	r := w.st.tables[c.Index].row(ref)
	if r == nil {
		return nil
	}
	if t := w.touched[r.order]; t != nil {
		return t
	}
	s := shapeOf(c)
	t := &touched{shape: s, order: r.order, before: r, settled: true}
	v := elem(r.Obj)
	t.uuid, t.name = text(v, s.uuid), text(v, s.name)
	t.ends = s.ends(v)
	if len(s.derived) > 0 {
		t.lists = make([][]string, len(s.derived))
		for i, rel := range s.derived {
			t.lists[i] = *refs(v, rel.mirror)
		}
	}
	t.row = &Row{Class: c, Ref: r.Ref, Obj: s.shallow(r.Obj), Created: r.Created, order: r.order}
	w.st.table(c.Index).rows.put(w.st.owner, r.order, t.row)
	w.add(t)
	return t
}

func (w *writer) add(t *touched) {
	w.touched[t.order] = t
	w.list = append(w.list, t)
}

// insert adds an object; false if the reference is taken.
func (w *writer) insert(s *shape, ref string, obj any, order uint64) bool {
	tab := w.st.table(s.class.Index)
	if _, taken := tab.refs.get(ref); taken {
		return false
	}
	t := &touched{shape: s, order: order, private: true}
	if len(s.derived) > 0 {
		t.lists = make([][]string, len(s.derived))
		s.mirror(obj, t.lists)
	}
	t.row = &Row{Class: s.class, Ref: ref, Obj: obj, order: order}
	tab.rows.put(w.st.owner, order, t.row)
	tab.refs.put(w.st.owner, ref, order)
	tab.count++
	w.st.order = max(w.st.order, order)
	w.add(t)
	w.fresh = append(w.fresh, t)
	return true
}

func (w *writer) remove(t *touched) {
	tab := w.st.table(t.shape.class.Index)
	tab.rows.del(w.st.owner, t.order)
	tab.refs.del(w.st.owner, t.row.Ref)
	tab.count--
	t.gone, t.row = t.row.Ref, nil
	w.fresh = append(w.fresh, t)
}

// mirror writes the derived sets into obj.
func (s *shape) mirror(obj any, lists [][]string) {
	v := elem(obj)
	for i, rel := range s.derived {
		*refs(v, rel.mirror) = lists[i]
	}
}

func (w *writer) row(c *model.Class, ref string) (*Row, bool) {
	if len(shapeOf(c).derived) > 0 {
		w.settle()
	}
	r := w.st.tables[c.Index].row(ref)
	return r, r != nil
}

func (w *writer) rows(c *model.Class) iter.Seq[*Row] {
	return func(yield func(*Row) bool) {
		w.settle()
		rows := w.st.tables[c.Index].rows
		// The loop's body may write: nodes of this moment are now shared.
		w.st.owner = new(token)
		rows.each(func(r *Row) bool {
			r, ok := w.st.tables[c.Index].rows.get(r.order)
			return !ok || yield(r)
		})
	}
}

// finish stamps what has changed with generation gen and puts it in the change
// index; false if nothing has changed. The writer is of no use afterwards.
func (w *writer) finish(gen uint64) (bool, error) {
	w.settleAll()
	for _, r := range w.rivals {
		if err := w.rivalry(r); err != nil {
			return false, err
		}
	}
	slices.SortFunc(w.list, func(a, b *touched) int { return cmp.Compare(a.order, b.order) })
	changed := false
	for _, t := range w.list {
		switch {
		case t.row == nil && t.before == nil:
			continue
		case t.row == nil:
			w.bury(t, gen)
		case t.before != nil && !t.bumped && !t.differs():
			w.st.table(t.shape.class.Index).rows.put(w.st.owner, t.order, t.before)
			continue
		default:
			w.stamp(t, gen)
		}
		changed = true
	}
	if changed {
		w.st.gen = gen
	}
	return changed, nil
}

func (t *touched) differs() bool {
	v := elem(t.before.Obj)
	for i, rel := range t.shape.derived {
		if old := *refs(v, rel.mirror); !sameRefs(old, t.lists[i]) {
			return true
		}
	}
	return (t.private || t.assigned) && !t.shape.same(t.before.Obj, t.row.Obj, false)
}

func sameRefs(a, b []string) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0] || slices.Equal(a, b))
}

func (w *writer) stamp(t *touched, gen uint64) {
	r := t.row
	if t.private {
		t.shape.mirror(r.Obj, t.lists)
	}
	r.Modified = gen
	if t.before == nil {
		r.Created = gen
	} else {
		r.logged, r.restamped = t.before.logged, t.before.restamped
		w.st.changes.del(w.st.owner, t.before.seq)
	}
	if t.shape.class.Persist {
		if t.before == nil || t.private && !t.shape.same(t.before.Obj, r.Obj, true) {
			r.logged, w.durable = gen, true
		} else if t.related {
			r.restamped = gen
		}
	}
	w.record(r)
}

func (w *writer) bury(t *touched, gen uint64) {
	b := t.before
	w.durable = w.durable || b.Class.Persist
	r := &Row{Class: b.Class, Ref: b.Ref, Created: b.Created, Modified: gen, order: b.order, logged: gen}
	w.st.changes.del(w.st.owner, b.seq)
	w.record(r)
	k := kind(r.Class)
	w.st.dead[k].put(w.st.owner, r.seq, r)
	w.st.deadCount[k]++
}

func (w *writer) record(r *Row) {
	w.st.seq++
	r.seq = w.st.seq
	w.st.changes.put(w.st.owner, r.seq, r)
}

// trim forgets the oldest deletions while there are more than keep of a kind,
// a whole generation at a time. Those of persistent classes after generation
// flushed stay: the state file has not heard of them.
func (s *state) trim(keep int, flushed uint64) {
	for k := range s.dead {
		for s.deadCount[k] > 0 {
			r, _ := s.dead[k].first()
			if s.deadCount[k] <= keep && r.Modified > s.trimmed[k] || k == 0 && r.Modified > flushed {
				break
			}
			s.dead[k].del(s.owner, r.seq)
			s.changes.del(s.owner, r.seq)
			s.deadCount[k]--
			s.trimmed[k] = r.Modified
		}
	}
}
