package rpc

import (
	"reflect"
	"unicode/utf8"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// setter writes one field: set_F replaces, add_F and remove_F change a set and
// may be repeated, add_to_F refuses a key that is there, remove_from_F does
// not mind one that is not.
func setter(m *model.Method) handler {
	c, f := m.Class, m.Field
	change := map[model.Rule]func(ref string, dst reflect.Value, args []reflect.Value) error{
		model.SetField:      setField,
		model.AddField:      addMember,
		model.RemoveField:   removeMember,
		model.AddToField:    func(ref string, dst reflect.Value, args []reflect.Value) error { return addKey(f, ref, dst, args) },
		model.RemoveFromMap: removeKey,
	}[m.Rule]
	return func(call *Call, args []reflect.Value) (any, error) {
		ref := args[0].String()
		return nil, call.DB.Update(call.Ctx, func(tx *store.Tx) error {
			row, err := store.EditAny(tx, c, ref)
			if err != nil {
				return err
			}
			return change(ref, reflect.ValueOf(row).Elem().Field(f.Index), args[1:])
		})
	}
}

func setField(_ string, dst reflect.Value, args []reflect.Value) error {
	dst.Set(cleanValue(args[0]))
	return nil
}

func addMember(_ string, dst reflect.Value, args []reflect.Value) error {
	v := cleanValue(args[0])
	for i := range dst.Len() {
		if dst.Index(i).Equal(v) {
			return nil
		}
	}
	dst.Set(reflect.Append(dst, v))
	return nil
}

func removeMember(_ string, dst reflect.Value, args []reflect.Value) error {
	kept := reflect.MakeSlice(dst.Type(), 0, dst.Len())
	for i := range dst.Len() {
		if !dst.Index(i).Equal(args[0]) {
			kept = reflect.Append(kept, dst.Index(i))
		}
	}
	dst.Set(kept)
	return nil
}

func addKey(f *model.Field, ref string, dst reflect.Value, args []reflect.Value) error {
	key, value := cleanValue(args[0]), cleanValue(args[1])
	if key.Kind() == reflect.String && key.Len() == 0 {
		return model.ErrInternalError("Empty_key_in_map")
	}
	if dst.MapIndex(key).IsValid() {
		return model.ErrMapDuplicateKey(f.Class.Name, f.Name, ref, key.Interface())
	}
	if dst.IsNil() {
		dst.Set(reflect.MakeMap(dst.Type()))
	}
	dst.SetMapIndex(key, value)
	return nil
}

func removeKey(_ string, dst reflect.Value, args []reflect.Value) error {
	dst.SetMapIndex(cleanValue(args[0]), reflect.Value{})
	return nil
}

// cleanValue cuts the strings of sets and maps at the first character that XML
// cannot carry, as xapi.
func cleanValue(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); cleanText(s) != s {
			return reflect.ValueOf(cleanText(s)).Convert(v.Type())
		}
	case reflect.Slice:
		for i := range v.Len() {
			v.Index(i).Set(cleanValue(v.Index(i)))
		}
	case reflect.Map:
		if v.Len() == 0 {
			return v
		}
		clean := reflect.MakeMapWithSize(v.Type(), v.Len())
		for it := v.MapRange(); it.Next(); {
			clean.SetMapIndex(cleanValue(it.Key()), cleanValue(it.Value()))
		}
		return clean
	}
	return v
}

func cleanText(s string) string {
	for i, r := range s {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError {
			return s[:i]
		}
	}
	return s
}
