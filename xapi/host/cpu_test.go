package host_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

const (
	physical = "17bae3ff-bfebfbff-00000001-28100800"
	less     = "009ae3fd-bfebfbff-00000001-28100800"
)

// described is a daemon of 6.0 with what a file says.
func described(t *testing.T, text string) func(int, *xapitest.Config) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return func(_ int, c *xapitest.Config) { c.Inventory, c.Release = path, "boston" }
}

// words are a host's: what it has, what machines see, what they will see.
func words(t *testing.T, c *xapitest.Client, host string) [3]string {
	t.Helper()
	info, _ := c.Call(t, "host.get_cpu_info", host).(map[string]any)
	var w [3]string
	for i, k := range []string{"physical_features", "features", "features_after_reboot"} {
		w[i], _ = info[k].(string)
	}
	return w
}

// TestSetCPUFeatures: what is asked of a mask, in that order, on hosts that
// one daemon plays.
func TestSetCPUFeatures(t *testing.T) {
	const lab = `
licence: {edition: advanced}
hosts:
  - name: rigid
    cpus: {features: 17bae3ff-bfebfbff-00000001-28100800, maskable: no}
  - name: half
    cpus: {features: 17bae3ff-bfebfbff-00000001-28100800, maskable: base}
  - name: pliant
    cpus: {features: 17bae3ff-bfebfbff-00000001-28100800, maskable: full}
`
	p := xapitest.Start(t, func(c *xapitest.Config) { described(t, lab)(0, c) })
	c := p.Login(t)
	hosts := c.Refs(t, "host.get_all")
	rigid, half, pliant := hosts[0], hosts[1], hosts[2]
	for _, tt := range []struct{ what, host, features, code string }{
		{"nonsense, of a processor that cannot", rigid, "everything", "INVALID_FEATURE_STRING"},
		{"a processor that cannot", rigid, physical, "CPU_FEATURE_MASKING_NOT_SUPPORTED"},
		{"too few words", pliant, "17bae3ff-bfebfbff", "INVALID_FEATURE_STRING"},
		{"what is not there", pliant, "ffffffff-bfebfbff-00000001-28100800", "INVALID_FEATURE_STRING"},
		{"words that stay", half, "17bae3ff-bfebfbff-00000000-28100800", "INVALID_FEATURE_STRING"},
	} {
		_, err := c.Try("host.set_cpu_features", tt.host, tt.features)
		xapitest.CheckError(t, err, tt.code, nil)
		if got := words(t, c, tt.host); got != [3]string{physical, physical, physical} {
			t.Errorf("%s: %v", tt.what, got)
		}
	}
	for _, host := range []string{half, pliant} {
		c.Call(t, "host.set_cpu_features", host, strings.ReplaceAll(strings.ToUpper(less), "-", " "))
		if got := words(t, c, host); got != [3]string{physical, physical, less} {
			t.Errorf("after setting: %v", got)
		}
	}
	// It is the boot of this host that counts.
	c.Call(t, "host.restart_agent", pliant)
	c.Call(t, "host.disable", half)
	c.Call(t, "host.reboot", half)
	p.Until(t, "the reboot", func(r store.Reader) bool {
		h, _ := store.Find(r, model.Ref[model.Host](half))
		return h.CPUInfo["features"] == less
	})
	if got := words(t, c, pliant); got != [3]string{physical, physical, less} {
		t.Errorf("a host that did not reboot: %v", got)
	}
	c.Call(t, "host.reset_cpu_features", half)
	if got := words(t, c, half); got != [3]string{physical, less, physical} {
		t.Errorf("after a reset: %v", got)
	}
	p.UntilHost(t, half, true, true)
	c.Call(t, "host.disable", half)
	c.Call(t, "host.reboot", half)
	p.Until(t, "the second reboot", func(r store.Reader) bool {
		h, _ := store.Find(r, model.Ref[model.Host](half))
		return h.CPUInfo["features"] == physical
	})
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		for ref := range store.All[model.Pool](tx) {
			if e, err := store.Edit(tx, ref); err == nil {
				e.Restrictions["restrict_cpu_masking"] = "true"
			}
		}
		h, _ := store.Find(tx, model.Ref[model.Host](half))
		m, err := store.Edit(tx, h.Metrics)
		if err == nil {
			m.Live = false
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Fail(t, "FEATURE_RESTRICTED", []string{}, "host.set_cpu_features", rigid, "everything")
	c.Call(t, "host.reset_cpu_features", pliant)
	c.Fail(t, "HOST_OFFLINE", []string{half}, "host.set_cpu_features", half, physical)
	c.Fail(t, "HOST_OFFLINE", []string{half}, "host.reset_cpu_features", half)
}

// TestMaskedMember: a host that keeps its mask itself has it through restarts,
// joins with it, and loses it when it is ejected; its processors stay.
func TestMaskedMember(t *testing.T) {
	master := described(t, "hosts: [{name: master, licence: {edition: advanced}, cpus: {features: "+less+"}}]")
	better := described(t, "hosts: [{name: better, licence: {edition: advanced}, cpus: {features: "+physical+", maskable: full}}]")
	list := xapitest.Members(t, 2, func(i int, c *xapitest.Config) {
		if master(i, c); i == 1 {
			better(i, c)
		}
	})
	c := list[1].Login(t)
	host := c.Refs(t, "host.get_all")[0]
	c.Fail(t, "HOSTS_NOT_HOMOGENEOUS", []string{"CPUs differ"}, "pool.join", list[0].Address(), "root", xapitest.Password)
	c.Call(t, "host.set_cpu_features", host, less)
	c.Fail(t, "HOSTS_NOT_HOMOGENEOUS", []string{"CPUs differ"}, "pool.join", list[0].Address(), "root", xapitest.Password)
	reboot := func(want string) {
		t.Helper()
		c := list[1].Again(t)
		c.Call(t, "host.disable", host)
		c.Call(t, "host.reboot", host)
		list[1].Until(t, "the reboot", func(r store.Reader) bool {
			h, ok := store.Find(r, model.Ref[model.Host](host))
			return ok && h.CPUInfo["features"] == want
		})
		list[1].UntilHost(t, host, true, true)
	}
	reboot(less)
	reboot(less)
	list[1].Again(t).Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
	m := list[0].Login(t)
	list[0].Until(t, "two hosts", func(r store.Reader) bool { return store.Len[model.Host](r) == 2 })
	for _, h := range m.Refs(t, "host.get_all") {
		if m.Text(t, "host.get_uuid", h) == list[1].UUID() {
			host = h
		}
	}
	list[0].UntilHost(t, host, true, true)
	if got := words(t, m, host); got != [3]string{physical, less, less} {
		t.Errorf("as a member: %v", got)
	}
	m.Call(t, "host.set_cpu_features", host, physical)
	m.Call(t, "host.disable", host)
	m.Call(t, "host.reboot", host)
	list[0].Until(t, "the slave's reboot", func(r store.Reader) bool {
		h, _ := store.Find(r, model.Ref[model.Host](host))
		return h.CPUInfo["features"] == physical
	})
	list[0].UntilHost(t, host, true, true)
	m.Call(t, "host.set_cpu_features", host, less)
	m.Call(t, "pool.eject", host)
	list[1].Until(t, "a pool of its own", func(r store.Reader) bool { return store.Len[model.Host](r) == 1 && list[1].DB().Leads() })
	c = list[1].Again(t)
	if got := words(t, c, c.Refs(t, "host.get_all")[0]); got != [3]string{physical, physical, physical} {
		t.Errorf("ejected: %v", got)
	}
}

// TestMasksAreGone: newer hosts have other means.
func TestMasksAreGone(t *testing.T) {
	c := xapitest.Start(t).Login(t)
	host := c.Refs(t, "host.get_all")[0]
	c.Fail(t, "MESSAGE_REMOVED", []string{}, "host.set_cpu_features", host, physical)
	c.Fail(t, "MESSAGE_REMOVED", []string{}, "host.reset_cpu_features", host)
}
