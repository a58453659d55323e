package cli

import (
	"net/url"
	"strings"

	"github.com/xapid/xapid/model"
)

// transferActs are the commands that move VMs and disks in and out as files.
var transferActs = acts{
	"vm-export":                   vmExport,
	"vm-import":                   vmImport,
	"template-export":             templateExport,
	"snapshot-export-to-template": snapshotExport,
	"vdi-export":                  vdiExport,
	"vdi-import":                  vdiImport,
}

// exportOptions are the parameters of the commands that export VMs.
var exportOptions = []string{"filename", "compress", "metadata", "preserve-power-state", "include-snapshots", "excluded-device-types", "task-uuid"}

func vmExport(c *command) error {
	list, err := c.chosen(vmSelector.one(), exportOptions...)
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.export(o.ref) })
}

func templateExport(c *command) error {
	return c.exportOf("template-uuid", "is no template", func(v *model.VM) bool { return v.IsATemplate && !v.IsASnapshot })
}

func snapshotExport(c *command) error {
	return c.exportOf("snapshot-uuid", "is no snapshot", func(v *model.VM) bool { return v.IsASnapshot })
}

// exportOf exports the VM that a parameter names, if it suits.
func (c *command) exportOf(key, unlike string, suits func(*model.VM) bool) error {
	o, err := c.find("VM", c.text(key))
	if err != nil {
		return err
	}
	if vm, ok := o.obj.(*model.VM); !ok || !suits(vm) {
		return complaint("The VM " + c.text(key) + " " + unlike)
	}
	return c.export(o.ref)
}

// export fetches a VM, or only what is known of it, into the file.
func (c *command) export(vm string) error {
	q := url.Values{"ref": {vm}}
	path := "/export"
	metadata, err := c.flag("metadata")
	if err != nil {
		return err
	}
	switch c.text("compress") {
	case "gzip", "zstd":
		q.Set("use_compression", c.text("compress"))
	default:
		on, err := c.flag("compress")
		if err != nil {
			return err
		}
		if on {
			q.Set("use_compression", "gzip")
		}
	}
	preserve, err := c.flag("preserve-power-state")
	if err != nil {
		return err
	}
	if preserve {
		q.Set("preserve_power_state", "true")
	}
	if metadata {
		path = "/export_metadata"
		snapshots, err := c.flag("include-snapshots")
		if err != nil {
			return err
		}
		if _, told := c.get("include-snapshots"); told && !snapshots {
			q.Set("export_snapshots", "false")
		}
		if types := c.text("excluded-device-types"); types != "" {
			q.Set("excluded_device_types", types)
		}
	}
	return c.download("Export", c.text("filename"), path+"?"+q.Encode())
}

// vmImport makes VMs of a file, of what a URL leads to, or of the machines of
// another virtualisation platform.
func vmImport(c *command) error {
	flags := map[string]bool{}
	for _, key := range []string{"preserve", "force", "metadata", "dry-run"} {
		on, err := c.flag(key)
		if err != nil {
			return err
		}
		flags[key] = on
	}
	sr := model.NullRef
	if id, ok := c.get("sr-uuid"); ok {
		ref, err := c.ref("SR", id)
		if err != nil {
			return err
		}
		sr = ref
	}
	file, ok := c.get("filename")
	from, linked := c.get("url")
	switch {
	case linked && ok:
		return complaint("Either url or filename, not both")
	case flags["dry-run"] && !flags["metadata"]:
		return complaint("Only an import of metadata can be tried by a dry-run")
	}
	if linked {
		v, err := c.call("VM.import", from, sr, flags["preserve"], flags["force"])
		if err != nil {
			return err
		}
		refs, _ := v.([]model.Ref[model.VM])
		return c.imported(refs)
	}
	if kind, ok := c.get("type"); ok {
		return c.do("VM.import_convert", kind, c.text("host-username"), c.text("host-password"), sr, c.pairs("remote-config"))
	}
	if !ok {
		return complaint("Nothing to import from: give a filename, a url or a type")
	}
	q := url.Values{}
	for key, name := range map[string]string{"preserve": "restore", "force": "force", "dry-run": "dry_run"} {
		if flags[key] {
			q.Set(name, "true")
		}
	}
	path := "/import"
	if flags["metadata"] {
		path = "/import_metadata"
		for from, to := range c.pairs("vdi") {
			q.Set("vdi:"+from, to)
		}
	} else if sr != model.NullRef {
		q.Set("sr_id", sr)
	}
	result, err := c.upload("Import", file, path+"?"+q.Encode())
	if err != nil {
		return err
	}
	var refs []model.Ref[model.VM]
	for _, ref := range refOf.FindAllString(result, -1) {
		refs = append(refs, model.Ref[model.VM](ref))
	}
	return c.imported(refs)
}

// imported prints the uuids of VMs that have come.
func (c *command) imported(vms []model.Ref[model.VM]) error {
	var list []string
	for _, ref := range vms {
		id, err := c.call("VM.get_uuid", ref)
		if err != nil {
			return err
		}
		list = append(list, text(id))
	}
	c.send(textOf(strings.Join(list, ",")))
	return nil
}

// disk is the query of a transfer of the disk that uuid names.
func (c *command) disk() (url.Values, error) {
	ref, err := c.ref("VDI", c.text("uuid"))
	if err != nil {
		return nil, err
	}
	q := url.Values{"vdi": {ref}, "format": {"raw"}}
	if format, ok := c.get("format"); ok {
		q.Set("format", format)
	}
	return q, nil
}

func vdiExport(c *command) error {
	q, err := c.disk()
	if err != nil {
		return err
	}
	if id, ok := c.get("base"); ok {
		ref, err := c.ref("VDI", id)
		if err != nil {
			return err
		}
		q.Set("base", ref)
	}
	return c.fetch("Export", c.text("filename"), "/export_raw_vdi?"+q.Encode())
}

func vdiImport(c *command) error {
	q, err := c.disk()
	if err != nil {
		return err
	}
	_, err = c.upload("Import", c.text("filename"), "/import_raw_vdi?"+q.Encode())
	return err
}
