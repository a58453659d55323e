package model

import "time"

// Ref is an opaque reference to an object of class T, "OpaqueRef:" and a
// random tail. Its text says nothing of the object and differs from its uuid.
type Ref[T any] string

// NullRef is the text of the reference to nothing.
const NullRef = "OpaqueRef:NULL"

// Null is the reference to nothing, typed.
func Null[T any]() Ref[T] { return NullRef }

// IsNull reports whether the reference points to nothing; the empty string,
// the default of a few fields, counts as nothing too.
func (r Ref[T]) IsNull() bool { return r == "" || r == NullRef }

// ClassName is the name of the class that the reference points to.
func (r Ref[T]) ClassName() string { return ClassOf[T]().Name }

// Epoch is what the API says for "never".
var Epoch = time.Unix(0, 0).UTC()
