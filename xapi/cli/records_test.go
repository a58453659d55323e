package cli_test

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/cli"
	"github.com/xapid/xapid/xapi/xapitest"
)

// start makes a pool and a shell for it.
func start(t *testing.T, options ...xapitest.Option) *shell {
	p := xapitest.Start(t, options...)
	return &shell{t: t, pool: p, session: p.Login(t).Session}
}

// TestAllFields prints every field of an object of every class that a pool has,
// and asks for each alone: the same comes.
func TestAllFields(t *testing.T) {
	xe := start(t, xapitest.Inventory(2, 3))
	seen := 0
	for _, s := range cli.Specs() {
		class, ok := strings.CutSuffix(s.Name, "-param-list")
		if !ok {
			continue
		}
		id, _, _ := strings.Cut(xe.line(class+"-list", "params=uuid", "--minimal"), ",")
		if id == "" {
			continue
		}
		record := xe.must(s.Name, "uuid="+id)
		if !strings.HasSuffix(record, "\n\n\n") {
			t.Errorf("%s does not end in two empty lines", s.Name)
		}
		for line := range strings.Lines(strings.TrimSuffix(record, "\n\n")) {
			label, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
			name, _, _ := strings.Cut(strings.TrimSpace(label), " ")
			if alone := xe.line(class+"-param-get", "uuid="+id, "param-name="+name); alone != text {
				t.Errorf("%s %s: %q, alone %q", class, name, text, alone)
			}
			seen++
		}
	}
	if seen < 400 {
		t.Errorf("only %d fields are there to be seen", seen)
	}
}
