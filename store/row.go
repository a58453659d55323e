package store

import (
	"sync/atomic"

	"github.com/xapid/xapid/model"
)

// Row is one version of an object, or the trace of a deleted one. Rows that a
// Snapshot gives out never change.
type Row struct {
	Class *model.Class
	Ref   string
	// Obj is the object, a *T; nil in the trace of a deletion.
	Obj any
	// Created and Modified are generations; Modified is that of the deletion
	// in the trace of one. Relations and volatile fields count as changes.
	Created, Modified uint64

	order uint64 // of creation; unique, the same on every member
	seq   uint64 // place in the change index of this process
	// logged is the generation of the last change of a persistent field.
	logged uint64
	// restamped is the generation of the last change of a derived field whose
	// owners are persistent.
	restamped uint64
	cache     [2]atomic.Pointer[[]byte]
}

// Cached returns what encode made of the row when it was first asked for with
// the same i (0 or 1); it is for the encoded record. Callers must not write to
// the result. Two that ask at once may both encode.
func (r *Row) Cached(i int, encode func() []byte) []byte {
	if p := r.cache[i].Load(); p != nil {
		return *p
	}
	b := encode()
	r.cache[i].Store(&b)
	return b
}

// Change tells the latest of what happened to an object: a new version, or
// its deletion.
type Change struct {
	Row     *Row // nil when deleted
	Class   *model.Class
	Ref     string
	Created uint64
	// Modified is the generation of the change.
	Modified uint64
	Deleted  bool
}
