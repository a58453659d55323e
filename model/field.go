package model

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Qualifier tells who writes a field.
type Qualifier uint8

// The qualifiers: the toolstack alone, the toolstack and create, anybody.
const (
	RO Qualifier = iota
	Constructor
	RW
)

func (q Qualifier) String() string { return [...]string{"RO/runtime", "RO/constructor", "RW"}[q] }

// Relation tells which end of a relation a field is.
type Relation uint8

// The ends: none; the owner, which is stored; derived, which the store
// computes from the owners.
const (
	NoRelation Relation = iota
	Owner
	Derived
)

// Field describes a field of a class. Its struct tags say what the type does
// not: name (if the wire name is not the snake form of the Go name), api
// (qualifier, then volatile, internal, effect or synthetic), default, life,
// of (the owner end of the relation that this field mirrors), writers and keys
// (roles that differ from the class's).
type Field struct {
	Class      *Class
	Name       string
	Type       *Type
	Go         reflect.Type
	Index      int // in the struct
	Qualifier  Qualifier
	HasDefault bool
	// Default is of type Go: the declared default, or the empty value.
	Default   reflect.Value
	Persist   bool
	Internal  bool
	Effect    bool // its setter does more than to write the row
	Synthetic bool
	Life      Life
	Writers   RoleSet
	Keys      []KeyRoles
	Relation  Relation
	// Other is the other end of the relation, nil if there is none.
	Other *Field
	of    string
}

// FullName is "Class.field".
func (f *Field) FullName() string { return f.Class.Name + "." + f.Name }

var (
	lowerUpper = regexp.MustCompile(`([a-z0-9])([A-Z])`)
	upperWord  = regexp.MustCompile(`([A-Z]+)([A-Z][a-z])`)
)

func snake(s string) string {
	s = lowerUpper.ReplaceAllString(s, "${1}_${2}")
	s = upperWord.ReplaceAllString(s, "${1}_${2}")
	return strings.ToLower(s)
}

// link reads the struct's fields and ties relations to their other ends.
func (c *Class) link(s *schema) error {
	if len(c.Fields) == 0 {
		if err := c.readFields(); err != nil {
			return err
		}
	}
	for _, f := range c.Fields {
		if f.of == "" {
			continue
		}
		class, name, _ := strings.Cut(f.of, ".")
		oc := s.byName[class]
		if oc == nil {
			return fmt.Errorf("%s mirrors %s: no such class", f.Name, f.of)
		}
		if len(oc.Fields) == 0 {
			if err := oc.readFields(); err != nil {
				return err
			}
		}
		owner := oc.fields[name]
		if owner == nil {
			return fmt.Errorf("%s mirrors %s: no such field", f.Name, f.of)
		}
		f.Relation, f.Other = Derived, owner
		owner.Relation, owner.Other = Owner, f
	}
	return nil
}

func (c *Class) readFields() error {
	for i := range c.Go.NumField() {
		sf := c.Go.Field(i)
		f, err := newField(c, sf, i)
		if err != nil {
			return fmt.Errorf("field %s: %w", sf.Name, err)
		}
		c.Fields = append(c.Fields, f)
		c.fields[f.Name] = f
	}
	return nil
}

func newField(c *Class, sf reflect.StructField, index int) (*Field, error) {
	f := &Field{Class: c, Name: sf.Tag.Get("name"), Go: sf.Type, Index: index, Persist: c.Persist,
		Life: parseLife(sf.Tag.Get("life")), Writers: c.Roles, of: sf.Tag.Get("of")}
	if f.Name == "" {
		f.Name = snake(sf.Name)
	}
	var err error
	if f.Type, err = typeOf(sf.Type); err != nil {
		return nil, err
	}
	for i, opt := range strings.Split(sf.Tag.Get("api"), ",") {
		switch opt {
		case "RO":
			f.Qualifier = RO
		case "CO":
			f.Qualifier = Constructor
		case "RW":
			f.Qualifier = RW
		case "volatile":
			f.Persist = false
		case "internal":
			f.Internal = true
		case "effect":
			f.Effect = true
		case "synthetic":
			f.Synthetic = true
		default:
			return nil, fmt.Errorf("api option %d is %q", i, opt)
		}
	}
	if w := sf.Tag.Get("writers"); w != "" {
		if f.Writers, err = ParseRoles(w); err != nil {
			return nil, err
		}
	}
	if f.Keys, err = parseKeys(sf.Tag.Get("keys")); err != nil {
		return nil, err
	}
	text, ok := sf.Tag.Lookup("default")
	f.HasDefault = ok
	if ok {
		f.Default, err = ParseLiteral(f.Type, text)
	} else {
		f.Default = Empty(f.Type)
	}
	return f, err
}

// Empty is the database's value of a type for which nothing is said: "", 0,
// false, the epoch, the enumeration's first label, an empty set or map, the
// null reference.
func Empty(t *Type) reflect.Value {
	g := t.Go()
	switch t.Kind {
	case Datetime:
		return reflect.ValueOf(Epoch)
	case EnumKind:
		return reflect.ValueOf(EnumByName(t.Name).Labels[0]).Convert(g)
	case RefKind:
		return reflect.ValueOf(NullRef).Convert(g)
	case AnyRecord, EventBatch, Void:
		return reflect.Zero(reflect.TypeFor[any]())
	}
	return reflect.Zero(g)
}

// ParseLiteral reads a default as the tables write it: scalars bare, sets and
// maps as JSON.
func ParseLiteral(t *Type, text string) (reflect.Value, error) {
	g := t.Go()
	v := reflect.New(g).Elem()
	switch t.Kind {
	case String, RefKind, EnumKind:
		v.SetString(text)
	case Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return v, err
		}
		v.SetBool(b)
	case Int:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return v, err
		}
		v.SetInt(n)
	case Float:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return v, err
		}
		v.SetFloat(x)
	case Datetime:
		at, err := time.Parse("20060102T15:04:05Z", text)
		if err != nil {
			return v, err
		}
		v.Set(reflect.ValueOf(at.UTC()))
	case SetKind, MapKind:
		if text == "[]" || text == "{}" {
			return v, nil
		}
		if err := json.Unmarshal([]byte(text), v.Addr().Interface()); err != nil {
			return v, err
		}
	case OptionKind:
	default:
		return v, fmt.Errorf("no literal has type %s", t)
	}
	return v, nil
}
