package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// waitable are the classes that event-wait knows.
var waitable = []string{"vm", "vdi", "sr", "host", "network", "vif", "pif", "vbd", "pbd", "pool", "task", "subject", "role", "secret", "vmss"}

// eventWait returns when an object of the class is as the conditions want it:
// field=text, or field=/=text for what it is not to be.
func eventWait(c *command) error {
	name := c.text("class")
	if !slices.Contains(waitable, name) {
		return complaint("Cli listening for class '" + name + "' not currently implemented")
	}
	cls := classByName(name)
	conditions := c.others("class")
	for _, p := range conditions {
		if cls.field(p.key) == nil {
			return complaint("key missing: " + p.key)
		}
	}
	for {
		v := c.server.DB.View()
		for row := range v.Rows(cls.api) {
			ok, err := c.holds(cls, object{row.Ref, row.Obj}, conditions)
			if ok || err != nil {
				return err
			}
		}
		select {
		case <-v.Changed():
		case <-c.ctx.Done():
			return c.ctx.Err()
		}
	}
}

func (c *command) holds(cls *class, o object, conditions []param) (bool, error) {
	for _, p := range conditions {
		text, err := c.value(cls.field(p.key), o)
		if err != nil {
			return false, err
		}
		unwanted, differs := strings.CutPrefix(p.value, "/=")
		if differs && text == unwanted || !differs && text != p.value {
			return false, nil
		}
	}
	return true, nil
}

// vmUninstall deletes VMs with the disks that are theirs alone.
func vmUninstall(c *command) error {
	list, err := c.chosen(vmSelector, false)
	if err != nil {
		return err
	}
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	r := c.server.DB.View()
	c.send(textOf("The following items are about to be destroyed"))
	var disks []model.Ref[model.VDI]
	for _, o := range list {
		v := o.obj.(*model.VM)
		c.send(textOf("VM : " + v.UUID + " (" + v.NameLabel + ")"))
		for _, d := range owned(r, v) {
			vdi, _ := store.Find(r, d)
			disks = append(disks, d)
			c.send(textOf("VDI: " + vdi.UUID + " (" + vdi.NameLabel + ") "))
		}
	}
	if !force {
		if err := c.confirm(); err != nil {
			return err
		}
	}
	for _, o := range list {
		if v := o.obj.(*model.VM); v.PowerState != model.VMPowerStateHalted {
			if err := c.do("VM.hard_shutdown", o.ref); err != nil {
				return err
			}
		}
		if err := c.do("VM.destroy", o.ref); err != nil {
			return err
		}
	}
	for _, d := range disks {
		if err := c.do("VDI.destroy", d); err != nil {
			return err
		}
	}
	c.send(textOf("All objects destroyed"))
	return nil
}

// owned are the disks that go with a VM, and its saved image.
func owned(r store.Reader, v *model.VM) []model.Ref[model.VDI] {
	var list []model.Ref[model.VDI]
	for _, b := range v.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok || vbd.Empty {
			continue
		}
		if _, mine := vbd.OtherConfig["owner"]; mine {
			if _, ok := store.Find(r, vbd.VDI); ok {
				list = append(list, vbd.VDI)
			}
		}
	}
	if _, ok := store.Find(r, v.SuspendVDI); ok {
		list = append(list, v.SuspendVDI)
	}
	return list
}

// vmResetPowerState is for VMs whose host is lost; it wants --force.
func vmResetPowerState(c *command) error {
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	if !force {
		return complaint("This operation is extremely dangerous and may cause data loss. This operation must be forced (use --force).")
	}
	return onVMs("VM.power_state_reset")(c)
}

func userPasswordChange(c *command) error {
	return c.do("session.change_password", c.text("old"), c.text("new"))
}

func hostSetHostname(c *command) error {
	ref, err := c.ref("host", c.text("host-uuid"))
	if err != nil {
		return err
	}
	return c.do("host.set_hostname_live", ref, c.text("host-name"))
}

func hostCallPlugin(c *command) error {
	ref, err := c.ref("host", c.text("host-uuid"))
	if err != nil {
		return err
	}
	v, err := c.call("host.call_plugin", ref, c.text("plugin"), c.text("fn"), c.maps("args"))
	if err == nil {
		c.result(text(v))
	}
	return err
}

// secretCreate keeps a value that others refer to by its uuid.
func secretCreate(c *command) error {
	v, err := c.call("secret.create", structOf("value", c.text("value"), "other_config", map[string]string{}))
	return c.made("secret", v, err)
}

// messageDestroy deletes messages by uuid, or by uuids with commas between.
func messageDestroy(c *command) error {
	ids := strings.Split(c.text("uuids"), ",")
	if id, ok := c.get("uuid"); ok {
		ids = []string{id}
	}
	var errs []error
	for _, id := range ids {
		ref, err := c.ref("message", strings.TrimSpace(id))
		if err == nil {
			err = c.do("message.destroy", ref)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// preventing tells which VMs could not leave a host, and why.
func preventing(c *command) error {
	ref, err := c.ref("host", c.text("uuid"))
	if err != nil {
		return err
	}
	v, err := c.call("host.get_vms_which_prevent_evacuation", ref)
	if err != nil {
		return err
	}
	reasons, _ := v.(map[model.Ref[model.VM]][]string)
	for vm, why := range reasons {
		if row, ok := store.Find(c.server.DB.View(), vm); ok {
			c.record([]column{{"uuid ( RO)", row.UUID}, {"name-label ( RW)", row.NameLabel}, {"reason ( RO)", strings.Join(why, ",")}})
		}
	}
	return nil
}
