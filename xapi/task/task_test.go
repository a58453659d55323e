package task_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/xapitest"
)

// end waits for a task and gives its record.
func end(t *testing.T, c *xapitest.Client, task string) map[string]any {
	t.Helper()
	token := ""
	for {
		r := c.Record(t, "task.get_record", task)
		if r["status"] != "pending" && r["status"] != "cancelling" {
			return r
		}
		token = c.Record(t, "event.from", []any{"task/" + task}, token, 10.0)["token"].(string)
	}
}

func TestOutcomes(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	for _, w := range p.Wires() {
		t.Run(w.Name(), func(t *testing.T) {
			c := xapitest.Login(t, w)
			template := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
			task := c.Text(t, "Async.VM.clone", template, "by a task")
			r := end(t, c, task)
			made := c.Refs(t, "VM.get_by_name_label", "by a task")[0]
			if r["status"] != "success" || r["result"] != "<value>"+made+"</value>" || strings.TrimSuffix(fmt.Sprint(r["progress"]), ".0") != "1" || r["name_label"] != "Async.VM.clone" || len(r["error_info"].([]any)) != 0 {
				t.Errorf("success looks like %v", r)
			}
			failed := end(t, c, c.Text(t, "Async.VM.start", template, false, false))
			var info []string
			for _, x := range failed["error_info"].([]any) {
				info = append(info, x.(string))
			}
			if failed["status"] != "failure" || !slices.Equal(info, []string{"VM_IS_TEMPLATE", template, "start"}) {
				t.Errorf("failure looks like %v, %v", failed["status"], info)
			}
			c.Call(t, "task.destroy", task)
			c.Fail(t, "HANDLE_INVALID", []string{"task", task}, "task.get_record", task)
			own := c.Text(t, "task.create", "mine", "of a client")
			c.Call(t, "task.set_progress", own, 0.5)
			if r := c.Record(t, "task.get_record", own); fmt.Sprint(r["progress"]) != "0.5" || r["status"] != "pending" {
				t.Errorf("a client's own task: %v", r)
			}
			c.Call(t, "task.set_status", own, "success")
			c.Call(t, "VM.destroy", made)
		})
	}
}

// TestCancel cancels a start that waits for a slow guest's shutdown.
func TestCancel(t *testing.T) {
	p := xapitest.Start(t, func(c *xapi.Config) { c.TimeScale = 1000 }) // an operation takes forever
	c := p.Login(t)
	template := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	first := c.Text(t, "Async.VM.copy", template, "slow", "OpaqueRef:NULL") // no disks: done at once
	if r := end(t, c, first); r["status"] != "success" {
		t.Fatalf("%v", r)
	}
	vm := c.Refs(t, "VM.get_by_name_label", "slow")[0]
	c.Call(t, "VM.provision", vm)
	start := c.Text(t, "Async.VM.start", vm, false, false)
	token := ""
	for len(c.Record(t, "VM.get_record", vm)["current_operations"].(map[string]any)) == 0 {
		token = c.Record(t, "event.from", []any{"vm/" + vm}, token, 10.0)["token"].(string)
	}
	waiting := c.Text(t, "Async.VM.destroy", vm) // queues behind the start
	c.Call(t, "task.cancel", waiting)
	if r := end(t, c, waiting); r["status"] != "cancelled" || r["error_info"].([]any)[0] != "TASK_CANCELLED" {
		t.Errorf("a queued call that is cancelled: %v", r)
	}
	c.Call(t, "task.cancel", start)
	if r := end(t, c, start); r["status"] != "cancelled" {
		t.Errorf("a start that is cancelled: %v", r)
	}
	r := c.Record(t, "VM.get_record", vm)
	if r["power_state"] != "Halted" || r["scheduled_to_be_resident_on"] != "OpaqueRef:NULL" || len(r["current_operations"].(map[string]any)) != 0 {
		t.Errorf("it left the VM %v, scheduled on %v, with %v", r["power_state"], r["scheduled_to_be_resident_on"], r["current_operations"])
	}
}
