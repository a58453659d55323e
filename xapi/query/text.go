package query

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xapid/xapid/model"
)

// RowOf gives the fields that a release had of a row of class c. Column names join namespaces with
// two underscores; the wire's single one is taken too.
func RowOf(r *model.Release, c *model.Class, ref string, row any) Fields {
	v := reflect.ValueOf(row).Elem()
	return func(name string) (string, bool) {
		if name == "_ref" {
			return ref, true
		}
		f := c.Field(strings.ReplaceAll(name, "__", "_"))
		if f == nil || !r.Known(f.Life) {
			return "", false
		}
		return Text(v.Field(f.Index)), true
	}
}

// Text is the database's text form of a value: dates compact, sets as
// ('a' 'b'), maps as (('k' 'v')) ordered by key.
func Text(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', 18, 64)
	case reflect.Slice:
		items := make([]string, v.Len())
		for i := range items {
			items[i] = quote(v.Index(i))
		}
		return "(" + strings.Join(items, " ") + ")"
	case reflect.Map:
		items := make([]string, 0, v.Len())
		for it := v.MapRange(); it.Next(); {
			items = append(items, "("+quote(it.Key())+" "+quote(it.Value())+")")
		}
		slices.Sort(items)
		return "(" + strings.Join(items, " ") + ")"
	}
	if t, ok := v.Interface().(time.Time); ok {
		if t.IsZero() {
			t = model.Epoch
		}
		return t.UTC().Format("20060102T15:04:05Z")
	}
	return fmt.Sprint(v.Interface())
}

func quote(v reflect.Value) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(Text(v)) + "'"
}
