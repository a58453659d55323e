package cli

import "github.com/xapid/xapid/model"

// snapshotActs are what the commands of this file do.
var snapshotActs = acts{
	"snapshot-clone":            ofSnapshot(func(c *command, o object) error { return c.copy(o.ref, "VM.clone") }),
	"snapshot-copy":             ofSnapshot(func(c *command, o object) error { return c.copy(o.ref, "VM.copy") }),
	"snapshot-revert":           ofSnapshot(func(c *command, o object) error { return c.do("VM.revert", o.ref) }),
	"snapshot-destroy":          ofSnapshot(snapshotDestroy),
	"snapshot-uninstall":        ofSnapshot(func(c *command, o object) error { return c.uninstall([]object{o}) }),
	"snapshot-reset-powerstate": insisted(ofSnapshot(func(c *command, o object) error { return c.do("VM.power_state_reset", o.ref) })),
	"snapshot-disk-list":        ofSnapshot(func(c *command, o object) error { return c.drives([]object{o}, false) }),
	"template-uninstall":        templateUninstall,
}

// ofSnapshot is work on the snapshot that uuid or snapshot-uuid names.
func ofSnapshot(work func(*command, object) error) func(*command) error {
	return func(c *command) error {
		id, ok := c.get("snapshot-uuid")
		if !ok {
			if id, ok = c.get("uuid"); !ok {
				return complaint("Required parameter not found: snapshot-uuid")
			}
		}
		o, err := c.find("VM", id)
		if err != nil {
			return err
		}
		if !o.obj.(*model.VM).IsASnapshot {
			return complaint("The VM " + id + " is no snapshot")
		}
		return work(c, o)
	}
}

// snapshotDestroy deletes the record of a snapshot; its disks stay.
func snapshotDestroy(c *command, o object) error {
	if o.obj.(*model.VM).PowerState != model.VMPowerStateHalted {
		if err := c.do("VM.hard_shutdown", o.ref); err != nil {
			return err
		}
	}
	return c.do("VM.destroy", o.ref)
}

func templateUninstall(c *command) error {
	id := c.text("template-uuid")
	o, err := c.find("VM", id)
	if err != nil {
		return err
	}
	if !o.obj.(*model.VM).IsATemplate {
		return complaint("The VM " + id + " is no template")
	}
	return c.uninstall([]object{o})
}
