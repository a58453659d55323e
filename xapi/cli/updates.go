package cli

import "strings"

// updateActs are about updates: packages (update-, patch-) and repositories.
var updateActs = acts{
	"update-introduce":   makes("pool_update", "introduce", the("VDI", "vdi-uuid")),
	"update-precheck":    updatePrecheck,
	"update-apply":       updateOn(func(c *command, update string, o object) error { return c.do("pool_update.apply", update, o.ref) }),
	"update-pool-apply":  onUUID("pool_update", "pool_apply"),
	"update-pool-clean":  onUUID("pool_update", "pool_clean"),
	"update-destroy":     onUUID("pool_update", "destroy"),
	"update-resync-host": does("pool_update.resync_host", the("host", "host-uuid")),

	"patch-destroy":    onUUID("pool_patch", "destroy"),
	"patch-clean":      onUUID("pool_patch", "clean"),
	"patch-pool-clean": onUUID("pool_patch", "pool_clean"),
	"patch-pool-apply": onUUID("pool_patch", "pool_apply"),
	"patch-precheck":   prints("pool_patch.precheck", the("pool_patch", "uuid"), the("host", "host-uuid")),
	"patch-apply":      prints("pool_patch.apply", the("pool_patch", "uuid"), the("host", "host-uuid")),

	"host-apply-updates":        applyUpdates,
	"host-refresh-pack-info":    does("host.refresh_pack_info", the("host", "host-uuid")),
	"host-crashdump-destroy":    onUUID("host_crashdump", "destroy"),
	"host-crashdump-upload":     does("host_crashdump.upload", the("host_crashdump", "uuid"), word("url", ""), those("http_proxy")),
	"host-bugreport-upload":     on(hostSelector, "host.bugreport_upload", []string{"url", "http_proxy"}, word("url", ""), those("http_proxy")),
	"hostdriver-select":         driverSelect,
	"hostdriver-deselect":       insisted(onUUID("Host_driver", "deselect")),
	"hostdriver-variant-select": onUUID("Driver_variant", "select"),
	"hostdriver-rescan":         on(hostSelector, "Host_driver.rescan", nil),

	"repository-introduce": makes("Repository", "introduce", word("name-label", ""), word("name-description", ""), word("binary-url", ""),
		word("source-url", ""), yes("update", false), word("gpgkey-path", "")),
	"repository-introduce-bundle":     makes("Repository", "introduce_bundle", word("name-label", ""), word("name-description", "")),
	"repository-forget":               onUUID("Repository", "forget"),
	"repository-set-gpgkey-path":      does("Repository.set_gpgkey_path", the("Repository", "uuid"), word("gpgkey-path", "")),
	"pool-sync-updates":               prints("pool.sync_updates", thePool, yes("force", false), word("token", ""), word("token-id", ""), word("username", ""), word("password", "")),
	"pool-configure-repository-proxy": does("pool.configure_repository_proxy", thePool, word("proxy-url", ""), word("proxy-username", ""), word("proxy-password", "")),
	"pool-disable-repository-proxy":   does("pool.disable_repository_proxy", thePool),
	"pool-configure-update-sync":      does("pool.configure_update_sync", thePool, word("update-sync-frequency", ""), whole("update-sync-day", 0)),
	"pool-set-update-sync-enabled":    does("pool.set_update_sync_enabled", thePool, yes("value", false)),
}

// updateOn is work with the update that uuid names on each of the chosen hosts.
func updateOn(work func(c *command, update string, o object) error) func(*command) error {
	return func(c *command) error {
		update, err := c.ref("pool_update", c.text("uuid"))
		if err != nil {
			return err
		}
		hosts, err := c.chosen(hostSelector, "uuid")
		if err != nil {
			return err
		}
		return c.each(hosts, func(o object) error { return work(c, update, o) })
	}
}

// verdicts say what a check of an update has found out.
var verdicts = map[string]string{
	"ok":                      "Ok.",
	"ok_livepatch_complete":   "Ok: the update takes effect without a reboot.",
	"ok_livepatch_incomplete": "Ok: the update takes effect only after a reboot.",
}

var updatePrecheck = updateOn(func(c *command, update string, o object) error {
	v, err := c.call("pool_update.precheck", update, o.ref)
	if err != nil {
		return err
	}
	c.result(verdicts[text(v)])
	return nil
})

// applyUpdates prints what is to be done on the host to complete the updates.
func applyUpdates(c *command) error {
	list, err := c.chosen(hostSelector.one(), "hash")
	if err != nil {
		return err
	}
	return c.each(list, func(o object) error {
		v, err := c.call("host.apply_updates", o.ref, c.text("hash"))
		warnings, _ := v.([][]string)
		for _, w := range warnings {
			c.print(strings.Join(w, "; "))
		}
		return err
	})
}

// driverSelect finds the variant of a driver by its name.
func driverSelect(c *command) error {
	driver, err := c.ref("Host_driver", c.text("uuid"))
	if err != nil {
		return err
	}
	variants, err := c.call("Host_driver.get_variants", driver)
	if err != nil {
		return err
	}
	for _, v := range refs(variants) {
		name, err := c.call("Driver_variant.get_name", v)
		if err != nil {
			return err
		}
		if text(name) == c.text("variant-name") {
			return c.do("Host_driver.select", driver, v)
		}
	}
	return complaint("The driver has no variant named " + c.text("variant-name"))
}
