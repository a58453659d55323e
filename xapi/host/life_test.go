package host_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestHostLife leads a member with a daemon of its own through its life, with a
// VM that is to survive it.
func TestHostLife(t *testing.T) {
	list := xapitest.Members(t, 2)
	list[1].Login(t).Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
	c := list[0].Login(t)
	var master, slave string
	list[0].Until(t, "two hosts", func(r store.Reader) bool { return store.Len[model.Host](r) == 2 })
	for _, h := range c.Refs(t, "host.get_all") {
		if c.Text(t, "host.get_uuid", h) == list[1].UUID() {
			slave = h
		} else {
			master = h
		}
	}
	list[0].UntilHost(t, slave, true, true)
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	c.Call(t, "VM.provision", vm)
	c.Call(t, "VM.start_on", vm, slave, false, false)
	list[0].UntilAgent(t, vm)
	metrics := c.Text(t, "VM.get_guest_metrics", vm)
	on := func(host, state string) {
		t.Helper()
		r := c.Record(t, "VM.get_record", vm)
		if r["resident_on"] != host || r["power_state"] != state || r["guest_metrics"] != metrics && state == "Running" {
			t.Errorf("the VM is %v on %v, its guest %v", r["power_state"], r["resident_on"], r["guest_metrics"])
		}
	}
	// From daemon to daemon, without stopping.
	for _, to := range []string{master, slave} {
		c.Call(t, "VM.pool_migrate", vm, to, map[string]string{})
		on(to, "Running")
	}
	c.Call(t, "VM.pause", vm)
	c.Call(t, "VM.unpause", vm)
	// A toolstack restarts, the VM runs on.
	c.Call(t, "host.remove_from_other_config", slave, "agent_start_time") // until it has restarted
	c.Call(t, "host.restart_agent", slave)
	list[0].Until(t, "the toolstack has restarted", func(r store.Reader) bool {
		h, _ := store.Find(r, model.Ref[model.Host](slave))
		return h.OtherConfig["agent_start_time"] != ""
	})
	list[0].UntilHost(t, slave, true, true)
	c.Call(t, "VM.pause", vm)
	c.Call(t, "VM.unpause", vm)
	on(slave, "Running")
	// A reboot moves it away first.
	c.Fail(t, "HOST_NOT_DISABLED", nil, "host.reboot", slave)
	c.Call(t, "host.disable", slave)
	list[0].UntilHost(t, slave, false, true)
	if got := c.Text(t, "host.disable_display", slave); got != "disable_on_reboot" {
		t.Errorf("the display: %s", got)
	}
	c.Call(t, "host.reboot", slave)
	list[0].UntilHost(t, slave, true, true)
	if got := c.Text(t, "host.get_display", slave); got != "disabled" {
		t.Errorf("after a reboot the display is %s", got)
	}
	on(master, "Running")
	// Off and on again.
	c.Fail(t, "HOST_IS_LIVE", []string{slave}, "host.power_on", slave)
	c.Call(t, "host.disable", slave)
	c.Call(t, "host.shutdown", slave)
	list[0].UntilHost(t, slave, false, false)
	c.Fail(t, "HOST_OFFLINE", []string{slave}, "host.enable", slave)
	c.Fail(t, "HOST_POWER_ON_MODE_DISABLED", nil, "host.power_on", slave)
	c.Call(t, "host.set_power_on_mode", slave, "wake-on-lan", map[string]string{})
	if _, err := list[1].JSONRPC("2.0").Call("session.login_with_password", "root", xapitest.Password); err == nil {
		t.Error("a host that is switched off answers")
	}
	c.Call(t, "host.power_on", slave)
	list[0].UntilHost(t, slave, true, true)
	on(master, "Running")
}
