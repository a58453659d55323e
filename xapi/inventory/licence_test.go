package inventory_test

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/inventory"
)

// TestLicences: what hosts are licensed for at their first boot; now is
// 2027-01-15.
func TestLicences(t *testing.T) {
	for name, tt := range map[string]struct {
		release, text string
		want          string // edition, expiry, whether HA and VMs' start are restricted, of each host
	}{
		"nothing said":        {"", "hosts: [{name: a}]", "free 20991231T00:00:00Z false false"},
		"nothing said, old":   {"boston", "hosts: [{name: a}]", "free 20270214T00:00:00Z true"},
		"an edition":          {"", "licence: {edition: standard}\nhosts: [{name: a}]", "standard 20991231T00:00:00Z false false"},
		"an old edition":      {"boston", "licence: {edition: advanced}\nhosts: [{name: a}]", "advanced 20300101T00:00:00Z false"},
		"a date":              {"", "licence: {edition: standard, expires: 2027-01-16}\nhosts: [{name: a}]", "standard 20270116T00:00:00Z false false"},
		"days":                {"boston", "licence: {expires: 2d}\nhosts: [{name: a}]", "free 20270117T08:00:00Z true"},
		"over":                {"", "licence: {edition: standard, expires: expired}\nhosts: [{name: a}]", "standard 20270114T08:00:00Z true true"},
		"over, old":           {"boston", "licence: {edition: platinum, expires: expired}\nhosts: [{name: a}]", "platinum 20270114T08:00:00Z false"},
		"a host of its own":   {"boston", "licence: {edition: platinum}\nhosts: [{name: a}, {name: b, licence: {edition: free}}]", "platinum 20300101T00:00:00Z false, free 20270214T00:00:00Z true"},
		"no edition":          {"", "hosts: [{name: a, licence: {edition: platinum}}]", `host "a" has no edition "platinum" in this release`},
		"no date":             {"", "hosts: [{name: a, licence: {expires: soon}}]", `:1: "soon" is no date`},
		"no days":             {"", "hosts: [{name: a}]\nlicence: {expires: -3d}", `:2: "-3d" is no number of days`},
		"an edition too many": {"", "hosts: [{name: a, licence: {editions: free}}]", "unknown field"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := licensed(t, tt.release, tt.text)
			if err != nil {
				if !strings.Contains(err.Error(), tt.want) {
					t.Errorf("got %v, want %s", err, tt.want)
				}
			} else if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func licensed(t *testing.T, release, text string) (string, error) {
	f, err := inventory.Load(write(t, text))
	if err != nil {
		return "", err
	}
	o := options()
	o.File = f
	if o.Release, err = model.FindRelease(release); err != nil {
		t.Fatal(err)
	}
	var failed error
	db, err := store.Open(store.Options{Seed: func(tx *store.Tx) error { failed = inventory.Fill(tx, o); return failed }})
	if err != nil {
		return "", err
	}
	defer db.Close()
	var list []string
	ha, start := "false", ""
	for _, h := range store.All[model.Host](db.View()) {
		p := h.LicenseParams
		words := []string{h.Edition, p["expiry"], map[string]string{"true": "false", "false": "true"}[p["enable_xha"]]}
		if p["enable_xha"] == "false" {
			ha = "true"
		}
		if start = p["restrict_vm_start"]; start != "" {
			words = append(words, start)
		}
		list = append(list, strings.Join(words, " "))
	}
	for _, p := range store.All[model.Pool](db.View()) {
		if p.Restrictions["enable_xha"] == ha || p.Restrictions["restrict_vm_start"] != start {
			t.Errorf("the pool's restrictions are %v", p.Restrictions)
		}
	}
	return strings.Join(list, ", "), nil
}
