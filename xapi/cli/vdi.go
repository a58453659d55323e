package cli

import (
	"maps"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vdiActs are what the commands of this file do.
var vdiActs = acts{
	"vdi-create": makes("VDI", "create", fields("name_label", word("name-label", ""), "name_description", fixed(""), "SR", the("SR", "sr-uuid"),
		"virtual_size", amount("virtual-size"), "type", label("vdi_type", "type", "user"), "sharable", yes("sharable", false), "read_only", fixed(false),
		"other_config", none, "xenstore_data", none, "sm_config", pairs("sm-config"), "tags", given(tags))),
	"vdi-destroy": onUUID("VDI", "destroy"),
	"vdi-forget":  onUUID("VDI", "forget"),
	"vdi-update":  onUUID("VDI", "update"),
	"vdi-introduce": makes("VDI", "introduce", word("uuid", ""), word("name-label", ""), word("name-description", ""), the("SR", "sr-uuid"),
		word("type", ""), yes("sharable", false), yes("read-only", false), pairs("other-config"), word("location", ""), pairs("xenstore-data"),
		pairs("sm-config"), yes("managed", false)),
	"vdi-resize":          vdiResize,
	"vdi-generate-config": prints("VDI.generate_config", the("host", "host-uuid"), the("VDI", "uuid")),
	"vdi-copy":            vdiCopy,
	"vdi-pool-migrate":    vdiPoolMigrate,
	"vdi-clone":           vdiClone,
	"vdi-snapshot":        makes("VDI", "snapshot", the("VDI", "uuid"), pairs("driver-params")),
	"vdi-unlock":          insisted(onUUID("VDI", "force_unlock")),
	"vdi-enable-cbt":      onUUID("VDI", "enable_cbt"),
	"vdi-disable-cbt":     onUUID("VDI", "disable_cbt"),
	"vdi-data-destroy":    onUUID("VDI", "data_destroy"),

	"vdi-list-changed-blocks": changedBlocks,
	"diagnostic-vdi-status":   vdiStatus,
}

// tags are given as tags:TAG=, whatever follows.
func tags(c *command) (any, error) { return slices.Sorted(maps.Keys(c.pairs("tags"))), nil }

func vdiResize(c *command) error {
	method := "VDI.resize"
	online, err := c.flag("online")
	if err != nil {
		return err
	}
	if online {
		method = "VDI.resize_online"
	}
	return does(method, the("VDI", "uuid"), amount("disk-size"))(c)
}

// vdiCopy makes a disk in an SR, or writes to one that is there.
func vdiCopy(c *command) error {
	_, sr := c.get("sr-uuid")
	_, into := c.get("into-vdi-uuid")
	if sr == into {
		return complaint("Exactly one of sr-uuid and into-vdi-uuid is needed")
	}
	return makes("VDI", "copy", the("VDI", "uuid"), the("SR", "sr-uuid"), the("VDI", "base-vdi-uuid"), the("VDI", "into-vdi-uuid"))(c)
}

func vdiPoolMigrate(c *command) error {
	options := map[string]string{}
	if format, ok := c.get("dest-img-format"); ok {
		options["dest-img-format"] = format
	}
	return makes("VDI", "pool_migrate", the("VDI", "uuid"), the("SR", "sr-uuid"), fixed(options))(c)
}

func vdiClone(c *command) error {
	v, err := c.with("VDI.clone", []given{the("VDI", "uuid"), pairs("driver-params")})
	for key, method := range map[string]string{"new-name-label": "VDI.set_name_label", "new-name-description": "VDI.set_name_description"} {
		if name, ok := c.get(key); ok && err == nil {
			err = c.do(method, v, name)
		}
	}
	return c.made("VDI", v, err)
}

// changedBlocks prints the bitmap in the minimal form too.
func changedBlocks(c *command) error {
	v, err := c.with("VDI.list_changed_blocks", []given{the("VDI", "vdi-from-uuid"), the("VDI", "vdi-to-uuid")})
	if err == nil {
		c.send(textOf(text(v)))
	}
	return err
}

// vdiStatus tells who uses a disk, and who could.
func vdiStatus(c *command) error {
	vdi, err := c.byUUID(c.class("vdi"))
	if err != nil {
		return err
	}
	if err := c.tells(c.class("vdi"), vdi, []string{"uuid", "name-label", "sr-uuid", "sharable", "read-only", "storage-lock"}); err != nil {
		return err
	}
	row, _ := vdi.obj.(*model.VDI)
	r := c.server.DB.View()
	var active, inactive []object
	for _, ref := range row.VBDs {
		switch vbd, ok := store.Find(r, ref); {
		case ok && vbd.CurrentlyAttached:
			active = append(active, object{string(ref), vbd})
		case ok:
			inactive = append(inactive, object{string(ref), vbd})
		}
	}
	if len(active) == 0 {
		c.result("no active VBDs.")
	}
	if err := c.tellDrives("active VBDs:", active); err != nil {
		return err
	}
	return c.tellDrives("inactive VBDs:", inactive)
}

// tellDrives prints drives under a heading, or nothing if there is none.
func (c *command) tellDrives(title string, list []object) error {
	for i, o := range list {
		if i == 0 {
			c.result(title)
		}
		if err := c.tells(c.class("vbd"), o, []string{"uuid", "userdevice", "device", "empty", "mode", "type", "storage-lock"}); err != nil {
			return err
		}
	}
	return nil
}
