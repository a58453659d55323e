package cli

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/wire"
)

// Each class has the commands that its fields allow.

// list is NAME-list: the objects that pass the filters, a record each.
func (c *command) list(cls *class) error {
	objects, err := c.objects(cls, c.others("params"))
	if err != nil {
		return err
	}
	names := cls.columns
	if p, ok := c.get("params"); ok {
		if names = strings.Split(p, ","); p == "all" {
			names = nil
		}
	}
	var records [][]column
	for _, o := range objects {
		record, err := c.show(cls, o, names, false)
		if err != nil {
			return err
		}
		records = append(records, record)
	}
	c.table(records)
	return nil
}

// show is an object as a record: the fields of those names, in the class's order, or
// all that are not hidden. Fields that take a call are computed on demand.
func (c *command) show(cls *class, o object, names []string, compute bool) ([]column, error) {
	var columns []column
	for _, f := range cls.fields {
		if f.hidden || len(names) > 0 && !slices.Contains(names, f.name) {
			continue
		}
		text := expensive
		if !f.expensive || compute {
			var err error
			if text, err = c.value(f, o); err != nil {
				text = "<error>"
			}
		}
		columns = append(columns, column{f.label(), text})
	}
	return columns, nil
}

// tells prints an object: the fields of those names, whatever they take.
func (c *command) tells(cls *class, o object, names []string) error {
	columns, err := c.show(cls, o, names, true)
	if err == nil {
		c.record(columns)
	}
	return err
}

func (c *command) paramList(cls *class) error {
	o, err := c.byUUID(cls)
	if err != nil {
		return err
	}
	record, err := c.show(cls, o, nil, true)
	if err == nil {
		c.record(record)
	}
	return err
}

// missing is the failure of a field name that a class has not.
func missing(name string) error {
	return &model.Error{Code: "Missing parameter", Params: []string{name}}
}

func (c *command) paramGet(cls *class) error {
	o, err := c.byUUID(cls)
	if err != nil {
		return err
	}
	f := cls.field(c.text("param-name"))
	if f == nil {
		return missing(c.text("param-name"))
	}
	if key, ok := c.get("param-key"); ok && f.isMap() {
		v, ok := f.pairs(c.server.DB.View(), o.obj)[key]
		if !ok {
			return complaint("Key " + key + " not found in map")
		}
		c.result(v)
		return nil
	}
	text, err := c.value(f, o)
	if err == nil {
		c.result(text)
	}
	return err
}

// paramSet is NAME-param-set: several fields at once, in order.
func (c *command) paramSet(cls *class) error {
	o, err := c.byUUID(cls)
	if err != nil {
		return err
	}
	for _, p := range c.others("uuid") {
		name, key, pair := strings.Cut(p.key, ":")
		f := cls.field(name)
		if f == nil {
			return missing(name)
		}
		if pair {
			err = c.setKey(f, o, key, p.value)
		} else {
			err = c.setField(f, o, p.value)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *command) setKey(f *field, o object, key, value string) error {
	switch {
	case f.updates["set_in_map"] != "":
		return c.do(f.updates["set_in_map"], o.ref, key, value)
	case f.updates["add_to_map"] != "":
		if err := c.do(f.updates["remove_from_map"], o.ref, key); err != nil {
			return err
		}
		return c.do(f.updates["add_to_map"], o.ref, key, value)
	case f.updates["set_map"] != "":
		return c.do(f.updates["set_map"], o.ref, map[string]string{key: value})
	case f.isMap():
		return complaint("Cannot set read-only map field " + f.name)
	}
	return complaint("Field " + f.name + " is not a map")
}

func (c *command) setField(f *field, o object, text string) error {
	message := f.updates["set"]
	switch {
	case message == "" && f.isMap():
		return complaint("Field '" + f.name + "' is a map or set. use the 'name:key=value' syntax.")
	case message == "" && f.isSet():
		return complaint("Cannot set set fields: use param-add or param-remove")
	case message == "":
		return complaint("Field '" + f.name + "' is read-only.")
	}
	v, err := c.argument(f, text)
	if err != nil {
		return err
	}
	return c.do(message, o.ref, v)
}

// argument reads a text as a field's value: references by uuid, sizes with
// their suffixes.
func (c *command) argument(f *field, text string) (wire.Value, error) {
	if f.field == nil {
		return text, nil
	}
	switch f.field.Type.Kind {
	case model.Bool:
		v, err := (line{params: []param{{f.name, text}}}).flag(f.name)
		return v, err
	case model.Int:
		n, ok := size(text)
		if !ok {
			return nil, complaint("Parameter '" + f.name + "' must be an integer")
		}
		return n, nil
	case model.Float:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, complaint("Parameter '" + f.name + "' must be a floating-point number")
		}
		return n, nil
	case model.RefKind:
		if text == "" || text == notThere || text == model.NullRef {
			return model.NullRef, nil
		}
		return c.ref(f.field.Type.Name, text)
	}
	return text, nil
}

// size reads a number of bytes: 512MiB.
func size(text string) (int64, bool) {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, false
	}
	unit := strings.ToLower(strings.TrimSpace(text[len(digits):]))
	shift, ok := map[string]uint{"": 0, "b": 0, "bytes": 0, "k": 10, "kb": 10, "kib": 10, "m": 20, "mb": 20, "mib": 20, "g": 30, "gb": 30, "gib": 30, "t": 40, "tb": 40, "tib": 40}[unit]
	return n << shift, ok
}

// paramAdd is NAME-param-add: an item to a set, or pairs to a map.
func (c *command) paramAdd(cls *class) error {
	o, f, err := c.named2(cls)
	if err != nil {
		return err
	}
	if m := f.updates["add_to_set"]; m != "" {
		item, ok := c.get("param-key")
		if !ok {
			return complaint("When adding a key to a set, use the syntax: *-param-add param-name=<name> param-key=<key>")
		}
		return c.do(m, o.ref, item)
	}
	m := f.updates["add_to_map"]
	if m == "" {
		return complaint("Cannot add parameters to read-only map")
	}
	for _, p := range c.others("uuid", "param-name", "param-key") {
		if err := c.do(m, o.ref, p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

// named2 finds the object and the field that a command names.
func (c *command) named2(cls *class) (object, *field, error) {
	o, err := c.byUUID(cls)
	if err != nil {
		return o, nil, err
	}
	f := cls.field(c.text("param-name"))
	if f == nil {
		return o, nil, missing(c.text("param-name"))
	}
	return o, f, nil
}

func (c *command) paramRemove(cls *class) error {
	o, f, err := c.named2(cls)
	if err != nil {
		return err
	}
	key := c.text("param-key")
	text, err := c.value(f, o)
	if err != nil {
		return err
	}
	switch {
	case f.updates["remove_from_set"] != "":
		if !slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }), key) {
			return complaint("Key " + key + " is not in the set")
		}
		return c.do(f.updates["remove_from_set"], o.ref, key)
	case f.updates["remove_from_map"] != "":
		if _, ok := f.pairs(c.server.DB.View(), o.obj)[key]; !ok {
			return complaint("Key " + key + " is not in map")
		}
		return c.do(f.updates["remove_from_map"], o.ref, key)
	}
	return complaint("Cannot remove parameters from read-only map")
}

func (c *command) paramClear(cls *class) error {
	o, f, err := c.named2(cls)
	if err != nil {
		return err
	}
	text, err := c.value(f, o)
	if err != nil {
		return err
	}
	switch {
	case f.updates["remove_from_set"] != "":
		for _, item := range strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
			if err := c.do(f.updates["remove_from_set"], o.ref, item); err != nil {
				return err
			}
		}
		return nil
	case f.updates["clear_map"] != "":
		return c.do(f.updates["clear_map"], o.ref)
	case f.updates["set_map"] != "":
		return c.do(f.updates["set_map"], o.ref, map[string]string{})
	case f.updates["remove_from_map"] != "":
		for key := range f.pairs(c.server.DB.View(), o.obj) {
			if err := c.do(f.updates["remove_from_map"], o.ref, key); err != nil {
				return err
			}
		}
		return nil
	case f.updates["set"] == "":
		return complaint("Can only clear RW parameters")
	}
	if c.do(f.updates["set"], o.ref, "") != nil {
		return complaint("Cannot clear this parameter")
	}
	return nil
}

// resultText is what a call has answered, as a field's text.
func (c *command) resultText(f *field, v any) string {
	class, message, _ := strings.Cut(f.call, ".")
	for _, m := range model.ClassByName(class).Methods {
		if m.Name == message && m.Result != nil {
			return f.format(c.server.DB.View(), m.Result, reflect.ValueOf(v))
		}
	}
	return ""
}
