package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// given is what a message is given: how it is read off the command line.
type given func(c *command) (any, error)

// the is the object that a parameter names by uuid; a null one if the
// parameter is not given.
func the(class, key string) given {
	return func(c *command) (any, error) {
		id, ok := c.get(key)
		if !ok {
			return model.NullRef, nil
		}
		return c.ref(class, id)
	}
}

// hereOr is the host that a parameter names by uuid, else the one at which the
// command is typed.
func hereOr(key string) given {
	return func(c *command) (any, error) {
		if id, ok := c.get(key); ok {
			return c.ref("host", id)
		}
		v, err := c.call("session.get_this_host", c.session)
		return text(v), err
	}
}

// all are the objects that a parameter names, with commas between.
func all(class, key string) given {
	return func(c *command) (any, error) {
		refs := []string{}
		for id := range strings.SplitSeq(c.text(key), ",") {
			if id = strings.TrimSpace(id); id == "" {
				continue
			}
			ref, err := c.ref(class, id)
			if err != nil {
				return nil, err
			}
			refs = append(refs, ref)
		}
		return refs, nil
	}
}

// fixed is a value that no parameter gives.
func fixed(v any) given { return func(*command) (any, error) { return v, nil } }

// word is a parameter's text, or what stands for it.
func word(key, otherwise string) given {
	return func(c *command) (any, error) {
		if v, ok := c.get(key); ok {
			return v, nil
		}
		return otherwise, nil
	}
}

// anyCase is word for a parameter that is known in upper and lower case.
func anyCase(key string) given {
	return func(c *command) (any, error) {
		for _, p := range c.params {
			if strings.EqualFold(p.key, key) {
				return p.value, nil
			}
		}
		return "", nil
	}
}

// words are those of a parameter, with commas between.
func words(key string) given {
	return func(c *command) (any, error) {
		list := []string{}
		for w := range strings.SplitSeq(c.text(key), ",") {
			if w = strings.TrimSpace(w); w != "" {
				list = append(list, w)
			}
		}
		return list, nil
	}
}

// oneOf is a parameter that has one of a few values, whatever its case.
func oneOf(key, otherwise string, values ...string) given {
	return func(c *command) (any, error) {
		v, ok := c.get(key)
		if !ok {
			return otherwise, nil
		}
		i := slices.IndexFunc(values, func(w string) bool { return strings.EqualFold(v, w) })
		if i < 0 {
			return nil, complaint("Parameter '" + key + "' must be one of: " + strings.Join(values, ", "))
		}
		return values[i], nil
	}
}

// label is a parameter that has a label of an enumeration, as xe spells it.
func label(enum, key, otherwise string) given {
	return func(c *command) (any, error) {
		if v, ok := c.get(key); ok {
			return enumLabel(key, enum, v)
		}
		return otherwise, nil
	}
}

// yes is a boolean parameter.
func yes(key string, otherwise bool) given {
	return func(c *command) (any, error) {
		if _, ok := c.get(key); !ok {
			return otherwise, nil
		}
		return c.flag(key)
	}
}

// whole is an integer parameter.
func whole(key string, otherwise int64) given {
	return func(c *command) (any, error) {
		t, ok := c.get(key)
		if !ok {
			return otherwise, nil
		}
		n, err := strconv.ParseInt(t, 10, 64)
		if err != nil {
			return nil, complaint("Parameter '" + key + "' must be an integer")
		}
		return n, nil
	}
}

// amount is a size, with a unit or without.
func amount(key string) given {
	return func(c *command) (any, error) {
		n, ok := size(c.text(key))
		if !ok {
			return nil, complaint("Parameter '" + key + "' must be an integer")
		}
		return n, nil
	}
}

// decimal is a floating-point parameter.
func decimal(key string, otherwise float64) given {
	return func(c *command) (any, error) {
		t, ok := c.get(key)
		if !ok {
			return otherwise, nil
		}
		x, err := strconv.ParseFloat(t, 64)
		if err != nil {
			return nil, complaint("Parameter '" + key + "' must be a floating-point number")
		}
		return x, nil
	}
}

// content is that of a file that the client sends.
func content(key string) given {
	return func(c *command) (any, error) {
		data, err := c.load(c.text(key))
		return string(data), err
	}
}

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

// pairs are those given as name:key=value.
func pairs(name string) given {
	return func(c *command) (any, error) { return c.pairs(name), nil }
}

// fields are a struct for a constructor: names and where their values come from.
func fields(members ...any) given {
	return func(c *command) (any, error) {
		var list []any
		for i := 0; i < len(members); i += 2 {
			v, err := members[i+1].(given)(c)
			if err != nil {
				return nil, err
			}
			list = append(list, members[i], v)
		}
		return structOf(list...), nil
	}
}
