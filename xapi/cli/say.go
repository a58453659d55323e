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
func refs(v any) []string {
	var refs []string
	for list, i := reflect.ValueOf(v), 0; list.Kind() == reflect.Slice && i < list.Len(); i++ {
		refs = append(refs, list.Index(i).String())
	}
	return refs
}

// What commands that need --force say without it.
const (
	mayLose   = complaint("This may lose data: to do it nevertheless, add --force.")
	dangerous = complaint("This operation is dangerous and may cause data loss. It must be forced (use --force).")
	extremely = complaint("This operation is extremely dangerous and may cause data loss. This operation must be forced (use --force).")
)

// insisted is a command that does nothing without --force.
func insisted(otherwise complaint, run func(*command) error) func(*command) error {
	return func(c *command) error {
		force, err := c.flag("force")
		switch {
		case err != nil:
			return err
		case !force:
			return otherwise
		}
		return run(c)
	}
}
