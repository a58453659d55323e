package vm_test

import (
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// TestPoolMigrate: a running VM changes its host and nothing else.
func TestPoolMigrate(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(3, 0))
	c := p.Login(t)
	hosts := c.Refs(t, "host.get_all")
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	c.Call(t, "VM.provision", vm)
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "running", "halted"}, "VM.pool_migrate", vm, hosts[1], map[string]string{})
	c.Call(t, "VM.start_on", vm, hosts[0], false, false)
	before := c.Record(t, "VM.get_record", vm)
	started := c.Text(t, "VM_metrics.get_start_time", before["metrics"])
	c.Fail(t, "INVALID_VALUE", []string{"force", "perhaps"}, "VM.pool_migrate", vm, hosts[1], map[string]string{"force": "perhaps"})
	c.Call(t, "host.disable", hosts[2])
	c.Fail(t, "HOST_DISABLED", []string{hosts[2]}, "VM.pool_migrate", vm, hosts[2], map[string]string{})
	for _, to := range []string{hosts[1], hosts[1], hosts[0]} {
		c.Call(t, "VM.pool_migrate", vm, to, map[string]string{"live": "true"})
		r := c.Record(t, "VM.get_record", vm)
		if r["resident_on"] != to || r["power_state"] != "Running" || r["scheduled_to_be_resident_on"] != "OpaqueRef:NULL" {
			t.Errorf("after the migration to %s: %v", to, r)
		}
		if got := c.Text(t, "VM_metrics.get_start_time", r["metrics"]); got != started {
			t.Errorf("start time %s, was %s", got, started)
		}
	}
	c.Call(t, "VM.clean_shutdown", vm)
}

// TestEvacuate: all VMs leave a host, or none does and the reasons are told.
func TestEvacuate(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(3, 0))
	c := p.Login(t)
	hosts := c.Refs(t, "host.get_all")
	var vms []string
	for range 4 {
		vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
		c.Call(t, "VM.provision", vm)
		c.Call(t, "VM.start_on", vm, hosts[0], false, false)
		vms = append(vms, vm)
	}
	c.Fail(t, "HOST_NOT_DISABLED", nil, "host.reboot", hosts[0])
	c.Call(t, "host.disable", hosts[0])
	c.Call(t, "VM.pause", vms[0])
	prevent, ok := c.Call(t, "host.get_vms_which_prevent_evacuation", hosts[0]).(map[string]any)
	if !ok || len(prevent) != 1 || prevent[vms[0]] == nil {
		t.Errorf("what prevents the evacuation: %v", prevent)
	}
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vms[0], "running", "paused"}, "host.evacuate", hosts[0])
	c.Fail(t, "CANNOT_EVACUATE_HOST", []string{"VM_BAD_POWER_STATE," + vms[0] + ",running,paused"}, "host.assert_can_evacuate", hosts[0])
	c.Call(t, "VM.unpause", vms[0])
	c.Call(t, "host.assert_can_evacuate", hosts[0])
	c.Call(t, "host.evacuate", hosts[0])
	for _, vm := range vms {
		if on := c.Text(t, "VM.get_resident_on", vm); on == hosts[0] {
			t.Errorf("%s is still there", vm)
		}
	}
	c.Call(t, "host.enable", hosts[0])
}
