package cli

import (
	"errors"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmActs are what the commands of this file do.
var vmActs = acts{
	"vm-start":                 vmStart,
	"vm-shutdown":              vmShutdown,
	"vm-reboot":                vmReboot,
	"vm-suspend":               vmSuspend,
	"vm-resume":                vmResume,
	"vm-pause":                 onVMs("VM.pause"),
	"vm-unpause":               onVMs("VM.unpause"),
	"vm-uninstall":             vmUninstall,
	"vm-reset-powerstate":      insisted(onVMs("VM.power_state_reset")),
	"vm-create":                vmCreate,
	"vm-destroy":               vmDestroy,
	"vm-clone":                 vmCopy(vmOrTemplate, "VM.clone"),
	"vm-copy":                  vmCopy(vmOrTemplate.one(), "VM.copy"),
	"vm-snapshot":              vmCopy(vmSelector, "VM.snapshot"),
	"vm-snapshot-with-quiesce": vmCopy(vmSelector, "VM.snapshot_with_quiesce"),
	"vm-checkpoint":            vmCopy(vmSelector, "VM.checkpoint"),
	"vm-restart-device-models": onVMs("VM.restart_device_models"),
	"vm-vcpu-hotplug":          on(vmSelector, "VM.set_VCPUs_number_live", []string{"new-vcpus"}, whole("new-vcpus", 0)),
}

func vmStart(c *command) error {
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	paused, err := c.flag("paused")
	if err != nil {
		return err
	}
	list, err := c.chosen(vmOrControl, "force", "on", "paused", "progress")
	if err != nil {
		return err
	}
	start := func(o object) error { return c.async("VM.start", o.ref, paused, force) }
	if _, ok := c.get("on"); ok {
		on, err := c.host("on")
		if err != nil {
			return err
		}
		start = func(o object) error { return c.async("VM.start_on", o.ref, on, paused, force) }
	}
	return c.starting(list, start)
}

// starting is each for work that needs a host to run on.
func (c *command) starting(list []object, start func(o object) error) error {
	return c.each(list, func(o object) error {
		err := start(o)
		if errors.Is(err, model.ErrNoHostsAvailable()) {
			c.whyNowhere(o)
		}
		return err
	})
}

// whyNowhere tells of each host why it cannot run a VM.
func (c *command) whyNowhere(o object) {
	c.print("No host can run this VM.")
	c.print("This is what keeps each of them from it:")
	c.print("")
	c.record(c.placement(o.ref))
}

// placement is what each host says of a VM that would boot there.
func (c *command) placement(vm string) []column {
	var columns []column
	for ref, host := range store.All[model.Host](c.server.DB.View()) {
		text := "OK"
		if err := c.do("VM.assert_can_boot_here", vm, ref); err != nil {
			about, _, _ := c.description(apiError(err))
			text = "Cannot start here [" + about + "]"
		}
		columns = append(columns, column{host.NameLabel, text})
	}
	return columns
}

func vmSuspend(c *command) error {
	list, err := c.chosen(vmSelector, "progress")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.async("VM.suspend", o.ref) })
}

func vmResume(c *command) error {
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	list, err := c.chosen(vmSelector, "on", "progress")
	if err != nil {
		return err
	}
	if _, ok := c.get("on"); !ok {
		return c.starting(list, func(o object) error { return c.async("VM.resume", o.ref, false, force) })
	}
	on, err := c.host("on")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.async("VM.resume_on", o.ref, on, false, force) })
}

func vmShutdown(c *command) error {
	method, err := c.cleanOrHard("VM.clean_shutdown", "VM.hard_shutdown")
	if err != nil {
		return err
	}
	list, err := c.chosen(vmSelector, "progress")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.async(method, o.ref) })
}

func vmReboot(c *command) error {
	method, err := c.cleanOrHard("VM.clean_reboot", "VM.hard_reboot")
	if err != nil {
		return err
	}
	return onVMs(method)(c)
}

func (c *command) cleanOrHard(clean, hard string) (string, error) {
	force, err := c.flag("force")
	if force {
		return hard, err
	}
	return clean, err
}

// vmDestroy spares control domains.
func vmDestroy(c *command) error {
	o, err := c.find("VM", c.text("uuid"))
	if err != nil {
		return err
	}
	if o.obj.(*model.VM).IsControlDomain {
		return model.ErrOperationNotAllowed("xe destroys no control domain")
	}
	return c.do("VM.destroy", o.ref)
}

// vmCopy is a message that makes a VM of each that is chosen.
func vmCopy(sel selector, method string) func(*command) error {
	return func(c *command) error {
		more := "ignore-vdi-uuids"
		if method == "VM.copy" {
			more = "sr-uuid"
		}
		list, err := c.chosen(sel, "new-name-label", "new-name-description", more)
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error { return c.copy(o.ref, method) })
	}
}

// copy makes a VM of another one, named and described as the parameters say.
func (c *command) copy(vm, method string) error {
	args := []given{fixed(vm), word("new-name-label", "")}
	switch method {
	case "VM.copy":
		args = append(args, the("SR", "sr-uuid"))
	case "VM.snapshot":
		args = append(args, all("VDI", "ignore-vdi-uuids"))
	}
	v, err := c.with(method, args)
	if about, ok := c.get("new-name-description"); ok && err == nil {
		err = c.do("VM.set_name_description", v, about)
	}
	return c.made("VM", v, err)
}

// vmCreate makes a VM that is nothing but a name and the smallest machine.
func vmCreate(c *command) error {
	const memory = int64(256 << 20)
	v, err := c.call("VM.create", structOf(
		"name_label", c.text("name-label"), "name_description", c.text("name-description"), "user_version", int64(0), "is_a_template", false,
		"affinity", model.NullRef, "memory_static_max", memory, "memory_dynamic_max", memory, "memory_dynamic_min", memory/2, "memory_static_min", memory/2,
		"VCPUs_params", map[string]string{}, "VCPUs_max", int64(1), "VCPUs_at_startup", int64(1),
		"actions_after_shutdown", "destroy", "actions_after_reboot", "restart", "actions_after_crash", "destroy",
		"PV_bootloader", "", "PV_kernel", "", "PV_ramdisk", "", "PV_args", "", "PV_bootloader_args", "", "PV_legacy_args", "",
		"HVM_boot_policy", "", "HVM_boot_params", map[string]string{}, "HVM_shadow_multiplier", 1.0, "platform", map[string]string{},
		"PCI_bus", "", "other_config", map[string]string{}, "recommendations", ""))
	return c.made("VM", v, err)
}
