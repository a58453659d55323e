package cli

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmUninstall deletes VMs and their snapshots.
func vmUninstall(c *command) error {
	list, err := c.chosen(vmSelector)
	if err != nil {
		return err
	}
	for _, o := range list {
		for _, snapshot := range o.obj.(*model.VM).Snapshots {
			if v, ok := store.Find(c.server.DB.View(), snapshot); ok {
				list = append(list, object{string(snapshot), v})
			}
		}
	}
	return c.uninstall(list)
}

// uninstall deletes machines with the disks that are theirs alone, once the
// user has seen what that is.
func (c *command) uninstall(list []object) error {
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	r := c.server.DB.View()
	c.send(textOf("The following items are about to be destroyed"))
	disks := map[string][]model.Ref[model.VDI]{}
	for _, o := range list {
		v := o.obj.(*model.VM)
		disks[o.ref] = owned(r, v)
		c.send(textOf("VM : " + v.UUID + " (" + v.NameLabel + ")"))
		for _, d := range disks[o.ref] {
			vdi, _ := store.Find(r, d)
			shared := ""
			if len(vdi.VBDs) > 1 {
				shared = " ** WARNING: other VMs use this disk too"
			}
			c.send(textOf("VDI: " + vdi.UUID + " (" + vdi.NameLabel + ") " + shared))
		}
	}
	if !force {
		if err := c.confirm(); err != nil {
			return err
		}
	}
	for _, o := range list {
		v := o.obj.(*model.VM)
		if v.PowerState != model.VMPowerStateHalted {
			if err := c.do("VM.hard_shutdown", o.ref); err != nil {
				return err
			}
		}
		if err := c.do("VM.destroy", o.ref); err != nil {
			return err
		}
		for _, d := range disks[o.ref] {
			if err := c.do("VDI.destroy", d); err != nil && d != v.SuspendVDI {
				return err // a saved image went with the shutdown
			}
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
