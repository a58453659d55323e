package cli

import (
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmDiskActs are what the commands of this file do.
var vmDiskActs = acts{
	"vm-disk-list":      driveList(false),
	"vm-cd-list":        driveList(true),
	"vm-disk-add":       vmDiskAdd,
	"vm-disk-remove":    vmDiskRemove,
	"vm-vif-list":       vmVIFList,
	"vm-crashdump-list": vmCrashdumpList,
}

func driveList(cds bool) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(vmSelector, "vbd-params", "vdi-params")
		if err != nil {
			return err
		}
		return c.drives(list, cds)
	}
}

// drives prints the disks, or the CDs, of machines: each drive with what is in
// it.
func (c *command) drives(list []object, cds bool) error {
	kind, title := model.VBDTypeDisk, "Disk "
	columns := []string{"uuid", "vm-name-label", "userdevice"}
	if cds {
		kind, title, columns = model.VBDTypeCD, "CD ", append(columns, "empty")
	}
	disk := []string{"uuid", "name-label", "sr-name-label", "virtual-size"}
	vbdNames, vdiNames := c.names("vbd-params", columns), c.names("vdi-params", disk)
	r := c.server.DB.View()
	return c.each(list, func(o object) error {
		n := 0
		for _, b := range o.obj.(*model.VM).VBDs {
			vbd, ok := store.Find(r, b)
			if !ok || vbd.Type != kind {
				continue
			}
			c.print(title + strconv.Itoa(n) + " VBD:")
			if err := c.tells(c.class("vbd"), object{string(b), vbd}, vbdNames); err != nil {
				return err
			}
			if vdi, ok := store.Find(r, vbd.VDI); ok && !vbd.Empty {
				c.print(title + strconv.Itoa(n) + " VDI:")
				if err := c.tells(c.class("vdi"), object{string(vbd.VDI), vdi}, vdiNames); err != nil {
					return err
				}
			}
			n++
		}
		return nil
	})
}

// names are the columns that a parameter asks for; none stands for all.
func (c *command) names(key string, usual []string) []string {
	switch p, ok := c.get(key); {
	case !ok:
		return usual
	case p == "all":
		return nil
	default:
		return strings.Split(p, ",")
	}
}

// vmDiskAdd makes a disk and gives it to VMs, each one of its own.
func vmDiskAdd(c *command) error {
	bytes, err := amount("disk-size")(c)
	if err != nil {
		return err
	}
	sr, err := c.srOrDefault()
	if err != nil {
		return err
	}
	list, err := c.chosen(vmSelector, "disk-size", "device", "sr-uuid")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error {
		vdi, err := c.call("VDI.create", structOf("name_label", "Created by xe", "name_description", "Created by xe", "SR", sr, "virtual_size", bytes,
			"type", "user", "sharable", false, "read_only", false, "other_config", map[string]string{}, "xenstore_data", map[string]string{},
			"sm_config", map[string]string{"vmhint": o.obj.(*model.VM).UUID}, "tags", []string{}))
		if err != nil {
			return err
		}
		if err := c.addDrive(o, text(vdi), "Disk", "RW", map[string]string{"owner": ""}); err != nil {
			_ = c.do("VDI.destroy", vdi) // the first error is what counts
			return err
		}
		return nil
	})
}

// srOrDefault is the SR of sr-uuid, or the pool's default one.
func (c *command) srOrDefault() (string, error) {
	if id, ok := c.get("sr-uuid"); ok {
		return c.ref("SR", id)
	}
	r := c.server.DB.View()
	for _, p := range store.All[model.Pool](r) {
		if _, ok := store.Find(r, p.DefaultSR); ok {
			return string(p.DefaultSR), nil
		}
	}
	return "", complaint("The pool has no default SR; name one by sr-uuid")
}

// addDrive puts a disk or CD into a drive of its own at the place that device
// names, and plugs it in if that can be done now.
func (c *command) addDrive(o object, vdi, kind, mode string, config map[string]string) error {
	vbd, err := c.call("VBD.create", structOf("VM", o.ref, "VDI", vdi, "userdevice", c.text("device"), "bootable", false, "mode", mode, "type", kind,
		"unpluggable", true, "empty", false, "other_config", config, "qos_algorithm_type", "", "qos_algorithm_params", map[string]string{}))
	if err != nil {
		return err
	}
	if o.obj.(*model.VM).PowerState == model.VMPowerStateRunning {
		_ = c.do("VBD.plug", vbd) // as xapi: else it is there when the VM boots
	}
	return nil
}

// vmDiskRemove destroys the disk at a place, and its drive.
func vmDiskRemove(c *command) error {
	list, err := c.chosen(vmSelector, "device")
	if err != nil {
		return err
	}
	r := c.server.DB.View()
	return c.each(list, func(o object) error {
		for _, b := range o.obj.(*model.VM).VBDs {
			vbd, ok := store.Find(r, b)
			if !ok || vbd.Userdevice != c.text("device") || vbd.Type != model.VBDTypeDisk {
				continue
			}
			if err := c.do("VBD.destroy", b); err != nil {
				return err
			}
			return c.do("VDI.destroy", vbd.VDI)
		}
		return complaint("The VM has no disk at device " + c.text("device"))
	})
}

var vifColumns = []string{"uuid", "vm-name-label", "device", "MAC", "network-uuid", "network-name-label"}

// vmVIFList lists the interfaces of all VMs that the selectors find.
func vmVIFList(c *command) error {
	c.params = append([]param{{"multiple", "true"}}, c.params...)
	list, err := c.chosen(vmSelector, "params")
	if err != nil {
		return err
	}
	r := c.server.DB.View()
	return c.each(list, func(o object) error {
		var records [][]column
		for _, i := range o.obj.(*model.VM).VIFs {
			vif, ok := store.Find(r, i)
			if !ok {
				continue
			}
			columns, err := c.show(c.class("vif"), object{string(i), vif}, c.names("params", vifColumns), false)
			if err != nil {
				return err
			}
			records = append(records, columns)
		}
		c.table(records)
		return nil
	})
}

// vmCrashdumpList lists the memory images of guests that crashed.
func vmCrashdumpList(c *command) error {
	list, err := c.chosen(vmSelector)
	if err != nil {
		return err
	}
	r := c.server.DB.View()
	return c.each(list, func(o object) error {
		vm := o.obj.(*model.VM)
		for _, d := range vm.CrashDumps {
			dump, ok := store.Find(r, d)
			if !ok {
				continue
			}
			disk := notThere
			if vdi, ok := store.Find(r, dump.VDI); ok {
				disk = vdi.UUID
			}
			c.record([]column{{"uuid ( RO)", dump.UUID}, {"vm-uuid ( RO)", vm.UUID}, {"vm-name-label ( RO)", vm.NameLabel}, {"vdi-uuid ( RO)", disk}})
		}
		return nil
	})
}
