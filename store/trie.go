package store

import (
	"hash/maphash"
	"math/bits"
	"slices"
	"sort"
)

// The tables are two persistent tries: vec, keyed by a growing number, and
// hmap, keyed by a string. A change copies the nodes on its path; nodes that
// bear the writer's token were made by this very writer, nobody else has seen
// them, and they are changed in place. That makes bulk work cheap and leaves
// every older version intact for its readers.

// token tells a writer's nodes from those that others may read. It has a size
// so that every token has an address of its own.
type token struct{ _ byte }

const (
	fanBits = 5
	fanMask = 1<<fanBits - 1
	// Below this depth the hash is used up and a node is a plain list.
	hashBits = 64
)

// node has 32 places, each empty, a value or a child; only the taken ones
// cost memory.
type node[V any] struct {
	owner     *token
	data, sub uint32
	vals      []V
	kids      []*node[V]
}

func place(bitmap, bit uint32) int { return bits.OnesCount32(bitmap & (bit - 1)) }

// own returns n if the writer t may change it, else a copy that it may.
func (n *node[V]) own(t *token) *node[V] {
	if n.owner == t {
		return n
	}
	c := &node[V]{owner: t, data: n.data, sub: n.sub}
	if len(n.vals) > 0 {
		c.vals = append(make([]V, 0, len(n.vals)+1), n.vals...)
	}
	if len(n.kids) > 0 {
		c.kids = append(make([]*node[V], 0, len(n.kids)+1), n.kids...)
	}
	return c
}

func (n *node[V]) setVal(bit uint32, v V) {
	i := place(n.data, bit)
	if n.data&bit != 0 {
		n.vals[i] = v
		return
	}
	n.vals = slices.Insert(n.vals, i, v)
	n.data |= bit
}

func (n *node[V]) dropVal(bit uint32) {
	i := place(n.data, bit)
	n.vals = slices.Delete(n.vals, i, i+1)
	n.data &^= bit
}

func (n *node[V]) setKid(bit uint32, k *node[V]) {
	i := place(n.sub, bit)
	if n.sub&bit != 0 {
		n.kids[i] = k
		return
	}
	n.kids = slices.Insert(n.kids, i, k)
	n.sub |= bit
}

func (n *node[V]) dropKid(bit uint32) {
	i := place(n.sub, bit)
	n.kids = slices.Delete(n.kids, i, i+1)
	n.sub &^= bit
}

func (n *node[V]) kid(bit uint32) *node[V] {
	if n == nil || n.sub&bit == 0 {
		return nil
	}
	return n.kids[place(n.sub, bit)]
}

func (n *node[V]) empty() bool { return n.data == 0 && n.sub == 0 }

// vec maps numbers to values, in order. It suits numbers that are handed out
// upwards: height follows the greatest number ever put.
type vec[V any] struct {
	root *node[V]
	top  uint // shift of the root's digit
}

func (v *vec[V]) get(key uint64) (val V, ok bool) {
	if key>>v.top > fanMask {
		return val, false
	}
	n := v.root
	for shift := v.top; n != nil; shift -= fanBits {
		bit := uint32(1) << (key >> shift & fanMask)
		if shift == 0 {
			if n.data&bit == 0 {
				break
			}
			return n.vals[place(n.data, bit)], true
		}
		n = n.kid(bit)
	}
	return val, false
}

func (v *vec[V]) put(t *token, key uint64, val V) {
	for key>>v.top > fanMask {
		if v.root != nil {
			v.root = &node[V]{owner: t, sub: 1, kids: []*node[V]{v.root}}
		}
		v.top += fanBits
	}
	v.root = v.root.put(t, v.top, key, val)
}

func (n *node[V]) put(t *token, shift uint, key uint64, val V) *node[V] {
	if n == nil {
		n = &node[V]{owner: t}
	} else {
		n = n.own(t)
	}
	bit := uint32(1) << (key >> shift & fanMask)
	if shift == 0 {
		n.setVal(bit, val)
	} else {
		n.setKid(bit, n.kid(bit).put(t, shift-fanBits, key, val))
	}
	return n
}

func (v *vec[V]) del(t *token, key uint64) {
	if _, ok := v.get(key); ok {
		v.root = v.root.del(t, v.top, key)
	}
}

func (n *node[V]) del(t *token, shift uint, key uint64) *node[V] {
	n = n.own(t)
	bit := uint32(1) << (key >> shift & fanMask)
	if shift == 0 {
		n.dropVal(bit)
	} else if k := n.kid(bit).del(t, shift-fanBits, key); k == nil {
		n.dropKid(bit)
	} else {
		n.setKid(bit, k)
	}
	if n.empty() {
		return nil
	}
	return n
}

// each calls fn on the values in order until it says false.
func (v *vec[V]) each(fn func(V) bool) { v.root.each(fn) }

func (n *node[V]) each(fn func(V) bool) bool {
	if n == nil {
		return true
	}
	for _, val := range n.vals {
		if !fn(val) {
			return false
		}
	}
	for _, k := range n.kids {
		if !k.each(fn) {
			return false
		}
	}
	return true
}

// from is each, starting at the first value of which in is true; in must stay
// true for all later ones.
func (v *vec[V]) from(in func(V) bool, fn func(V) bool) {
	if v.root != nil {
		v.root.from(in, fn)
	}
}

func (n *node[V]) from(in func(V) bool, fn func(V) bool) bool {
	for _, val := range n.vals[sort.Search(len(n.vals), func(i int) bool { return in(n.vals[i]) }):] {
		if !fn(val) {
			return false
		}
	}
	first := sort.Search(len(n.kids), func(i int) bool { return in(n.kids[i].last()) })
	for i := first; i < len(n.kids); i++ {
		if i == first && !n.kids[i].from(in, fn) || i > first && !n.kids[i].each(fn) {
			return false
		}
	}
	return true
}

func (n *node[V]) last() V {
	for len(n.kids) > 0 {
		n = n.kids[len(n.kids)-1]
	}
	return n.vals[len(n.vals)-1]
}

func (v *vec[V]) first() (val V, ok bool) {
	v.each(func(x V) bool { val, ok = x, true; return false })
	return val, ok
}

// pair is an entry of an hmap.
type pair[V any] struct {
	key string
	val V
}

// hmap maps strings to values, in no order.
type hmap[V any] struct{ root *node[pair[V]] }

var hashSeed = maphash.MakeSeed()

func (m *hmap[V]) get(key string) (val V, ok bool) {
	hash := maphash.String(hashSeed, key)
	n := m.root
	for shift := uint(0); n != nil; shift += fanBits {
		if shift > hashBits {
			for _, p := range n.vals {
				if p.key == key {
					return p.val, true
				}
			}
			break
		}
		bit := uint32(1) << (hash >> shift & fanMask)
		if n.data&bit != 0 {
			if p := &n.vals[place(n.data, bit)]; p.key == key {
				return p.val, true
			}
			break
		}
		n = n.kid(bit)
	}
	return val, false
}

func (m *hmap[V]) put(t *token, key string, val V) {
	m.root = putPair(m.root, t, 0, maphash.String(hashSeed, key), pair[V]{key, val})
}

func putPair[V any](n *node[pair[V]], t *token, shift uint, hash uint64, p pair[V]) *node[pair[V]] {
	if n == nil {
		n = &node[pair[V]]{owner: t}
	} else {
		n = n.own(t)
	}
	if shift > hashBits {
		for i := range n.vals {
			if n.vals[i].key == p.key {
				n.vals[i] = p
				return n
			}
		}
		n.vals = append(n.vals, p)
		return n
	}
	bit := uint32(1) << (hash >> shift & fanMask)
	switch {
	case n.sub&bit != 0:
		n.setKid(bit, putPair(n.kid(bit), t, shift+fanBits, hash, p))
	case n.data&bit != 0 && n.vals[place(n.data, bit)].key != p.key:
		other := n.vals[place(n.data, bit)]
		n.dropVal(bit)
		k := putPair(nil, t, shift+fanBits, maphash.String(hashSeed, other.key), other)
		n.setKid(bit, putPair(k, t, shift+fanBits, hash, p))
	default:
		n.setVal(bit, p)
	}
	return n
}

func (m *hmap[V]) del(t *token, key string) {
	if _, ok := m.get(key); ok {
		m.root = delPair(m.root, t, 0, maphash.String(hashSeed, key), key)
		if len(m.root.vals)+len(m.root.kids) == 0 {
			m.root = nil
		}
	}
}

func delPair[V any](n *node[pair[V]], t *token, shift uint, hash uint64, key string) *node[pair[V]] {
	n = n.own(t)
	if shift > hashBits {
		n.vals = slices.DeleteFunc(n.vals, func(p pair[V]) bool { return p.key == key })
		return n
	}
	bit := uint32(1) << (hash >> shift & fanMask)
	if n.data&bit != 0 {
		n.dropVal(bit)
		return n
	}
	k := delPair(n.kid(bit), t, shift+fanBits, hash, key)
	if len(k.kids) == 0 && len(k.vals) <= 1 {
		// A lone value lives in its parent, so that a map's shape depends
		// on its content alone.
		n.dropKid(bit)
		if len(k.vals) == 1 {
			n.setVal(bit, k.vals[0])
		}
		return n
	}
	n.setKid(bit, k)
	return n
}
