package cli

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
)

// spec is a command.
type spec struct {
	name       string
	reqd, optn []string
	run        func(c *command) error
	// local commands work on a slave and without a master; standard ones are in
	// the short help, hidden ones in none.
	local, standard, hidden bool
	// there tells that the command does something; the others answer
	// NOT_IMPLEMENTED.
	there    bool
	selector *selector
	about    string
}

// commands.txt are the commands that are no class's: name, flags (s in the
// short help, h hidden, v, o, r selects VMs, hosts, SRs, l local), required and
// optional parameters, with tabs between.
//
//go:embed commands.txt
var commandsText string

// act is what a command does, and what help says of it.
type act struct {
	run   func(c *command) error
	about string
}

// acts are the commands that do something.
var acts = map[string]act{
	"pool-join":                                     {poolJoin, "Make this host a member of the pool of another master."},
	"pool-designate-new-master":                     {onHost("pool.designate_new_master"), "Hand the pool over to another of its hosts."},
	"pool-eject":                                    {poolEject, "Take a host out of the pool and make it a fresh install."},
	"pool-recover-slaves":                           {poolRecoverSlaves, "Tell all slaves to follow this master."},
	"pool-emergency-transition-to-master":           {simply("pool.emergency_transition_to_master"), "Make this slave the master of what it has of the pool."},
	"pool-emergency-reset-master":                   {with("pool.emergency_reset_master", "master-address"), "Make this slave follow the master at an address."},
	"pool-sync-database":                            {simply("pool.sync_database"), "Bring every host's copy of the database up to date."},
	"pool-ha-enable":                                {poolHAEnable, "Turn high availability on."},
	"pool-ha-disable":                               {simply("pool.disable_ha"), "Turn high availability off."},
	"pool-ha-compute-max-host-failures-to-tolerate": {number("pool.ha_compute_max_host_failures_to_tolerate"), "Tell how many hosts may fail."},
	"host-disable":                                  {onHosts("host.disable"), "Keep new VMs away from a host."},
	"host-enable":                                   {hostEnable, "Let a host run VMs again."},
	"host-evacuate":                                 {onHosts("host.evacuate"), "Migrate all VMs away from a host."},
	"host-reboot":                                   {onHosts("host.reboot"), "Reboot a disabled host."},
	"host-shutdown":                                 {onHosts("host.shutdown"), "Switch a disabled host off."},
	"host-power-on":                                 {onHosts("host.power_on"), "Switch a host on."},
	"host-forget":                                   {hostForget, "Forget a host that is gone for good."},
	"host-declare-dead":                             {hostDeclareDead, "Say that a host is down, and its VMs with it."},
	"host-is-in-emergency-mode":                     {emergency, "Tell whether this host has lost its master."},
	"vm-start":                                      {vmStart, "Start VMs."},
	"vm-shutdown":                                   {vmShutdown, "Shut VMs down, cleanly unless forced."},
	"vm-reboot":                                     {vmReboot, "Reboot VMs, cleanly unless forced."},
	"vm-suspend":                                    {onVMs("VM.suspend"), "Save VMs to disk."},
	"vm-resume":                                     {vmResume, "Bring suspended VMs back."},
	"vm-pause":                                      {onVMs("VM.pause"), "Stop the processors of VMs."},
	"vm-unpause":                                    {onVMs("VM.unpause"), "Let paused VMs go on."},
	"vm-migrate":                                    {vmMigrate, "Move running VMs to another host."},
	"event-wait":                                    {eventWait, "Wait until an object is as the conditions want it."},
	"vm-uninstall":                                  {vmUninstall, "Delete VMs and their disks."},
	"vm-reset-powerstate":                           {vmResetPowerState, "Say that VMs are down whose host is lost."},
	"user-password-change":                          {userPasswordChange, "Change root's password."},
	"host-set-hostname-live":                        {hostSetHostname, "Rename the system of a host."},
	"host-call-plugin":                              {hostCallPlugin, "Run a plugin on a host."},
	"secret-create":                                 {secretCreate, "Keep a secret value."},
	"secret-destroy":                                {onUUID("secret", "destroy"), "Delete a secret value."},
	"message-destroy":                               {messageDestroy, "Delete messages."},
	"host-get-vms-which-prevent-evacuation":         {preventing, "Tell which VMs cannot leave a host, and why."},
	"vm-destroy":                                    {vmDestroy, "Delete a VM that is down; its disks stay."},
	"vm-clone":                                      {vmCopy("VM.clone"), "Clone a VM that is down."},
	"vm-snapshot":                                   {vmCopy("VM.snapshot", "ignore-vdi-uuids"), "Take a snapshot of a VM."},
	"vm-install":                                    {vmInstall, "Make a VM of a template."},
	"vbd-destroy":                                   {onUUID("VBD", "destroy"), "Take a disk away from a VM that is down."},
	"vbd-eject":                                     {onUUID("VBD", "eject"), "Take the medium out of a drive."},
	"vbd-plug":                                      {onUUID("VBD", "plug"), "Plug a disk into a running VM."},
	"sr-scan":                                       {onUUID("SR", "scan"), "Look for disks in an SR."},
	"sr-destroy":                                    {onUUID("SR", "destroy"), "Destroy an SR and what is in it."},
	"sr-forget":                                     {onUUID("SR", "forget"), "Forget an SR; its data stay."},
	"sr-update":                                     {onUUID("SR", "update"), "Refresh the figures of an SR."},
	"vdi-destroy":                                   {onUUID("VDI", "destroy"), "Destroy a disk."},
	"pbd-destroy":                                   {onUUID("PBD", "destroy"), "Delete the connection of a host with an SR."},
	"pbd-plug":                                      {onUUID("PBD", "plug"), "Attach an SR to a host."},
	"pbd-unplug":                                    {onUUID("PBD", "unplug"), "Detach an SR from a host."},
	"network-destroy":                               {onUUID("network", "destroy"), "Delete a network."},
	"vif-destroy":                                   {onUUID("VIF", "destroy"), "Take an interface away from a VM."},
	"vif-plug":                                      {onUUID("VIF", "plug"), "Plug an interface into a running VM."},
	"task-cancel":                                   {onUUID("task", "cancel"), "Ask a task to stop."},
	"sr-create":                                     {srCreate, "Make an SR."},
	"pbd-create":                                    {pbdCreate, "Say how a host finds an SR."},
	"vdi-create":                                    {vdiCreate, "Make a disk."},
	"vbd-create":                                    {vbdCreate, "Give a VM a disk."},
	"vif-create":                                    {vifCreate, "Give a VM an interface."},
	"network-create":                                {networkCreate, "Make an internal network."},
	"pool-certificate-list":                         {texts("pool.certificate_list"), "List the CA certificates of the pool."},
	"pool-crl-list":                                 {texts("pool.crl_list"), "List the revocation lists of the pool."},
	"pool-certificate-sync":                         {simply("pool.certificate_sync"), "Bring every host the certificates of the pool."},
	"pool-enable-tls-verification":                  {simply("pool.enable_tls_verification"), "Let hosts verify each other."},
	"pool-secret-rotate":                            {simply("pool.rotate_secret"), "Give the pool a new secret."},
	"host-compute-free-memory":                      {ofHost("host.compute_free_memory"), "Tell how much memory new VMs could have."},
	"host-compute-memory-overhead":                  {ofHost("host.compute_memory_overhead"), "Tell how much memory the hypervisor takes."},
	"host-dmesg":                                    {ofHost("host.dmesg"), "Show the log of the hypervisor."},
	"host-get-server-certificate":                   {ofHost("host.get_server_certificate"), "Show the certificate that clients see."},
	"host-reset-server-certificate":                 {onHosts("host.reset_server_certificate"), "Give a host a new self-signed certificate."},
	"host-management-disable":                       {simply("host.management_disable"), "Leave this host without a management interface."},
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
			s := &spec{there: true, name: cls.name + "-" + v.suffix, reqd: v.reqd, run: func(c *command) error { return v.run(c, cls) }}
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
	for text := range strings.Lines(commandsText) {
		w := strings.Split(strings.TrimSpace(text), "\t")
		s := &spec{name: w[0], reqd: listed(w[2]), optn: listed(w[3]), run: toCome}
		for _, flag := range w[1] {
			switch flag {
			case 's':
				s.standard = true
			case 'h':
				s.hidden = true
			case 'l':
				s.local = true
			case 'v':
				s.selector = &vmSelector
			case 'o':
				s.selector = &hostSelector
			case 'r':
				s.selector = &srSelector
			}
		}
		if a, ok := acts[s.name]; ok {
			s.run, s.about, s.there = a.run, a.about, true
		}
		all[s.name] = s
	}
	return all
})

func find(name string) *spec { return specs()[name] }

// listed splits a column of the table.
func listed(words string) []string {
	if words == "-" {
		return nil
	}
	return strings.Fields(words)
}

// toCome answers for a command that nobody has written yet.
func toCome(c *command) error { return model.ErrNotImplemented("xe " + c.command) }

// Count tells how many commands there are, and how many of them do something.
func Count() (all, there int) {
	for _, s := range specs() {
		all++
		if s.there {
			there++
		}
	}
	return all, there
}

// ToCome names the commands that answer NOT_IMPLEMENTED.
func ToCome() []string {
	var names []string
	for name, s := range specs() {
		if !s.there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

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
