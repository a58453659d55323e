package vm_test

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// localSR is the SR for disks that only one host sees.
func localSR(t *testing.T, c *xapitest.Client, host string) string {
	t.Helper()
	for _, b := range c.Refs(t, "host.get_PBDs", host) {
		sr := c.Text(t, "PBD.get_SR", b)
		if c.Text(t, "SR.get_type", sr) == "ext" || c.Text(t, "SR.get_type", sr) == "lvm" {
			return sr
		}
	}
	t.Fatal("the host has no local storage")
	return ""
}

func TestMigrateSend(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	c := p.Login(t)
	vm, vdi := install(t, c, "web")
	from := c.Text(t, "VDI.get_SR", vdi)
	master := c.Text(t, "pool.get_master", c.Refs(t, "pool.get_all")[0])
	to := ""
	for _, h := range c.Refs(t, "host.get_all") {
		if h != master {
			to = h
		}
	}
	home, away := localSR(t, c, master), localSR(t, c, to)
	if from != home {
		c.Call(t, "VM.set_affinity", vm, master)
	}
	network := ""
	for _, pif := range c.Refs(t, "host.get_PIFs", to) {
		if c.Call(t, "PIF.get_management", pif) == true {
			network = c.Text(t, "PIF.get_network", pif)
		}
	}
	none := map[string]any{}
	dest := c.Record(t, "host.migrate_receive", to, network, none)
	if dest["host"] != to || !strings.Contains(dest["xenops"].(string), dest["session_id"].(string)) {
		t.Errorf("the destination is %v", dest)
	}
	inside := c.Text(t, "network.create", map[string]any{"name_label": "inside", "name_description": "", "other_config": none, "MTU": "1500", "bridge": "", "managed": true, "tags": []any{}})
	c.Fail(t, "HOST_CANNOT_ATTACH_NETWORK", []string{to, inside}, "host.migrate_receive", to, inside, none)
	c.Call(t, "VM.start_on", vm, master, false, false)
	snapshot := c.Text(t, "VM.snapshot", vm, "kept", []any{})

	send := func(dest map[string]any, disks map[string]any, vifs map[string]any, options map[string]any) []any {
		return []any{vm, dest, true, disks, vifs, options}
	}
	there := map[string]any{vdi: away}
	vif := c.Refs(t, "VM.get_VIFs", vm)[0]
	iso := ""
	for _, sr := range c.Refs(t, "SR.get_all") {
		if c.Text(t, "SR.get_content_type", sr) == "iso" {
			iso = sr
		}
	}
	for _, tt := range []struct {
		code   string
		params []string
		args   []any
	}{
		{"VDI_NOT_IN_MAP", []string{vdi}, send(dest, none, none, none)},
		{"NOT_IMPLEMENTED", []string{"VM.migrate_send"}, send(map[string]any{"host": "OpaqueRef:elsewhere"}, there, none, none)},
		{"SR_DOES_NOT_SUPPORT_MIGRATION", []string{iso, "*"}, send(dest, map[string]any{vdi: iso}, none, none)},
		{"VM_REQUIRES_SR", []string{vm, home}, send(dest, map[string]any{vdi: home}, none, none)},
		{"OPERATION_NOT_ALLOWED", nil, send(dest, there, map[string]any{vif: network}, none)},
		{"OPERATION_NOT_ALLOWED", nil, send(dest, there, none, map[string]any{"copy": "true"})},
	} {
		for _, method := range []string{"VM.assert_can_migrate", "VM.migrate_send"} {
			if from == home || tt.code != "VM_REQUIRES_SR" {
				c.Fail(t, tt.code, tt.params, method, tt.args...)
			}
		}
	}
	if c.Text(t, "VM.get_resident_on", vm) != master || onlyDisk(t, c, vm) != vdi {
		t.Error("what was refused has moved something")
	}
	c.Call(t, "VM.assert_can_migrate", send(dest, there, none, none)...)
	size := c.Call(t, "SR.get_physical_size", away)
	c.Call(t, "SR.set_physical_size", away, "1")
	c.Fail(t, "SR_BACKEND_FAILURE_44", nil, "VM.migrate_send", send(dest, there, none, none)...)
	c.Call(t, "SR.set_physical_size", away, size)
	c.Fail(t, "DOMAIN_EXISTS", []string{vm, "*"}, "VM.power_state_reset", vm) // it still runs where it did
	if n := len(c.Refs(t, "SR.get_VDIs", away)); n != 0 || c.Text(t, "VM.get_resident_on", vm) != master || onlyDisk(t, c, vm) != vdi {
		t.Errorf("what failed has moved something: %d disks are in the other SR", n)
	}
	if got := c.Text(t, "VM.migrate_send", send(dest, there, none, none)...); got != vm {
		t.Errorf("the VM has become %s", got)
	}
	if c.Text(t, "VM.get_resident_on", vm) != to || c.Text(t, "VM.get_power_state", vm) != "Running" {
		t.Error("the VM has not arrived")
	}
	moved := onlyDisk(t, c, vm)
	if moved == vdi || c.Text(t, "VDI.get_SR", moved) != away {
		t.Errorf("the disk is %s", moved)
	}
	c.Fail(t, "HANDLE_INVALID", []string{"VDI", vdi}, "VDI.get_record", vdi)
	if k := onlyDisk(t, c, snapshot); c.Text(t, "VDI.get_snapshot_of", k) != moved || c.Text(t, "VDI.get_SR", k) != away {
		t.Error("the snapshot's disk has not come along")
	}
	if m := messages(t, c, vm); m["VM_MIGRATED"] != 1 {
		t.Errorf("messages %v", m)
	}
	c.Call(t, "VM.hard_shutdown", vm)
	c.Call(t, "VM.migrate_send", vm, c.Record(t, "host.migrate_receive", master, network, none), true, map[string]any{moved: home}, none, none)
	if c.Text(t, "VDI.get_SR", onlyDisk(t, c, vm)) != home || c.Text(t, "VM.get_power_state", vm) != "Halted" {
		t.Error("the disk of a halted VM has not moved")
	}
}
