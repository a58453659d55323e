package cli

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/wire"
)

// paramSet is NAME-param-set: several fields at once, in order; what was set
// before one fails stays set.
func (c *command) paramSet(cls *class) error {
	o, err := c.byUUID(cls)
	if err != nil {
		return err
	}
	whole := map[*field]bool{}
	for _, p := range c.others("uuid") {
		name, key, pair := strings.Cut(p.key, ":")
		f := cls.field(name)
		switch {
		case f == nil:
			return missing(name)
		case !pair:
			err = c.setField(f, o, p.value)
		case f.updates["set_map"] == "":
			err = c.setKey(f, o, key, p.value)
		case !whole[f]: // all of its pairs at once, where the first stands
			whole[f] = true
			err = c.do(f.updates["set_map"], o.ref, c.maps(name))
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
		return c.update(f, "set_in_map", o, key, value)
	case f.updates["add_to_map"] != "":
		now, err := c.again(o, f)
		if err != nil {
			return err
		}
		v, err := c.shown(f, now)
		if err != nil {
			return err
		}
		if _, there := v.get(key); there {
			if err := c.update(f, "remove_from_map", o, key); err != nil {
				return err
			}
		}
		return c.update(f, "add_to_map", o, key, value)
	case f.isMap():
		return complaint("Map '" + f.name + "' is read-only.")
	}
	return complaint("Field '" + f.name + "' is not a map")
}

func (c *command) setField(f *field, o object, text string) error {
	switch {
	case f.updates["set"] != "":
		return c.update(f, "set", o, text)
	case f.isMap():
		return complaint("Field '" + f.name + "' is a map or set. use the 'name:key=value' syntax.")
	case f.isSet():
		return complaint("Cannot set set fields: use param-add or param-remove")
	}
	return complaint("Field '" + f.name + "' is read-only.")
}

// update changes a field by the message for a kind of change. Where there is
// only one that sets the whole, the rest of it is read first.
func (c *command) update(f *field, kind string, o object, texts ...string) error {
	method := f.updates[kind]
	m := model.MethodByName(method)
	if strings.HasPrefix(m.Name, "set_") && kind != "set" && kind != "set_in_map" {
		return c.rewrite(f, kind, o, m, texts)
	}
	args := []any{o.ref}
	for i, t := range texts {
		v, err := c.argument(f, m.Params[i+1].Type, t)
		if err != nil {
			return err
		}
		args = append(args, v)
	}
	return c.do(method, args...)
}

func (c *command) rewrite(f *field, kind string, o object, m *model.Method, texts []string) error {
	o, err := c.again(o, f)
	if err != nil {
		return err
	}
	v, err := c.shown(f, o)
	if err != nil {
		return err
	}
	other := func(t string) bool { return t == texts[0] }
	switch kind {
	case "add_to_set":
		if slices.Contains(v.items, texts[0]) {
			return nil
		}
		return c.setAll(f, o, m, append(v.items, texts[0]))
	case "remove_from_set":
		return c.setAll(f, o, m, slices.DeleteFunc(v.items, other))
	}
	pairs := map[string]string{}
	for _, p := range v.pairs {
		pairs[p.key] = p.value
	}
	if kind == "add_to_map" {
		if _, there := pairs[texts[0]]; there {
			return model.ErrMapDuplicateKey(m.Params[0].Type.Name, f.name, o.ref, texts[0])
		}
		pairs[texts[0]] = texts[1]
	} else {
		delete(pairs, texts[0])
	}
	return c.do(m.Full, o.ref, pairs)
}

func (c *command) setAll(f *field, o object, m *model.Method, items []string) error {
	list := wire.Array{}
	for _, t := range items {
		v, err := c.argument(f, m.Params[1].Type.Elem, t)
		if err != nil {
			return err
		}
		list = append(list, v)
	}
	return c.do(m.Full, o.ref, list)
}

// again reads an object as it is now.
func (c *command) again(o object, f *field) (object, error) {
	if f.field == nil || f.via != nil {
		return o, nil
	}
	row, ok := c.server.DB.View().Row(f.field.Class, o.ref)
	if !ok {
		return o, model.ErrHandleInvalid(f.field.Class.Name, o.ref)
	}
	return object{o.ref, row.Obj}, nil
}

// argument reads a text as a value that a message takes: references by uuid,
// the items of sets with commas between, amounts of memory with their suffixes.
func (c *command) argument(f *field, t *model.Type, text string) (wire.Value, error) {
	switch t.Kind {
	case model.Bool:
		return (line{params: []param{{f.name, text}}}).flag(f.name)
	case model.Int:
		n, err := strconv.ParseInt(text, 10, 64)
		ok := err == nil
		if !ok && strings.HasPrefix(f.name, "memory-") {
			n, ok = size(text)
		}
		if !ok {
			return nil, complaint("Parameter '" + f.name + "' must be an integer")
		}
		return n, nil
	case model.Float:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, complaint("Parameter '" + f.name + "' must be a floating-point number")
		}
		return n, nil
	case model.EnumKind:
		return enumLabel(f.name, t.Name, text)
	case model.RefKind:
		if text == "" {
			return model.NullRef, nil
		}
		return c.ref(t.Name, text)
	case model.SetKind:
		list := wire.Array{}
		for item := range strings.SplitSeq(text, ",") {
			if item == "" {
				continue
			}
			v, err := c.argument(f, t.Elem, item)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		return list, nil
	}
	return text, nil
}

// size reads a number of bytes: 512MiB.
func size(text string) (int64, bool) {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	n, err := strconv.ParseInt(digits, 10, 64)
	unit := strings.ToLower(strings.TrimSpace(text[len(digits):]))
	shift, ok := map[string]uint{"": 0, "b": 0, "bytes": 0, "k": 10, "kb": 10, "kib": 10, "m": 20, "mb": 20, "mib": 20, "g": 30, "gb": 30, "gib": 30, "t": 40, "tb": 40, "tib": 40}[unit]
	if err != nil || !ok || n < 0 || n > math.MaxInt64>>shift {
		return 0, false
	}
	return n << shift, true
}

// paramAdd is NAME-param-add: an item to a set, or pairs to a map.
func (c *command) paramAdd(cls *class) error {
	o, f, err := c.fieldOf(cls)
	if err != nil {
		return err
	}
	switch {
	case f.updates["add_to_set"] != "":
		item, ok := c.get("param-key")
		if !ok {
			return complaint("When adding a key to a set, use the syntax: *-param-add param-name=<name> param-key=<key>")
		}
		return c.update(f, "add_to_set", o, item)
	case f.updates["add_to_map"] == "":
		return complaint("Cannot add parameters to read-only map")
	}
	for _, p := range c.others("uuid", "param-name", "param-key") {
		if err := c.update(f, "add_to_map", o, p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

func (c *command) paramRemove(cls *class) error {
	o, f, err := c.fieldOf(cls)
	if err != nil {
		return err
	}
	key := c.text("param-key")
	v, err := c.shown(f, o)
	if err != nil {
		return err
	}
	switch {
	case f.updates["remove_from_set"] != "":
		if !slices.Contains(v.items, key) {
			return complaint("Key " + key + " is not in the set")
		}
		return c.update(f, "remove_from_set", o, key)
	case f.updates["remove_from_map"] != "":
		if _, ok := v.get(key); !ok {
			return complaint("Key " + key + " is not in map")
		}
		return c.update(f, "remove_from_map", o, key)
	}
	return complaint("Cannot remove parameters from read-only map")
}

// paramClear is NAME-param-clear: each item of a set goes, a map is emptied by
// the best means there is, anything else becomes the empty text.
func (c *command) paramClear(cls *class) error {
	o, f, err := c.fieldOf(cls)
	if err != nil {
		return err
	}
	v, err := c.shown(f, o)
	if err != nil {
		return err
	}
	switch {
	case f.updates["remove_from_set"] != "":
		for _, item := range v.items {
			if err := c.update(f, "remove_from_set", o, item); err != nil {
				return err
			}
		}
		return nil
	case f.updates["clear_map"] != "":
		return c.do(f.updates["clear_map"], o.ref)
	case f.updates["set_map"] != "":
		return c.do(f.updates["set_map"], o.ref, map[string]string{})
	case f.updates["remove_from_map"] != "":
		for _, p := range v.pairs {
			if err := c.update(f, "remove_from_map", o, p.key); err != nil {
				return err
			}
		}
		return nil
	case f.updates["set"] == "":
		return complaint("Can only clear RW parameters")
	}
	if c.update(f, "set", o, "") != nil {
		return complaint("Cannot clear this parameter")
	}
	return nil
}
