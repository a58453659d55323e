package cli

import "github.com/xapid/xapid/model"

// vmActs are what the commands of this file do.
var vmActs = acts{
	"vm-start":            vmStart,
	"vm-shutdown":         vmShutdown,
	"vm-reboot":           vmReboot,
	"vm-suspend":          onVMs("VM.suspend"),
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
	list, err := c.chosen(vmSelector, false, "on", "paused", "progress")
	if err != nil {
		return err
	}
	if _, ok := c.get("on"); !ok {
		return c.each(list, func(o object) error { return c.do("VM.start", o.ref, paused, force) })
	}
	on, err := c.host("on")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.do("VM.start_on", o.ref, on, paused, force) })
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
		return c.each(list, func(o object) error { return c.do("VM.resume", o.ref, false, force) })
	}
	on, err := c.host("on")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.do("VM.resume_on", o.ref, on, false, force) })
}

func vmShutdown(c *command) error { return cleanOrHard(c, "VM.clean_shutdown", "VM.hard_shutdown") }
func vmReboot(c *command) error   { return cleanOrHard(c, "VM.clean_reboot", "VM.hard_reboot") }

func cleanOrHard(c *command, clean, hard string) error {
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	if force {
		clean = hard
	}
	return onVMs(clean, "progress")(c)
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
		list, err := c.chosen(vmSelector, true, append(own, "new-name-label", "new-name-description")...)
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
