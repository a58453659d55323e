package cli

import "github.com/xapid/xapid/model"

// diskActs are what the commands of this file do.
var diskActs = acts{
	"vbd-destroy": onUUID("VBD", "destroy"),
	"vbd-eject":   onUUID("VBD", "eject"),
	"vbd-plug":    onUUID("VBD", "plug"),
	"vdi-destroy": onUUID("VDI", "destroy"),
	"vdi-create":  vdiCreate,
	"vbd-create":  vbdCreate,
}

func vdiCreate(c *command) error {
	sr, err := c.ref("SR", c.text("sr-uuid"))
	if err != nil {
		return err
	}
	bytes, ok := size(c.text("virtual-size"))
	if !ok {
		return complaint("Parameter 'virtual-size' must be an integer")
	}
	sharable, err := c.flag("sharable")
	if err != nil {
		return err
	}
	kind := c.text("type")
	if kind == "" {
		kind = "user"
	}
	v, err := c.call("VDI.create", structOf("name_label", c.text("name-label"), "name_description", "", "SR", sr, "virtual_size", bytes,
		"type", kind, "sharable", sharable, "read_only", false, "other_config", map[string]string{}, "xenstore_data", map[string]string{},
		"sm_config", c.maps("sm-config"), "tags", []string{}))
	return c.made("VDI", v, err)
}

func vbdCreate(c *command) error {
	vm, err := c.ref("VM", c.text("vm-uuid"))
	if err != nil {
		return err
	}
	vdi, empty := model.NullRef, true
	if id, ok := c.get("vdi-uuid"); ok {
		if vdi, err = c.ref("VDI", id); err != nil {
			return err
		}
		empty = false
	}
	bootable, err := c.flag("bootable")
	if err != nil {
		return err
	}
	mode, kind := c.text("mode"), c.text("type")
	if mode == "" {
		mode = "RW"
	}
	if kind == "" {
		kind = "Disk"
	}
	v, err := c.call("VBD.create", structOf("VM", vm, "VDI", vdi, "userdevice", c.text("device"), "bootable", bootable, "mode", mode, "type", kind,
		"unpluggable", true, "empty", empty, "other_config", map[string]string{}, "qos_algorithm_type", "", "qos_algorithm_params", map[string]string{}))
	return c.made("VBD", v, err)
}
