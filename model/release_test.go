package model_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
)

// TestReleasesOfLives: every release that the model mentions is one that can be
// compared with.
func TestReleasesOfLives(t *testing.T) {
	newest, _ := model.FindRelease("")
	check := func(what string, l model.Life) {
		if newest.Removed(l) != l.Removed() {
			t.Errorf("%s: %v: the newest release must see the end of a life", what, l)
		}
		for _, step := range l {
			if newest.Before(step.Release) {
				t.Errorf("%s: %s is later than the newest", what, step.Release)
			}
		}
	}
	lives := 0
	for _, c := range model.Classes() {
		check(c.Name, c.Life)
		for _, f := range c.Fields {
			check(f.FullName(), f.Life)
		}
		for _, m := range c.Methods {
			lives++
			check(m.Full, m.Life)
			for _, p := range m.Params {
				check(m.Full+" "+p.Name, model.Life{{Step: "published", Release: p.Since}})
			}
		}
	}
	if lives < 2000 {
		t.Errorf("%d messages seen", lives)
	}
}

// TestReleaseNames: what releases know of operations and messages is of those
// that there are.
func TestReleaseNames(t *testing.T) {
	boston, _ := model.FindRelease("boston")
	newest, _ := model.FindRelease("")
	for enum, label := range map[string]string{"vm_operations": "migrate_send", "host_allowed_operations": "enable", "vdi_operations": "enable_cbt"} {
		if boston.HasLabel(enum, label) || !newest.HasLabel(enum, label) {
			t.Errorf("%s %s: boston %v, newest %v", enum, label, boston.HasLabel(enum, label), newest.HasLabel(enum, label))
		}
	}
	if !boston.HasLabel("vm_operations", "start") || !boston.HasLabel("vm_operations", "snapshot_with_quiesce") || newest.HasLabel("vm_operations", "snapshot_with_quiesce") {
		t.Error("what was always there, or is gone")
	}
	for enum, labels := range model.LabelSpans {
		for label := range labels {
			if e := model.EnumByName(enum); e == nil || !slices.Contains(e.Labels, label) {
				t.Errorf("%s has no %s", enum, label)
			}
		}
	}
	for _, tt := range []struct {
		name           string
		boston, newest int64
	}{
		{"IP_CONFIGURED_PIF_CAN_UNPLUG", 5, 3}, {"LICENSE_EXPIRES_SOON", 10, 2}, {"GRACE_LICENSE", 1, 3}, {"HA_HOST_FAILED", 3, 3}, {"WHAT_IS_THIS", 5, 5},
	} {
		if boston.AlertPriority(tt.name) != tt.boston || newest.AlertPriority(tt.name) != tt.newest {
			t.Errorf("%s: %d in boston, %d now", tt.name, boston.AlertPriority(tt.name), newest.AlertPriority(tt.name))
		}
	}
}

func TestFindRelease(t *testing.T) {
	newest, err := model.FindRelease("")
	if err != nil || newest.Code != "orinoco" {
		t.Fatalf("the newest is %v, %v", newest, err)
	}
	for _, code := range []string{"cowley", "rio", "24.3.0", "Boston", "zeus"} {
		if _, err := model.FindRelease(code); err == nil || !strings.Contains(err.Error(), "boston, tampa, ") {
			t.Errorf("%s: %v, want a list of what there is", code, err)
		}
	}
	for i, r := range model.Releases() {
		if found, err := model.FindRelease(r.Code); err != nil || found != r {
			t.Errorf("%s: %v, %v", r.Code, found, err)
		}
		if r.Version == "" || r.Platform == "" || r.Build == "" || r.Xapi == "" || r.Xen == "" || r.Linux == "" {
			t.Errorf("%s does not say all of itself: %+v", r.Code, r)
		}
		if i > 0 && !model.Releases()[i-1].Before(r.Code) {
			t.Errorf("%s is not later than the one before it", r.Code)
		}
	}
}

func TestReleaseSeesLives(t *testing.T) {
	life := func(steps ...string) (l model.Life) {
		for _, s := range steps {
			step, release, _ := strings.Cut(s, ":")
			l = append(l, model.Transition{Step: step, Release: release})
		}
		return l
	}
	for _, tt := range []struct {
		release      string
		life         model.Life
		has, removed bool
	}{
		{"boston", life("published:boston"), true, false},
		{"boston", life("published:tampa"), false, false},
		{"boston", life("published:cowley", "deprecated:clearwater", "removed:clearwater"), true, false},
		{"clearwater", life("published:cowley", "deprecated:clearwater", "removed:clearwater"), false, true},
		{"vgpu-tech-preview", life("prototyped:clearwater-felton"), false, false},
		{"clearwater-whetstone", life("prototyped:clearwater-felton"), true, false},
		{"stockholm_psr", life("published:1.250.0"), false, false},
		{"nile-preview", life("published:23.18.0"), true, false},
		{"nile-preview", life("published:23.24.0"), false, false},
		{"nile", life("published:24.3.0"), true, false},
		{"nile", life("published:24.10.0", "removed:26.1.0"), false, false},
		{"orinoco", life("published:26.16.1-next"), true, false},
		{"", life("published:24.10.0", "removed:26.1.0"), false, true},
	} {
		r, err := model.FindRelease(tt.release)
		if err != nil {
			t.Fatal(err)
		}
		if r.Has(tt.life) != tt.has || r.Removed(tt.life) != tt.removed {
			t.Errorf("%s, %v: there %v, removed %v; want %v, %v", tt.release, tt.life, r.Has(tt.life), r.Removed(tt.life), tt.has, tt.removed)
		}
	}
	if (*model.Release)(nil).Before("orinoco") || !(*model.Release)(nil).Has(life("published:26.17.0")) {
		t.Error("no release must stand for the newest")
	}
}

// TestReleasesOfReference holds the table against the published list of releases.
func TestReleasesOfReference(t *testing.T) {
	text, err := os.ReadFile("../../shared/reference/releases.json")
	if err != nil {
		t.Skip(err)
	}
	var reference struct {
		Releases []struct {
			Code     string `json:"code_name"`
			Branding string
			Major    int64  `json:"api_version_major"`
			Minor    int64  `json:"api_version_minor"`
			Platform string `json:"platform_version"`
		}
		Numbered   []string
		Thresholds map[string]string `json:"xenadmin_platform_thresholds"`
	}
	if err := json.Unmarshal(text, &reference); err != nil {
		t.Fatal(err)
	}
	before := ""
	for _, want := range reference.Releases {
		if want.Code == "" {
			continue
		}
		r, err := model.FindRelease(want.Code)
		if err != nil {
			if want.Major > 1 || want.Minor > 8 {
				t.Error(err)
			}
			continue
		}
		if r.APIMajor != want.Major || r.APIMinor != want.Minor || want.Platform != "" && r.Platform != want.Platform {
			t.Errorf("%s is %d.%d, platform %s; want %+v", r.Code, r.APIMajor, r.APIMinor, r.Platform, want)
		}
		if before != "" && r.Before(before) {
			t.Errorf("%s is before %s", r.Code, before)
		}
		before = r.Code
	}
	newest, _ := model.FindRelease("")
	for _, code := range reference.Numbered {
		if newest.Before(code) {
			t.Errorf("%s is later than the newest", code)
		}
	}
}
