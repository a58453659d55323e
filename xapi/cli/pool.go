package cli

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// poolActs are what the commands of this file do.
var poolActs = acts{
	"pool-join":                                     poolJoin,
	"pool-designate-new-master":                     does("pool.designate_new_master", the("host", "host-uuid")),
	"pool-eject":                                    poolEject,
	"pool-recover-slaves":                           poolRecoverSlaves,
	"pool-emergency-transition-to-master":           poolTransition,
	"pool-emergency-reset-master":                   poolResetMaster,
	"pool-sync-database":                            does("pool.sync_database"),
	"pool-ha-enable":                                does("pool.enable_ha", all("SR", "heartbeat-sr-uuids"), pairs("ha-config")),
	"pool-ha-disable":                               does("pool.disable_ha"),
	"pool-ha-compute-max-host-failures-to-tolerate": prints("pool.ha_compute_max_host_failures_to_tolerate"),
	"pool-certificate-list":                         prints("pool.certificate_list"),
	"pool-crl-list":                                 prints("pool.crl_list"),
	"pool-certificate-sync":                         does("pool.certificate_sync"),
	"pool-enable-tls-verification":                  does("pool.enable_tls_verification"),
	"pool-secret-rotate":                            does("pool.rotate_secret"),
	"pool-enable-ssh":                               does("pool.enable_ssh", thePool),
	"pool-disable-ssh":                              does("pool.disable_ssh", thePool),
	"pool-disable-ssl-legacy":                       does("pool.disable_ssl_legacy", thePool),
	"pool-enable-binary-storage":                    does("pool.enable_binary_storage"),
	"pool-disable-binary-storage":                   does("pool.disable_binary_storage"),
	"pool-reset-telemetry-uuid":                     does("pool.reset_telemetry_uuid", thePool),
	"pool-get-guest-secureboot-readiness":           prints("pool.get_guest_secureboot_readiness", thePool),
}

func poolJoin(c *command) error {
	err := forced("pool.join", "pool.join_force", word("master-address", ""), word("master-username", ""), word("master-password", ""))(c)
	if err == nil {
		c.result("Host agent will restart and attempt to join pool in 10.000 seconds...")
	}
	return err
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
	c.result("Specified host will attempt to restart as a master of a new pool in 10.000 seconds...")
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
		if !ok || pbd.Host != host {
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
	var ids []string
	refs, _ := v.([]model.Ref[model.Host])
	for _, ref := range refs {
		if h, ok := store.Find(c.server.DB.View(), ref); ok {
			ids = append(ids, h.UUID)
		}
	}
	c.results(ids)
	return nil
}

// poolTransition makes a master of this host, again if it is forced to.
func poolTransition(c *command) error {
	force, err := c.flag("force")
	if err != nil {
		return err
	}
	if c.server.DB.Leads() && !force {
		c.result("This host is the master already; with --force it becomes so again.")
		return nil
	}
	if err := c.do("pool.emergency_transition_to_master"); err != nil {
		return err
	}
	c.result("The toolstack restarts as the master")
	return nil
}

func poolResetMaster(c *command) error {
	address := c.text("master-address")
	if err := c.do("pool.emergency_reset_master", address); err != nil {
		return err
	}
	c.result("The toolstack restarts as a slave of " + address)
	return nil
}
