package store

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

	"github.com/xapid/xapid/model"
)

// settle brings indexes and relations up to date with the rows that were
// changed since the last time. A derived set lists its owners in order of
// creation whatever the order of events, so that it is a function of the rows
// alone: the same after a restart and on every member.

func (w *writer) settle() {
	if len(w.fresh) > 0 || len(w.open) > 0 {
		w.settleThese(append(w.fresh, w.open...))
	}
}

// settleAll looks at every row that the transaction could have written to.
func (w *writer) settleAll() { w.settleThese(w.list) }

// link is a derived set that is to change; the target may not exist.
type link struct {
	rel *relation
	ref string
}

type owner struct {
	order uint64
	ref   string
}

type amendment struct {
	add  []owner
	drop []owner
}

type amendments struct {
	byLink map[link]*amendment
	list   []link
}

func (a *amendments) of(l link) *amendment {
	m := a.byLink[l]
	if m == nil {
		if a.byLink == nil {
			a.byLink = map[link]*amendment{}
		}
		m = &amendment{}
		a.byLink[l] = m
		a.list = append(a.list, l)
	}
	return m
}

func (w *writer) settleThese(list []*touched) {
	w.fresh = nil
	var am amendments
	for _, t := range list {
		if t.row == nil || t.private {
			w.index(t, &am)
		}
	}
	for _, l := range am.list {
		w.amend(l, am.byLink[l])
	}
}

// index compares a row with what is known of it.
func (w *writer) index(t *touched, am *amendments) {
	s := t.shape
	var uuid, name string
	var v reflect.Value
	if t.row != nil {
		v = elem(t.row.Obj)
		uuid, name = text(v, s.uuid), text(v, s.name)
	}
	if uuid != t.uuid {
		w.reindexUUID(t, uuid)
	}
	if s.name >= 0 && (name != t.name || t.settled != (t.row != nil)) {
		w.reindexName(t, name)
	}
	w.haunt(t)
	if t.row != nil && s.sameEnds(v, t.ends) {
		return
	}
	var ends []end
	if t.row != nil {
		ends = s.ends(v)
	}
	self := owner{t.order, w.refOf(t)}
	for _, e := range t.ends {
		if !slices.Contains(ends, e) {
			m := am.of(link(e))
			m.drop = append(m.drop, self)
		}
	}
	for _, e := range ends {
		if !slices.Contains(t.ends, e) {
			m := am.of(link(e))
			m.add = append(m.add, self)
		}
	}
	t.ends = ends
}

func (w *writer) refOf(t *touched) string {
	if t.row != nil {
		return t.row.Ref
	}
	return t.gone
}

func (w *writer) reindexUUID(t *touched, uuid string) {
	class := t.shape.class.Index
	tab := w.st.table(class)
	if at, ok := tab.uuids.get(t.uuid); ok && at == t.order {
		tab.uuids.del(w.st.owner, t.uuid)
	}
	if uuid != "" {
		if at, ok := tab.uuids.get(uuid); ok && at != t.order {
			w.rivals = append(w.rivals, rival{class, uuid, at, t.order})
		}
		tab.uuids.put(w.st.owner, uuid, t.order)
	}
	t.uuid = uuid
}

// rivalry is an error if both objects hold on to the uuid.
func (w *writer) rivalry(r rival) error {
	s := theSchema().shapes[r.class]
	for _, order := range []uint64{r.a, r.b} {
		row, ok := w.st.tables[r.class].rows.get(order)
		if !ok || text(elem(row.Obj), s.uuid) != r.uuid {
			return nil
		}
	}
	return model.ErrDBUniquenessConstraintViolation(s.class.Name, "uuid", r.uuid)
}

func (w *writer) reindexName(t *touched, name string) {
	tab := w.st.table(t.shape.class.Index)
	if orders, ok := tab.names.get(t.name); ok {
		orders.del(w.st.owner, t.order)
		if orders.root == nil {
			tab.names.del(w.st.owner, t.name)
		} else {
			tab.names.put(w.st.owner, t.name, orders)
		}
	}
	if t.row != nil {
		orders, _ := tab.names.get(name)
		orders.put(w.st.owner, t.order, t.order)
		tab.names.put(w.st.owner, name, orders)
	}
	t.name = name
}

// haunt keeps the owners of a target that does not exist: a removed target
// leaves its owners behind, an inserted one finds them.
func (w *writer) haunt(t *touched) {
	if t.settled == (t.row != nil) {
		return
	}
	t.settled = t.row != nil
	for _, rel := range t.shape.derived {
		key := haunted(rel, w.refOf(t))
		if t.row != nil {
			orders, ok := w.st.dangling.get(key)
			if !ok {
				continue
			}
			w.st.dangling.del(w.st.owner, key)
			list := t.lists[rel.slot]
			orders.each(func(o uint64) bool {
				if r, ok := w.st.tables[rel.owner.class.Index].rows.get(o); ok {
					list = append(list, r.Ref)
				}
				return true
			})
			w.setList(t, rel, list)
			continue
		}
		var orders vec[uint64]
		for _, ref := range t.lists[rel.slot] {
			if o, ok := w.st.tables[rel.owner.class.Index].refs.get(ref); ok {
				orders.put(w.st.owner, o, o)
			}
		}
		if orders.root != nil {
			w.st.dangling.put(w.st.owner, key, orders)
		}
	}
}

func haunted(rel *relation, ref string) string { return strconv.Itoa(rel.id) + ":" + ref }

func (w *writer) setList(t *touched, rel *relation, list []string) {
	t.lists[rel.slot] = list
	*refs(elem(t.row.Obj), rel.mirror) = list
	t.related = t.related || rel.owner.class.Persist
}

// amend changes one derived set.
func (w *writer) amend(l link, a *amendment) {
	t := w.touch(l.rel.target.class, l.ref)
	if t == nil {
		w.amendDangling(l, a)
		return
	}
	list := t.lists[l.rel.slot]
	if len(a.drop) > 0 {
		// A new slice, as older versions of the row hold this one.
		gone := make(map[string]bool, len(a.drop))
		for _, o := range a.drop {
			gone[o.ref] = true
		}
		kept := make([]string, 0, len(list))
		for _, ref := range list {
			if !gone[ref] {
				kept = append(kept, ref)
			}
		}
		list = kept
	}
	if len(a.add) > 0 {
		list = w.join(list, a.add, l.rel)
	}
	w.setList(t, l.rel, list)
}

// join adds owners to a derived set. The common case appends to the spare room
// of the newest version, which older, shorter versions do not see; versions
// form a line, so no two of them append to the same room.
func (w *writer) join(list []string, add []owner, rel *relation) []string {
	byOrder := func(a, b owner) int { return cmp.Compare(a.order, b.order) }
	slices.SortFunc(add, byOrder)
	tab := w.st.tables[rel.owner.class.Index]
	if n := len(list); n > 0 {
		if last, ok := tab.refs.get(list[n-1]); ok && last > add[0].order {
			all := slices.Clone(add)
			for _, ref := range list {
				o, _ := tab.refs.get(ref)
				all = append(all, owner{o, ref})
			}
			slices.SortFunc(all, byOrder)
			list, add = make([]string, 0, len(all)), all
		}
	}
	list = slices.Grow(list, len(add))
	for _, o := range add {
		list = append(list, o.ref)
	}
	return list
}

func (w *writer) amendDangling(l link, a *amendment) {
	key := haunted(l.rel, l.ref)
	orders, _ := w.st.dangling.get(key)
	for _, o := range a.drop {
		orders.del(w.st.owner, o.order)
	}
	for _, o := range a.add {
		orders.put(w.st.owner, o.order, o.order)
	}
	if orders.root == nil {
		w.st.dangling.del(w.st.owner, key)
	} else {
		w.st.dangling.put(w.st.owner, key, orders)
	}
}

// ends lists the references in the owner fields of a row, each once.
func (s *shape) ends(v reflect.Value) []end {
	var list []end
	s.eachEnd(v, func(e end) bool {
		if !slices.Contains(list, e) {
			list = append(list, e)
		}
		return true
	})
	return list
}

// sameEnds says for certain that a row's ends are those listed; it may miss it
// when a set holds a reference twice.
func (s *shape) sameEnds(v reflect.Value, ends []end) bool {
	i := 0
	same := s.eachEnd(v, func(e end) bool {
		i++
		return i <= len(ends) && ends[i-1] == e
	})
	return same && i == len(ends)
}

func (s *shape) eachEnd(v reflect.Value, fn func(end) bool) bool {
	for _, rel := range s.owners {
		if !rel.many {
			if ref := text(v, rel.ownerField); ref != "" && ref != model.NullRef && !fn(end{rel, ref}) {
				return false
			}
			continue
		}
		for _, ref := range *refs(v, rel.ownerField) {
			if ref != "" && ref != model.NullRef && !fn(end{rel, ref}) {
				return false
			}
		}
	}
	return true
}
