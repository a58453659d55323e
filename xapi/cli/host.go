package cli

import (
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// hostActs are what the commands of this file do.
var hostActs = acts{
	"host-disable":                          on(hostSelector, "host.disable", []string{"auto-enable"}, yes("auto-enable", true)),
	"host-enable":                           hostEnable,
	"host-evacuate":                         on(hostSelector.one(), "host.evacuate", []string{"network-uuid", "batch-size"}, the("network", "network-uuid"), whole("batch-size", 0)),
	"host-reboot":                           onHosts("host.reboot"),
	"host-shutdown":                         onHosts("host.shutdown"),
	"host-power-on":                         onHosts("host.power_on"),
	"host-forget":                           hostForget,
	"host-declare-dead":                     hostDeclareDead,
	"host-is-in-emergency-mode":             notes("host.is_in_emergency_mode"),
	"host-set-hostname-live":                does("host.set_hostname_live", the("host", "host-uuid"), word("host-name", "")),
	"host-call-plugin":                      prints("host.call_plugin", the("host", "host-uuid"), word("plugin", ""), word("fn", ""), pluginArgs),
	"host-get-vms-which-prevent-evacuation": preventing,
	"host-compute-free-memory":              ofHost("host.compute_free_memory"),
	"host-compute-memory-overhead":          ofHost("host.compute_memory_overhead"),
	"host-dmesg":                            asked(hostSelector, "host.dmesg", nil),
	"host-get-server-certificate":           ofHost("host.get_server_certificate"),
	"host-reset-server-certificate":         on(hostSelector.one(), "host.reset_server_certificate", nil),
	"host-management-disable":               does("host.management_disable"),
	"host-sync-data":                        onHosts("host.sync_data"),
	"host-enable-ssh":                       onHosts("host.enable_ssh"),
	"host-disable-ssh":                      onHosts("host.disable_ssh"),
	"host-enable-display":                   notes("host.enable_display", the("host", "uuid")),
	"host-disable-display":                  notes("host.disable_display", the("host", "uuid")),
	"host-prepare-for-poweroff":             onUUID("host", "prepare_for_poweroff"),
	"host-syslog-reconfigure":               does("host.syslog_reconfigure", the("host", "host-uuid")),
	"host-set-power-on-mode": on(hostSelector, "host.set_power_on_mode", []string{"power-on-mode", "power-on-config:"},
		word("power-on-mode", ""), pairs("power-on-config")),
}

// host finds a host by its uuid or its name.
func (c *command) host(key string) (string, error) {
	want := c.text(key)
	for ref, host := range store.All[model.Host](c.server.DB.View()) {
		if host.UUID == want || host.NameLabel == want {
			return string(ref), nil
		}
	}
	return "", complaint("Host " + want + " not found")
}

// hostEnable also ends what consoles call the maintenance mode.
func hostEnable(c *command) error {
	list, err := c.chosen(hostSelector)
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
		"WARNING: Performing this operation if the host is still online and has any",
		"WARNING: running VMs may lead to possible data loss and/or corruption.")
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

// pluginArgs are the pairs of args; args:key:file=name has what is in a file.
func pluginArgs(c *command) (any, error) {
	args := map[string]string{}
	for key, value := range c.pairs("args") {
		if name, ok := strings.CutSuffix(key, ":file"); ok {
			data, err := c.load(value)
			if err != nil {
				return nil, err
			}
			key, value = name, string(data)
		}
		args[key] = value
	}
	return args, nil
}

// preventing tells which VMs could not leave a host, and why.
func preventing(c *command) error {
	ref, err := c.ref("host", c.text("uuid"))
	if err != nil {
		return err
	}
	v, err := c.call("host.get_vms_which_prevent_evacuation", ref)
	if err != nil {
		return err
	}
	reasons, _ := v.(map[model.Ref[model.VM]][]string)
	var records [][]column
	for vm, why := range reasons {
		if row, ok := store.Find(c.server.DB.View(), vm); ok {
			records = append(records, []column{{"uuid ( RO)", row.UUID}, {"name-label ( RW)", row.NameLabel}, {"reason ( RO)", strings.Join(why, ",")}})
		}
	}
	c.table(records)
	return nil
}
