package cli

import (
	"errors"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmActs are what the commands of this file do.
var vmActs = acts{
	"vm-start":            vmStart,
	"vm-shutdown":         vmShutdown,
	"vm-reboot":           vmReboot,
	"vm-suspend":          vmSuspend,
	"vm-resume":           vmResume,
	"vm-pause":            onVMs("VM.pause"),
	"vm-unpause":          onVMs("VM.unpause"),
	"vm-migrate":          vmMigrate,
	"vm-uninstall":        vmUninstall,
	"vm-reset-powerstate": vmResetPowerState,
	"vm-destroy":          vmDestroy,
	"vm-clone":            vmCopy("VM.clone"),
	"vm-snapshot":         vmCopy("VM.snapshot", "ignore-vdi-uuids"),
	"vm-install":          vmInstall,
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
	list, err := c.chosen(vmOrControl, false, "force", "on", "paused", "progress")
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
	var columns []column
	for ref, host := range store.All[model.Host](c.server.DB.View()) {
		text := "OK"
		if err := c.do("VM.assert_can_boot_here", o.ref, ref); err != nil {
			about, _, _ := c.description(apiError(err))
			text = "Cannot start here [" + about + "]"
		}
		columns = append(columns, column{host.NameLabel, text})
	}
	c.record(columns)
}

func vmSuspend(c *command) error {
	list, err := c.chosen(vmSelector, false, "progress")
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
	list, err := c.chosen(vmSelector, false, "on", "progress")
	if err != nil {
		return err
	}
	if _, ok := c.get("on"); !ok {
		return c.each(list, func(o object) error { return c.async("VM.resume", o.ref, false, force) })
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
	list, err := c.chosen(vmOrControl, false, "progress")
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

func vmMigrate(c *command) error {
	options := map[string]string{}
	for _, key := range []string{"live", "force"} {
		on, err := c.flag(key)
		if err != nil {
			return err
		}
		if on {
			options[key] = "true"
		}
	}
	key := "host"
	if _, ok := c.get("host-uuid"); ok {
		key = "host-uuid"
	}
	if _, ok := c.get(key); !ok {
		return complaint("You must specify the host to migrate to, by host or host-uuid")
	}
	to, err := c.host(key)
	if err != nil {
		return err
	}
	list, err := c.chosen(vmSelector, false, "host", "host-uuid", "live")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.do("VM.pool_migrate", o.ref, to, options) })
}

func vmDestroy(c *command) error {
	o, err := c.byUUID(c.class("vm"))
	if err != nil {
		return err
	}
	return c.do("VM.destroy", o.ref)
}

// vmCopy is a message that makes a VM of the chosen one.
func vmCopy(method string, own ...string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(vmOrTemplate, true, append(own, "new-name-label", "new-name-description")...)
		if err != nil {
			return err
		}
		v, err := c.call(method, list[0].ref, c.text("new-name-label"))
		if err == nil && c.text("new-name-description") != "" {
			err = c.do("VM.set_name_description", v, c.text("new-name-description"))
		}
		return c.made("VM", v, err)
	}
}

// vmInstall makes a VM of a template, by uuid or name, and provisions it.
func vmInstall(c *command) error {
	want := c.text("template")
	cls := c.class("template")
	var template string
	for row := range c.server.DB.View().Rows(cls.api) {
		v, ok := row.Obj.(*model.VM)
		if ok && v.IsATemplate && (v.UUID == want || v.NameLabel == want) {
			template = row.Ref
			break
		}
	}
	if template == "" {
		return complaint("No templates matched")
	}
	v, err := c.call("VM.clone", template, c.text("new-name-label"))
	if err != nil {
		return err
	}
	if err := c.do("VM.provision", v); err != nil {
		return err
	}
	return c.made("VM", v, nil)
}
