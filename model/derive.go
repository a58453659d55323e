package model

// derive adds the messages that follow from a stored class and its fields.
// A message of the same name in the class's table takes precedence.
func (c *Class) derive() {
	self := func() *Param { return &Param{Name: "self", Type: c.ref(), Since: c.Life.Since()} }
	str := mustType("string")
	readers := func(rule Rule, name string, hidden bool, result *Type, params ...*Param) {
		c.add(&Method{Name: name, Params: params, Result: result, Life: c.Life, Roles: c.Readers, Rule: rule, Hidden: hidden})
	}
	refs, records := mustType(c.Name+" ref set"), mustType("("+c.Name+" ref -> "+c.Name+" record) map")
	record := mustType(c.Name + " record")
	expr := func() *Param { return &Param{Name: "expr", Type: str, Since: c.Life.Since()} }

	readers(GetRecord, "get_record", false, record, self())
	readers(GetByUUID, "get_by_uuid", false, c.ref(), &Param{Name: "uuid", Type: str, Since: c.Life.Since()})
	if c.Constructor {
		args := &Param{Name: "args", Type: record, Since: c.Life.Since()}
		c.add(&Method{Name: "create", Params: []*Param{args}, Result: c.ref(), Life: c.Life, Roles: c.Roles, Rule: Create, Async: true})
		c.add(&Method{Name: "destroy", Params: []*Param{self()}, Result: mustType("void"), Life: c.Life, Roles: c.Roles, Rule: Destroy, Async: true})
	}
	if f := c.fields["name_label"]; f != nil && c.Name != "pool" {
		readers(GetByNameLabel, "get_by_name_label", false, refs, &Param{Name: "label", Type: str, Since: c.Life.Since()})
	}
	if c.GetAll {
		readers(GetAll, "get_all", false, refs)
		readers(GetAllWhere, "get_all_where", true, refs, expr())
		readers(GetAllRecords, "get_all_records", false, records)
		readers(GetAllRecordsWhere, "get_all_records_where", true, records, expr())
	}
	for _, f := range c.Fields {
		if !f.Internal {
			c.deriveField(f, self)
		}
	}
}

func (c *Class) deriveField(f *Field, self func() *Param) {
	void := mustType("void")
	readers := mustRoles("read-only")
	// A secret's content is for operators, unlike any other field.
	if c.Name == "secret" && (f.Name == "uuid" || f.Name == "value") {
		readers = c.Readers
	}
	message := func(rule Rule, name string, result *Type, roles RoleSet, params ...*Param) {
		m := &Method{Name: name, Params: append([]*Param{self()}, params...), Result: result, Life: f.Life, Roles: roles, Rule: rule, Field: f}
		for _, p := range params {
			p.Since = f.Life.Since()
		}
		if rule == AddToField || rule == RemoveFromMap {
			m.Keys = f.Keys
		}
		c.add(m)
	}
	message(GetField, "get_"+f.Name, f.Type, readers)
	if f.Qualifier != RW {
		return
	}
	message(SetField, "set_"+f.Name, void, f.Writers, &Param{Name: "value", Type: f.Type})
	switch f.Type.Kind {
	case SetKind:
		message(AddField, "add_"+f.Name, void, f.Writers, &Param{Name: "value", Type: f.Type.Elem})
		message(RemoveField, "remove_"+f.Name, void, f.Writers, &Param{Name: "value", Type: f.Type.Elem})
	case MapKind:
		message(AddToField, "add_to_"+f.Name, void, f.Writers, &Param{Name: "key", Type: f.Type.Key}, &Param{Name: "value", Type: f.Type.Elem})
		message(RemoveFromMap, "remove_from_"+f.Name, void, f.Writers, &Param{Name: "key", Type: f.Type.Key})
	}
}

func (c *Class) ref() *Type { return mustType(c.Name + " ref") }

func mustType(s string) *Type {
	t, err := ParseType(s)
	if err != nil {
		panic(err)
	}
	return t
}
