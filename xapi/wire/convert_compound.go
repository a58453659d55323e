package wire

import (
	"fmt"
	"reflect"
)

func toAny(v Value, dst reflect.Value) error {
	if v == nil {
		dst.SetZero()
	} else {
		dst.Set(reflect.ValueOf(v))
	}
	return nil
}

func toBytes(v Value, dst reflect.Value) error {
	switch v := v.(type) {
	case []byte:
		dst.SetBytes(v)
	case string:
		data, ok := parseBase64([]byte(v))
		if !ok {
			return expected("base64", v)
		}
		dst.SetBytes(data)
	default:
		return expected("base64", v)
	}
	return nil
}

func (c *Converter) toSlice(t reflect.Type) convertFunc {
	elem := c.plans.part(t.Elem(), c.compile)
	return func(v Value, dst reflect.Value) error {
		list, ok := v.(Array)
		if !ok {
			return expected("array", v)
		}
		dst.Set(reflect.MakeSlice(t, len(list), len(list)))
		for i, e := range list {
			if err := (*elem)(e, dst.Index(i)); err != nil {
				return fmt.Errorf("element %d: %w", i, err)
			}
		}
		return nil
	}
}

var stringMap = reflect.TypeFor[map[string]string]()

func (c *Converter) toMap(t reflect.Type) convertFunc {
	if t == stringMap {
		return toStringMap
	}
	key := c.plans.part(t.Key(), c.compile)
	elem := c.plans.part(t.Elem(), c.compile)
	return func(v Value, dst reflect.Value) error {
		s, ok := v.(*Struct)
		if !ok {
			return expected("struct", v)
		}
		m := reflect.MakeMapWithSize(t, len(s.Members))
		k, e := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		for _, member := range s.Members {
			if err := (*key)(member.Name, k); err != nil {
				return fmt.Errorf("key: %w", err)
			}
			e.SetZero()
			if err := (*elem)(member.Value, e); err != nil {
				return fmt.Errorf("member '%s': %w", shorten(member.Name), err)
			}
			m.SetMapIndex(k, e)
		}
		dst.Set(m)
		return nil
	}
}

func toStringMap(v Value, dst reflect.Value) error {
	s, ok := v.(*Struct)
	if !ok {
		return expected("struct", v)
	}
	m := make(map[string]string, len(s.Members))
	for _, member := range s.Members {
		text, ok := textOf(member.Value)
		if !ok {
			return fmt.Errorf("member '%s': %w", shorten(member.Name), expected("string", member.Value))
		}
		m[member.Name] = text
	}
	*dst.Addr().Interface().(*map[string]string) = m
	return nil
}

// toRecord makes a record. It never makes a nil pointer: handlers rely on
// that. An array of one, the form of an option, is taken for its element.
func (c *Converter) toRecord(t reflect.Type) convertFunc {
	return func(v Value, dst reflect.Value) error {
		if list, ok := v.(Array); ok && len(list) == 1 {
			v = list[0]
		}
		s, ok := v.(*Struct)
		if !ok || c.Record == nil {
			return expected("struct", v)
		}
		r, err := c.Record(s, t)
		if err != nil {
			return err
		}
		dst.Set(r)
		return nil
	}
}

func (c *Converter) toStruct(t reflect.Type) convertFunc {
	record := c.toRecord(reflect.PointerTo(t))
	return func(v Value, dst reflect.Value) error {
		p := reflect.New(reflect.PointerTo(t)).Elem()
		if err := record(v, p); err != nil {
			return err
		}
		dst.Set(p.Elem())
		return nil
	}
}

func (c *Converter) toOption(t reflect.Type) convertFunc {
	elem := c.plans.part(t.Elem(), c.compile)
	isList := t.Elem().Kind() == reflect.Slice
	return func(v Value, dst reflect.Value) error {
		if list, ok := v.(Array); ok {
			// An option of a list may be a list of one list, or the list.
			var inner bool
			if len(list) == 1 {
				_, inner = list[0].(Array)
			}
			switch {
			case len(list) == 0:
				v = nil
			case len(list) == 1 && (inner || !isList):
				v = list[0]
			}
		}
		if v == nil {
			dst.SetZero()
			return nil
		}
		p := reflect.New(t.Elem())
		if err := (*elem)(v, p.Elem()); err != nil {
			return err
		}
		dst.Set(p)
		return nil
	}
}
