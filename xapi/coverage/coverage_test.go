package coverage_test

import (
	"os"
	"testing"

	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/coverage"
)

// TestPage holds docs/coverage.md against the program. XAPID_UPDATE=1 writes it.
func TestPage(t *testing.T) {
	const page = "../../docs/coverage.md"
	table, err := xapi.Coverage()
	if err != nil {
		t.Fatal(err)
	}
	report := coverage.Count(table)
	want := report.Markdown()
	if os.Getenv("XAPID_UPDATE") != "" {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/coverage.md is not what `xapid coverage -markdown` prints: run the test with XAPID_UPDATE=1")
	}
	if n := len(table); n != 2258 {
		t.Errorf("%d messages, want 2258", n)
	}
}
