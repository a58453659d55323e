package cli

import (
	"fmt"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// text is a call's answer as text.
func text(v any) string { return fmt.Sprint(v) }

func poolJoin(c *command) error {
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	method := "pool.join"
	if force {
		method = "pool.join_force"
	}
	if err := c.do(method, c.text("master-address"), c.text("master-username"), c.text("master-password")); err != nil {
		return err
	}
	c.print("Host agent will restart and attempt to join pool in 10.000 seconds...")
	return nil
}

// poolEject warns of what is lost before it ejects a host.
func poolEject(c *command) error {
	ref, err := c.ref("host", c.text("host-uuid"))
	if err != nil {
		return err
	}
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	if !force {
		warnings := []string{
			"WARNING: Ejecting a host from the pool will reinitialise that host's local SRs.",
			"WARNING: Any data contained with the local SRs will be lost.",
		}
		if disks := localDisks(c.server.DB.View(), model.Ref[model.Host](ref)); len(disks) > 0 {
			warnings = append(warnings, "The following VDI objects will be destroyed:")
			warnings = append(warnings, disks...)
		}
		if err := c.confirm(warnings...); err != nil {
			return err
		}
	}
	if err := c.do("pool.eject", ref); err != nil {
		return err
	}
	c.print("Specified host will attempt to restart as a master of a new pool in 10.000 seconds...")
	return nil
}

// localDisks lists the disks that only one host can reach.
func localDisks(r store.Reader, host model.Ref[model.Host]) []string {
	var list []string
	for _, sr := range store.All[model.SR](r) {
		if len(sr.PBDs) != 1 {
			continue
		}
		pbd, ok := store.Find(r, sr.PBDs[0])
		if !ok || pbd.Host != host || sr.ContentType == "iso" {
			continue
		}
		for _, v := range sr.VDIs {
			if vdi, ok := store.Find(r, v); ok {
				list = append(list, "VDI: "+vdi.UUID+" ("+vdi.NameLabel+")")
			}
		}
	}
	return list
}

func poolRecoverSlaves(c *command) error {
	v, err := c.call("pool.recover_slaves")
	if err != nil {
		return err
	}
	refs, _ := v.([]model.Ref[model.Host])
	for _, ref := range refs {
		if h, ok := store.Find(c.server.DB.View(), ref); ok {
			c.result(h.UUID)
		}
	}
	return nil
}

func poolHAEnable(c *command) error {
	srs := []string{}
	for id := range strings.SplitSeq(c.text("heartbeat-sr-uuids"), ",") {
		if id == "" {
			continue
		}
		ref, err := c.ref("SR", id)
		if err != nil {
			return err
		}
		srs = append(srs, ref)
	}
	return c.do("pool.enable_ha", srs, c.maps("ha-config"))
}

// hostEnable also ends what consoles call the maintenance mode.
func hostEnable(c *command) error {
	list, err := c.chosen(hostSelector, false)
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error {
		if err := c.do("host.remove_from_other_config", o.ref, "MAINTENANCE_MODE"); err != nil {
			return err
		}
		return c.do("host.enable", o.ref)
	})
}

func hostForget(c *command) error {
	return c.gone("host.destroy",
		"WARNING: A host should only be forgotten if it is physically unrecoverable;",
		"WARNING: if possible, Hosts should be 'ejected' from the Pool instead.",
		"WARNING: Once a host has been forgotten it will have to be re-installed.",
		"WARNING: This operation is irreversible.")
}

func hostDeclareDead(c *command) error {
	return c.gone("host.declare_dead",
		"WARNING: A host should only be declared dead if it is verified offline.",
		"WARNING: Performing this operation if the host is still online and has any running VMs may lead to possible data loss and/or corruption.",
		"WARNING: This operation is irreversible.")
}

func (c *command) gone(method string, warnings ...string) error {
	ref, err := c.ref("host", c.text("uuid"))
	if err != nil {
		return err
	}
	force, err := c.flag("force")
	if err == nil && !force {
		err = c.confirm(warnings...)
	}
	if err != nil {
		return err
	}
	return c.do(method, ref)
}

func emergency(c *command) error {
	v, err := c.call("host.is_in_emergency_mode")
	if err == nil {
		c.result(text(v))
	}
	return err
}
