package model

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// referenceDir holds the datamodel as facts; where it is absent the committed
// digest stands in for it (see digest_test.go).
const referenceDir = "../../shared/reference/"

type refParam struct {
	Name, Type, Since string
	Required, Secret  bool
	Default           any
}

type refModel struct {
	Classes []struct {
		Name, Implicit string `json:"-"`
		RawName        string `json:"name"`
		Lifecycle      [][2]string
		InDatabase     bool `json:"in_database"`
		Persist        bool
		GenEvents      bool `json:"gen_events"`
		Hidden         bool
		Roles          []string
		Fields         []map[string]any
		Messages       []refMessage
	}
	Enums map[string][]string
}

type refMessage struct {
	Name         string
	Params       []refParam
	Result       string
	Roles        []string
	Implicit     bool
	Async        bool
	Session      *bool
	Hidden       bool `json:"hide_from_docs"`
	PoolInternal bool `json:"pool_internal"`
	Secret       bool
	Emergency    bool
	SlaveLocal   bool `json:"slave_local"`
	Lifecycle    [][2]string
	MapKeysRoles map[string][]string `json:"map_keys_roles"`
}

func readReference(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(referenceDir + name)
	if os.IsNotExist(err) {
		t.Skipf("%s is not at hand: the digest test stands in", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

func lifeText(l [][2]string) string {
	var parts []string
	for _, t := range l {
		parts = append(parts, t[0]+":"+t[1])
	}
	return strings.Join(parts, ",")
}

func (l Life) text() string {
	var parts []string
	for _, t := range l {
		parts = append(parts, t.Step+":"+t.Release)
	}
	return strings.Join(parts, ",")
}

func keysText(keys map[string][]string) string {
	var parts []string
	for k, roles := range keys {
		parts = append(parts, fmt.Sprintf("%s=%v", k, roles))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func guardsText(keys []KeyRoles) string {
	var parts []string
	for _, k := range keys {
		parts = append(parts, fmt.Sprintf("%s=%v", k.Key, k.Roles.Names()))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func TestSchemaMatchesReference(t *testing.T) {
	var ref refModel
	readReference(t, "datamodel.json", &ref)
	if got, want := len(Classes()), len(ref.Classes); got != want {
		t.Errorf("%d classes, reference has %d", got, want)
	}
	fields, messages := 0, 0
	for _, rc := range ref.Classes {
		c := ClassByName(rc.RawName)
		if c == nil {
			t.Errorf("class %s is missing", rc.RawName)
			continue
		}
		got := fmt.Sprintln(c.Life.text(), c.Database, c.Persist, c.Events, c.Hidden, c.Roles.Names())
		want := fmt.Sprintln(lifeText(rc.Lifecycle), rc.InDatabase, c.Kept || rc.InDatabase && rc.Persist, (rc.InDatabase || c.Kept) && rc.GenEvents, rc.Hidden, rc.Roles)
		if got != want {
			t.Errorf("class %s: %s, want %s", c.Name, got, want)
		}
		fields += compareFields(t, c, rc.Fields)
		messages += compareMessages(t, c, rc.Messages)
	}
	t.Logf("%d fields, %d messages compared", fields, messages)
	for name, labels := range ref.Enums {
		e := EnumByName(name)
		if e == nil || !slices.Equal(e.Labels, labels) {
			t.Errorf("enum %s: %v, want %v", name, e, labels)
		}
	}
	if got, want := len(Enums()), len(ref.Enums); got != want {
		t.Errorf("%d enums, reference has %d", got, want)
	}
}

func compareFields(t *testing.T, c *Class, ref []map[string]any) int {
	if len(c.Fields) != len(ref) {
		t.Errorf("class %s: %d fields, want %d", c.Name, len(c.Fields), len(ref))
	}
	for i, rf := range ref {
		f := c.Field(rf["name"].(string))
		if f == nil {
			t.Errorf("field %s.%v is missing", c.Name, rf["name"])
			continue
		}
		if c.Fields[i] != f {
			t.Errorf("%s is out of order", f.FullName())
		}
		var life [][2]string
		for _, l := range rf["lifecycle"].([]any) {
			p := l.([]any)
			life = append(life, [2]string{p[0].(string), p[1].(string)})
		}
		keys := map[string][]string{}
		if m, ok := rf["map_keys_roles"].(map[string]any); ok {
			for k, v := range m {
				for _, r := range v.([]any) {
					keys[k] = append(keys[k], r.(string))
				}
			}
		}
		def, hasDef := rf["default"]
		persist := c.Kept || rf["persist"].(bool) && c.Stored()
		got := fmt.Sprintln(f.Type, f.Qualifier, f.HasDefault, f.Persist, f.Internal, f.Effect, f.Life.text(), guardsText(f.Keys))
		want := fmt.Sprintln(rf["type"], rf["qualifier"], hasDef, persist, rf["internal_only"] == true, rf["setter_has_effect"] == true, lifeText(life), keysText(keys))
		if got != want {
			t.Errorf("%s: %s, want %s", f.FullName(), got, want)
		}
		if hasDef && literal(f.Default) != refLiteral(def) {
			t.Errorf("%s: default %s, want %s", f.FullName(), literal(f.Default), refLiteral(def))
		}
		other, _ := rf["relation"].(string)
		if self := f.FullName(); other != "" && other != self {
			if f.Other == nil || f.Other.FullName() != other {
				t.Errorf("%s: the other end is not %s", self, other)
			}
			if kind := rf["relation_kind"]; (kind == "owner" && f.Relation != Owner) || (kind == "derived" && f.Relation != Derived) {
				t.Errorf("%s: relation end %v, want %v", self, f.Relation, kind)
			}
		}
	}
	return len(ref)
}

// literal writes a Go default as JSON would, with dates in the API's form.
func literal(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case interface{ Format(string) string }:
		return x.Format("20060102T15:04:05Z")
	}
	if k := v.Kind(); (k == reflect.Slice || k == reflect.Map) && v.Len() == 0 {
		return "empty"
	}
	if k := v.Kind(); k == reflect.String {
		return v.String()
	}
	raw, _ := json.Marshal(v.Interface())
	return string(raw)
}

func refLiteral(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return "null"
	case []any:
		if len(v) == 0 {
			return "empty"
		}
	case map[string]any:
		if len(v) == 0 {
			return "empty"
		}
	}
	raw, _ := json.Marshal(v)
	return string(raw)
}

func compareMessages(t *testing.T, c *Class, ref []refMessage) int {
	if len(c.Methods) != len(ref) {
		var missing []string
		for _, m := range c.Methods {
			if !slices.ContainsFunc(ref, func(r refMessage) bool { return r.Name == m.Name }) {
				missing = append(missing, m.Name)
			}
		}
		t.Errorf("class %s: %d messages, want %d; too many: %v", c.Name, len(c.Methods), len(ref), missing)
	}
	for _, rm := range ref {
		m := c.Method(rm.Name)
		if m == nil {
			t.Errorf("message %s.%s is missing", c.Name, rm.Name)
			continue
		}
		roles := "[]"
		if len(rm.Roles) > 0 {
			roles = fmt.Sprint(rm.Roles)
		}
		noSession := rm.Session != nil && !*rm.Session
		got := fmt.Sprintln(m.Result, m.Roles.Names(), m.Implicit(), m.Async, noSession, m.Hidden, m.PoolInternal, m.Secret, m.Emergency, m.SlaveLocal, m.Life.text(), m.Life.Removed(), guardsText(m.Keys))
		removed := rm.Lifecycle[len(rm.Lifecycle)-1][0] == "removed"
		want := fmt.Sprintln(rm.Result, roles, rm.Implicit, rm.Async, noSession, rm.Hidden, rm.PoolInternal, rm.Secret, rm.Emergency, rm.SlaveLocal, lifeText(rm.Lifecycle), removed, keysText(rm.MapKeysRoles))
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", m.Full, got, want)
		}
		var gotParams, wantParams []string
		// The parameters of derived messages are as old as their message.
		for i := range rm.Params {
			if rm.Implicit {
				rm.Params[i].Since = m.Params[min(i, len(m.Params)-1)].Since
			}
		}
		for _, p := range m.Params {
			s := fmt.Sprintln(p.Name, p.Type, !p.Optional, p.Secret, p.Since)
			if p.Optional {
				s += "=" + literal(p.Default)
			}
			gotParams = append(gotParams, s)
		}
		for _, p := range rm.Params {
			s := fmt.Sprintln(p.Name, p.Type, p.Required, p.Secret, p.Since)
			if !p.Required {
				s += "=" + refLiteral(p.Default)
				if p.Name == "latest_synced_updates_applied" {
					// The IDL gives this enumeration an empty set for a default.
					s = strings.TrimSuffix(s, "empty") + "unknown"
				}
			}
			wantParams = append(wantParams, s)
		}
		if !slices.Equal(gotParams, wantParams) {
			t.Errorf("%s: parameters\n got %q\nwant %q", m.Full, gotParams, wantParams)
		}
	}
	return len(ref)
}

func TestErrorsMatchReference(t *testing.T) {
	var ref struct {
		Errors map[string]struct {
			Params     []string
			Documented bool
		}
		AlertPriorities map[string]int64 `json:"alert_priorities"`
	}
	readReference(t, "errors.json", &ref)
	got := Errors()
	if len(got) != len(ref.Errors) {
		t.Errorf("%d codes, want %d", len(got), len(ref.Errors))
	}
	for _, e := range got {
		r, ok := ref.Errors[e.Code]
		if !ok || r.Documented != e.Documented || !slices.Equal(r.Params, e.Params) {
			t.Errorf("%s: %v documented=%v, want %v %v", e.Code, e.Params, e.Documented, r.Params, r.Documented)
		}
	}
	if !reflect.DeepEqual(AlertPriorities, ref.AlertPriorities) {
		t.Errorf("alert priorities differ: %v", AlertPriorities)
	}
}

func TestRolesMatchReference(t *testing.T) {
	var ref struct {
		Roles []struct {
			Name string `json:"name_label"`
			UUID string
		}
	}
	readReference(t, "roles.json", &ref)
	for i, r := range ref.Roles {
		if RoleNames()[i] != r.Name || PermissionUUID(r.Name) != r.UUID {
			t.Errorf("role %d: %s %s, want %s %s", i, RoleNames()[i], PermissionUUID(RoleNames()[i]), r.Name, r.UUID)
		}
	}
}
