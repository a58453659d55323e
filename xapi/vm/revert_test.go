package vm_test

import (
	"slices"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// onlyDisk is the disk in the one hard drive of a VM.
func onlyDisk(t *testing.T, c *xapitest.Client, vm string) string {
	t.Helper()
	found := ""
	for _, b := range c.Refs(t, "VM.get_VBDs", vm) {
		if r := c.Record(t, "VBD.get_record", b); r["type"] == "Disk" {
			if found != "" {
				t.Errorf("%s has several disks", vm)
			}
			found = r["VDI"].(string)
		}
	}
	return found
}

// messages counts those of a VM by name.
func messages(t *testing.T, c *xapitest.Client, vm string) map[string]int {
	t.Helper()
	n := map[string]int{}
	for _, m := range c.Record(t, "message.get", "VM", c.Text(t, "VM.get_uuid", vm), "19700101T00:00:00Z") {
		n[m.(map[string]any)["name"].(string)]++
	}
	return n
}

func TestCheckpoint(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm, vdi := install(t, c, "original")
	sr := c.Text(t, "VDI.get_SR", vdi)
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "paused, suspended, running", "halted"}, "VM.checkpoint", vm, "x")
	c.Call(t, "VM.start", vm, false, false)
	for _, p := range c.Refs(t, "pool.get_all") {
		c.Call(t, "pool.set_suspend_image_SR", p, "OpaqueRef:NULL")
	}
	for _, h := range c.Refs(t, "host.get_all") {
		c.Call(t, "host.set_suspend_image_sr", h, "OpaqueRef:NULL")
	}
	disks := len(c.Refs(t, "SR.get_VDIs", sr))
	c.Fail(t, "VM_NO_SUSPEND_SR", []string{vm}, "VM.checkpoint", vm, "x")
	if c.Text(t, "VM.get_power_state", vm) != "Running" || len(c.Refs(t, "SR.get_VDIs", sr)) != disks || len(c.Refs(t, "VM.get_snapshots", vm)) != 0 {
		t.Error("a checkpoint that failed has changed something")
	}
	c.Call(t, "VM.set_suspend_SR", vm, sr)
	before := c.Record(t, "VM.get_record", vm)
	point := c.Text(t, "VM.checkpoint", vm, "kept")
	after := c.Record(t, "VM.get_record", vm)
	if after["power_state"] != "Running" || after["resident_on"] != before["resident_on"] || after["domid"] == before["domid"] || after["suspend_VDI"] != "OpaqueRef:NULL" || after["parent"] != point {
		t.Errorf("the VM is %v on %v, domain %v, image %v, parent %v", after["power_state"], after["resident_on"], after["domid"], after["suspend_VDI"], after["parent"])
	}
	r := c.Record(t, "VM.get_record", point)
	if r["power_state"] != "Suspended" || r["is_a_snapshot"] != true || r["snapshot_of"] != vm || r["snapshot_info"].(map[string]any)["power-state-at-snapshot"] != "Running" {
		t.Errorf("the checkpoint is %v, %v, of %v, %v", r["power_state"], r["is_a_snapshot"], r["snapshot_of"], r["snapshot_info"])
	}
	if c.Text(t, "VDI.get_type", r["suspend_VDI"]) != "suspend" || c.Text(t, "VDI.get_snapshot_of", onlyDisk(t, c, point)) != vdi {
		t.Error("the checkpoint has another image or disk")
	}
	// The disk, its snapshot and the snapshot of the image: the image itself is gone.
	if n := len(c.Refs(t, "SR.get_VDIs", sr)); n != disks+2 {
		t.Errorf("%d disks, before %d", n, disks)
	}
	if m := messages(t, c, vm); m["VM_CHECKPOINTED"] != 1 || m["VM_SUSPENDED"] != 0 || m["VM_RESUMED"] != 0 {
		t.Errorf("messages %v", m)
	}
	clone := c.Text(t, "VM.clone", point, "from it")
	if c.Text(t, "VM.get_power_state", clone) != "Halted" || len(c.Refs(t, "SR.get_VDIs", sr)) != disks+3 {
		t.Error("the clone of a checkpoint is not halted, or has an image")
	}
	c.Call(t, "VM.suspend", vm)
	again := c.Text(t, "VM.checkpoint", vm, "asleep")
	if c.Text(t, "VM.get_power_state", vm) != "Suspended" || c.Text(t, "VM.get_power_state", again) != "Suspended" {
		t.Error("the checkpoint of a suspended VM")
	}
}

func TestRevert(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm, vdi := install(t, c, "original")
	sr := c.Text(t, "VDI.get_SR", vdi)
	c.Call(t, "VM.set_suspend_SR", vm, sr)
	c.Call(t, "VM.add_to_other_config", vm, "k", "then")
	c.Call(t, "VM.start", vm, false, false)
	c.Fail(t, "REVERT_ONLY_ALLOWED_ON_SNAPSHOT", []string{}, "VM.revert", vm)
	c.Fail(t, "HANDLE_INVALID", []string{"VM", "OpaqueRef:x"}, "VM.revert", "OpaqueRef:x")
	first := c.Text(t, "VM.snapshot", vm, "first", []any{})
	second := c.Text(t, "VM.checkpoint", vm, "second")
	mac := c.Text(t, "VIF.get_MAC", c.Refs(t, "VM.get_VIFs", vm)[0])
	vif := c.Refs(t, "VM.get_VIFs", vm)[0]

	c.Call(t, "VM.set_name_label", vm, "changed")
	c.Call(t, "VM.remove_from_other_config", vm, "k")
	c.Call(t, "VM.add_tags", vm, "now")
	extra := c.Text(t, "VDI.create", map[string]any{
		"name_label": "extra", "name_description": "", "SR": sr, "virtual_size": "1073741824", "type": "user",
		"sharable": false, "read_only": false, "other_config": map[string]any{},
	})
	c.Call(t, "VBD.create", map[string]any{
		"VM": vm, "VDI": extra, "userdevice": "1", "bootable": false, "mode": "RW", "type": "Disk", "empty": false, "unpluggable": true,
		"other_config": map[string]any{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]any{},
	})
	c.Call(t, "VM.revert", first)
	r := c.Record(t, "VM.get_record", vm)
	if r["power_state"] != "Halted" || r["name_label"] != "original" || r["parent"] != first || r["is_a_template"] != false || r["is_a_snapshot"] != false {
		t.Errorf("the VM is %v, %v, parent %v, %v, %v", r["power_state"], r["name_label"], r["parent"], r["is_a_template"], r["is_a_snapshot"])
	}
	if r["other_config"].(map[string]any)["k"] != "then" || !slices.Equal(c.Refs(t, "VM.get_tags", vm), []string{"now"}) || len(r["snapshots"].([]any)) != 2 {
		t.Errorf("%v, tags %v, snapshots %v", r["other_config"], r["tags"], r["snapshots"])
	}
	disk := onlyDisk(t, c, vm)
	c.Fail(t, "HANDLE_INVALID", []string{"VDI", vdi}, "VDI.get_record", vdi)
	for _, s := range []string{first, second} {
		if of := c.Text(t, "VDI.get_snapshot_of", onlyDisk(t, c, s)); of != disk {
			t.Errorf("the disk of a snapshot is one of %s, the VM's is %s", of, disk)
		}
	}
	if n := len(c.Refs(t, "VDI.get_VBDs", extra)); n != 0 {
		t.Error("a disk that the snapshot does not know is still in a drive")
	}
	vifs := c.Refs(t, "VM.get_VIFs", vm)
	if len(vifs) != 1 || vifs[0] == vif || c.Text(t, "VIF.get_MAC", vifs[0]) != mac {
		t.Errorf("the interfaces are %v", vifs)
	}
	if len(c.Refs(t, "VM.get_VBDs", vm)) != 2 {
		t.Error("the CD drive is not back")
	}
	if m := messages(t, c, vm); m["VM_SNAPSHOT_REVERTED"] != 1 {
		t.Errorf("messages %v", m)
	}
	c.Call(t, "VM.start", vm, false, false)

	c.Call(t, "VM.revert", second)
	if c.Text(t, "VM.get_power_state", vm) != "Suspended" {
		t.Errorf("after the checkpoint's revert %s", c.Text(t, "VM.get_power_state", vm))
	}
	c.Call(t, "VM.resume", vm, false, false)
	c.Call(t, "VM.hard_shutdown", vm)

	id := c.Text(t, "VM.get_uuid", vm)
	c.Call(t, "VM.destroy", vm)
	c.Call(t, "VM.revert", first)
	back := c.Text(t, "VM.get_by_uuid", id)
	if got := c.Record(t, "VM.get_record", back); got["name_label"] != "original" || len(got["snapshots"].([]any)) != 2 || got["power_state"] != "Halted" {
		t.Errorf("the VM that was gone is %v, %v, snapshots %v", got["name_label"], got["power_state"], got["snapshots"])
	}
	c.Call(t, "VM.start", back, false, false)
}

// TestRevertFails: what cannot be reverted stays as it is, but is halted.
func TestRevertFails(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm, vdi := install(t, c, "original")
	c.Call(t, "VM.start", vm, false, false)
	snapshot := c.Text(t, "VM.snapshot", vm, "kept", []any{})
	c.Call(t, "VM.set_name_label", vm, "changed")
	c.Call(t, "VM.add_to_blocked_operations", vm, "reverting", "not now")
	c.Fail(t, "OPERATION_BLOCKED", []string{vm, "not now"}, "VM.revert", snapshot)
	if c.Text(t, "VM.get_power_state", vm) != "Running" {
		t.Error("what was refused has stopped the VM")
	}
	c.Call(t, "VM.remove_from_blocked_operations", vm, "reverting")
	c.Call(t, "VM.hard_shutdown", vm)
	for _, b := range c.Refs(t, "SR.get_PBDs", c.Text(t, "VDI.get_SR", vdi)) {
		c.Call(t, "PBD.unplug", b)
	}
	c.Fail(t, "VM_REVERT_FAILED", []string{snapshot, vm}, "VM.revert", snapshot)
	if c.Text(t, "VM.get_power_state", vm) != "Halted" || c.Text(t, "VM.get_name_label", vm) != "changed" || onlyDisk(t, c, vm) != vdi {
		t.Error("a revert that failed has left a VM that is neither")
	}
}

// TestRevertSpares: a disk that another VM has now is not the reverted VM's to
// destroy.
func TestRevertSpares(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm, vdi := install(t, c, "first")
	other, _ := install(t, c, "second")
	snapshot := c.Text(t, "VM.snapshot", vm, "kept", []any{})
	for _, b := range c.Refs(t, "VM.get_VBDs", vm) {
		if c.Text(t, "VBD.get_VDI", b) == vdi {
			c.Call(t, "VBD.destroy", b)
		}
	}
	vbd := c.Text(t, "VBD.create", map[string]any{
		"VM": other, "VDI": vdi, "userdevice": "autodetect", "bootable": false, "mode": "RW", "type": "Disk", "empty": false, "unpluggable": true,
		"other_config": map[string]any{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]any{},
	})
	c.Call(t, "VM.start", other, false, false)
	c.Call(t, "VM.revert", snapshot)
	if c.Text(t, "VBD.get_VDI", vbd) != vdi || c.Call(t, "VBD.get_currently_attached", vbd) != true || onlyDisk(t, c, vm) == vdi {
		t.Error("the other VM has lost its disk")
	}
}

// TestSnapshotIgnores: a snapshot has no drive for a disk that it leaves out.
func TestSnapshotIgnores(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm, vdi := install(t, c, "web")
	snapshot := c.Text(t, "VM.snapshot", vm, "without", []any{vdi})
	if d := onlyDisk(t, c, snapshot); d != "" || len(c.Refs(t, "VM.get_VBDs", snapshot)) != 1 || len(c.Refs(t, "VDI.get_snapshots", vdi)) != 0 {
		t.Errorf("the snapshot has the disk %s", d)
	}
}

// TestImpossibleSizes: what no host has is asked of none, however large.
func TestImpossibleSizes(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 3))
	c := p.Login(t)
	host := c.Refs(t, "host.get_all")[0]
	free := c.Call(t, "host.compute_free_memory", host)
	for _, tt := range []struct{ memory, vcpus string }{
		{"9223372036854775807", "1"}, {"4611686018427387904", "1"}, {"1152921504606846976", "1"}, {"268435456", "4611686018427387904"}, {"268435456", "9223372036854775807"},
	} {
		vm, _ := install(t, c, tt.memory+" "+tt.vcpus)
		c.Call(t, "VM.add_to_platform", vm, "vcpu-unrestricted", "true")
		c.Call(t, "VM.set_memory_limits", vm, "0", tt.memory, tt.memory, tt.memory)
		c.Call(t, "VM.set_VCPUs_max", vm, tt.vcpus)
		c.Fail(t, "NO_HOSTS_AVAILABLE", []string{}, "VM.start", vm, false, false)
		c.Fail(t, "HOST_NOT_ENOUGH_FREE_MEMORY", nil, "VM.start_on", vm, host, false, false)
	}
	vm, _ := install(t, c, "negative")
	c.Call(t, "VM.set_memory_limits", vm, "-1099511627776", "-1099511627776", "-1099511627776", "-1099511627776")
	c.Fail(t, "NO_HOSTS_AVAILABLE", []string{}, "VM.start", vm, false, false)
	c.Fail(t, "MEMORY_CONSTRAINT_VIOLATION", []string{}, "VM.start_on", vm, host, false, false)
	if got := c.Call(t, "host.compute_free_memory", host); got != free {
		t.Errorf("%v bytes are free, %v before", got, free)
	}
}
