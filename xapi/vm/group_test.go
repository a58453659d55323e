package vm_test

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestAntiAffinity: an alert is there just as long as VMs that should run apart
// all run on one host.
func TestAntiAffinity(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	c := p.Login(t)
	group := func(placement string) string {
		return c.Text(t, "VM_group.create", map[string]any{"name_label": placement, "name_description": "", "placement": placement})
	}
	apart, normal := group("anti_affinity"), group("normal")
	vms := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d"} {
		vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], name)
		c.Call(t, "VM.provision", vm)
		vms[name] = vm
	}
	c.Fail(t, "TOO_MANY_GROUPS", []string{}, "VM.set_groups", vms["a"], []any{apart, normal})
	hosts := c.Refs(t, "host.get_all")
	for _, name := range []string{"a", "b"} {
		c.Call(t, "VM.set_groups", vms[name], []any{apart})
	}
	for _, name := range []string{"c", "d"} {
		c.Call(t, "VM.set_groups", vms[name], []any{normal})
		c.Call(t, "VM.start_on", vms[name], hosts[0], false, false)
	}
	alerts := func(want int) {
		t.Helper()
		p.Until(t, "alerts", func(r store.Reader) bool {
			n := 0
			for _, m := range store.All[model.Message](r) {
				if m.Name == "ALL_RUNNING_VMS_IN_ANTI_AFFINITY_GRP_ON_SINGLE_HOST" {
					n++
				}
			}
			return n == want
		})
	}
	id := c.Text(t, "VM_group.get_uuid", apart)
	about := func() string {
		for _, m := range c.Call(t, "message.get_all_records").(map[string]any) {
			if m := m.(map[string]any); strings.Contains(m["body"].(string), "<VM_group>"+id+"</VM_group>") && m["cls"] == "Pool" {
				return m["body"].(string)
			}
		}
		return ""
	}
	c.Call(t, "VM.start_on", vms["a"], hosts[0], false, false)
	c.Call(t, "VM.start_on", vms["b"], hosts[0], false, false)
	alerts(1)
	if got := about(); !strings.Contains(got, "<host>"+c.Text(t, "host.get_uuid", hosts[0])+"</host>") {
		t.Errorf("the alert says %q", got)
	}
	c.Call(t, "VM.pool_migrate", vms["b"], hosts[1], map[string]any{})
	alerts(0)
	c.Call(t, "VM.pool_migrate", vms["a"], hosts[1], map[string]any{})
	alerts(1)
	c.Call(t, "VM.hard_shutdown", vms["a"])
	alerts(0)
	c.Call(t, "VM.start_on", vms["a"], hosts[1], false, false)
	alerts(1)
	c.Call(t, "VM_group.destroy", apart)
	alerts(0)
	if got := c.Refs(t, "VM.get_groups", vms["a"]); len(got) != 0 {
		t.Errorf("the VM is in %v", got)
	}
}
