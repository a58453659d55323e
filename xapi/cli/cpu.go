package cli

import (
	"maps"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cpu"
)

// cpuActs are what the commands of this file do.
var cpuActs = acts{
	"host-cpu-info":           hostCPUInfo,
	"host-get-cpu-features":   getCPUFeatures,
	"host-set-cpu-features":   does("host.set_cpu_features", hereOr("uuid"), word("features", "")),
	"host-reset-cpu-features": does("host.reset_cpu_features", hereOr("uuid")),
	"pool-get-cpu-features":   poolCPUFeatures,
}

// cpuKeys is the order in which the processors of a host are told.
var cpuKeys = append([]string{
	cpu.CPUCount, cpu.SocketCount, "threads_per_core", "nr_nodes", cpu.Vendor, "speed", "modelname", "family", "model", "stepping", "flags",
	cpu.Features, cpu.AfterReboot, cpu.Physical, cpu.CanMask,
}, featureKeys...)

var featureKeys = []string{cpu.PV, cpu.HVM, cpu.PVHost, cpu.HVMHost}

// processors are what the host says of them.
func (c *command) processors() (map[string]string, error) {
	host, err := hereOr("uuid")(c)
	if err != nil {
		return nil, err
	}
	v, err := c.call("host.get_cpu_info", host)
	info, _ := v.(map[string]string)
	return info, err
}

// pick prints those of the keys that a map has, in their order.
func (c *command) pick(info map[string]string, keys []string) {
	var columns []column
	for _, k := range keys {
		if v, ok := info[k]; ok {
			columns = append(columns, column{k, v})
		}
	}
	c.record(columns)
}

func hostCPUInfo(c *command) error {
	info, err := c.processors()
	if err == nil {
		rest := slices.DeleteFunc(slices.Sorted(maps.Keys(info)), func(k string) bool { return slices.Contains(cpuKeys, k) })
		c.pick(info, slices.Concat(cpuKeys, rest))
	}
	return err
}

// getCPUFeatures prints the four words of a host before 7.0, and what machines
// may see on later ones.
func getCPUFeatures(c *command) error {
	info, err := c.processors()
	switch {
	case err != nil:
		return err
	case cpu.Masks(info):
		c.result(info[cpu.Features])
	default:
		c.pick(info, featureKeys)
	}
	return nil
}

func poolCPUFeatures(c *command) error {
	for ref := range store.All[model.Pool](c.server.DB.View()) {
		v, err := c.call("pool.get_cpu_info", string(ref))
		if err != nil {
			return err
		}
		info, _ := v.(map[string]string)
		c.pick(info, featureKeys)
	}
	return nil
}
