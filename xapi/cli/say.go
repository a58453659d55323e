package cli

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// those are the parameters of keys that are given, under their own names.
func those(keys ...string) given {
	return func(c *command) (any, error) {
		m := map[string]string{}
		for _, k := range keys {
			if v, ok := c.get(k); ok {
				m[k] = v
			}
		}
		return m, nil
	}
}

// thePool is the pool that uuid names, or the only one.
func thePool(c *command) (any, error) {
	if id, ok := c.get("uuid"); ok {
		return c.ref("pool", id)
	}
	for ref := range store.All[model.Pool](c.server.DB.View()) {
		return string(ref), nil
	}
	return nil, model.ErrInternalError("there is no pool")
}

// shows is a command that prints what a message answers.
func shows(method string, args ...given) func(*command) error {
	return func(c *command) error {
		v, err := c.with(method, args)
		if err == nil {
			c.tell(v)
		}
		return err
	}
}

// chosenHosts is a message about each of the chosen hosts; own are the
// parameters that choose none. What it answers is printed if told is set.
func chosenHosts(method string, told bool, own []string, args ...given) func(*command) error {
	return func(c *command) error {
		chosen, err := c.chosen(hostSelector, false, own...)
		if err != nil {
			return err
		}
		rest, err := c.read(args)
		if err != nil {
			return err
		}
		return c.each(chosen, func(o object) error {
			v, err := c.call(method, append([]any{o.ref}, rest...)...)
			if err == nil && told {
				c.tell(v)
			}
			return err
		})
	}
}

// tell prints a value: a line for each text of a list, a record for a map.
func (c *command) tell(v any) {
	switch v := v.(type) {
	case []string:
		c.results(v)
	case [][]string:
		var list []string
		for _, t := range v {
			list = append(list, strings.Join(t, ", "))
		}
		c.results(list)
	case map[string]string:
		c.record(sortedColumns(v))
	case float64:
		c.result(strconv.FormatFloat(v, 'f', 6, 64))
	default:
		c.result(text(v))
	}
}

// sortedColumns are the pairs of a map, by key.
func sortedColumns(m map[string]string) []column {
	var columns []column
	for _, k := range slices.Sorted(maps.Keys(m)) {
		columns = append(columns, column{k, m[k]})
	}
	return columns
}

// refs are the references that a message answers.
func (c *command) refs(method string, args ...any) ([]string, error) {
	v, err := c.call(method, args...)
	if err != nil {
		return nil, err
	}
	var refs []string
	for list, i := reflect.ValueOf(v), 0; list.Kind() == reflect.Slice && i < list.Len(); i++ {
		refs = append(refs, list.Index(i).String())
	}
	return refs, nil
}

// mustForce is what a command that may lose data says unless it is forced.
const mustForce = complaint("This may lose data: to do it nevertheless, add --force.")

// insisted is a command that does nothing without --force.
func insisted(run func(*command) error) func(*command) error {
	return func(c *command) error {
		force, err := c.flag("force")
		switch {
		case err != nil:
			return err
		case !force:
			return mustForce
		}
		return run(c)
	}
}
