package cli

import (
	"encoding/json"
	"os"
	"slices"
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
	if all, _ := Count(); all != 675 {
		t.Errorf("%d commands, xe has 675", all)
	}
	for _, c := range classes() {
		for _, f := range c.fields {
			for kind, message := range f.updates {
				if !slices.ContainsFunc(c.api.Methods, func(m *model.Method) bool { return m.Full == message }) {
					t.Errorf("%s %s: %s is no message (%s)", c.name, f.name, message, kind)
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
		Generated []struct{ Name string } `json:"generated_commands"`
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
		if find(c.Name) == nil {
			t.Errorf("%s is missing", c.Name)
		}
	}
}
