package cli

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/xapid/xapid/xapi/wire"
)

// text is a call's answer as text.
func text(v any) string { return fmt.Sprint(v) }

// printsItself are the commands that print what they made themselves, in the
// minimal form too, as xapi.
var printsItself = []string{"sr-create", "patch-upload", "update-upload"}

// made prints the uuid of an object that was just made.
func (c *command) made(class string, v any, err error) error {
	if err != nil {
		return err
	}
	id, err := c.call(class+".get_uuid", v)
	switch {
	case err != nil:
		return err
	case slices.Contains(printsItself, c.command):
		c.send(textOf(text(id)))
	default:
		c.result(text(id))
	}
	return nil
}

// structOf makes a struct for a constructor.
func structOf(pairs ...any) *wire.Struct {
	s := &wire.Struct{}
	for i := 0; i < len(pairs); i += 2 {
		s.Members = append(s.Members, wire.Member{Name: pairs[i].(string), Value: plain(pairs[i+1])})
	}
	return s
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
		c.result(fraction(v, 6))
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
