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

// cd is the one CD of the name that cd-name gives.
func (c *command) cd() (string, error) {
	r := c.server.DB.View()
	var found []string
	for ref, vdi := range store.All[model.VDI](r) {
		if vdi.NameLabel == c.text("cd-name") && isCD(r, vdi) {
			found = append(found, string(ref))
		}
	}
	switch len(found) {
	case 0:
		return "", complaint("No CD is named " + c.text("cd-name"))
	case 1:
		return found[0], nil
	}
	return "", complaint("Several CDs are named " + c.text("cd-name") + "; use the vbd- commands")
}

func vmCDAdd(c *command) error {
	cd, err := c.cd()
	if err != nil {
		return err
	}
	list, err := c.chosen(vmSelector, false, "cd-name", "device")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.addDrive(o, cd, "CD", "RO", map[string]string{}) })
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

// onlyDrive is work on the one CD drive of each VM that suits; what says which
// these are.
func (c *command) onlyDrive(what string, suits func(store.Reader, *model.VBD) bool, work func(model.Ref[model.VBD]) error, own ...string) error {
	list, err := c.chosen(vmSelector, false, own...)
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error {
		found := c.cdDrives(o, suits)
		switch len(found) {
		case 0:
			return complaint("The VM has no CD drive " + what)
		case 1:
			return work(found[0])
		}
		return complaint(fmt.Sprintf("The VM has %d CD drives %s; use the vbd- commands", len(found), what))
	})
}

func vmCDRemove(c *command) error {
	name := c.text("cd-name")
	return c.onlyDrive("with "+name, func(r store.Reader, vbd *model.VBD) bool {
		vdi, ok := store.Find(r, vbd.VDI)
		return ok && !vbd.Empty && vdi.NameLabel == name && isCD(r, vdi)
	}, func(b model.Ref[model.VBD]) error { return c.do("VBD.destroy", b) }, "cd-name")
}

func vmCDEject(c *command) error {
	return c.onlyDrive("at all", func(store.Reader, *model.VBD) bool { return true },
		func(b model.Ref[model.VBD]) error { return c.do("VBD.eject", b) })
}

func vmCDInsert(c *command) error {
	cd, err := c.cd()
	if err != nil {
		return err
	}
	return c.onlyDrive("that is empty", func(_ store.Reader, vbd *model.VBD) bool { return vbd.Empty },
		func(b model.Ref[model.VBD]) error { return c.do("VBD.insert", b, cd) }, "cd-name")
}
