package model

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Rule tells how a derived message works; Explicit ones have a handler.
type Rule uint8

// The rules by which messages derive from classes and fields.
const (
	Explicit Rule = iota
	GetRecord
	GetByUUID
	GetByNameLabel
	GetAll
	GetAllWhere
	GetAllRecords
	GetAllRecordsWhere
	Create
	Destroy
	GetField
	SetField
	AddField      // add a member to a set
	RemoveField   // remove a member from a set
	AddToField    // add a key to a map
	RemoveFromMap // remove a key from a map
)

// Param is a parameter of a message, the session left out.
type Param struct {
	Name     string
	Type     *Type
	Optional bool
	// Default is set for optional parameters, of the type's Go type.
	Default reflect.Value
	Since   string
	Secret  bool
}

// Method describes a message.
type Method struct {
	Class  *Class
	Name   string
	Full   string // "VM.start"
	Params []*Param
	Result *Type
	// Required counts the parameters without a default.
	Required int
	Life     Life
	Roles    RoleSet
	Keys     []KeyRoles
	Rule     Rule
	Field    *Field // of field messages
	Async    bool
	// NoSession marks the logins: no session comes first.
	NoSession    bool
	Hidden       bool
	PoolInternal bool // only members of the pool may send it
	Secret       bool // never logged
	Emergency    bool // answered without a master
	SlaveLocal   bool // answered by a slave itself
}

// Implicit reports whether the message derives from the class or a field.
func (m *Method) Implicit() bool { return m.Rule != Explicit }

// Permission is the name that roles hold for the message.
func (m *Method) Permission() string { return strings.ToLower(m.Full) }

func (c *Class) addMethods(table string) error {
	for line := range strings.Lines(table) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		m, err := parseMessage(c, line)
		if err != nil {
			return fmt.Errorf("message %q: %w", line, err)
		}
		c.add(m)
	}
	if c.Database {
		c.derive()
	}
	return nil
}

func (c *Class) add(m *Method) {
	if c.methods[m.Name] != nil {
		return
	}
	m.Class, m.Full = c, c.Name+"."+m.Name
	m.Required = 0
	for _, p := range m.Params {
		if !p.Optional {
			m.Required++
		}
	}
	c.Methods = append(c.Methods, m)
	c.methods[m.Name] = m
}

// parseMessage reads a line of a message table:
//
//	name(param: type, optional?: type = default @release, secret!: type) -> result | life roles flags
//
// where life is a release or a comma list of step:release.
func parseMessage(c *Class, line string) (*Method, error) {
	head, tail, ok := strings.Cut(line, " | ")
	if !ok {
		return nil, fmt.Errorf("no | in it")
	}
	sig, result, ok := cutLast(head, " -> ")
	name, rest, ok2 := strings.Cut(sig, "(")
	if !ok || !ok2 || !strings.HasSuffix(rest, ")") {
		return nil, fmt.Errorf("not of the form name(params) -> result")
	}
	m := &Method{Name: name}
	words := strings.Fields(tail)
	if len(words) < 2 {
		return nil, fmt.Errorf("life and roles are missing")
	}
	m.Life = parseLife(words[0])
	var err error
	if m.Roles, err = ParseRoles(words[1]); err != nil {
		return nil, err
	}
	for _, w := range words[2:] {
		switch w {
		case "async":
			m.Async = true
		case "hidden":
			m.Hidden = true
		case "nosession":
			m.NoSession = true
		case "pool-internal":
			m.PoolInternal = true
		case "secret":
			m.Secret = true
		case "emergency":
			m.Emergency = true
		case "slave-local":
			m.SlaveLocal = true
		default:
			return nil, fmt.Errorf("unknown flag %q", w)
		}
	}
	if m.Result, err = ParseType(result); err != nil {
		return nil, err
	}
	for _, s := range splitParams(strings.TrimSuffix(rest, ")")) {
		p, err := parseParam(s, m.Life.Since())
		if err != nil {
			return nil, err
		}
		m.Params = append(m.Params, p)
	}
	// A guarded map key is guarded in hand-written writers of the map too.
	for _, verb := range []string{"add_to_", "remove_from_"} {
		if field, ok := strings.CutPrefix(name, verb); ok && c.fields[field] != nil {
			m.Keys = c.fields[field].Keys
		}
	}
	return m, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	// A map type in the result has an arrow of its own.
	if j := strings.LastIndex(s, ")"+sep+"("); j >= 0 {
		i = j + 1
	}
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// splitParams splits at commas outside parentheses, brackets and quotes.
func splitParams(s string) []string {
	var parts []string
	depth, start, quoted := 0, 0, false
	for i := range len(s) {
		switch ch := s[i]; {
		case ch == '"':
			quoted = !quoted
		case quoted:
		case strings.IndexByte("([{", ch) >= 0:
			depth++
		case strings.IndexByte(")]}", ch) >= 0:
			depth--
		case ch == ',' && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	if strings.TrimSpace(s[start:]) != "" {
		parts = append(parts, s[start:])
	}
	return parts
}

func parseParam(s, since string) (*Param, error) {
	name, rest, ok := strings.Cut(strings.TrimSpace(s), ": ")
	if !ok {
		return nil, fmt.Errorf("parameter %q has no type", s)
	}
	p := &Param{Since: since}
	if before, release, ok := cutLast(rest, " @"); ok {
		rest, p.Since = before, release
	}
	typ, def, hasDefault := strings.Cut(rest, " = ")
	name, p.Secret = strings.CutSuffix(name, "!")
	name, p.Optional = strings.CutSuffix(name, "?")
	p.Name = name
	if p.Optional != hasDefault {
		return nil, fmt.Errorf("parameter %q: a default and ? belong together", s)
	}
	var err error
	if p.Type, err = ParseType(typ); err != nil {
		return nil, err
	}
	if hasDefault {
		if u, err := strconv.Unquote(def); err == nil {
			def = u
		}
		p.Default, err = ParseLiteral(p.Type, def)
	}
	return p, err
}
