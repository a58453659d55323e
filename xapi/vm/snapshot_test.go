package vm_test

import (
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func TestSnapshot(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm, vdi := install(t, c, "original")
	c.Call(t, "VM.start", vm, false, false)
	snapshot := c.Text(t, "VM.snapshot", vm, "kept", []any{})
	r := c.Record(t, "VM.get_record", snapshot)
	if r["power_state"] != "Halted" || r["is_a_snapshot"] != true || r["is_a_template"] != true || r["snapshot_of"] != vm || r["name_label"] != "kept" {
		t.Errorf("the snapshot is %v, %v, %v, of %v, named %v", r["power_state"], r["is_a_snapshot"], r["is_a_template"], r["snapshot_of"], r["name_label"])
	}
	if r["snapshot_info"].(map[string]any)["power-state-at-snapshot"] != "Running" {
		t.Errorf("info %v", r["snapshot_info"])
	}
	original := c.Record(t, "VM.get_record", vm)
	if original["power_state"] != "Running" || original["parent"] != snapshot || len(original["snapshots"].([]any)) != 1 {
		t.Errorf("the VM is %v, parent %v, snapshots %v", original["power_state"], original["parent"], original["snapshots"])
	}
	mac := func(vm string) string { return c.Text(t, "VIF.get_MAC", c.Refs(t, "VM.get_VIFs", vm)[0]) }
	if mac(vm) != mac(snapshot) {
		t.Error("the snapshot has another MAC")
	}
	var kept string
	for _, b := range c.Refs(t, "VM.get_VBDs", snapshot) {
		b := c.Record(t, "VBD.get_record", b)
		if b["type"] == "Disk" {
			kept = b["VDI"].(string)
		}
		if b["currently_attached"] != false {
			t.Error("a drive of the snapshot is attached")
		}
	}
	d := c.Record(t, "VDI.get_record", kept)
	if d["is_a_snapshot"] != true || d["snapshot_of"] != vdi {
		t.Errorf("its disk: %v, %v", d["is_a_snapshot"], d["snapshot_of"])
	}
	c.Fail(t, "VM_IS_SNAPSHOT", []string{snapshot, "start"}, "VM.start", snapshot, false, false)
	clone := c.Text(t, "VM.clone", snapshot, "from the snapshot")
	if mac(clone) == mac(vm) {
		t.Error("the clone has the same MAC")
	}
	bare := c.Text(t, "VM.snapshot", vm, "without the disk", []any{vdi})
	if n := len(c.Refs(t, "VM.get_VBDs", bare)); n != 1 {
		t.Errorf("%d drives, want the CD's alone", n)
	}
	c.Call(t, "VM.destroy", bare)
	if got := c.Text(t, "VM.get_parent", vm); got != snapshot {
		t.Errorf("the parent is %s, want the older snapshot", got)
	}
}

func TestCloneErrors(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	template := c.Refs(t, "VM.get_by_name_label", "Debian Bookworm 12")[0]
	clone := c.Text(t, "VM.clone", template, "x")
	// The template's document names no SR.
	c.Fail(t, "UUID_INVALID", []string{"sr", ""}, "VM.provision", clone)
	if c.Call(t, "VM.get_is_a_template", clone) != true || len(c.Refs(t, "VM.get_VBDs", clone)) != 0 {
		t.Error("a provision that failed left something")
	}
	c.Fail(t, "VM_IS_TEMPLATE", []string{template, "destroy"}, "VM.destroy", template)
	c.Fail(t, "VM_IS_TEMPLATE", []string{template, "start"}, "VM.start", template, false, false)
	dom0 := ""
	for ref, vm := range c.Call(t, "VM.get_all_records").(map[string]any) {
		if vm.(map[string]any)["is_control_domain"] == true {
			dom0 = ref
		}
	}
	c.Fail(t, "VM_BAD_POWER_STATE", nil, "VM.destroy", dom0)
	c.Fail(t, "OPERATION_NOT_ALLOWED", nil, "VM.hard_shutdown", dom0)
	vm, _ := install(t, c, "blocked")
	c.Call(t, "VM.add_to_blocked_operations", vm, "destroy", "do not")
	c.Fail(t, "OPERATION_BLOCKED", []string{vm, "do not"}, "VM.destroy", vm)
	c.Fail(t, "MAP_DUPLICATE_KEY", []string{"VM", "blocked_operations", vm, "destroy"}, "VM.add_to_blocked_operations", vm, "destroy", "again")
	c.Call(t, "VM.set_memory_limits", vm, "1", "1125899906842624", "1125899906842624", "1125899906842624")
	c.Fail(t, "NO_HOSTS_AVAILABLE", []string{}, "VM.start", vm, false, false)
	host := c.Refs(t, "host.get_all")[0]
	c.Fail(t, "HOST_NOT_ENOUGH_FREE_MEMORY", nil, "VM.start_on", vm, host, false, false)
	c.Fail(t, "MEMORY_CONSTRAINT_VIOLATION_ORDER", []string{}, "VM.set_memory_limits", vm, "2", "1", "2", "1")
	c.Call(t, "host.disable", host)
	c.Fail(t, "HOST_DISABLED", []string{host}, "VM.assert_can_boot_here", vm, host)
}
