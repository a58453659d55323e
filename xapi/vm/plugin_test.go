package vm_test

import (
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/xapitest"
)

func TestCallPlugin(t *testing.T) {
	clock := emu.NewManualClock(time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	p := xapitest.Start(t, xapitest.Inventory(1, 0), func(c *xapi.Config) { c.Clock = clock })
	c := p.Login(t)
	vm, _ := install(t, c, "web")
	c.Call(t, "VM.add_to_other_config", vm, emu.GuestKey, "windows")
	none := map[string]any{}
	const plugin = "guest-agent-operation"
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "running", "halted"}, "VM.call_plugin", vm, plugin, "request-rdp-on", none)
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "Running", "Halted"}, "VM.call_host_plugin", vm, "nothing", "f", none)
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "Running", "Halted"}, "VM.restart_device_models", vm)
	c.Fail(t, "NOT_SYSTEM_DOMAIN", []string{vm}, "VM.query_services", vm)
	c.Call(t, "VM.start", vm, false, false)
	data := func() any {
		return c.Record(t, "VM_guest_metrics.get_other", c.Text(t, "VM.get_guest_metrics", vm))["data-ts"]
	}
	for data() == nil { // until the agent has spoken
		clock.Advance(time.Second)
	}
	c.Fail(t, "XENAPI_MISSING_PLUGIN", []string{"other"}, "VM.call_plugin", vm, "other", "f", none)
	for _, tt := range []struct{ fn, want string }{{"request-rdp-off", "0"}, {"request-rdp-on", "1"}} {
		if got := c.Text(t, "VM.call_plugin", vm, plugin, tt.fn, none); got != "" || data() != tt.want {
			t.Errorf("%s answers %q, the guest says %v", tt.fn, got, data())
		}
		clock.Advance(4 * time.Second)
		c.Fail(t, "VM_CALL_PLUGIN_RATE_LIMIT", []string{vm, "10.", "6"}, "VM.call_plugin", vm, plugin, tt.fn, none)
		clock.Advance(6 * time.Second)
	}
	c.Fail(t, "FEATURE_RESTRICTED", []string{}, "VM.call_plugin", vm, plugin, "run-script", none)
	clock.Advance(10 * time.Second)
	c.Fail(t, "XENAPI_PLUGIN_FAILURE", []string{"failed to find function", "dance", "*"}, "VM.call_plugin", vm, plugin, "dance", none)
	if n := len(c.Record(t, "VM.get_current_operations", vm)); n != 0 {
		t.Errorf("%d operations are left", n)
	}
	c.Fail(t, "XENAPI_MISSING_PLUGIN", []string{"nothing"}, "VM.call_host_plugin", vm, "nothing", "f", none)
	before := c.Record(t, "VM.get_record", vm)
	c.Call(t, "VM.restart_device_models", vm)
	if after := c.Record(t, "VM.get_record", vm); after["resident_on"] != before["resident_on"] || after["domid"] == before["domid"] {
		t.Errorf("device models were restarted on %v as %v", after["resident_on"], after["domid"])
	}
	c.Fail(t, "NOT_IMPLEMENTED", []string{"add_to_VCPUs_params_live"}, "VM.add_to_VCPUs_params_live", vm, "weight", "2")
	c.Fail(t, "WLB_DISABLED", []string{}, "VM.retrieve_wlb_recommendations", vm)
	c.Fail(t, "INVALID_VALUE", []string{"timeout", "*"}, "VM.sysprep", vm, "<unattend/>", -1.5)
	id := c.Text(t, "VM.get_uuid", vm)
	c.Fail(t, "SYSPREP", []string{id, "*"}, "VM.sysprep", vm, "<unattend/>", 1.5)
	c.Fail(t, "SYSPREP", []string{id, "the document is too large"}, "VM.sysprep", vm, strings.Repeat("x", 40<<10), 1.5)
}

func TestFirmware(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm, disk := install(t, c, "web")
	ready := func(want string) {
		t.Helper()
		if got := c.Text(t, "VM.get_secureboot_readiness", vm); got != want {
			t.Errorf("the VM is %s, want %s", got, want)
		}
	}
	ready("not_supported")
	c.Call(t, "VM.set_HVM_boot_params", vm, map[string]any{"firmware": "uefi"})
	c.Call(t, "VM.set_platform", vm, map[string]any{"secureboot": "false"})
	ready("disabled")
	c.Call(t, "VM.set_platform", vm, map[string]any{"secureboot": "true"})
	ready("first_boot")
	c.Call(t, "VM.set_NVRAM", vm, map[string]any{"EFI-variables": "eA=="})
	ready("setup_mode")
	c.Call(t, "VM.update_secureboot_certificates_on_boot", vm, false)
	c.Fail(t, "OPERATION_NOT_ALLOWED", nil, "VM.update_secureboot_certificates_on_boot", vm, true)

	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "suspended", "halted"}, "VM.set_suspend_VDI", vm, disk)
	sr := c.Text(t, "VDI.get_SR", disk)
	c.Call(t, "VM.set_suspend_SR", vm, sr)
	c.Call(t, "VM.start", vm, false, false)
	c.Call(t, "VM.suspend", vm)
	image := c.Text(t, "VM.get_suspend_VDI", vm)
	c.Fail(t, "SUSPEND_VDI_REPLACEMENT_IS_NOT_IDENTICAL", nil, "VM.set_suspend_VDI", vm, disk)
	if got := c.Text(t, "VM.get_suspend_VDI", vm); got != image {
		t.Error("what was refused is kept")
	}
	moved := c.Text(t, "VDI.copy", image, sr)
	c.Call(t, "VM.set_suspend_VDI", vm, moved)
	c.Call(t, "VM.resume", vm, false, false)
	c.Fail(t, "HANDLE_INVALID", nil, "VDI.get_record", moved)
	c.Call(t, "VDI.get_record", image)
}
