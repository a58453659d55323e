package host_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// console is a management console that is connected to the master.
type console struct {
	*xapitest.Client
	at *xapitest.Pool
}

// async runs a message as consoles do: as a task that it waits for.
func (c *console) async(t *testing.T, method string, args ...any) {
	t.Helper()
	task := model.Ref[model.Task](c.Text(t, "Async."+method, args...))
	var row *model.Task
	c.at.Until(t, method, func(r store.Reader) bool {
		got, ok := store.Find(r, task)
		if ok {
			row = got
		}
		return ok && got.Status != model.TaskStatusTypePending
	})
	if row.Status != model.TaskStatusTypeSuccess {
		t.Fatalf("%s: %v %v", method, row.Status, row.ErrorInfo)
	}
	c.Call(t, "task.destroy", task)
}

// mark writes a key of a host's other_config, as consoles do: away first.
func (c *console) mark(t *testing.T, host, key, value string) {
	t.Helper()
	c.Call(t, "host.remove_from_other_config", host, key)
	c.Call(t, "host.add_to_other_config", host, key, value)
}

// guests are the VMs that run on a host.
func (c *console) guests(t *testing.T, host string) []string {
	t.Helper()
	var list []string
	for _, vm := range c.Refs(t, "host.get_resident_VMs", host) {
		if c.Call(t, "VM.get_is_control_domain", vm) == false {
			list = append(list, vm)
		}
	}
	slices.Sort(list)
	return list
}

// tolerate is the dialog's question about HA: as many failures as there is a
// plan for, less so many.
func (c *console) tolerate(t *testing.T, less int64) {
	t.Helper()
	pool := c.Refs(t, "pool.get_all")[0]
	if c.Call(t, "pool.get_ha_enabled", pool) == false {
		return
	}
	priorities := map[string]string{}
	for _, vm := range c.Refs(t, "VM.get_all") {
		if p := c.Text(t, "VM.get_ha_restart_priority", vm); p != "" {
			priorities[vm] = p
		}
	}
	most := integer(t, c.Call(t, "pool.ha_compute_hypothetical_max_host_failures_to_tolerate", priorities))
	c.Call(t, "pool.set_ha_host_failures_to_tolerate", pool, max(most-less, 0))
}

func integer(t *testing.T, v any) int64 {
	t.Helper()
	n, err := v.(interface{ Int64() (int64, error) }).Int64()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// enter takes a host out of service. heir is who becomes the master once the
// host is empty, "" if nobody.
func (c *console) enter(t *testing.T, host, heir string) {
	t.Helper()
	if got := c.Call(t, "host.get_vms_which_prevent_evacuation", host).(map[string]any); len(got) > 0 {
		t.Fatalf("VMs cannot leave: %v", got)
	}
	var uuids []string
	for _, vm := range c.guests(t, host) {
		uuids = append(uuids, c.Text(t, "VM.get_uuid", vm))
	}
	c.mark(t, host, "MAINTENANCE_MODE_EVACUATED_VMS_MIGRATED", strings.Join(uuids, ","))
	c.mark(t, host, "MAINTENANCE_MODE_EVACUATED_VMS_SUSPENDED", "")
	c.mark(t, host, "MAINTENANCE_MODE_EVACUATED_VMS_HALTED", "")
	c.tolerate(t, 1)
	c.async(t, "host.disable", host, false)
	c.mark(t, host, "MAINTENANCE_MODE", "true")
	c.async(t, "host.evacuate", host)
	if got := c.guests(t, host); len(got) > 0 {
		t.Errorf("still there: %v", got)
	}
	if heir != "" {
		c.Call(t, "Async.pool.designate_new_master", heir) // the connection may be lost before it ends
	}
}

// leave takes a host back into service, and its VMs home.
func (c *console) leave(t *testing.T, host string) {
	t.Helper()
	c.Call(t, "host.remove_from_other_config", host, "MAINTENANCE_MODE")
	c.async(t, "host.enable", host)
	c.tolerate(t, 0)
	config := c.Record(t, "host.get_record", host)["other_config"].(map[string]any)
	for uuid := range strings.SplitSeq(config["MAINTENANCE_MODE_EVACUATED_VMS_MIGRATED"].(string), ",") {
		if uuid != "" {
			c.async(t, "VM.pool_migrate", c.Text(t, "VM.get_by_uuid", uuid), host, map[string]string{"live": "true"})
		}
	}
	for _, how := range []string{"MIGRATED", "SUSPENDED", "HALTED"} {
		c.Call(t, "host.remove_from_other_config", host, "MAINTENANCE_MODE_EVACUATED_VMS_"+how)
	}
}

// maintained checks what a console shows of a host.
func (c *console) maintained(t *testing.T, host string, yes bool) {
	t.Helper()
	r := c.Record(t, "host.get_record", host)
	_, marked := r["other_config"].(map[string]any)["MAINTENANCE_MODE"]
	if r["enabled"] == yes || marked != yes {
		t.Errorf("enabled %v, marked %v", r["enabled"], marked)
	}
}

// TestMaintenance leads each host of a pool through the maintenance mode of
// consoles, the master too.
func TestMaintenance(t *testing.T) {
	shared := t.TempDir()
	list := xapitest.Members(t, 3, func(_ int, c *xapitest.Config) { c.SharedDir = shared })
	c := &console{list[0].Login(t), list[0]}
	var hosts []string
	for i, p := range list {
		if i > 0 {
			p.Login(t).Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
			list[0].Until(t, "the new member", func(r store.Reader) bool {
				_, ok := store.ByUUID[model.Host](r, p.UUID())
				return ok
			})
		}
		hosts = append(hosts, c.Text(t, "host.get_by_uuid", p.UUID()))
		list[0].UntilHost(t, hosts[i], true, true)
	}
	c.Call(t, "SR.create", hosts[0], map[string]string{"server": "10.0.0.1", "serverpath": "/x"}, 0, "shared", "", "nfs", "user", true, map[string]string{})
	pool := c.Refs(t, "pool.get_all")[0]
	for _, h := range []string{hosts[0], hosts[0], hosts[1]} {
		vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
		c.Call(t, "VM.provision", vm)
		c.Call(t, "VM.set_ha_restart_priority", vm, "restart")
		c.Call(t, "VM.start_on", vm, h, false, false)
		list[0].UntilAgent(t, vm)
	}
	home := map[string][]string{}
	for _, h := range hosts {
		home[h] = c.guests(t, h)
	}
	round := func(t *testing.T, host string) {
		t.Helper()
		c.enter(t, host, "")
		c.maintained(t, host, true)
		vm := home[hosts[0]][0]
		if c.Text(t, "VM.get_resident_on", vm) != host {
			c.Fail(t, "HOST_DISABLED", []string{host}, "VM.pool_migrate", vm, host, map[string]string{})
		}
		c.leave(t, host)
		c.maintained(t, host, false)
		if got := c.guests(t, host); !slices.Equal(got, home[host]) {
			t.Errorf("at home: %v, wanted %v", got, home[host])
		}
	}
	t.Run("member", func(t *testing.T) { round(t, hosts[1]) })
	t.Run("master stays master", func(t *testing.T) { round(t, hosts[0]) })
	t.Run("high availability", func(t *testing.T) {
		c.Call(t, "pool.enable_ha", []string{}, map[string]string{})
		c.tolerate(t, 0)
		if n := integer(t, c.Call(t, "pool.get_ha_host_failures_to_tolerate", pool)); n != 2 {
			t.Fatalf("the pool tolerates %d failures", n)
		}
		c.Fail(t, "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", nil, "host.disable", hosts[1])
		round(t, hosts[1])
		if n := integer(t, c.Call(t, "pool.get_ha_host_failures_to_tolerate", pool)); n != 2 {
			t.Errorf("afterwards the pool tolerates %d failures", n)
		}
		c.Call(t, "pool.disable_ha")
	})
	// expect has the hosts that shall arrive at a new master known by their
	// lack of a start.
	expect := func(t *testing.T, arriving ...string) {
		t.Helper()
		for _, h := range arriving {
			c.Call(t, "host.remove_from_other_config", h, "agent_start_time")
		}
	}
	// follow finds the pool again, under its new master; off is a host that is
	// to be disabled.
	follow := func(t *testing.T, i int, off string) {
		t.Helper()
		list[i].Until(t, "the new master", func(r store.Reader) bool {
			p, ok := store.Find(r, model.Ref[model.Pool](pool))
			return ok && list[i].DB().Leads() && string(p.Master) == hosts[i]
		})
		c = &console{list[i].Again(t), list[i]}
		for _, h := range hosts {
			list[i].Until(t, "its arrival", func(r store.Reader) bool {
				row, ok := store.Find(r, model.Ref[model.Host](h))
				return ok && row.OtherConfig["agent_start_time"] != ""
			})
			list[i].UntilHost(t, h, h != off, true)
		}
	}
	t.Run("master, and another one last", func(t *testing.T) {
		expect(t, hosts[0])
		c.enter(t, hosts[0], hosts[1])
		follow(t, 1, hosts[0])
		c.maintained(t, hosts[0], true) // through the restart of its toolstack
		c.leave(t, hosts[0])
		c.maintained(t, hosts[0], false)
		if got := c.guests(t, hosts[0]); !slices.Equal(got, home[hosts[0]]) {
			t.Errorf("at home: %v", got)
		}
	})
	t.Run("a restart ends what is only disabled", func(t *testing.T) {
		c.async(t, "host.disable", hosts[2])
		c.async(t, "host.restart_agent", hosts[2])
		c.at.UntilHost(t, hosts[2], true, true)
	})
	t.Run("another master first", func(t *testing.T) {
		expect(t, hosts[1])
		c.Call(t, "Async.pool.designate_new_master", hosts[0])
		follow(t, 0, "")
		round(t, hosts[1])
	})
}
