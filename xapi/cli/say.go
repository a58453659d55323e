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

// arg makes a parameter of a message from the command line.
type arg func(c *command) (any, error)

// word is a parameter's text, "" if it is not given.
func word(key string) arg { return func(c *command) (any, error) { return c.text(key), nil } }

// wordOr is a parameter's text, or another if it is not given.
func wordOr(key, instead string) arg {
	return func(c *command) (any, error) {
		if v, ok := c.get(key); ok {
			return v, nil
		}
		return instead, nil
	}
}

// constant is the same for every command line.
func constant(v any) arg { return func(*command) (any, error) { return v, nil } }

// boolean is a flag, false if it is not given.
func boolean(key string) arg { return func(c *command) (any, error) { return c.flag(key) } }

// booleanOr is a flag with another default.
func booleanOr(key string, instead bool) arg {
	return func(c *command) (any, error) {
		if _, ok := c.get(key); !ok {
			return instead, nil
		}
		return c.flag(key)
	}
}

// whole is an integer, 0 if it is not given.
func whole(key string) arg {
	return func(c *command) (any, error) {
		v, ok := c.get(key)
		if !ok {
			return int64(0), nil
		}
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil {
			return nil, complaint("Parameter '" + key + "' must be an integer")
		}
		return n, nil
	}
}

// decimal is a number with a fraction.
func decimal(key string) arg {
	return func(c *command) (any, error) {
		n, err := strconv.ParseFloat(c.text(key), 64)
		if err != nil {
			return nil, complaint("Parameter '" + key + "' must be a number")
		}
		return n, nil
	}
}

// pairs are the values given as name:key=value.
func pairs(name string) arg { return func(c *command) (any, error) { return c.maps(name), nil } }

// given are the parameters of keys that are given, under their own names.
func given(keys ...string) arg {
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

// list are texts with commas between.
func list(key string) arg { return func(c *command) (any, error) { return c.listed(key), nil } }

func (c *command) listed(key string) []string {
	texts := []string{}
	for t := range strings.SplitSeq(c.text(key), ",") {
		if t = strings.TrimSpace(t); t != "" {
			texts = append(texts, t)
		}
	}
	return texts
}

// the is the object of an API class whose uuid a parameter gives.
func the(class, key string) arg {
	return func(c *command) (any, error) { return c.ref(class, c.text(key)) }
}

// theOr is as the, or another if the parameter is not given.
func theOr(class, key, instead string) arg {
	return func(c *command) (any, error) {
		if _, ok := c.get(key); !ok {
			return instead, nil
		}
		return c.ref(class, c.text(key))
	}
}

// these are the objects of uuids with commas between.
func these(class, key string) arg {
	return func(c *command) (any, error) {
		refs := []string{}
		for _, id := range c.listed(key) {
			ref, err := c.ref(class, id)
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		}
		return refs, nil
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

// fields is a struct of names and args.
func fields(named ...any) arg {
	return func(c *command) (any, error) {
		var all []any
		for i := 0; i < len(named); i += 2 {
			v, err := named[i+1].(arg)(c)
			if err != nil {
				return nil, err
			}
			all = append(all, named[i], v)
		}
		return structOf(all...), nil
	}
}

// values are what args make of the command line.
func (c *command) values(args []arg) ([]any, error) {
	var all []any
	for _, a := range args {
		v, err := a(c)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// ask calls a message with args.
func (c *command) ask(method string, args []arg) (any, error) {
	all, err := c.values(args)
	if err != nil {
		return nil, err
	}
	return c.call(method, all...)
}

// does is a command that is one message.
func does(method string, args ...arg) func(*command) error {
	return func(c *command) error {
		_, err := c.ask(method, args)
		return err
	}
}

// shows is a command that prints what a message answers.
func shows(method string, args ...arg) func(*command) error {
	return func(c *command) error {
		v, err := c.ask(method, args)
		if err == nil {
			c.tell(v)
		}
		return err
	}
}

// makes is a command that prints the uuid of what a message makes.
func makes(class, method string, args ...arg) func(*command) error {
	return func(c *command) error {
		v, err := c.ask(method, args)
		return c.made(class, v, err)
	}
}

// chosenHosts is a message about each of the chosen hosts; own are the
// parameters that choose none. What it answers is printed if told is set.
func chosenHosts(method string, told bool, own []string, args ...arg) func(*command) error {
	return func(c *command) error {
		chosen, err := c.chosen(hostSelector, false, own...)
		if err != nil {
			return err
		}
		rest, err := c.values(args)
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
		for _, t := range v {
			c.result(t)
		}
	case [][]string:
		for _, t := range v {
			c.result(strings.Join(t, ", "))
		}
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

// forced is a command that does nothing without --force.
func forced(run func(*command) error) func(*command) error {
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
