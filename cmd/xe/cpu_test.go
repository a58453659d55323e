package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// TestProcessors: what xe tells of processors depends on the release.
func TestProcessors(t *testing.T) {
	hosts := filepath.Join(t.TempDir(), "hosts.yaml")
	// Masking takes more than the free edition of 6.0.
	if err := os.WriteFile(hosts, []byte("licence: {edition: advanced}\nhosts: [{name: first}, {name: second}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := func(release string, options ...xapitest.Option) *shell {
		return newShell(t, xapitest.Start(t, append(options, func(c *xapitest.Config) { c.Release = release })...))
	}
	const words = "f7fa3223-1fcbfbff-00000523-2d93fbff"
	old, now := at("boston", func(c *xapitest.Config) { c.Hosts, c.Inventory = 0, hosts }), at("", xapitest.Inventory(2, 0))
	if got := old.must("host-get-cpu-features"); got != words+"\n" {
		t.Errorf("the features of 6.0: %q", got)
	}
	second := strings.Split(old.line("host-list", "--minimal"), ",")[1]
	if got := old.line("host-get-cpu-features", "uuid="+second, "--minimal"); got != words {
		t.Errorf("the second host's features: %q", got)
	}
	if got := labels(old.must("host-cpu-info", "uuid="+second)); got != "cpu_count vendor speed modelname family model stepping flags features features_after_reboot physical_features maskable" {
		t.Errorf("6.0 tells %s", got)
	}
	if got := labels(now.must("host-cpu-info")); got != "cpu_count socket_count threads_per_core nr_nodes vendor speed modelname family model stepping flags features_pv features_hvm features_pv_host features_hvm_host" {
		t.Errorf("today's hosts tell %s", got)
	}
	for _, name := range []string{"host-get-cpu-features", "pool-get-cpu-features"} {
		if got := labels(now.must(name)); got != "features_pv features_hvm features_pv_host features_hvm_host" {
			t.Errorf("%s tells %s", name, got)
		}
	}
	for _, tt := range []struct {
		xe   *shell
		args []string
		want string
	}{
		{old, []string{"host-set-cpu-features"}, "features"},
		{old, []string{"host-set-cpu-features", "features=x"}, "feature"},
		{old, []string{"host-set-cpu-features", "features=" + words, "uuid=nobody"}, "nobody"},
		{old, []string{"pool-get-cpu-features"}, "Unknown command"},
		{now, []string{"host-set-cpu-features", "features=" + words}, "Unknown command"},
		{now, []string{"host-reset-cpu-features"}, "Unknown command"},
	} {
		if _, errs, status := tt.xe.try(tt.args...); status == 0 || !strings.Contains(errs, tt.want) {
			t.Errorf("%v: status %d, %q", tt.args, status, errs)
		}
	}
	old.must("host-reset-cpu-features")
	old.must("host-reset-cpu-features", "uuid="+second)
}

// labels are those of the lines of a record.
func labels(record string) string {
	var list []string
	for line := range strings.Lines(record) {
		if label, _, ok := strings.Cut(line, ":"); ok {
			list = append(list, strings.TrimSpace(label))
		}
	}
	return strings.Join(list, " ")
}
