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

// value is a field of an object as it is printed. A field that takes a call is
// asked for only where it is wanted.
func (c *command) value(f *field, o object) (string, error) {
	if f.call == "" {
		return f.text(c.server.DB.View(), o.obj), nil
	}
	v, err := c.call(f.call, o.ref)
	if err != nil {
		return "", err
	}
	return c.resultText(f, v), nil
}

// filter decides whether an object is wanted.
type filter struct {
	field *field
	// key is of a map, item of a set; plain compares the whole text.
	key, item string
	kind      byte // 'p', 'm', 's'
	want      string
}

// readFilters makes filters of parameters, by the rules for their names.
func readFilters(cls *class, params []param) ([]filter, error) {
	var list []filter
	for _, p := range params {
		f, err := readFilter(cls, p)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

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

func (c *command) wanted(o object, filters []filter) (bool, error) {
	for _, f := range filters {
		if f.kind == 'm' {
			if got, ok := f.field.pairs(c.server.DB.View(), o.obj)[f.key]; !ok || got != f.want {
				return false, nil
			}
			continue
		}
		text, err := c.value(f.field, o)
		if err != nil {
			return false, err
		}
		switch {
		case f.kind == 's' && !slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }), f.item):
			return false, nil
		case f.kind == 'p' && f.field.ignoreCase && !strings.EqualFold(text, f.want):
			return false, nil
		case f.kind == 'p' && !f.field.ignoreCase && text != f.want:
			return false, nil
		}
	}
	return true, nil
}

// objects lists those of a class that pass the filters, the class's own ones
// included unless --all is given.
func (c *command) objects(cls *class, params []param) ([]object, error) {
	all, err := c.flag("all")
	if err != nil {
		return nil, err
	}
	var rows []object
	for row := range c.server.DB.View().Rows(cls.api) {
		rows = append(rows, object{row.Ref, row.Obj})
	}
	if all || len(rows) == 0 {
		return rows, nil // with nothing to look at no name is wrong, as xapi
	}
	var filters []filter
	for k, v := range cls.filters {
		filters = append(filters, filter{field: cls.field(k), kind: 'p', want: v})
	}
	more, err := readFilters(cls, params)
	if err != nil {
		return nil, err
	}
	var list []object
	for _, o := range rows {
		ok, err := c.wanted(o, append(filters, more...))
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, o)
		}
	}
	return list, nil
}

// byUUID finds the object that uuid= names.
func (c *command) byUUID(cls *class) (object, error) {
	id := c.text("uuid")
	row, ok := c.server.DB.View().RowByUUID(cls.api, id)
	if !ok {
		return object{}, model.ErrUUIDInvalid(cls.api.Name, id)
	}
	return object{row.Ref, row.Obj}, nil
}

// ref finds an object of an API class by its uuid.
func (c *command) ref(class, id string) (string, error) {
	row, ok := c.server.DB.View().RowByUUID(model.ClassByName(class), id)
	if !ok {
		return "", model.ErrUUIDInvalid(class, id)
	}
	return row.Ref, nil
}

// selector is how commands choose what they work on.
type selector struct {
	class    string // of the table
	key      string // the parameter that takes a uuid or a name
	names    []string
	none     string
	many     string
	only     string
	defaults map[string]string
}

var (
	vmSelector = selector{"vm", "vm", []string{"uuid", "name-label"}, "No matching VMs found", "Multiple matches VMs found. --multiple required to complete the operation",
		"Multiple matches VMs found. Operation can only be performed on one VM at a time", map[string]string{"is-control-domain": "false"}}
	hostSelector = selector{"host", "host", []string{"uuid", "name-label", "hostname"}, "No matching hosts found", "Multiple matching hosts found. --multiple required to complete the operation",
		"Multiple matching hosts found. Operation can only be performed on one host at a time", nil}
	srSelector = selector{"sr", "sr", []string{"uuid", "name-label"}, "No matching hosts found", "Multiple matching SRs found. --multiple required to complete the operation",
		"Multiple matching SRs found. Operation can only be performed on one SR at a time", nil}
)

// chosen are the objects that a command with a selector works on.
func (c *command) chosen(s selector, single bool, own ...string) ([]object, error) {
	cls := c.class(s.class)
	params := c.others(append(own, s.key)...)
	for k, v := range s.defaults {
		params = append(params, param{k, v})
	}
	list, err := c.objects(cls, params)
	if err != nil {
		return nil, err
	}
	if want, ok := c.get(s.key); ok {
		list = slices.DeleteFunc(list, func(o object) bool {
			for _, name := range s.names {
				if t, err := c.value(cls.field(name), o); err == nil && t == want {
					return false
				}
			}
			return true
		})
	}
	multiple, err := c.flag("multiple")
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, complaint(s.none)
	case len(list) > 1 && single:
		return nil, complaint(s.only)
	case len(list) > 1 && !multiple:
		return nil, complaint(s.many)
	}
	return list, nil
}
