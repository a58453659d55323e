package cli

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
)

// TestTable holds the tables against each other, the datamodel, and the
// reference where it is at hand.
func TestTable(t *testing.T) {
	seen := map[string]bool{}
	known := map[string]bool{}
	for _, s := range written() {
		known[s.name] = true
	}
	for _, table := range tables {
		for name := range table {
			if !known[name] || seen[name] {
				t.Errorf("%s is no command of xe, or is there twice", name)
			}
			seen[name] = true
		}
	}
	if all := Count(); all != 675 {
		t.Errorf("%d commands, xe has 675", all)
	}
	for name, s := range bookOf(nil).specs {
		if s.run == nil {
			t.Errorf("%s does nothing", name)
		}
		if len(s.about) < 10 || !strings.HasSuffix(s.about, ".") {
			t.Errorf("%s: help says %q", name, s.about)
		}
	}
	counts := map[string]int{"set": 2, "add_to_set": 2, "remove_from_set": 2, "add_to_map": 3, "remove_from_map": 2, "set_in_map": 3, "set_map": 2, "clear_map": 1}
	for _, c := range classes() {
		for _, f := range c.fields {
			for kind, message := range f.updates {
				m := model.MethodByName(message)
				if m == nil {
					t.Errorf("%s %s: %s is no message (%s)", c.name, f.name, message, kind)
					continue
				}
				want := counts[kind]
				if strings.HasPrefix(m.Name, "set_") && kind != "set_in_map" {
					want = 2
				}
				if len(m.Params) != want {
					t.Errorf("%s %s: %s takes %d values (%s)", c.name, f.name, message, len(m.Params), kind)
				}
			}
		}
	}
	raw, err := os.ReadFile("../../../shared/reference/xe-commands.json")
	if err != nil {
		t.Skip("the reference is not at hand")
	}
	var ref struct {
		Commands []struct {
			Name       string
			Reqd, Optn []string
		}
		Generated []struct {
			Name, Class string
			Reqd        []string
			Rule        string `json:"optn_rule"`
		} `json:"generated_commands"`
		Classes []struct {
			Class, Note                  string
			Filters                      map[string]string `json:"default_filters"`
			List                         []string          `json:"default_list"`
			Settable, Addable, Clearable []string
			Fields                       []map[string]any
		}
	}
	if err := json.Unmarshal(raw, &ref); err != nil {
		t.Fatal(err)
	}
	for _, c := range ref.Commands {
		c.Optn = slices.DeleteFunc(c.Optn, func(o string) bool { return o == "" })
		if s := find(c.Name); s == nil || !slices.Equal(s.reqd, c.Reqd) || !slices.Equal(s.optn, c.Optn) {
			t.Errorf("%s: %v", c.Name, s)
		}
	}
	for _, c := range ref.Generated {
		if s := find(c.Name); s == nil || !slices.Equal(s.reqd, c.Reqd) {
			t.Errorf("%s is missing, or takes something else", c.Name)
		}
	}
	kinds := []string{"set", "add_to_set", "remove_from_set", "add_to_map", "remove_from_map", "set_in_map", "set_map", "clear_map"}
	n := 0
	for i, want := range ref.Classes {
		got := classes()[i]
		filters := map[string]string{}
		for _, p := range got.filters {
			filters[p.key] = p.value
		}
		var columns []string
		for _, f := range got.fields {
			if slices.Contains(got.columns, f.name) || len(got.columns) == 0 {
				columns = append(columns, f.name)
			}
		}
		var wanted []string
		for j, f := range want.Fields {
			n++
			if j >= len(got.fields) {
				t.Errorf("%s: no %v", want.Class, f["name"])
				continue
			}
			have := got.fields[j]
			flag := func(name string) bool { b, _ := f[name].(bool); return b }
			if have.name != f["name"] || have.mode != f["mode"] || have.hidden != flag("hidden") || have.expensive != flag("expensive") ||
				have.deprecated != flag("deprecated") || have.ignoreCase != flag("case_insensitive") {
				t.Errorf("%s: %s %s, want %v", want.Class, have.name, have.mode, f)
			}
			for _, kind := range kinds {
				message := ""
				calls, _ := f[kind].([]any)
				for _, call := range calls {
					if _, m, _ := strings.Cut(call.(string), "."); !strings.HasPrefix(m, "get_") {
						message = got.api.Name + "." + m
					}
				}
				if have.updates[kind] != message {
					t.Errorf("%s %s: %s by %q, want %q", want.Class, have.name, kind, have.updates[kind], message)
				}
			}
			if flag("default") {
				wanted = append(wanted, have.name)
			}
		}
		if len(want.List) == 0 {
			wanted = columns
		}
		if got.name != want.Class || len(got.fields) != len(want.Fields) || !maps.Equal(filters, want.Filters) || !slices.Equal(columns, wanted) ||
			!slices.Equal(got.settable, want.Settable) || !slices.Equal(got.addable, want.Addable) || !slices.Equal(got.clearers, want.Clearable) {
			t.Errorf("%s: %s, columns %v, want %v", want.Class, got.name, columns, wanted)
		}
	}
	if n != 989 {
		t.Errorf("%d fields, xe has 989", n)
	}
}
