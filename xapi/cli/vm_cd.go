package cli

import (
	"fmt"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmCDActs are what the commands of this file do.
var vmCDActs = acts{
	"cd-list":      cdList,
	"vm-cd-add":    vmCDAdd,
	"vm-cd-remove": vmCDRemove,
	"vm-cd-eject":  vmCDEject,
	"vm-cd-insert": vmCDInsert,
}

// isCD tells whether a disk is in an SR of ISO images.
func isCD(r store.Reader, vdi *model.VDI) bool {
	sr, ok := store.Find(r, vdi.SR)
	return ok && sr.ContentType == "iso"
}

// cdList lists all CDs.
func cdList(c *command) error {
	names := c.names("params", []string{"uuid", "name-label"})
	r := c.server.DB.View()
	var records [][]column
	for ref, vdi := range store.All[model.VDI](r) {
		if !isCD(r, vdi) {
			continue
		}
		columns, err := c.show(c.class("vdi"), object{string(ref), vdi}, names, false)
		if err != nil {
			return err
		}
		records = append(records, columns)
	}
	c.table(records)
	return nil
}

// cds are the CDs of the name that cd-name gives.
func (c *command) cds() ([]string, error) {
	r := c.server.DB.View()
	var found []string
	for ref, vdi := range store.All[model.VDI](r) {
		if vdi.NameLabel == c.text("cd-name") && isCD(r, vdi) {
			found = append(found, string(ref))
		}
	}
	if len(found) == 0 {
		return nil, complaint("No CD is named " + c.text("cd-name"))
	}
	return found, nil
}

// vmCDAdd takes the first CD of a name, as xapi.
func vmCDAdd(c *command) error {
	cds, err := c.cds()
	if err != nil {
		return err
	}
	list, err := c.chosen(vmSelector, "cd-name", "device")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.addDrive(o, cds[0], "CD", "RO", map[string]string{}) })
}

// cdDrives are the CD drives of a VM that suit.
func (c *command) cdDrives(o object, suits func(store.Reader, *model.VBD) bool) []model.Ref[model.VBD] {
	r := c.server.DB.View()
	var found []model.Ref[model.VBD]
	for _, b := range o.obj.(*model.VM).VBDs {
		if vbd, ok := store.Find(r, b); ok && vbd.Type == model.VBDTypeCD && suits(r, vbd) {
			found = append(found, b)
		}
	}
	return found
}

// vmCDRemove takes the first drive that holds a CD of a name; an empty drive
// goes by the name <EMPTY>.
func vmCDRemove(c *command) error {
	name := c.text("cd-name")
	list, err := c.chosen(vmSelector, "cd-name")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error {
		found := c.cdDrives(o, func(r store.Reader, vbd *model.VBD) bool {
			vdi, ok := store.Find(r, vbd.VDI)
			if vbd.Empty || !ok {
				return name == "<EMPTY>"
			}
			return vdi.NameLabel == name && isCD(r, vdi)
		})
		if len(found) == 0 {
			return complaint("The VM has no CD drive with " + name)
		}
		return c.do("VBD.destroy", found[0])
	})
}

func vmCDEject(c *command) error {
	list, err := c.chosen(vmSelector)
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error {
		found := c.cdDrives(o, func(store.Reader, *model.VBD) bool { return true })
		switch len(found) {
		case 0:
			return complaint("The VM has no CD drive")
		case 1:
			return c.do("VBD.eject", found[0])
		}
		return complaint(fmt.Sprintf("The VM has %d CD drives; use vbd-eject", len(found)))
	})
}

func vmCDInsert(c *command) error {
	cds, err := c.cds()
	switch {
	case err != nil:
		return err
	case len(cds) > 1:
		return complaint("Several CDs are named " + c.text("cd-name") + "; use vbd-insert")
	}
	list, err := c.chosen(vmSelector, "cd-name")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error {
		found := c.cdDrives(o, func(_ store.Reader, vbd *model.VBD) bool { return vbd.Empty })
		switch len(found) {
		case 0:
			return model.ErrVMNoEmptyCdVBD(o.ref)
		case 1:
			return c.do("VBD.insert", found[0], cds[0])
		}
		return complaint(fmt.Sprintf("The VM has %d empty CD drives; use vbd-insert", len(found)))
	})
}
