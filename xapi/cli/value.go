package cli

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

const (
	notThere  = "<not in database>"
	noTime    = "<unknown time>"
	expensive = "<expensive field>"
)

// absent are the texts of fields whose object is not there.
var absent = map[string]string{"nid": notThere, "time": noTime, "null": model.NullRef, "empty": "", "false": "false", "0": "0", "unknown": "unknown"}

// text is a field of an object as xe prints it.
func (f *field) text(r store.Reader, obj any) string {
	v := reflect.ValueOf(obj).Elem()
	if f.via != nil {
		target, ok := r.Row(model.ClassByName(f.via.Type.Name), v.Field(f.via.Index).String())
		if !ok {
			if t, ok := absent[f.absent]; ok {
				return t
			}
			return notThere
		}
		v = reflect.ValueOf(target.Obj).Elem()
	}
	return f.format(r, f.field.Type, v.Field(f.field.Index))
}

// format writes a value of a datamodel type.
func (f *field) format(r store.Reader, t *model.Type, v reflect.Value) string {
	switch t.Kind {
	case model.Bool:
		return strconv.FormatBool(v.Bool())
	case model.Int:
		return strconv.FormatInt(v.Int(), 10)
	case model.Float:
		return strconv.FormatFloat(v.Float(), 'f', 3, 64)
	case model.Datetime:
		at, _ := v.Interface().(time.Time)
		return dateText(at)
	case model.EnumKind:
		if f.how == "lower" {
			return strings.ToLower(v.String())
		}
		return v.String()
	case model.RefKind:
		return f.object(r, t.Name, v.String())
	case model.SetKind:
		var items []string
		for i := range v.Len() {
			items = append(items, f.format(r, t.Elem, v.Index(i)))
		}
		if f.how == "comma" {
			return strings.Join(items, ", ")
		}
		return strings.Join(items, "; ")
	case model.MapKind:
		return f.formatMap(r, t, v)
	}
	return v.String()
}

func (f *field) formatMap(r store.Reader, t *model.Type, v reflect.Value) string {
	var items []string
	for it := v.MapRange(); it.Next(); {
		val := f.format(r, t.Elem, it.Value())
		if f.isSet() { // operations by task: only what goes on is told
			items = append(items, val)
			continue
		}
		items = append(items, f.format(r, t.Key, it.Key())+": "+val)
	}
	slices.Sort(items)
	return strings.Join(items, "; ")
}

// object is how another object is named: by its uuid, or its name.
func (f *field) object(r store.Reader, class, ref string) string {
	c := model.ClassByName(class)
	row, ok := r.Row(c, ref)
	if !ok {
		return notThere
	}
	name := "uuid"
	if f.how == "name" {
		name = "name_label"
	}
	if mf := c.Field(name); mf != nil {
		return reflect.ValueOf(row.Obj).Elem().Field(mf.Index).String()
	}
	return notThere
}

// pairs are the items of a map field, as xe prints keys and values.
func (f *field) pairs(r store.Reader, obj any) map[string]string {
	out := map[string]string{}
	if f.field == nil || f.field.Type.Kind != model.MapKind {
		return out
	}
	v := reflect.ValueOf(obj).Elem()
	if f.via != nil {
		target, ok := r.Row(model.ClassByName(f.via.Type.Name), v.Field(f.via.Index).String())
		if !ok {
			return out
		}
		v = reflect.ValueOf(target.Obj).Elem()
	}
	v = v.Field(f.field.Index)
	for it := v.MapRange(); it.Next(); {
		out[f.format(r, f.field.Type.Key, it.Key())] = f.format(r, f.field.Type.Elem, it.Value())
	}
	return out
}

// label is a field's name and mode, as records show them.
func (f *field) label() string {
	mode := f.mode
	if len(mode) == 2 {
		mode = " " + mode
	}
	s := f.name + " (" + mode + ")"
	if f.deprecated {
		s += " [DEPRECATED]"
	}
	return s
}

// dateText is a date as xe prints it.
func dateText(at time.Time) string { return at.UTC().Format("20060102T15:04:05Z") }
