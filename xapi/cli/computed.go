package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// computation makes what a field shows out of more than one thing. since is a
// field or a message without which there is nothing to show.
type computation struct {
	since string
	make  func(c *command, f *field, o object) (value, error)
}

// computed are the fields that the table has as =NAME or =NAME:ARGUMENT.
var computed = map[string]func(arg string) computation{
	"agree":         agree,
	"rate":          rate,
	"cpu":           one("host_cpu.utilisation", cpuUtilisation),
	"duplex":        one("PIF_metrics.duplex", duplex),
	"memory-target": one("VM.query_data_source", memoryTarget),
	"vcpus":         one("VM.query_data_source", vcpusUtilisation),
	"patches":       one("host.patches", patches),
	"patch-hosts":   one("pool_patch.host_patches", patchHosts),
	"pool":          one("VDI.metadata_of_pool", metadataPool),
	"vdi":           one("VBD.VDI", vdiName),
	"attachable":    one("VBD.assert_attachable", attachable),
	"sr-host":       one("SR.PBDs", srHost),
	"resolution":    one("VGPU_type.max_resolution_x", resolution),
	"sizes":         one("VGPU.compatibility_metadata", sizes),
	"variants":      variants,
	"active":        one("Host_driver.active_variant", active),
	"selected":      one("Host_driver.selected_variant", selected),
	"nothing":       one("VTPM.contents", nothing),
}

func one(since string, make func(c *command, f *field, o object) (value, error)) func(string) computation {
	return func(string) computation { return computation{since, make} }
}

// agree is a field of hosts: what all have, or that they differ. https_only is
// that of a pool if all hosts have it.
func agree(name string) computation {
	return computation{"host." + name, func(c *command, f *field, _ object) (value, error) {
		hosts := model.ClassOf[model.Host]()
		own := *f
		own.field, own.how = hosts.Field(name), "-"
		texts := map[string]bool{}
		last := ""
		for row := range c.server.DB.View().Rows(hosts) {
			last = own.stored(c.server.DB.View(), row.Obj).text
			texts[last] = true
		}
		switch {
		case name == "https_only":
			return plainly(strconv.FormatBool(!texts["false"])), nil
		case len(texts) > 1:
			return plainly("<inconsistent>"), nil
		}
		return plainly(last), nil
	}}
}

// source asks what is measured of an object.
func (c *command) source(class, ref, name string) (float64, bool) {
	v, err := c.call(class+".query_data_source", ref, name)
	n, ok := v.(float64)
	return n, err == nil && ok
}

// rate is how much goes through a device, in KiB a second.
func rate(pattern string) computation {
	return computation{"VM.query_data_source", func(c *command, _ *field, o object) (value, error) {
		class, ref, device := "VM", "", ""
		switch d := o.obj.(type) {
		case *model.PIF:
			class, ref, device = "host", string(d.Host), d.Device
		case *model.VIF:
			ref, device = string(d.VM), d.Device
		case *model.VBD:
			ref, device = string(d.VM), d.Device
		}
		n, ok := c.source(class, ref, strings.Replace(pattern, "%s", device, 1))
		if !ok {
			return plainly(unknown), nil
		}
		return plainly(floatText(n / 1024)), nil
	}}
}

func cpuUtilisation(c *command, _ *field, o object) (value, error) {
	cpu := o.obj.(*model.HostCPU)
	n, ok := c.source("host", string(cpu.Host), fmt.Sprintf("cpu%d", cpu.Number))
	if !ok {
		return plainly(unknown), nil
	}
	return plainly(floatText(n)), nil
}

func duplex(c *command, _ *field, o object) (value, error) {
	m, ok := store.Find(c.server.DB.View(), o.obj.(*model.PIF).Metrics)
	switch {
	case !ok:
		return plainly(notThere), nil
	case !m.Carrier:
		return plainly(unknown[1 : len(unknown)-1]), nil
	case m.Duplex:
		return plainly("full"), nil
	}
	return plainly("half"), nil
}

func memoryTarget(c *command, _ *field, o object) (value, error) {
	if vm := o.obj.(*model.VM); vm.PowerState != model.VMPowerStateRunning && vm.PowerState != model.VMPowerStatePaused {
		return plainly("0"), nil
	}
	n, ok := c.source("VM", o.ref, "memory_target")
	if !ok {
		return plainly(unknown), nil
	}
	return plainly(strconv.FormatInt(int64(n), 10)), nil
}

func vcpusUtilisation(c *command, _ *field, o object) (value, error) {
	vm := o.obj.(*model.VM)
	m, ok := store.Find(c.server.DB.View(), vm.Metrics)
	if !ok || vm.PowerState != model.VMPowerStateRunning {
		return mapOf(nil), nil
	}
	var pairs []param
	for i := range m.VCPUsNumber {
		n, ok := c.source("VM", o.ref, fmt.Sprintf("cpu%d", i))
		if !ok {
			return mapOf(nil), nil
		}
		pairs = append(pairs, param{strconv.FormatInt(i, 10), floatText(n)})
	}
	return mapOf(pairs), nil
}

func patches(c *command, f *field, o object) (value, error) {
	r := c.server.DB.View()
	var ids []string
	for _, ref := range o.obj.(*model.Host).Patches {
		if p, ok := store.Find(r, ref); ok {
			ids = append(ids, f.object(r, "pool_patch", string(p.PoolPatch)))
		}
	}
	return f.set(ids), nil
}

func patchHosts(c *command, f *field, o object) (value, error) {
	r := c.server.DB.View()
	var ids []string
	for _, ref := range o.obj.(*model.PoolPatch).HostPatches {
		if p, ok := store.Find(r, ref); ok {
			ids = append(ids, f.object(r, "host", string(p.Host)))
		}
	}
	return f.set(ids), nil
}

// metadataPool is the pool whose database a disk has: this one, or what can be
// read in the disk.
func metadataPool(c *command, f *field, o object) (value, error) {
	vdi := o.obj.(*model.VDI)
	if vdi.MetadataOfPool == "" || vdi.MetadataOfPool == model.NullRef {
		return plainly(notThere), nil
	}
	if p, ok := store.Find(c.server.DB.View(), vdi.MetadataOfPool); ok {
		return plainly(p.UUID), nil
	}
	v, err := c.call("VDI.read_database_pool_uuid", o.ref)
	if err != nil {
		return plainly(notThere), nil
	}
	return plainly(text(v)), nil
}

func vdiName(c *command, f *field, o object) (value, error) {
	vbd := o.obj.(*model.VBD)
	if vbd.Empty {
		return plainly("<EMPTY>"), nil
	}
	named := field{how: "name", absent: "-"}
	return plainly(named.object(c.server.DB.View(), "VDI", string(vbd.VDI))), nil
}

func attachable(c *command, _ *field, o object) (value, error) {
	if err := c.do("VBD.assert_attachable", o.ref); err != nil {
		return plainly("false (error: " + raised(err) + ")"), nil
	}
	return plainly("true"), nil
}

func srHost(c *command, _ *field, o object) (value, error) {
	r := c.server.DB.View()
	pbds := o.obj.(*model.SR).PBDs
	if len(pbds) > 1 {
		return plainly("<shared>"), nil
	}
	named := field{how: "name", absent: "-"}
	for _, ref := range pbds {
		if pbd, ok := store.Find(r, ref); ok {
			return plainly(named.object(r, "host", string(pbd.Host))), nil
		}
	}
	return plainly(notThere), nil
}

func resolution(_ *command, _ *field, o object) (value, error) {
	t := o.obj.(*model.VGPUType)
	return plainly(fmt.Sprintf("%dx%d", t.MaxResolutionX, t.MaxResolutionY)), nil
}

// sizes tells of texts only how long they are.
func sizes(c *command, f *field, o object) (value, error) {
	own := *f
	own.field = model.ClassOf[model.VGPU]().Field("compatibility_metadata")
	var items []string
	for _, p := range own.stored(c.server.DB.View(), o.obj).pairs {
		items = append(items, fmt.Sprintf("%s:(%d bytes)", p.key, len(p.value)))
	}
	return f.set(items), nil
}

// variants tells of the variants of a driver, by what the pattern says.
func variants(pattern string) computation {
	return computation{"Host_driver.variants", func(c *command, f *field, o object) (value, error) {
		r := c.server.DB.View()
		var items []string
		for _, ref := range o.obj.(*model.HostDriver).Variants {
			v, ok := store.Find(r, ref)
			if !ok || pattern == "present" && !v.HardwarePresent {
				continue
			}
			words := map[string]string{"version": v.Name + "/" + v.Version, "status": v.Name + "=" + v.Status, "uuid": v.Name + "/" + v.UUID, "present": v.Name}
			items = append(items, words[pattern])
		}
		return f.set(items), nil
	}}
}

func active(c *command, _ *field, o object) (value, error) {
	d, ok := store.Find(c.server.DB.View(), o.obj.(*model.DriverVariant).Driver)
	return plainly(strconv.FormatBool(ok && string(d.ActiveVariant) == o.ref)), nil
}

func selected(c *command, _ *field, o object) (value, error) {
	d, ok := store.Find(c.server.DB.View(), o.obj.(*model.DriverVariant).Driver)
	return plainly(strconv.FormatBool(ok && string(d.SelectedVariant) == o.ref)), nil
}

// nothing is what is shown of a secret.
func nothing(*command, *field, object) (value, error) { return value{}, nil }
