package devices_test

import (
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// TestGroups: groups are made and end; nothing can be had from empty ones.
func TestGroups(t *testing.T) {
	c := xapitest.Start(t, xapitest.Inventory(1, 0)).Login(t)
	none := map[string]any{}
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "web")
	gpus := c.Text(t, "GPU_group.create", "gpus", "of all hosts", map[string]any{"k": "v"})
	if r := c.Record(t, "GPU_group.get_record", gpus); r["name_label"] != "gpus" || r["name_description"] != "of all hosts" || r["other_config"].(map[string]any)["k"] != "v" || r["allocation_algorithm"] != "depth_first" {
		t.Errorf("the group is %v", r)
	}
	usbs := c.Text(t, "USB_group.create", "usbs", "", none)
	host := c.Refs(t, "host.get_all")[0]
	c.Call(t, "PUSB.scan", host)
	for _, tt := range []struct {
		code   string
		params []string
		method string
		args   []any
	}{
		{"GPU_GROUP_CONTAINS_NO_PGPUS", []string{gpus}, "VGPU.create", []any{vm, gpus, "0", none}},
		{"HANDLE_INVALID", []string{"VM", "OpaqueRef:x"}, "VGPU.create", []any{"OpaqueRef:x", gpus, "0", none}},
		{"HANDLE_INVALID", []string{"GPU_group", usbs}, "VGPU.create", []any{vm, usbs, "0", none}},
		{"GPU_GROUP_CONTAINS_NO_PGPUS", []string{gpus}, "GPU_group.get_remaining_capacity", []any{gpus, "OpaqueRef:x"}},
		{"HANDLE_INVALID", []string{"VGPU", "OpaqueRef:x"}, "VGPU.destroy", []any{"OpaqueRef:x"}},
		{"USB_GROUP_CONTAINS_NO_PUSBS", []string{usbs}, "VUSB.create", []any{vm, usbs}},
		{"HANDLE_INVALID", []string{"host", "OpaqueRef:x"}, "PUSB.scan", []any{"OpaqueRef:x"}},
		{"HANDLE_INVALID", []string{"PUSB", "OpaqueRef:x"}, "PUSB.set_passthrough_enabled", []any{"OpaqueRef:x", true}},
		{"HANDLE_INVALID", []string{"VUSB", "OpaqueRef:x"}, "VUSB.unplug", []any{"OpaqueRef:x"}},
		{"HANDLE_INVALID", []string{"VUSB", "OpaqueRef:x"}, "VUSB.destroy", []any{"OpaqueRef:x"}},
		{"HANDLE_INVALID", []string{"PCI", "OpaqueRef:x"}, "PCI.get_dom0_access_status", []any{"OpaqueRef:x"}},
	} {
		c.Fail(t, tt.code, tt.params, tt.method, tt.args...)
	}
	for _, class := range []string{"VGPU", "VUSB", "PUSB"} {
		if n := len(c.Refs(t, class+".get_all")); n != 0 {
			t.Errorf("%d objects of %s have come into being", n, class)
		}
	}
	for _, p := range c.Refs(t, "PCI.get_all") {
		if got := c.Text(t, "PCI.get_dom0_access_status", p); got != "enabled" {
			t.Errorf("a host's NIC is %s", got)
		}
	}
	c.Call(t, "GPU_group.destroy", gpus)
	c.Call(t, "USB_group.destroy", usbs)
	c.Fail(t, "HANDLE_INVALID", nil, "GPU_group.get_record", gpus)
}
