package model

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Kind is the shape of a datamodel type.
type Kind uint8

// The kinds of types.
const (
	Void Kind = iota
	String
	Int
	Float
	Bool
	Datetime
	EnumKind
	RefKind
	RecordKind
	SetKind
	MapKind
	OptionKind
	// AnyRecord is the record of whatever class an event is about.
	AnyRecord
	// EventBatch is what event.from answers.
	EventBatch
)

// Type is a type of the datamodel, written as the datamodel writes it:
// "string", "VM ref", "enum vbd_mode set", "(string -> string) map".
type Type struct {
	Kind      Kind
	Name      string // of the class or the enum
	Elem, Key *Type
	text      string
}

func (t *Type) String() string { return t.text }

var mapType = regexp.MustCompile(`^\((.+?) -> (.+)\) map$`)

// ParseType reads a datamodel type.
func ParseType(s string) (*Type, error) {
	switch s {
	case "void":
		return &Type{Kind: Void, text: s}, nil
	case "string":
		return &Type{Kind: String, text: s}, nil
	case "int":
		return &Type{Kind: Int, text: s}, nil
	case "float":
		return &Type{Kind: Float, text: s}, nil
	case "bool":
		return &Type{Kind: Bool, text: s}, nil
	case "datetime":
		return &Type{Kind: Datetime, text: s}, nil
	case "<class> record":
		return &Type{Kind: AnyRecord, text: s}, nil
	case "an event batch":
		return &Type{Kind: EventBatch, text: s}, nil
	}
	if m := mapType.FindStringSubmatch(s); m != nil {
		return compound(MapKind, s, m[2], m[1])
	}
	if name, ok := strings.CutPrefix(s, "enum "); ok && !strings.Contains(name, " ") {
		return &Type{Kind: EnumKind, Name: name, text: s}, nil
	}
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return nil, fmt.Errorf("unknown type %q", s)
	}
	head := s[:i]
	switch s[i+1:] {
	case "ref":
		return &Type{Kind: RefKind, Name: head, text: s}, nil
	case "record":
		return &Type{Kind: RecordKind, Name: head, text: s}, nil
	case "set":
		return compound(SetKind, s, head, "")
	case "option":
		return compound(OptionKind, s, head, "")
	}
	return nil, fmt.Errorf("unknown type %q", s)
}

func compound(k Kind, text, elem, key string) (*Type, error) {
	t := &Type{Kind: k, text: text}
	var err error
	if t.Elem, err = ParseType(elem); err != nil {
		return nil, err
	}
	if key != "" {
		t.Key, err = ParseType(key)
	}
	return t, err
}

// Go is the Go type that stands for the datamodel type; nil for void and for
// the two dynamic types.
func (t *Type) Go() reflect.Type {
	switch t.Kind {
	case String:
		return reflect.TypeFor[string]()
	case Int:
		return reflect.TypeFor[int64]()
	case Float:
		return reflect.TypeFor[float64]()
	case Bool:
		return reflect.TypeFor[bool]()
	case Datetime:
		return reflect.TypeFor[time.Time]()
	case EnumKind:
		return enumsByName[t.Name].Go
	case RefKind:
		return refTypes[t.Name]
	case RecordKind:
		return reflect.PointerTo(rowTypes[t.Name])
	case SetKind:
		return reflect.SliceOf(t.Elem.Go())
	case MapKind:
		return reflect.MapOf(t.Key.Go(), t.Elem.Go())
	case OptionKind:
		if g := t.Elem.Go(); g.Kind() != reflect.Pointer {
			return reflect.PointerTo(g)
		}
		return t.Elem.Go()
	}
	return nil
}

// typeOf is the inverse of Type.Go for the types of struct fields.
func typeOf(g reflect.Type) (*Type, error) {
	text, err := typeText(g)
	if err != nil {
		return nil, err
	}
	return ParseType(text)
}

func typeText(g reflect.Type) (string, error) {
	if e, ok := enumsByGo[g]; ok {
		return "enum " + e.Name, nil
	}
	if c, ok := refClasses[g]; ok {
		return c + " ref", nil
	}
	switch {
	case g == reflect.TypeFor[time.Time]():
		return "datetime", nil
	case g == reflect.TypeFor[any]():
		return "<class> record", nil
	case g.Kind() == reflect.String && g.PkgPath() == "":
		return "string", nil
	case g.Kind() == reflect.Int64:
		return "int", nil
	case g.Kind() == reflect.Float64:
		return "float", nil
	case g.Kind() == reflect.Bool:
		return "bool", nil
	case g.Kind() == reflect.Struct:
		if n, ok := classNames[g]; ok {
			return n + " record", nil
		}
	case g.Kind() == reflect.Pointer:
		elem, err := typeText(g.Elem())
		return elem + " option", err
	case g.Kind() == reflect.Slice:
		elem, err := typeText(g.Elem())
		return elem + " set", err
	case g.Kind() == reflect.Map:
		key, err := typeText(g.Key())
		if err != nil {
			return "", err
		}
		elem, err := typeText(g.Elem())
		return "(" + key + " -> " + elem + ") map", err
	}
	return "", fmt.Errorf("%v stands for no datamodel type", g)
}

// Enum is an enumeration of the datamodel.
type Enum struct {
	Name   string
	Go     reflect.Type
	Labels []string
}

var (
	enumsByName = map[string]*Enum{}
	enumsByGo   = map[reflect.Type]*Enum{}
)

func enum[E ~string](name string, labels ...E) *Enum {
	e := &Enum{Name: name, Go: reflect.TypeFor[E]()}
	for _, l := range labels {
		e.Labels = append(e.Labels, string(l))
	}
	enumsByName[name], enumsByGo[e.Go] = e, e
	return e
}

// Enums lists the enumerations by name.
func Enums() []*Enum {
	names := make([]string, 0, len(enumsByName))
	for n := range enumsByName {
		names = append(names, n)
	}
	slices.Sort(names)
	list := make([]*Enum, len(names))
	for i, n := range names {
		list[i] = enumsByName[n]
	}
	return list
}

// EnumByName finds an enumeration by its datamodel name, nil if there is none.
func EnumByName(name string) *Enum { return enumsByName[name] }

// EnumLabels gives the labels of a Go enum type, nil for any other type.
func EnumLabels(g reflect.Type) []string {
	if e := enumsByGo[g]; e != nil {
		return e.Labels
	}
	return nil
}
