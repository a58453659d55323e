package model

import (
	"slices"
	"strings"
	"testing"
)

// TestErrorTexts holds the sentences about errors against the catalogue.
func TestErrorTexts(t *testing.T) {
	var codes, documented []string
	for line := range strings.Lines(errorTexts) {
		code, text, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || len(text) < 12 || !strings.HasSuffix(text, ".") || strings.TrimSpace(text) != text {
			t.Errorf("%q is no line of a code and a sentence", line)
		}
		codes = append(codes, code)
	}
	for _, e := range Errors() {
		if e.Documented {
			documented = append(documented, e.Code)
		}
		if e.Documented == (e.About == "") {
			t.Errorf("%s: documented %v, told of as %q", e.Code, e.Documented, e.About)
		}
	}
	if !slices.IsSorted(codes) || !slices.Equal(codes, documented) {
		t.Errorf("%d sentences for %d codes, or in another order", len(codes), len(documented))
	}
}
