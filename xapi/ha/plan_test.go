package ha_test

import (
	"encoding/json"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// protected makes a VM that takes half of a host, and starts it.
func protected(t *testing.T, c *xapitest.Client, size int64, name string) string {
	t.Helper()
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], name)
	c.Call(t, "VM.provision", vm)
	c.Call(t, "VM.set_memory_limits", vm, size, size, size, size)
	c.Call(t, "VM.set_ha_restart_priority", vm, "restart")
	return vm
}

func number(t *testing.T, v any) int64 {
	t.Helper()
	n, err := v.(json.Number).Int64()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestPlan: in a pool of three hosts that one daemon plays, what could run
// where, and which calls keep a plan from breaking.
func TestPlan(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(3, 0))
	c := p.Login(t)
	pool := c.Refs(t, "pool.get_all")[0]
	hosts := c.Refs(t, "host.get_all")
	var free int64
	for _, h := range store.All[model.HostMetrics](p.DB().View()) {
		free = h.MemoryTotal
	}
	size := free * 2 / 5 / (1 << 20) * (1 << 20)
	if n := number(t, c.Call(t, "pool.ha_compute_max_host_failures_to_tolerate")); n != 3 {
		t.Errorf("without protected VMs %d failures are tolerated", n)
	}
	c.Call(t, "SR.create", hosts[0], map[string]string{"server": "10.0.0.1", "serverpath": "/x"}, 0, "shared", "", "nfs", "user", true, map[string]string{})
	c.Call(t, "pool.enable_ha", []string{}, map[string]string{"timeout": "30"})
	c.Call(t, "pool.set_ha_host_failures_to_tolerate", pool, 1)
	c.Fail(t, "INVALID_VALUE", []string{"ha_host_failures_to_tolerate", "-1"}, "pool.set_ha_host_failures_to_tolerate", pool, -1)
	var vms []string
	for i := range 4 { // two hosts can hold four
		vm := protected(t, c, size, string(rune('a'+i)))
		c.Call(t, "VM.start", vm, false, false)
		vms = append(vms, vm)
	}
	for n, want := range map[int]bool{0: true, 1: true, 2: false} {
		if got := c.Call(t, "pool.ha_failover_plan_exists", n); got != want {
			t.Errorf("a plan for %d failures: %v", n, got)
		}
	}
	if n := number(t, c.Call(t, "pool.ha_compute_max_host_failures_to_tolerate")); n != 1 {
		t.Errorf("%d failures are tolerated", n)
	}
	if n := number(t, c.Call(t, "pool.ha_compute_hypothetical_max_host_failures_to_tolerate", map[string]string{vms[0]: "restart"})); n < 1 {
		t.Errorf("with one protected VM %d failures are tolerated", n)
	}
	c.Fail(t, "INVALID_VALUE", []string{"ha_restart_priority", "always"}, "pool.ha_compute_hypothetical_max_host_failures_to_tolerate", map[string]string{vms[0]: "always"})
	// What would break the plan.
	fifth := protected(t, c, size, "e")
	c.Fail(t, "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", nil, "VM.start", fifth, false, false)
	c.Fail(t, "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", nil, "pool.set_ha_host_failures_to_tolerate", pool, 2)
	c.Fail(t, "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", nil, "host.disable", hosts[2])
	if !c.Call(t, "host.get_enabled", hosts[2]).(bool) {
		t.Error("the host was disabled")
	}
	for _, m := range [][]any{{"pool.eject", hosts[1]}, {"pool.enable_ha", []string{}, map[string]string{}}} {
		c.Fail(t, "HA_IS_ENABLED", nil, m[0].(string), m[1:]...)
	}
	plan, ok := c.Call(t, "pool.ha_compute_vm_failover_plan", []string{hosts[0], hosts[1], hosts[2]}, vms[:1]).(map[string]any)
	if !ok || xapitest.JSON(t, plan[vms[0]]) != `{"error_code":"HOST_NOT_ENOUGH_FREE_MEMORY"}` {
		t.Errorf("with all hosts failed: %v", plan)
	}
	// Whoever allows overcommitment gets it, and is told.
	c.Call(t, "pool.set_ha_allow_overcommit", pool, true)
	c.Call(t, "VM.start", fifth, false, false)
	p.Until(t, "the pool overcommitted", func(r store.Reader) bool {
		for _, p := range store.All[model.Pool](r) {
			return p.HAOvercommitted && p.HAPlanExistsFor == 0
		}
		return false
	})
	for _, name := range []string{"HA_POOL_OVERCOMMITTED", "HA_POOL_DROP_IN_PLAN_EXISTS_FOR"} {
		said := false
		for _, m := range store.All[model.Message](p.DB().View()) {
			said = said || m.Name == name
		}
		if !said {
			t.Errorf("no message %s", name)
		}
	}
	c.Call(t, "pool.disable_ha")
	c.Fail(t, "HA_NOT_ENABLED", nil, "pool.disable_ha")
}

// TestStatefileSR: the SR that HA beats on stays plugged, and a plan keeps
// calls from taking away what it needs.
func TestStatefileSR(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	c := p.Login(t)
	hosts := c.Refs(t, "host.get_all")
	sr := c.Text(t, "SR.create", hosts[0], map[string]string{"server": "10.0.0.1", "serverpath": "/x"}, 0, "shared", "", "nfs", "user", true, map[string]string{})
	c.Fail(t, "SR_HAS_NO_PBDS", []string{"*"}, "pool.enable_ha", []string{localSR(t, c)}, map[string]string{})
	c.Call(t, "pool.enable_ha", []string{sr}, map[string]string{})
	statefile := c.Refs(t, "pool.get_ha_statefiles", c.Refs(t, "pool.get_all")[0])
	if len(statefile) != 1 || c.Text(t, "VDI.get_type", statefile[0]) != "ha_statefile" || c.Text(t, "VDI.get_SR", statefile[0]) != sr {
		t.Errorf("statefiles %v", statefile)
	}
	for _, pbd := range c.Refs(t, "SR.get_PBDs", sr) {
		c.Fail(t, "HA_IS_ENABLED", nil, "PBD.unplug", pbd)
	}
	c.Call(t, "pool.disable_ha")
	for _, pbd := range c.Refs(t, "SR.get_PBDs", sr) {
		c.Call(t, "PBD.unplug", pbd)
	}
}

// localSR is one that only one host sees.
func localSR(t *testing.T, c *xapitest.Client) string {
	t.Helper()
	for _, sr := range c.Refs(t, "SR.get_all") {
		if c.Text(t, "SR.get_type", sr) == "ext" {
			return sr
		}
	}
	t.Fatal("no local SR")
	return ""
}
