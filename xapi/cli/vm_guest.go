package cli

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmGuestActs are what the commands of this file do: a VM's firmware, plugins,
// and what its guest is asked.
var vmGuestActs = acts{
	"vm-call-plugin":                            prints("VM.call_plugin", the("VM", "vm-uuid"), word("plugin", ""), word("fn", ""), pluginArgs),
	"vm-call-host-plugin":                       prints("VM.call_host_plugin", the("VM", "vm-uuid"), word("plugin", ""), word("fn", ""), pluginArgs),
	"vm-query-services":                         asked(vmSelector, "VM.query_services", nil),
	"vm-copy-bios-strings":                      on(vmSelector, "VM.copy_bios_strings", []string{"host-uuid"}, the("host", "host-uuid")),
	"vm-is-bios-customized":                     vmBIOSCustomized,
	"vm-set-uefi-mode":                          prints("VM.set_uefi_mode", the("VM", "uuid"), word("mode", "")),
	"vm-get-secureboot-readiness":               prints("VM.get_secureboot_readiness", the("VM", "uuid")),
	"vm-update-secureboot-certificates-on-boot": on(vmSelector, "VM.update_secureboot_certificates_on_boot", []string{"mark"}, yes("mark", false)),
	"vm-sysprep":                                vmSysprep,
	"vtpm-create":                               makes("VTPM", "create", the("VM", "vm-uuid"), isUnique),
	"vtpm-destroy":                              insisted(onUUID("VTPM", "destroy")),
	"diagnostic-vm-status":                      vmStatus,
}

// vmBIOSCustomized tells whether VMs have a host's BIOS strings, the generic
// ones, or none yet.
func vmBIOSCustomized(c *command) error {
	list, err := c.chosen(vmSelector)
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error {
		switch strings := o.obj.(*model.VM).BIOSStrings; {
		case len(strings) == 0:
			c.print("The BIOS strings of this VM have not been set yet.")
		case strings["bios-vendor"] == "Xen":
			c.print("This VM is BIOS-generic.")
		default:
			c.print("This VM is BIOS-customized.")
		}
		return nil
	})
}

// vmSysprep hands a Windows guest the file that says how it is to be set up
// anew.
func vmSysprep(c *command) error {
	limit, err := decimal("timeout", 180)(c)
	if err != nil {
		return err
	}
	list, err := c.chosen(vmSelector, "filename", "timeout")
	if err != nil {
		return err
	}
	file, err := c.load(c.text("filename"))
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.do("VM.sysprep", o.ref, string(file), limit) })
}

// isUnique is what help calls is-unique; as xapi, is_unique does as well.
func isUnique(c *command) (any, error) {
	if _, ok := c.get("is_unique"); ok {
		return c.flag("is_unique")
	}
	return c.flag("is-unique")
}

// vmStatus tells what would keep a VM from booting: what state it is in, what
// its disks say, and what each host does.
func vmStatus(c *command) error {
	o, err := c.find("VM", c.text("uuid"))
	if err != nil {
		return err
	}
	vm := o.obj.(*model.VM)
	if err := c.tells(c.class("vm"), o, []string{"uuid", "name-label", "power-state", "possible-hosts"}); err != nil {
		return err
	}
	c.result("Can the disks of the VM be attached?")
	r := c.server.DB.View()
	for _, b := range vm.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok {
			continue
		}
		if err := c.tells(c.class("vbd"), object{string(b), vbd}, []string{"uuid", "userdevice", "device", "vdi-uuid", "empty", "mode", "type", "storage-lock", "attachable"}); err != nil {
			return err
		}
	}
	c.result("Can the VM boot on each host?")
	c.record(c.placement(o.ref))
	if err := c.do("VM.assert_agile", o.ref); err != nil {
		c.result("The VM is tied to a host: " + c.about(err))
	} else {
		c.result("Nothing ties the VM to a host.")
	}
	return nil
}

// about is an error's description alone.
func (c *command) about(err error) string {
	about, _, known := c.description(apiError(err))
	if !known {
		return err.Error()
	}
	return about
}
