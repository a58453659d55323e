package vm_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/xapitest"
)

func schedule(change map[string]any) map[string]any {
	v := map[string]any{
		"name_label": "nightly", "name_description": "", "enabled": true, "type": "snapshot", "retained_snapshots": "2",
		"frequency": "daily", "schedule": map[string]any{},
	}
	maps.Copy(v, change)
	return v
}

func TestSchedule(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	for _, tt := range []struct {
		change map[string]any
		params []string
	}{
		{map[string]any{"retained_snapshots": "0"}, []string{"retained_snapshots", "0"}},
		{map[string]any{"retained_snapshots": "11"}, []string{"retained_snapshots", "11"}},
		{map[string]any{"schedule": map[string]any{"min": "20"}}, []string{"schedule:min", "20"}},
		{map[string]any{"schedule": map[string]any{"hour": "24"}}, []string{"schedule:hour", "24"}},
		{map[string]any{"schedule": map[string]any{"days": "Monday,Someday"}}, []string{"schedule:days", "Monday,Someday"}},
		{map[string]any{"schedule": map[string]any{"month": "5"}}, []string{"schedule:month", "5"}},
	} {
		c.Fail(t, "INVALID_VALUE", tt.params, "VMSS.create", schedule(tt.change))
	}
	if n := len(c.Refs(t, "VMSS.get_all")); n != 0 {
		t.Errorf("%d schedules of what was refused", n)
	}
	self := c.Text(t, "VMSS.create", schedule(map[string]any{"schedule": map[string]any{"hour": "3"}}))
	times := func(want map[string]any) {
		t.Helper()
		if got := c.Record(t, "VMSS.get_schedule", self); !maps.Equal(got, want) {
			t.Errorf("the schedule is %v, want %v", got, want)
		}
	}
	times(map[string]any{"hour": "3", "min": "0"})
	c.Call(t, "VMSS.set_frequency", self, "weekly")
	times(map[string]any{"hour": "3", "min": "0", "days": "Monday"})
	c.Call(t, "VMSS.add_to_schedule", self, "days", "Friday")
	c.Call(t, "VMSS.remove_from_schedule", self, "hour")
	times(map[string]any{"hour": "0", "min": "0", "days": "Friday"})
	c.Fail(t, "INVALID_VALUE", []string{"schedule:min", "1"}, "VMSS.add_to_schedule", self, "min", "1")
	c.Call(t, "VMSS.set_schedule", self, map[string]any{"min": "45"})
	times(map[string]any{"hour": "0", "min": "45", "days": "Monday"})
	c.Fail(t, "INVALID_VALUE", []string{"retained_snapshots", "99"}, "VMSS.set_retained_snapshots", self, "99")
	if got := c.Record(t, "VMSS.get_record", self)["retained_snapshots"]; fmt.Sprint(got) != "2" {
		t.Errorf("what was refused is kept: %v", got)
	}

	vm, vdi := install(t, c, "web")
	c.Call(t, "VM.set_snapshot_schedule", vm, self)
	c.Fail(t, "VMSS_HAS_VM", []string{}, "VMSS.destroy", self)
	own := c.Text(t, "VM.snapshot", vm, "by hand", []any{})
	for range 3 {
		c.Call(t, "VMSS.snapshot_now", self)
	}
	taken := 0
	for _, s := range c.Refs(t, "VM.get_snapshots", vm) {
		if c.Call(t, "VM.get_is_vmss_snapshot", s) == true {
			taken++
		} else if s != own {
			t.Errorf("%s is nobody's snapshot", s)
		}
	}
	if taken != 2 || len(c.Refs(t, "VDI.get_snapshots", vdi)) != 3 {
		t.Errorf("%d scheduled snapshots are kept, and %d of the disk", taken, len(c.Refs(t, "VDI.get_snapshots", vdi)))
	}
	c.Call(t, "VMSS.set_type", self, "checkpoint")
	c.Call(t, "VMSS.snapshot_now", self) // of a halted VM
	names := map[string]int{}
	for _, m := range c.Record(t, "message.get", "VMSS", c.Text(t, "VMSS.get_uuid", self), "19700101T00:00:00Z") {
		names[m.(map[string]any)["name"].(string)]++
	}
	if names["VMSS_SNAPSHOT_SUCCEEDED"] != 3 || names["VMSS_SNAPSHOT_FAILED"] != 1 {
		t.Errorf("messages %v", names)
	}
	c.Call(t, "VM.set_snapshot_schedule", vm, "OpaqueRef:NULL")
	c.Call(t, "VMSS.destroy", self)
}

// TestScheduleRuns: the clock takes snapshots of its own accord, when it is time.
func TestScheduleRuns(t *testing.T) {
	clock := emu.NewManualClock(time.Date(2026, 3, 2, 22, 50, 0, 0, time.UTC)) // a Monday
	p := xapitest.Start(t, xapitest.Inventory(1, 0), func(c *xapi.Config) { c.Clock = clock })
	c := p.Login(t)
	vm, _ := install(t, c, "web")
	weekly := c.Text(t, "VMSS.create", schedule(map[string]any{"frequency": "weekly", "schedule": map[string]any{"hour": "23", "min": "30"}}))
	off := c.Text(t, "VMSS.create", schedule(map[string]any{"frequency": "hourly", "enabled": false}))
	c.Call(t, "VM.set_snapshot_schedule", vm, weekly)
	for len(c.Refs(t, "VM.get_snapshots", vm)) == 0 {
		clock.Advance(time.Minute)
	}
	at := c.Record(t, "VM.get_record", c.Refs(t, "VM.get_snapshots", vm)[0])["snapshot_time"].(string)
	if at < "20260302T23:30:00Z" {
		t.Errorf("the snapshot was taken at %s", at)
	}
	if got := c.Text(t, "VMSS.get_last_run_time", off); got != "19700101T00:00:00Z" {
		t.Errorf("a schedule that is off ran at %s", got)
	}
}

// TestSchedulesApart: a schedule that waits for a VM holds no other one up.
func TestSchedulesApart(t *testing.T) {
	clock := emu.NewManualClock(time.Date(2026, 3, 2, 22, 50, 0, 0, time.UTC))
	p := xapitest.Start(t, xapitest.Inventory(1, 0), func(c *xapi.Config) { c.Clock, c.TimeScale = clock, 1e-3 })
	c := p.Login(t)
	busy, _ := install(t, c, "busy")
	idle, _ := install(t, c, "idle")
	stuck := c.Text(t, "VMSS.create", schedule(map[string]any{"frequency": "hourly", "schedule": map[string]any{"min": "0"}}))
	free := c.Text(t, "VMSS.create", schedule(map[string]any{"frequency": "hourly", "schedule": map[string]any{"min": "15"}}))
	c.Call(t, "VM.set_snapshot_schedule", busy, stuck)
	c.Call(t, "VM.set_snapshot_schedule", idle, free)
	c.Call(t, "VM.set_start_delay", busy, "1000000000000")
	c.Call(t, "Async.VM.start", busy, false, false)
	for c.Text(t, "VM.get_power_state", busy) != "Running" {
		clock.Advance(time.Second)
	}
	for len(c.Refs(t, "VM.get_snapshots", idle)) == 0 {
		clock.Advance(time.Minute)
	}
	for range c.Record(t, "message.get", "VMSS", c.Text(t, "VMSS.get_uuid", stuck), "19700101T00:00:00Z") {
		t.Error("the schedule has not waited for the VM")
	}
	if n := len(c.Refs(t, "VM.get_snapshots", busy)); n != 0 {
		t.Errorf("%d snapshots of the busy VM", n)
	}
}
