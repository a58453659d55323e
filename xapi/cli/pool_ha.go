package cli

import (
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// haActs are about how many hosts may fail, and what happens then.
var haActs = acts{
	"pool-ha-prevent-restarts-for":                               does("pool.ha_prevent_restarts_for", whole("seconds", 0)),
	"pool-ha-compute-hypothetical-max-host-failures-to-tolerate": prints("pool.ha_compute_hypothetical_max_host_failures_to_tolerate", priorities),
	"pool-ha-compute-vm-failover-plan":                           failoverPlan,
	"pool-enable-redo-log":                                       does("pool.enable_redo_log", the("SR", "sr-uuid")),
	"pool-disable-redo-log":                                      does("pool.disable_redo_log"),
}

// priorities pairs the VMs of vm-uuid with the priorities of restart-priority:
// each may come more than once, the first belongs to the first.
func priorities(c *command) (any, error) {
	var vms, wanted []string
	for _, p := range c.params {
		switch p.key {
		case "vm-uuid":
			vms = append(vms, p.value)
		case "restart-priority":
			wanted = append(wanted, p.value)
		}
	}
	if len(vms) != len(wanted) {
		return nil, complaint("Each vm-uuid needs a restart-priority")
	}
	m := map[string]string{}
	for i, id := range vms {
		ref, err := c.ref("VM", id)
		if err != nil {
			return nil, err
		}
		m[ref] = wanted[i]
	}
	return m, nil
}

// failoverPlan tells where the VMs of hosts would go if these failed.
func failoverPlan(c *command) error {
	v, err := all("host", "host-uuids")(c)
	if err != nil {
		return err
	}
	hosts := v.([]string)
	r := c.server.DB.View()
	vms := []string{}
	for _, h := range hosts {
		row, err := store.Get(r, model.Ref[model.Host](h))
		if err != nil {
			return err
		}
		for _, ref := range row.ResidentVMs {
			if vm, ok := store.Find(r, ref); ok && !vm.IsControlDomain {
				vms = append(vms, string(ref))
			}
		}
	}
	v, err = c.call("pool.ha_compute_vm_failover_plan", hosts, vms)
	if err != nil {
		return err
	}
	plan, _ := v.(map[model.Ref[model.VM]]map[string]string)
	columns := []column{{"VM", "Host, or why there is none"}}
	for _, vm := range vms { // in the order of the hosts
		there, ok := plan[model.Ref[model.VM](vm)]
		if !ok {
			continue
		}
		to := there["error_code"]
		if host, ok := there["host"]; ok {
			to = c.named(host)
		}
		columns = append(columns, column{c.named(vm), to})
	}
	c.record(columns)
	return nil
}

// recommended prints what the workload balancer recommends for VMs: a host with
// a number of stars, or why not.
func recommended(method string, args ...given) func(*command) error {
	return func(c *command) error {
		v, err := c.with(method, args)
		if err != nil {
			return err
		}
		advice, _ := v.(map[model.Ref[model.VM]][]string)
		columns := []column{{"VM", "Recommendation"}}
		for vm := range store.All[model.VM](c.server.DB.View()) {
			if words, ok := advice[vm]; ok {
				for i := range words {
					words[i] = c.named(words[i])
				}
				columns = append(columns, column{c.named(string(vm)), strings.Join(words, " ")})
			}
		}
		c.record(columns)
		return nil
	}
}
