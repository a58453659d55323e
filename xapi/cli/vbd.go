package cli

import "strings"

// vbdActs are what the commands of this file do.
var vbdActs = acts{
	"vbd-create":  vbdCreate,
	"vbd-destroy": onUUID("VBD", "destroy"),
	"vbd-insert":  does("VBD.insert", the("VBD", "uuid"), the("VDI", "vdi-uuid")),
	"vbd-eject":   onUUID("VBD", "eject"),
	"vbd-plug":    onUUID("VBD", "plug"),
	"vbd-unplug":  vbdUnplug,
	"vbd-pause":   prints("VBD.pause", the("VBD", "uuid")),
	"vbd-unpause": does("VBD.unpause", the("VBD", "uuid"), word("token", "")),
}

// vbdCreate makes an empty drive if it is given no disk; a disk's is never empty.
func vbdCreate(c *command) error {
	_, full := c.get("vdi-uuid")
	if kind, ok := c.get("type"); !full && (!ok || strings.EqualFold(kind, "Disk")) {
		return complaint("A drive can only be empty if it is of type=CD")
	}
	return makes("VBD", "create", fields("VM", the("VM", "vm-uuid"), "VDI", the("VDI", "vdi-uuid"), "userdevice", word("device", ""),
		"bootable", yes("bootable", false), "mode", oneOf("mode", "RW", "RO", "RW"), "type", oneOf("type", "Disk", "CD", "Disk", "Floppy"),
		"unpluggable", yes("unpluggable", true), "empty", fixed(!full), "other_config", none, "qos_algorithm_type", fixed(""),
		"qos_algorithm_params", none))(c)
}

// vbdUnplug has no use for the time that a guest may take: guests let go at
// once, or never.
func vbdUnplug(c *command) error {
	if _, err := decimal("timeout", 0)(c); err != nil {
		return err
	}
	return forced("VBD.unplug", "VBD.unplug_force", the("VBD", "uuid"))(c)
}
