package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// TestReleases: xe of an old release knows the commands and fields of its time.
func TestReleases(t *testing.T) {
	for _, tt := range []struct {
		release string
		args    []string
		stderr  string // "" for success
	}{
		{"boston", []string{"vm-list"}, ""},
		{"boston", []string{"vm-list", "is-a-snapshot=true"}, ""},
		{"boston", []string{"vm-list", "params=all"}, ""},
		{"boston", []string{"host-list", "params=all"}, ""},
		{"boston", []string{"vm-list", "has-vendor-device=true"}, "Error: Unknown field 'has-vendor-device'\n"},
		{"boston", []string{"pusb-list"}, "Unknown command: pusb-list\nFor usage run: 'xe help'\n"},
		{"boston", []string{"vdi-enable-cbt", "uuid=x"}, "Unknown command: vdi-enable-cbt\nFor usage run: 'xe help'\n"},
		{"inverness", []string{"pusb-list"}, ""},
		{"", []string{"vm-list", "has-vendor-device=true"}, ""},
		{"", []string{"pusb-list"}, ""},
	} {
		xe := newShell(t, xapitest.Start(t, xapitest.Release(tt.release), xapitest.Inventory(1, 1), xapitest.Quiet()))
		_, errs, status := xe.try(tt.args...)
		if errs != tt.stderr || (status == 0) != (tt.stderr == "") {
			t.Errorf("%s, %v: status %d, %q, want %q", tt.release, tt.args, status, errs, tt.stderr)
		}
	}
}

// TestHelpOfRelease: help tells of what there is, and host-evacuate sends what
// its message took.
func TestHelpOfRelease(t *testing.T) {
	xe := newShell(t, xapitest.Start(t, xapitest.Release("boston"), xapitest.Inventory(2, 3)))
	all := strings.Split(xe.line("help", "--all", "--minimal"), ",")
	for name, there := range map[string]bool{"vm-start": true, "patch-upload": true, "vtpm-create": false, "host-declare-dead": false, "cluster-list": false} {
		if slices.Contains(all, name) != there {
			t.Errorf("help tells of %s: %v", name, !there)
		}
	}
	if got := xe.line("help", "vtpm-create"); !strings.Contains(got, "Unknown command") {
		t.Errorf("help of vtpm-create is %q", got)
	}
	host := strings.Split(xe.line("host-list", "--minimal"), ",")[1]
	if shown := xe.line("host-param-list", "uuid="+host); strings.Contains(shown, "virtual-hardware-platform-versions") || !strings.Contains(shown, "software-version") {
		t.Errorf("a host shows %s", shown)
	}
	xe.must("host-disable", "uuid="+host)
	xe.must("host-evacuate", "uuid="+host)
	if left := xe.line("vm-list", "resident-on="+host, "is-control-domain=false", "--minimal"); left != "" {
		t.Errorf("VMs are left: %s", left)
	}
}
