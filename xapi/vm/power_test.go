package vm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// install makes a halted VM of the template Other install media with a disk,
// an empty CD drive and an interface.
func install(t *testing.T, c *xapitest.Client, name string) (vm, vdi string) {
	t.Helper()
	template := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	pool := c.Refs(t, "pool.get_all")[0]
	sr := c.Text(t, "pool.get_default_SR", pool)
	vm = c.Text(t, "VM.clone", template, name)
	c.Call(t, "VM.set_name_description", vm, "made by a test")
	c.Call(t, "VM.provision", vm)
	vdi = c.Text(t, "VDI.create", map[string]any{
		"name_label": name + " disk", "name_description": "", "SR": sr, "virtual_size": "1073741824", "type": "user",
		"sharable": false, "read_only": false, "other_config": map[string]any{},
	})
	for _, vbd := range []map[string]any{
		{"VDI": vdi, "userdevice": "0", "bootable": true, "mode": "RW", "type": "Disk", "empty": false, "unpluggable": false},
		{"VDI": "OpaqueRef:NULL", "userdevice": "3", "bootable": false, "mode": "RO", "type": "CD", "empty": true, "unpluggable": true},
	} {
		vbd["VM"] = vm
		for _, k := range []string{"other_config", "qos_algorithm_params"} {
			vbd[k] = map[string]any{}
		}
		vbd["qos_algorithm_type"] = ""
		c.Call(t, "VBD.create", vbd)
	}
	network := c.Refs(t, "network.get_all")[0]
	c.Call(t, "VIF.create", map[string]any{
		"device": "0", "network": network, "VM": vm, "MAC": "", "MTU": "1500", "other_config": map[string]any{},
		"qos_algorithm_type": "", "qos_algorithm_params": map[string]any{},
	})
	return vm, vdi
}

func ops(t *testing.T, c *xapitest.Client, class, ref string) string {
	t.Helper()
	var words []string
	for _, o := range c.Call(t, class+".get_allowed_operations", ref).([]any) {
		words = append(words, o.(string))
	}
	return " " + strings.Join(words, " ") + " "
}

// awaitIP waits for the guest's agent.
func awaitIP(t *testing.T, c *xapitest.Client, vm string) {
	t.Helper()
	token := ""
	for {
		gm := c.Text(t, "VM.get_guest_metrics", vm)
		if gm != "OpaqueRef:NULL" {
			if nets, _ := c.Call(t, "VM_guest_metrics.get_networks", gm).(map[string]any); nets["0/ip"] != nil {
				return
			}
		}
		batch := c.Call(t, "event.from", []any{"vm", "vm_guest_metrics"}, token, 10.0).(map[string]any)
		if next := batch["token"].(string); next == token {
			t.Fatal("the guest never reported")
		} else {
			token = next
		}
	}
}

func TestPowerCycle(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 4))
	for _, w := range p.Wires() {
		t.Run(w.Name(), func(t *testing.T) {
			c := xapitest.Login(t, w)
			vm, vdi := install(t, c, "cycle over "+w.Name())
			state := func(want string) map[string]any {
				t.Helper()
				r := c.Record(t, "VM.get_record", vm)
				if r["power_state"] != want {
					t.Fatalf("the VM is %v, want %s", r["power_state"], want)
				}
				if len(r["current_operations"].(map[string]any)) > 0 {
					t.Errorf("%s: operations are left: %v", want, r["current_operations"])
				}
				return r
			}
			r := state("Halted")
			if oc := r["other_config"].(map[string]any); oc["base_template_name"] != "Other install media" || oc["default_template"] != nil {
				t.Errorf("other_config %v", oc)
			}
			if r["is_a_template"] != false {
				t.Error("still a template")
			}
			c.Call(t, "VM.start", vm, false, false)
			r = state("Running")
			if r["resident_on"] == "OpaqueRef:NULL" || r["scheduled_to_be_resident_on"] != "OpaqueRef:NULL" || len(r["consoles"].([]any)) != 2 {
				t.Errorf("resident on %v, scheduled %v, consoles %v", r["resident_on"], r["scheduled_to_be_resident_on"], r["consoles"])
			}
			first := r["domid"]
			for _, vbd := range r["VBDs"].([]any) {
				b := c.Record(t, "VBD.get_record", vbd)
				if b["currently_attached"] != true || !strings.HasPrefix(b["device"].(string), "xvd") {
					t.Errorf("VBD attached %v, device %v", b["currently_attached"], b["device"])
				}
			}
			if got := ops(t, c, "VDI", vdi); got != " clone snapshot " {
				t.Errorf("operations on a disk in use: %s", got)
			}
			c.Fail(t, "VDI_IN_USE", []string{vdi, "destroy"}, "VDI.destroy", vdi)
			c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "halted", "running"}, "VM.start", vm, false, false)
			awaitIP(t, c, vm)
			if got := ops(t, c, "VM", vm); !strings.Contains(got, " clean_shutdown ") || !strings.Contains(got, " suspend ") {
				t.Errorf("operations once the agent is there: %s", got)
			}
			c.Call(t, "VM.clean_reboot", vm)
			if r = state("Running"); r["domid"] == first {
				t.Error("rebooted into the same domain")
			}
			awaitIP(t, c, vm)
			c.Call(t, "VM.suspend", vm)
			if r = state("Suspended"); r["suspend_VDI"] == "OpaqueRef:NULL" || fmt.Sprint(r["domid"]) != "-1" || r["resident_on"] != "OpaqueRef:NULL" {
				t.Errorf("suspended: image %v, domid %v, host %v", r["suspend_VDI"], r["domid"], r["resident_on"])
			}
			image := r["suspend_VDI"]
			c.Call(t, "VM.resume", vm, false, false)
			if r = state("Running"); r["suspend_VDI"] != "OpaqueRef:NULL" {
				t.Error("the image is left")
			}
			c.Fail(t, "HANDLE_INVALID", []string{"VDI", image.(string)}, "VDI.get_uuid", image)
			c.Call(t, "VM.pause", vm)
			state("Paused")
			c.Call(t, "VM.unpause", vm)
			state("Running")
			c.Call(t, "VM.hard_reboot", vm)
			state("Running")
			awaitIP(t, c, vm)
			c.Call(t, "VM.clean_shutdown", vm)
			r = state("Halted")
			if fmt.Sprint(r["domid"]) != "-1" || len(r["consoles"].([]any)) != 0 {
				t.Errorf("halted: domid %v, consoles %v", r["domid"], r["consoles"])
			}
			c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "paused, suspended, running", "halted"}, "VM.hard_shutdown", vm)
			c.Call(t, "VM.start", vm, true, false)
			state("Paused")
			c.Call(t, "VM.hard_shutdown", vm)
			state("Halted")
			host := c.Refs(t, "host.get_all")[1]
			c.Call(t, "VM.assert_can_boot_here", vm, host)
			c.Fail(t, "VM_REQUIRES_NETWORK", nil, "VM.assert_can_boot_here", vmOnInternalNetwork(t, c), host)
			c.Call(t, "VM.destroy", vm)
			c.Fail(t, "HANDLE_INVALID", []string{"VM", vm}, "VM.get_record", vm)
			c.Call(t, "VDI.destroy", vdi)
			var names []string
			for _, m := range c.Call(t, "message.get_all_records").(map[string]any) {
				names = append(names, m.(map[string]any)["name"].(string))
			}
			for _, want := range []string{"VM_STARTED", "VM_REBOOTED", "VM_SUSPENDED", "VM_RESUMED", "VM_PAUSED", "VM_UNPAUSED", "VM_SHUTDOWN"} {
				if !strings.Contains(strings.Join(names, " "), want) {
					t.Errorf("no message %s", want)
				}
			}
		})
	}
}

// vmOnInternalNetwork makes a VM on a network without PIFs that a running VM
// of the first host uses already.
func vmOnInternalNetwork(t *testing.T, c *xapitest.Client) string {
	t.Helper()
	network := c.Text(t, "network.create", map[string]any{"name_label": "internal", "name_description": "", "MTU": "1500", "other_config": map[string]any{}, "tags": []any{}})
	host := c.Refs(t, "host.get_all")[0]
	var vms []string
	for range 2 {
		vm, _ := install(t, c, "internal")
		for _, vif := range c.Refs(t, "VM.get_VIFs", vm) {
			c.Call(t, "VIF.move", vif, network)
		}
		vms = append(vms, vm)
	}
	c.Call(t, "VM.start_on", vms[0], host, false, false)
	return vms[1]
}
