package host_test

import (
	"encoding/json"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func TestDataSources(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	c, x := p.Login(t), xapitest.Login(t, p.XMLRPC()) // JSON has no infinity
	h := c.Refs(t, "host.get_all")[0]
	query := func(name string) float64 {
		t.Helper()
		f, err := c.Call(t, "host.query_data_source", h, name).(json.Number).Float64()
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	sources := func() map[string]map[string]any {
		t.Helper()
		m := map[string]map[string]any{}
		for _, s := range x.Call(t, "host.get_data_sources", h).([]any) {
			r := s.(map[string]any)
			m[r["name_label"].(string)] = r
		}
		return m
	}
	all := sources()
	for name, units := range map[string]string{
		"cpu0": "(fraction)", "cpu_avg": "(fraction)", "memory_total_kib": "KiB", "running_domains": "count", "pif_eth0_rx": "B/s", "pool_session_count": "sessions",
	} {
		if s := all[name]; s == nil || s["units"] != units || s["enabled"] != true {
			t.Errorf("%s: %v", name, s)
		}
	}
	free, domains := query("memory_free_kib"), query("running_domains")
	if b, _ := c.Call(t, "host.compute_free_memory", h).(json.Number).Float64(); b != free*1024 {
		t.Errorf("%v KiB are free, and %v B", free, b)
	}
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	c.Call(t, "VM.provision", vm)
	c.Call(t, "VM.start_on", vm, h, false, false)
	if query("running_domains") != domains+1 || query("memory_free_kib") >= free {
		t.Error("a VM that runs does not count")
	}
	if busy := query("cpu_avg"); busy <= 0 || busy > 1 {
		t.Errorf("busy: %v", busy)
	}
	c.Fail(t, "INTERNAL_ERROR", []string{"no data source x"}, "host.query_data_source", h, "x")
	c.Fail(t, "INTERNAL_ERROR", []string{"no data source x"}, "host.record_data_source", h, "x")
	c.Call(t, "host.forget_data_source_archives", h, "cpu0")
	c.Call(t, "host.record_data_source", h, "pif_eth0_rx_errors")
	if all = sources(); all["cpu0"]["enabled"] != false || all["pif_eth0_rx_errors"]["enabled"] != true || all["cpu_avg"]["enabled"] != true {
		t.Error("what is recorded is not what was said")
	}
}
