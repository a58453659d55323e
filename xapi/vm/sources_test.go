package vm_test

import (
	"strconv"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func TestDataSources(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := xapitest.Login(t, p.XMLRPC()) // JSON has no infinity, which ranges end at
	vm, _ := install(t, c, "web")
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "running", "halted"}, "VM.get_data_sources", vm)
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "running;paused", "halted"}, "VM.query_data_source", vm, "memory")
	c.Call(t, "VM.start", vm, false, false)
	sources := func() map[string]map[string]any {
		t.Helper()
		m := map[string]map[string]any{}
		list, _ := c.Call(t, "VM.get_data_sources", vm).([]any)
		for _, s := range list {
			r := s.(map[string]any)
			m[r["name_label"].(string)] = r
		}
		return m
	}
	query := func(name string) float64 {
		t.Helper()
		n, err := strconv.ParseFloat(c.Text(t, "VM.query_data_source", vm, name), 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	all := sources()
	for name, want := range map[string]struct {
		units    string
		standard bool
	}{
		"cpu0": {"(fraction)", true}, "cpu_usage": {"(fraction)", true}, "memory": {"B", true}, "memory_target": {"B", true},
		"vif_0_rx": {"B/s", true}, "vif_0_tx_errors": {"err/s", false}, "vbd_xvda_read": {"B/s", true},
		"vbd_xvda_write_latency": {"μs", true}, "runstate_blocked": {"(fraction)", false},
	} {
		if s := all[name]; s == nil || s["units"] != want.units || s["standard"] != want.standard || s["enabled"] != want.standard {
			t.Errorf("%s is %v, want %v", name, s, want)
		}
	}
	for name := range all {
		if n := query(name); n < 0 {
			t.Errorf("%s measures %v", name, n)
		}
	}
	if got := query("memory"); got != 256<<20 {
		t.Errorf("the VM has %v bytes of memory", got)
	}
	if got := query("cpu0"); got <= 0 || got > 1 {
		t.Errorf("the processor is busy to %v", got)
	}
	c.Call(t, "VM.record_data_source", vm, "runstate_blocked")
	c.Call(t, "VM.forget_data_source_archives", vm, "cpu0")
	all = sources()
	if all["runstate_blocked"]["enabled"] != true || all["cpu0"]["enabled"] != false || all["cpu_usage"]["enabled"] != true {
		t.Errorf("enabled: %v, %v, %v", all["runstate_blocked"], all["cpu0"], all["cpu_usage"])
	}
	for _, method := range []string{"VM.query_data_source", "VM.record_data_source", "VM.forget_data_source_archives"} {
		c.Fail(t, "INTERNAL_ERROR", nil, method, vm, "moon")
	}
	c.Call(t, "VM.pause", vm)
	if got := query("cpu0"); got != 0 {
		t.Errorf("the processor of a paused VM is busy to %v", got)
	}
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "running", "paused"}, "VM.record_data_source", vm, "cpu0")
}
