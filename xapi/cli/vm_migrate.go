package cli

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// vmMigrateActs are what the commands of this file do.
var vmMigrateActs = acts{
	"vm-migrate":                      vmMigrate,
	"vm-retrieve-wlb-recommendations": vmRecommendations,
}

// migrateOptions are the parameters of vm-migrate that select no VM, besides
// those of pairs.
var migrateOptions = []string{"live", "host", "host-uuid", "host-name", "remote-master", "remote-username", "remote-password", "remote-network", "copy", "compress"}

// vmMigrate moves VMs within the pool; with their disks, or to another pool,
// if the parameters speak of these.
func vmMigrate(c *command) error {
	options := map[string]string{}
	for _, key := range []string{"live", "force", "copy", "compress"} {
		on, err := c.flag(key)
		if err != nil {
			return err
		}
		if _, ok := c.get(key); ok && (on || key == "compress") {
			options[key] = text(on)
		}
	}
	own := slices.Clone(migrateOptions)
	disks := false
	for _, p := range c.params {
		name, _, pair := strings.Cut(p.key, ":")
		if pair && slices.Contains([]string{"vif", "vdi", "vgpu", "image-format"}, name) {
			own, disks = append(own, p.key), true
		}
	}
	_, remote := c.get("remote-master")
	_, copies := options["copy"]
	if disks || remote || copies {
		list, err := c.chosen(vmOrTemplate, own...)
		if err != nil {
			return err
		}
		return c.migrateWithDisks(list, options)
	}
	to, err := c.target()
	if err != nil {
		return err
	}
	list, err := c.chosen(vmOrControl, own...)
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error { return c.do("VM.pool_migrate", o.ref, to, options) })
}

// targetNames are the parameters that name the host to migrate to.
var targetNames = []string{"host", "host-uuid", "host-name"}

// targetName is what they say.
func (c *command) targetName() (string, bool) {
	for _, p := range c.params {
		if slices.Contains(targetNames, p.key) {
			return p.key, true
		}
	}
	return "", false
}

// target is the host of this pool to migrate to.
func (c *command) target() (string, error) {
	key, ok := c.targetName()
	if !ok {
		return "", complaint("You must specify the host to migrate to, by host or host-uuid")
	}
	return c.host(key)
}

// migrateWithDisks asks the target to receive, and then sends.
func (c *command) migrateWithDisks(list []object, options map[string]string) error {
	there := &elsewhere{call: c.call}
	if _, ok := c.get("remote-master"); ok {
		var err error
		if there, err = c.remotePool(); err != nil {
			return err
		}
		defer there.leave()
	}
	host, err := c.hostThere(there)
	if err != nil {
		return err
	}
	network, err := c.networkThere(there, host)
	if err != nil {
		return err
	}
	disks, err := c.across("vdi", "VDI", func(id string) (string, error) { return there.ref("SR", id) })
	if err != nil {
		return err
	}
	interfaces, err := c.across("vif", "VIF", func(id string) (string, error) { return there.ref("network", id) })
	if err != nil {
		return err
	}
	gpus, err := c.across("vgpu", "VGPU", func(id string) (string, error) { return there.ref("GPU_group", id) })
	if err != nil {
		return err
	}
	formats, err := c.across("image-format", "VDI", func(name string) (string, error) { return name, nil })
	if err != nil {
		return err
	}
	delete(options, "live")
	return c.each(list, func(o object) error {
		dest, err := there.call("host.migrate_receive", host, network, options)
		if err != nil {
			return err
		}
		targets := disks
		if !there.remote {
			targets = c.placed(o, host, disks)
		}
		moved, err := c.call("VM.migrate_send", o.ref, dest, true, targets, interfaces, options, gpus, formats)
		if err != nil {
			return err
		}
		if _, copies := options["copy"]; !copies {
			return nil // as xapi: what moves keeps its uuid
		}
		id, err := there.call("VM.get_uuid", moved)
		if err == nil {
			c.result(text(id))
		}
		return err
	})
}

// placed adds to a map where the disks of a VM go that it does not name: they
// stay where they are if the host sees that, or go to its roomiest SR.
func (c *command) placed(o object, host string, given map[string]string) map[string]string {
	r := c.server.DB.View()
	m := maps.Clone(given)
	for _, b := range o.obj.(*model.VM).VBDs {
		vbd, ok := store.Find(r, b)
		if !ok || vbd.Empty || vbd.Type == model.VBDTypeCD {
			continue
		}
		vdi, ok := store.Find(r, vbd.VDI)
		if _, named := m[string(vbd.VDI)]; named || !ok {
			continue
		}
		seen := map[model.Ref[model.SR]]*model.SR{}
		for _, pbd := range store.All[model.PBD](r) {
			if sr, ok := store.Find(r, pbd.SR); ok && string(pbd.Host) == host && pbd.CurrentlyAttached {
				seen[pbd.SR] = sr
			}
		}
		to, room := vdi.SR, int64(-1)
		for ref, sr := range seen {
			free := sr.PhysicalSize - sr.PhysicalUtilisation
			if _, stays := seen[vdi.SR]; !stays && sr.ContentType != "iso" && free > room {
				to, room = ref, free
			}
		}
		m[string(vbd.VDI)] = string(to)
	}
	return m
}

// across are the parameters name:UUID=value; the uuid is of an object here, what
// the value means is told by there.
func (c *command) across(name, class string, there func(string) (string, error)) (map[string]string, error) {
	m := map[string]string{}
	for id, value := range c.pairs(name) {
		here, err := c.ref(class, id)
		if err != nil {
			return nil, err
		}
		if m[here], err = there(value); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// hostThere is the host to migrate to: one that is named, or the first.
func (c *command) hostThere(there *elsewhere) (string, error) {
	if !there.remote {
		return c.target()
	}
	if key, ok := c.targetName(); ok {
		name := c.text(key)
		if ref, err := there.ref("host", name); err == nil {
			return ref, nil
		}
		return there.first("No host there is named "+name, "host.get_by_name_label", name)
	}
	return there.first("The other pool has no host", "host.get_all")
}

// networkThere is the network that the transfer takes: the one that is named,
// or that of the host's management.
func (c *command) networkThere(there *elsewhere, host string) (string, error) {
	if name, ok := c.get("remote-network"); ok {
		if ref, err := there.ref("network", name); err == nil {
			return ref, nil
		}
		return there.first("No network there is named "+name, "network.get_by_name_label", name)
	}
	pif, err := there.call("host.get_management_interface", host)
	if err != nil {
		return "", err
	}
	v, err := there.call("PIF.get_network", pif)
	return text(v), err
}

// vmRecommendations tells what the workload balancer thinks of the hosts.
func vmRecommendations(c *command) error {
	list, err := c.chosen(vmSelector.one())
	if err != nil {
		return err
	}
	v, err := c.call("VM.retrieve_wlb_recommendations", list[0].ref)
	if err != nil {
		return err
	}
	columns := []column{{"Host(Uuid)", "Stars, RecID, ZeroScoreReason"}}
	advice, _ := v.(map[model.Ref[model.Host]][]string)
	for ref, words := range advice {
		if h, ok := store.Find(c.server.DB.View(), ref); ok {
			columns = append(columns, column{h.NameLabel + "(" + h.UUID + ")", strings.Join(words, " ")})
		}
	}
	c.record(columns)
	return nil
}
