package cli

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
)

// object is a row that a command works on.
type object struct {
	ref string
	obj any
}

// filter decides whether an object is wanted.
type filter struct {
	field *field
	// key is of a map, item of a set; plain compares the whole text.
	key, item string
	kind      byte // 'p', 'm', 's'
	want      string
}

// readFilter makes a filter of a parameter, by the rules for its name.
func readFilter(cls *class, p param) (filter, error) {
	if f := cls.field(p.key); f != nil {
		return filter{field: f, kind: 'p', want: p.value}, nil
	}
	if name, key, ok := strings.Cut(p.key, ":"); ok {
		if f := cls.field(name); f != nil {
			return keyed(f, key, p)
		}
	}
	var best *field // the old spelling: name-key, the longest name wins
	for _, f := range cls.fields {
		if (f.isSet() || f.isMap()) && strings.HasPrefix(p.key, f.name+"-") && (best == nil || len(f.name) > len(best.name)) {
			best = f
		}
	}
	if best != nil {
		return keyed(best, p.key[len(best.name)+1:], p)
	}
	return filter{}, complaint("Unknown field '" + p.key + "'")
}

func keyed(f *field, key string, p param) (filter, error) {
	switch {
	case f.isMap():
		return filter{field: f, kind: 'm', key: key, want: p.value}, nil
	case f.isSet() && key == "contains":
		return filter{field: f, kind: 's', item: p.value}, nil
	case f.isSet():
		return filter{}, complaint("Invalid syntax for set filtering (should be set-param:contains=key)")
	}
	return filter{}, complaint("Field '" + f.name + "' is not a set or map")
}

func (c *command) wanted(o object, f filter) (bool, error) {
	v, err := c.shown(f.field, o)
	switch {
	case err != nil:
		return false, err
	case f.kind == 'm':
		got, ok := v.get(f.key)
		return ok && got == f.want, nil
	case f.kind == 's':
		return slices.Contains(v.items, f.item), nil
	case f.field.ignoreCase:
		return strings.EqualFold(v.text, f.want), nil
	}
	return v.text == f.want, nil
}

// rows are all objects of a class.
func (c *command) rows(cls *class) ([]object, error) {
	if !cls.api.Readers.Has(model.ReadOnly) {
		if err := c.do(cls.api.Name + ".get_all"); err != nil { // may this user read it?
			return nil, err
		}
	}
	var rows []object
	for row := range c.server.DB.View().Rows(cls.api) {
		if role, ok := row.Obj.(*model.Role); ok && len(role.Subroles) == 0 {
			continue // as xapi: what a role permits is none itself
		}
		rows = append(rows, object{row.Ref, row.Obj})
	}
	return rows, nil
}

// objects lists those of a class that pass its own filters and those of
// params; with --all there are no filters at all.
func (c *command) objects(cls *class, params []param) ([]object, error) {
	all, err := c.flag("all")
	if err != nil {
		return nil, err
	}
	rows, err := c.rows(cls)
	if all || err != nil {
		return rows, err
	}
	return c.filtered(rows, cls, append(cls.filters[:len(cls.filters):len(cls.filters)], params...))
}

// filtered keeps the objects that pass each filter in turn. As xapi, a filter
// is looked at only when there is something left to filter.
func (c *command) filtered(list []object, cls *class, params []param) ([]object, error) {
	for _, p := range params {
		if len(list) == 0 {
			break
		}
		f, err := readFilter(cls, p)
		if err != nil {
			return nil, err
		}
		var pass []object
		for _, o := range list {
			ok, err := c.wanted(o, f)
			if err != nil {
				return nil, err
			}
			if ok {
				pass = append(pass, o)
			}
		}
		list = pass
	}
	return list, nil
}

// find finds an object of an API class by its uuid.
func (c *command) find(class, id string) (object, error) {
	row, ok := c.server.DB.View().RowByUUID(model.ClassByName(class), id)
	if !ok {
		return object{}, model.ErrUUIDInvalid(class, id)
	}
	return object{row.Ref, row.Obj}, nil
}

// byUUID finds the object that uuid= names.
func (c *command) byUUID(cls *class) (object, error) { return c.find(cls.api.Name, c.text("uuid")) }

// ref is the reference of an object of an API class.
func (c *command) ref(class, id string) (string, error) {
	o, err := c.find(class, id)
	return o.ref, err
}

// selector is how commands choose what they work on.
type selector struct {
	class    string // of the table
	key      string // the parameter that takes a uuid or a name
	names    []string
	none     string
	many     string
	defaults []param // what is chosen from, whatever else is asked for
	single   bool    // works on one at a time
}

var (
	vmSelector = selector{"vm", "vm", []string{"uuid", "name-label"}, "No matching VMs found", "Multiple matches VMs found. ",
		[]param{{"is-a-template", "false"}, {"is-control-domain", "false"}}, false}
	hostSelector = selector{"host", "host", []string{"uuid", "name-label", "hostname"}, "No matching hosts found", "Multiple matching hosts found. ", nil, false}
	srSelector   = selector{"sr", "sr", []string{"uuid", "name-label"}, "No matching hosts found", "Multiple matching SRs found. ", nil, false}

	// What else some commands on VMs take.
	vmOrTemplate = vmSelector.also("is-a-template")
	vmOrControl  = vmSelector.also("is-control-domain")
	anyVM        = vmSelector.also("is-a-template", "is-control-domain")
)

// also is a selector that takes those of a kind as well.
func (s selector) also(kinds ...string) selector {
	s.defaults = slices.DeleteFunc(slices.Clone(s.defaults), func(p param) bool { return slices.Contains(kinds, p.key) })
	return s
}

// one is a selector for commands that work on one object at a time.
func (s selector) one() selector {
	s.single = true
	return s
}

// what is the singular of what is chosen, in texts.
var what = map[string]string{"vm": "VM", "host": "host", "sr": "SR"}

// chosen are the objects that a command with a selector works on; own are the
// parameters that select nothing.
func (c *command) chosen(s selector, own ...string) ([]object, error) {
	cls := c.class(s.class)
	list, err := c.rows(cls)
	if err != nil {
		return nil, err
	}
	if want, ok := c.get(s.key); ok {
		list = slices.DeleteFunc(list, func(o object) bool {
			return !slices.ContainsFunc(s.names, func(name string) bool {
				t, err := c.value(cls.field(name), o)
				return err == nil && t == want
			})
		})
	}
	if list, err = c.filtered(list, cls, append(s.defaults[:len(s.defaults):len(s.defaults)], c.others(append(own, s.key)...)...)); err != nil {
		return nil, err
	}
	multiple, err := c.flag("multiple")
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, complaint(s.none)
	case len(list) > 1 && s.single:
		return nil, complaint(s.many + "Operation can only be performed on one " + what[s.class] + " at a time")
	case len(list) > 1 && !multiple:
		return nil, complaint(s.many + "--multiple required to complete the operation")
	}
	return list, nil
}
