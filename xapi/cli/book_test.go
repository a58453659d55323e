package cli

import (
	"slices"
	"testing"

	"github.com/xapid/xapid/model"
)

// TestBooks: each release has the commands and fields of its time.
func TestBooks(t *testing.T) {
	for _, tt := range []struct {
		release   string
		has, none []string // commands, and fields as class.field
	}{
		{"boston",
			[]string{"vm-list", "host-enable", "pool-join", "vm.name-label", "host.software-version", "pool.ha-enabled", "patch-upload", "host-set-cpu-features"},
			[]string{"vtpm-create", "vtpm-list", "pusb-list", "update-apply", "vdi-enable-cbt", "vm.has-vendor-device", "host.virtual-hardware-platform-versions", "pool.cpu_info", "pool-secret-rotate"}},
		{"tampa", []string{"vdi-pool-migrate", "vm-list"}, []string{"vdi-enable-cbt", "vmss-list"}},
		{"ely", []string{"update-apply", "pvs-site-list", "pool.cpu_info"}, []string{"host-reset-cpu-features", "pusb-list", "sdn-controller-list"}},
		{"nile", []string{"vtpm-create", "vtpm-list", "pusb-list", "host.virtual-hardware-platform-versions"}, []string{"caller-list", "vm-group-list"}},
		{"", []string{"vtpm-create", "caller-create", "vm-group-list", "vm.has-vendor-device"}, []string{"vm.no-such-field", "no-such-command"}},
	} {
		r, err := model.FindRelease(tt.release)
		if err != nil {
			t.Fatal(err)
		}
		b := bookOf(r)
		has := func(name string) bool {
			if i := slices.Index([]byte(name), '.'); i > 0 {
				return b.class(name[:i]).field(name[i+1:]) != nil
			}
			return b.specs[name] != nil
		}
		for _, name := range tt.has {
			if !has(name) {
				t.Errorf("%s has no %s", r.Code, name)
			}
		}
		for _, name := range tt.none {
			if has(name) {
				t.Errorf("%s has %s", r.Code, name)
			}
		}
		for _, cls := range b.classes {
			for _, p := range cls.filters {
				if cls.field(p.key) == nil {
					t.Errorf("%s: %s filters by %s, which it has not", r.Code, cls.name, p.key)
				}
			}
			for _, list := range [][]string{cls.columns, cls.clearers} {
				for _, name := range list {
					if cls.field(name) == nil && classByName(cls.name).field(name) != nil {
						t.Errorf("%s: %s shows %s, which it has not", r.Code, cls.name, name)
					}
				}
			}
		}
	}
}

// classByName is a class as the table has it, whatever the release.
func classByName(name string) *class { return (&book{classes: classes()}).class(name) }

// TestMarks: releases.txt speaks of commands that there are, and of releases
// that can be compared.
func TestMarks(t *testing.T) {
	newest, _ := model.FindRelease("")
	names := map[string]bool{}
	for _, s := range written() {
		names[s.name] = true
	}
	for mark, code := range marks() {
		if word := mark[0]; word != "since" && word != "until" || !names[mark[1]] || newest.Before(code) {
			t.Errorf("%s %s %s: no such word or command", word, code, mark[1])
		}
	}
	if len(marks()) < 100 {
		t.Errorf("%d marks were read", len(marks()))
	}
}
