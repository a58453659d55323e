package vm_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func states(t *testing.T, c *xapitest.Client, vms ...string) []string {
	t.Helper()
	var list []string
	for _, vm := range vms {
		list = append(list, c.Text(t, "VM.get_power_state", vm))
	}
	return list
}

func TestAppliance(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	app := c.Text(t, "VM_appliance.create", map[string]any{"name_label": "shop", "name_description": ""})
	c.Fail(t, "OPERATION_NOT_ALLOWED", nil, "VM_appliance.start", app, false)
	front, disk := install(t, c, "front")
	back, _ := install(t, c, "back")
	for order, vm := range []string{back, front} {
		c.Call(t, "VM.set_appliance", vm, app)
		c.Call(t, "VM.set_order", vm, []string{"1", "2"}[order])
	}
	c.Fail(t, "OPERATION_NOT_ALLOWED", nil, "VM_appliance.clean_shutdown", app)
	c.Call(t, "VM_appliance.start", app, false)
	if got := states(t, c, front, back); !slices.Equal(got, []string{"Running", "Running"}) {
		t.Errorf("after the start %v", got)
	}
	domid := func(vm string) int64 {
		n, err := c.Record(t, "VM.get_record", vm)["domid"].(json.Number).Int64()
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if domid(back) >= domid(front) {
		t.Errorf("the first in order has domain %d, the second %d", domid(back), domid(front))
	}
	c.Fail(t, "OPERATION_NOT_ALLOWED", nil, "VM_appliance.start", app, false)
	c.Call(t, "VM.hard_shutdown", back)
	c.Call(t, "VM_appliance.shutdown", app)
	c.Call(t, "VM_appliance.start", app, true)
	if got := states(t, c, front, back); !slices.Equal(got, []string{"Paused", "Paused"}) {
		t.Errorf("after the paused start %v", got)
	}
	c.Call(t, "VM_appliance.hard_shutdown", app)
	c.Call(t, "VM.add_to_blocked_operations", back, "start", "no")
	c.Fail(t, "OPERATION_PARTIALLY_FAILED", []string{"VM_appliance.start", back}, "VM_appliance.start", app, false)
	if got := states(t, c, front, back); !slices.Equal(got, []string{"Running", "Halted"}) {
		t.Errorf("after the start of a half %v", got)
	}
	if n := len(c.Record(t, "VM_appliance.get_current_operations", app)); n != 0 {
		t.Errorf("%d operations are left", n)
	}
	c.Call(t, "VM_appliance.clean_shutdown", app)

	c.Fail(t, "VM_IS_PART_OF_AN_APPLIANCE", []string{front, app}, "VM.assert_can_be_recovered", front, c.Session)
	c.Call(t, "VM_appliance.assert_can_be_recovered", app, c.Session)
	sr := c.Text(t, "VDI.get_SR", disk)
	if got := c.Refs(t, "VM_appliance.get_SRs_required_for_recovery", app, c.Session); !slices.Equal(got, []string{sr}) {
		t.Errorf("the SRs are %v", got)
	}
	for _, b := range c.Refs(t, "SR.get_PBDs", sr) {
		c.Call(t, "PBD.unplug", b)
	}
	_, err := c.Try("VM_appliance.assert_can_be_recovered", app, c.Session)
	xapitest.CheckError(t, err, "VM_REQUIRES_SR", []string{"*", sr})
	c.Call(t, "VM_appliance.destroy", app)
	c.Fail(t, "VM_REQUIRES_SR", []string{front, sr}, "VM.assert_can_be_recovered", front, c.Session)
}
