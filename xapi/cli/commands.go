package cli

import (
	"slices"
	"strings"
	"sync"
)

// spec is a command.
type spec struct {
	name       string
	reqd, optn []string
	run        func(c *command) error
	// local commands work on a slave and without a master; standard ones are in
	// the short help.
	local, standard bool
	selector        *selector
	about           string
}

// acts are the commands that do something, by hand.
var acts = []spec{
	// pool
	{name: "pool-join", reqd: []string{"master-address", "master-username", "master-password"}, optn: []string{"force"}, run: poolJoin, about: "Make this host a member of the pool of another master."},
	{name: "pool-designate-new-master", reqd: []string{"host-uuid"}, run: onHost("pool.designate_new_master"), about: "Hand the pool over to another of its hosts."},
	{name: "pool-eject", reqd: []string{"host-uuid"}, optn: []string{"force"}, run: poolEject, about: "Take a host out of the pool and make it a fresh install."},
	{name: "pool-recover-slaves", run: poolRecoverSlaves, about: "Tell all slaves to follow this master."},
	{name: "pool-emergency-transition-to-master", optn: []string{"force"}, run: simply("pool.emergency_transition_to_master"), local: true, about: "Make this slave the master of what it has of the pool."},
	{name: "pool-emergency-reset-master", reqd: []string{"master-address"}, run: with("pool.emergency_reset_master", "master-address"), local: true, about: "Make this slave follow the master at an address."},
	{name: "pool-sync-database", run: simply("pool.sync_database"), about: "Bring every host's copy of the database up to date."},
	{name: "pool-ha-enable", optn: []string{"heartbeat-sr-uuids", "ha-config:"}, run: poolHAEnable, about: "Turn high availability on."},
	{name: "pool-ha-disable", run: simply("pool.disable_ha"), about: "Turn high availability off."},
	{name: "pool-ha-compute-max-host-failures-to-tolerate", run: number("pool.ha_compute_max_host_failures_to_tolerate"), about: "Tell how many hosts may fail."},
	// host
	{name: "host-disable", run: onHosts("host.disable"), selector: &hostSelector, about: "Keep new VMs away from a host."},
	{name: "host-enable", run: hostEnable, selector: &hostSelector, about: "Let a host run VMs again."},
	{name: "host-evacuate", run: onHosts("host.evacuate"), selector: &hostSelector, about: "Migrate all VMs away from a host."},
	{name: "host-reboot", run: onHosts("host.reboot"), selector: &hostSelector, about: "Reboot a disabled host."},
	{name: "host-shutdown", run: onHosts("host.shutdown"), selector: &hostSelector, about: "Switch a disabled host off."},
	{name: "host-power-on", run: onHosts("host.power_on"), selector: &hostSelector, about: "Switch a host on."},
	{name: "host-restart-agent", run: onHosts("host.restart_agent"), selector: &hostSelector, about: "Restart the toolstack of a host."},
	{name: "host-forget", reqd: []string{"uuid"}, optn: []string{"force"}, run: hostForget, about: "Forget a host that is gone for good."},
	{name: "host-declare-dead", reqd: []string{"uuid"}, optn: []string{"force"}, run: hostDeclareDead, about: "Say that a host is down, and its VMs with it."},
	{name: "host-is-in-emergency-mode", run: emergency, local: true, about: "Tell whether this host has lost its master."},
	// vm
	{name: "vm-start", optn: []string{"force", "on", "paused"}, run: vmStart, selector: &vmSelector, standard: true, about: "Start VMs."},
	{name: "vm-shutdown", optn: []string{"force"}, run: vmShutdown, selector: &vmSelector, standard: true, about: "Shut VMs down, cleanly unless forced."},
	{name: "vm-reboot", optn: []string{"force"}, run: vmReboot, selector: &vmSelector, standard: true, about: "Reboot VMs, cleanly unless forced."},
	{name: "vm-suspend", run: onVMs("VM.suspend"), selector: &vmSelector, standard: true, about: "Save VMs to disk."},
	{name: "vm-resume", optn: []string{"force", "on"}, run: vmResume, selector: &vmSelector, standard: true, about: "Bring suspended VMs back."},
	{name: "vm-pause", run: onVMs("VM.pause"), selector: &vmSelector, about: "Stop the processors of VMs."},
	{name: "vm-unpause", run: onVMs("VM.unpause"), selector: &vmSelector, about: "Let paused VMs go on."},
	{name: "vm-migrate", optn: []string{"host", "host-uuid", "live", "force"}, run: vmMigrate, selector: &vmSelector, about: "Move running VMs to another host."},
	{name: "vm-destroy", reqd: []string{"uuid"}, run: vmDestroy, about: "Delete a VM that is down; its disks stay."},
}

// verbs are the commands that every class has, as far as its fields allow.
var verbs = []struct {
	suffix string
	reqd   []string
	optn   func(*class) []string
	run    func(c *command, cls *class) error
	there  func(*class) bool
}{
	{"list", nil, listOptions, (*command).list, always},
	{"param-list", []string{"uuid"}, nil, (*command).paramList, always},
	{"param-get", []string{"uuid", "param-name"}, func(*class) []string { return []string{"param-key"} }, (*command).paramGet, always},
	{"param-set", []string{"uuid"}, func(c *class) []string { return c.settable }, (*command).paramSet, func(c *class) bool { return len(c.settable) > 0 }},
	{"param-add", []string{"uuid", "param-name"}, func(*class) []string { return []string{"param-key"} }, (*command).paramAdd, func(c *class) bool { return len(c.addable) > 0 }},
	{"param-remove", []string{"uuid", "param-name", "param-key"}, nil, (*command).paramRemove, func(c *class) bool { return len(c.addable) > 0 }},
	{"param-clear", []string{"uuid", "param-name"}, nil, (*command).paramClear, func(c *class) bool { return len(c.clearers) > 0 }},
}

func always(*class) bool { return true }

func listOptions(c *class) []string {
	list := []string{"params"}
	for _, f := range c.fields {
		if !f.hidden {
			list = append(list, f.name)
		}
	}
	return list
}

// specs are all commands, by name.
var specs = sync.OnceValue(func() map[string]*spec {
	all := map[string]*spec{}
	for _, cls := range classes() {
		for _, v := range verbs {
			if !v.there(cls) {
				continue
			}
			s := &spec{name: cls.name + "-" + v.suffix, reqd: v.reqd, run: func(c *command) error { return v.run(c, cls) }}
			if v.optn != nil {
				s.optn = v.optn(cls)
			}
			s.standard = slices.Contains([]string{"vm-list", "network-list", "sr-list"}, s.name)
			s.about = "Work with the parameters of a " + cls.name + "."
			if v.suffix == "list" {
				s.about = "List the " + cls.name + "s that match the filters."
			}
			all[s.name] = s
		}
	}
	for i := range acts {
		all[acts[i].name] = &acts[i]
	}
	return all
})

func find(name string) *spec { return specs()[name] }

// simply is a command that is one message without parameters.
func simply(method string) func(*command) error {
	return func(c *command) error { return c.do(method) }
}

// with is a command that is one message, with the values of parameters.
func with(method string, keys ...string) func(*command) error {
	return func(c *command) error {
		var args []any
		for _, k := range keys {
			args = append(args, c.text(k))
		}
		return c.do(method, args...)
	}
}

// number prints what a message answers.
func number(method string) func(*command) error {
	return func(c *command) error {
		v, err := c.call(method)
		if err == nil {
			c.result(text(v))
		}
		return err
	}
}

// onHost is a message about the host of host-uuid.
func onHost(method string) func(*command) error {
	return func(c *command) error {
		ref, err := c.ref("host", c.text("host-uuid"))
		if err != nil {
			return err
		}
		return c.do(method, ref)
	}
}

// each runs work on what is chosen; of several the failures are told at the
// end.
func (c *command) each(list []object, work func(o object) error) error {
	if len(list) == 1 {
		return work(list[0])
	}
	var failed []string
	for _, o := range list {
		if err := work(o); err != nil {
			failed = append([]string{"operation failed on " + c.named(o.ref) + ": " + err.Error()}, failed...)
		}
	}
	if len(failed) > 0 {
		c.print(strings.Join(failed, "\n"))
		return complaint("some operations failed")
	}
	return nil
}

func onHosts(method string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(hostSelector, false)
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error { return c.do(method, o.ref) })
	}
}

func onVMs(method string, own ...string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(vmSelector, false, own...)
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error { return c.do(method, o.ref) })
	}
}
