package cli

import (
	"cmp"
	"errors"
	"fmt"
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
	unknown   = "<unknown>"
	gone      = "<invalid reference>"
	expensive = "<expensive field>"
)

// absent are the texts of fields whose object is not there, or whose call
// fails.
var absent = map[string]string{"nid": notThere, "time": noTime, "empty": "", "false": "false", "0": "0", "unknown": unknown, "none": "<none>", "notset": "<not set>"}

// value is what a field shows: a text, and the items of a set or the pairs of a
// map that the text is made of.
type value struct {
	text  string
	items []string
	pairs []param
}

// missing is what the table has for an object that is not there.
func (f *field) missing() string { return absent[f.absent] }

func plainly(text string) value { return value{text: text} }

func (f *field) set(items []string) value {
	separator := "; "
	if f.how == "comma" {
		separator = ", "
	}
	return value{text: strings.Join(items, separator), items: items}
}

func mapOf(pairs []param) value {
	var texts []string
	for _, p := range pairs {
		texts = append(texts, p.key+": "+p.value)
	}
	return value{text: strings.Join(texts, "; "), pairs: pairs}
}

// get finds the value of a key of a map.
func (v value) get(key string) (string, bool) {
	i := slices.IndexFunc(v.pairs, func(p param) bool { return p.key == key })
	if i < 0 {
		return "", false
	}
	return v.pairs[i].value, true
}

// value is the text of a field of an object.
func (c *command) value(f *field, o object) (string, error) {
	v, err := c.shown(f, o)
	return v.text, err
}

// shown is what a field of an object shows. A field that takes a call is asked
// for only where it is wanted.
func (c *command) shown(f *field, o object) (value, error) {
	v, err := c.lookUp(f, o)
	switch {
	case err == nil:
		return v, nil
	case errors.Is(err, model.ErrHandleInvalid()):
		return plainly(gone), nil
	case f.absent != "-" && f.field == nil:
		return plainly(f.missing()), nil
	}
	return v, err
}

func (c *command) lookUp(f *field, o object) (value, error) {
	r := c.server.DB.View()
	switch {
	case f.compute != nil:
		return f.compute(c, f, o)
	case f.call == "":
		return f.stored(r, o.obj), nil
	}
	m := model.MethodByName(f.call)
	var args []any
	if len(m.Params) > 0 {
		args = append(args, o.ref)
	}
	v, err := c.call(f.call, args...)
	if err != nil || m.Result == nil {
		return value{}, err
	}
	return f.format(r, m.Result, reflect.ValueOf(v)), nil
}

// stored is a field that the database has.
func (f *field) stored(r store.Reader, obj any) value {
	v := reflect.ValueOf(obj).Elem()
	if f.via != nil {
		target, ok := r.Row(model.ClassByName(f.via.Type.Name), v.Field(f.via.Index).String())
		if !ok {
			if f.absent == "-" {
				return plainly(notThere)
			}
			return plainly(f.missing())
		}
		v = reflect.ValueOf(target.Obj).Elem()
	}
	return f.format(r, f.field.Type, v.Field(f.field.Index))
}

// format is a value of a datamodel type.
func (f *field) format(r store.Reader, t *model.Type, v reflect.Value) value {
	switch t.Kind {
	case model.SetKind:
		var items []string
		for i := range v.Len() {
			items = append(items, f.item(r, t.Elem, v.Index(i)))
		}
		return f.set(items)
	case model.MapKind:
		var pairs []param
		for it := v.MapRange(); it.Next(); {
			pairs = append(pairs, param{f.item(r, t.Key, it.Key()), f.item(r, t.Elem, it.Value())})
		}
		slices.SortFunc(pairs, func(a, b param) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.value, b.value)) })
		if f.field != nil && f.field.Name == "current_operations" { // by task: only what goes on is told
			var items []string
			for _, p := range pairs {
				items = append(items, p.value)
			}
			return f.set(items)
		}
		return mapOf(pairs)
	}
	return plainly(f.item(r, t, v))
}

// item is a value that is neither set nor map.
func (f *field) item(r store.Reader, t *model.Type, v reflect.Value) string {
	switch t.Kind {
	case model.Bool:
		return strconv.FormatBool(v.Bool())
	case model.Int:
		if f.how == "mbit" {
			return strconv.FormatInt(v.Int(), 10) + " Mbit/s"
		}
		return strconv.FormatInt(v.Int(), 10)
	case model.Float:
		if f.how == "wide" {
			return fmt.Sprintf("%5.1f", v.Float())
		}
		return floatText(v.Float())
	case model.Datetime:
		at, _ := v.Interface().(time.Time)
		return dateText(at)
	case model.RefKind:
		if f.how == "ref" {
			return v.String()
		}
		return f.object(r, t.Name, v.String())
	case model.SetKind, model.MapKind:
		return f.format(r, t, v).text
	}
	switch class, is := strings.CutPrefix(f.how, "ref:"); {
	case is:
		return f.object(r, class, v.String())
	case f.how == "lower" && t.Kind == model.EnumKind:
		return spelled(t.Name, v.String())
	case f.how == "lower":
		return strings.ToLower(v.String())
	case f.how == "quoted":
		return "'" + v.String() + "'"
	case f.how == "notset" && v.String() == "":
		return absent["notset"]
	}
	return v.String()
}

// object is how another object is named: by its uuid, unless the table says by
// which of its fields.
func (f *field) object(r store.Reader, class, ref string) string {
	name := "uuid"
	switch of, is := strings.CutPrefix(f.how, "of:"); {
	case is:
		name = of
	case f.how == "name":
		name = "name_label"
	}
	c := model.ClassByName(class)
	if row, ok := r.Row(c, ref); ok && c.Field(name) != nil {
		return reflect.ValueOf(row.Obj).Elem().Field(c.Field(name).Index).String()
	}
	if f.absent == "none" {
		return f.missing()
	}
	return notThere
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

// floatText is a fraction as xe prints it.
func floatText(f float64) string { return fraction(f, 3) }

// fraction has a number of decimals; what is none is spelled inf, -inf or nan.
func fraction(f float64, decimals int) string {
	return strings.ToLower(strings.TrimPrefix(strconv.FormatFloat(f, 'f', decimals, 64), "+"))
}

// dateText is a date as xe prints it; one that was never set is the epoch.
func dateText(at time.Time) string {
	if at.IsZero() {
		at = time.Unix(0, 0)
	}
	return at.UTC().Format("20060102T15:04:05Z")
}
