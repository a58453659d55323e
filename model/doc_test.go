package model_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`is the (XenAPI class|enumeration) \S+\.$`)

// TestDescriptions: every exported type says what it stands for, and no file is
// too long to read.
func TestDescriptions(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(raw), "\n"); n > 600 {
			t.Errorf("%s has %d lines", name, n)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, raw, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, spec := range g.Specs {
				s := spec.(*ast.TypeSpec)
				doc := strings.TrimSpace(g.Doc.Text() + s.Doc.Text())
				if s.Name.IsExported() && (doc == "" || placeholder.MatchString(doc)) {
					t.Errorf("%s: %s is not described: %q", name, s.Name, doc)
				}
			}
		}
	}
}
