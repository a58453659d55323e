package cli

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
)

// Each class has the commands that its fields allow.

// list is NAME-list: the objects that pass the filters, a record each.
func (c *command) list(cls *class) error {
	if err := c.ownDatabase(); err != nil {
		return err
	}
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

// ownDatabase refuses to look into the copy of a database that a disk or a file
// has: there is no session to be had for one.
func (c *command) ownDatabase() error {
	var wanted []string
	for _, key := range []string{"database:vdi-uuid", "database:filename"} {
		if _, ok := c.get(key); ok {
			wanted = append(wanted, key)
		}
	}
	switch len(wanted) {
	case 0:
		return nil
	case 2:
		return complaint("database:vdi-uuid and database:filename exclude each other")
	}
	if wanted[0] == "database:filename" {
		return c.unread("session.create_from_db_file", c.text(wanted[0]))
	}
	ref, err := c.ref("VDI", c.text(wanted[0]))
	if err != nil {
		return err
	}
	return c.unread("VDI.open_database", ref)
}

// unread calls a message that opens a database, and says that nothing reads it.
func (c *command) unread(method string, arg string) error {
	if err := c.do(method, arg); err != nil {
		return err
	}
	return model.ErrNotImplemented(method)
}

// show is an object as a record: the fields of those names, in the class's
// order, or all that are not hidden. Fields that take a call are computed on
// demand.
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
				return nil, err
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
	if err := c.ownDatabase(); err != nil {
		return err
	}
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

// fieldOf finds the object and the field that a command names.
func (c *command) fieldOf(cls *class) (object, *field, error) {
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

func (c *command) paramGet(cls *class) error {
	if err := c.ownDatabase(); err != nil {
		return err
	}
	o, f, err := c.fieldOf(cls)
	if err != nil {
		return err
	}
	v, err := c.shown(f, o)
	if err != nil {
		return err
	}
	if key, ok := c.get("param-key"); ok && f.isMap() {
		if v.text, ok = v.get(key); !ok {
			return complaint("Key " + key + " not found in map")
		}
	}
	c.result(v.text)
	return nil
}
