package cli

import (
	"encoding/xml"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmInstallActs are what the commands of this file do.
var vmInstallActs = acts{
	"vm-install": vmInstall,
}

// vmInstall makes a VM of a template: a clone, or a copy if an SR is named and
// the template has disks to be copied. What the template asks for besides is
// made in the SR, or in the pool's default one.
func vmInstall(c *command) error {
	template, err := c.template()
	if err != nil {
		return err
	}
	sr, err := c.installSR()
	if err != nil {
		return err
	}
	from, err := store.Get(c.server.DB.View(), template)
	if err != nil {
		return err
	}
	if from.IsASnapshot && sr != "" {
		return complaint("A snapshot's disks are made where it has them: name no SR")
	}
	bios := model.NullRef
	if id, ok := c.get("copy-bios-strings-from"); ok {
		if bios, err = c.ref("host", id); err != nil {
			return err
		}
	}
	var made any
	if _, standard := from.OtherConfig["default_template"]; sr == "" || standard {
		made, err = c.call("VM.clone", template, c.text("new-name-label"))
	} else {
		made, err = c.call("VM.copy", template, c.text("new-name-label"), sr)
	}
	if err != nil {
		return err
	}
	vm := model.Ref[model.VM](text(made))
	if err := c.fitOut(vm, from, sr, bios); err != nil {
		c.undo(vm)
		return err
	}
	return c.made("VM", vm, nil)
}

// template is the one template that the parameters name: by template-uuid, by
// template-name or template-name-label, or by template, which is either.
func (c *command) template() (model.Ref[model.VM], error) {
	keys := map[string]func(id, name string) string{
		"template-uuid":       func(id, _ string) string { return id },
		"template-name":       func(_, name string) string { return name },
		"template-name-label": func(_, name string) string { return name },
	}
	given := false
	var found []model.Ref[model.VM]
	for ref, v := range store.All[model.VM](c.server.DB.View()) {
		if !v.IsATemplate {
			continue
		}
		// A snapshot is found by its uuid only.
		name := v.NameLabel
		suits := func(want string, by func(id, name string) string) bool {
			given = true
			return want == by(v.UUID, name) && !(v.IsASnapshot && want != v.UUID)
		}
		for key, by := range keys {
			if want, ok := c.get(key); ok && suits(want, by) {
				found = append(found, ref)
			}
		}
		if want, ok := c.get("template"); ok && (suits(want, keys["template-uuid"]) || suits(want, keys["template-name"])) {
			found = append(found, ref)
		}
	}
	switch {
	case !given:
		return "", complaint("Required parameter not found: template")
	case len(found) == 0:
		return "", complaint("No templates matched")
	case len(found) > 1:
		return "", complaint("Multiple templates matched")
	}
	return found[0], nil
}

// installSR is the SR of sr-uuid or sr-name-label, "" if neither is given.
func (c *command) installSR() (string, error) {
	if id, ok := c.get("sr-uuid"); ok {
		return c.ref("SR", id)
	}
	name, ok := c.get("sr-name-label")
	if !ok {
		return "", nil
	}
	var found []string
	for ref, sr := range store.All[model.SR](c.server.DB.View()) {
		if sr.NameLabel == name {
			found = append(found, string(ref))
		}
	}
	switch len(found) {
	case 0:
		return "", complaint("No SR is named " + name)
	case 1:
		return found[0], nil
	}
	return "", complaint("Several SRs are named " + name + "; use sr-uuid")
}

// fitOut makes a VM of the copy of a template.
func (c *command) fitOut(vm model.Ref[model.VM], from *model.VM, sr, bios string) error {
	if err := c.do("VM.set_name_description", vm, "Installed via xe CLI"); err != nil {
		return err
	}
	if sr != "" {
		if err := c.do("VM.set_suspend_SR", vm, sr); err != nil {
			return err
		}
	}
	if err := c.placeDisks(vm, from.OtherConfig["disks"], sr); err != nil {
		return err
	}
	if c.knows("VM.set_has_vendor_device") && c.wantsVendorDevice(from) {
		if err := c.do("VM.set_has_vendor_device", vm, true); err != nil {
			return err
		}
	}
	if err := c.do("VM.provision", vm); err != nil {
		return err
	}
	if bios != model.NullRef {
		return c.do("VM.copy_bios_strings", vm, bios)
	}
	return nil
}

// placeDisks names the SR for the disks for which a template names none.
func (c *command) placeDisks(vm model.Ref[model.VM], disks, sr string) error {
	const nowhere = `sr=""`
	disks = strings.ReplaceAll(disks, `sr=''`, nowhere)
	if !strings.Contains(disks, nowhere) {
		return nil
	}
	if sr == "" {
		var err error
		if sr, err = c.srOrDefault(); err != nil {
			return err
		}
	}
	id, err := c.call("SR.get_uuid", sr)
	if err != nil {
		return err
	}
	if err := c.do("VM.remove_from_other_config", vm, "disks"); err != nil {
		return err
	}
	return c.do("VM.add_to_other_config", vm, "disks", strings.ReplaceAll(disks, nowhere, `sr="`+text(id)+`"`))
}

// wantsVendorDevice tells whether a template recommends the device that brings
// Windows drivers, and the pool does not mind.
func (c *command) wantsVendorDevice(v *model.VM) bool {
	var doc struct {
		Restrictions []struct {
			Field string `xml:"field,attr"`
			Value string `xml:"value,attr"`
		} `xml:"restriction"`
	}
	if xml.Unmarshal([]byte(v.Recommendations), &doc) != nil {
		return false // free text recommends nothing
	}
	for _, p := range store.All[model.Pool](c.server.DB.View()) {
		if p.PolicyNoVendorDevice {
			return false
		}
	}
	for _, r := range doc.Restrictions {
		if r.Field == "has-vendor-device" {
			return r.Value == "true"
		}
	}
	return false
}

// undo removes a VM that could not be finished, with its disks.
func (c *command) undo(vm model.Ref[model.VM]) {
	r := c.server.DB.View()
	v, ok := store.Find(r, vm)
	if !ok {
		return
	}
	disks := slices.Clone(owned(r, v))
	_ = c.do("VM.destroy", vm) // the first error is what counts
	for _, d := range disks {
		_ = c.do("VDI.destroy", d)
	}
}
