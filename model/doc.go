// Package model is the XenAPI datamodel as Go types: a struct a class, a typed
// string an enumeration, a value an error code.
//
// The schema is the code. A class file holds the struct, whose tags say what
// the types do not (see Field), and a table of the class's own messages (see
// parseMessage). Everything else - accessors, constructors, roles of accessors,
// relations - is derived from them once, on first use, and described by Class,
// Field and Method.
package model
