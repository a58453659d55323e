package model

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// Def is what a class file says of its class besides the struct. Flags are
// words: database (instances are stored), kept (they are, though nothing
// derives), persist (on disk), events, constructor (create and destroy are derived), get_all, hidden.
// Messages has one line a message, see parseMessage.
type Def struct {
	Name     string
	Life     string
	Roles    string // of create, destroy, setters and messages that name none
	Readers  string // of the other derived messages; read-only if empty
	Flags    string
	Messages string
}

// Class describes a class, derived once from its struct and its Def.
type Class struct {
	Name string
	// Wire is the lower-case name that events use.
	Wire string
	// Index numbers the classes densely from 0, ordered by name.
	Index    int
	Go       reflect.Type
	Life     Life
	Roles    RoleSet
	Readers  RoleSet
	Database bool
	// Kept marks a class whose instances are stored although it derives no
	// messages: message.
	Kept        bool
	Persist     bool
	Events      bool
	Constructor bool
	GetAll      bool
	Hidden      bool
	Fields      []*Field
	Methods     []*Method

	fields  map[string]*Field
	methods map[string]*Method
}

// Field finds a field by its wire name, nil if there is none.
func (c *Class) Field(name string) *Field { return c.fields[name] }

// Stored reports whether the class has rows.
func (c *Class) Stored() bool { return c.Database || c.Kept }

// Method finds a message by its name, nil if there is none.
func (c *Class) Method(name string) *Method { return c.methods[name] }

// Public lists the fields that records show.
func (c *Class) Public() []*Field {
	return slices.DeleteFunc(slices.Clone(c.Fields), func(f *Field) bool { return f.Internal })
}

// A Transition is one step in the life of a class, field or message:
// prototyped, published, extended, changed, deprecated or removed, and the
// release that took it.
type Transition struct{ Step, Release string }

// Life is the history of a class, field or message, oldest first.
type Life []Transition

// Since is the release in which the thing first appeared.
func (l Life) Since() string { return l[0].Release }

// Removed reports whether the thing is gone.
func (l Life) Removed() bool { return l[len(l)-1].Step == "removed" }

func parseLife(s string) Life {
	if !strings.Contains(s, ":") {
		return Life{{"published", s}}
	}
	var l Life
	for _, t := range strings.Split(s, ",") {
		step, release, _ := strings.Cut(t, ":")
		l = append(l, Transition{step, release})
	}
	return l
}

type pending struct {
	def Def
	typ reflect.Type
}

var (
	pendingClasses []pending
	classNames     = map[reflect.Type]string{}
	refClasses     = map[reflect.Type]string{}
	rowTypes       = map[string]reflect.Type{}
	refTypes       = map[string]reflect.Type{}
)

func define[T any](d Def) struct{} {
	p, ref := pending{d, reflect.TypeFor[T]()}, reflect.TypeFor[Ref[T]]()
	pendingClasses = append(pendingClasses, p)
	classNames[p.typ] = d.Name
	refClasses[ref] = d.Name
	rowTypes[d.Name], refTypes[d.Name] = p.typ, ref
	return struct{}{}
}

type schema struct {
	classes []*Class
	byName  map[string]*Class
	byGo    map[reflect.Type]*Class
	methods map[string]*Method
}

// The schema is built once, on first use. A mistake in a class file is a
// programming error and panics here, so that any test finds it.
var theSchema = sync.OnceValue(func() *schema {
	s := &schema{byName: map[string]*Class{}, byGo: map[reflect.Type]*Class{}, methods: map[string]*Method{}}
	slices.SortFunc(pendingClasses, func(a, b pending) int {
		return cmp.Compare(strings.ToLower(a.def.Name), strings.ToLower(b.def.Name))
	})
	for i, p := range pendingClasses {
		c := newClass(p)
		c.Index = i
		s.classes = append(s.classes, c)
		s.byName[c.Name] = c
		s.byGo[c.Go] = c
	}
	for _, c := range s.classes {
		if err := c.link(s); err != nil {
			panic(fmt.Sprintf("class %s: %v", c.Name, err))
		}
	}
	for i, p := range pendingClasses {
		c := s.classes[i]
		if err := c.addMethods(p.def.Messages); err != nil {
			panic(fmt.Sprintf("class %s: %v", c.Name, err))
		}
		for _, m := range c.Methods {
			s.methods[m.Full] = m
		}
	}
	return s
})

// Classes lists the classes ordered by name, letter case aside.
func Classes() []*Class { return theSchema().classes }

// ClassByName finds a class by its exact name, nil if there is none.
func ClassByName(name string) *Class { return theSchema().byName[name] }

// ClassOfType finds the class of a struct type, nil if there is none.
func ClassOfType(t reflect.Type) *Class { return theSchema().byGo[t] }

// ClassOf is the class whose rows are of type T.
func ClassOf[T any]() *Class { return theSchema().byGo[reflect.TypeFor[T]()] }

// MethodByName finds a message by its full name, as in "VM.start".
func MethodByName(full string) *Method { return theSchema().methods[full] }

func newClass(p pending) *Class {
	d := p.def
	c := &Class{Name: d.Name, Wire: strings.ToLower(d.Name), Go: p.typ, Life: parseLife(d.Life),
		fields: map[string]*Field{}, methods: map[string]*Method{}}
	c.Roles = mustRoles(d.Roles)
	c.Readers = mustRoles(cmp.Or(d.Readers, "read-only"))
	for _, f := range strings.Fields(d.Flags) {
		switch f {
		case "database":
			c.Database = true
		case "kept":
			c.Kept = true
		case "persist":
			c.Persist = true
		case "events":
			c.Events = true
		case "constructor":
			c.Constructor = true
		case "get_all":
			c.GetAll = true
		case "hidden":
			c.Hidden = true
		default:
			panic("class " + d.Name + ": unknown flag " + f)
		}
	}
	return c
}

func mustRoles(s string) RoleSet {
	r, err := ParseRoles(s)
	if err != nil {
		panic(err)
	}
	return r
}
