package cli

// emergencyActs are the commands for a host that is by itself: they log in to
// it, not to its pool.
var emergencyActs = acts{
	"host-emergency-ha-disable":                insisted(does("host.emergency_ha_disable", yes("soft", false))),
	"host-emergency-clear-mandatory-guidance":  does("host.emergency_clear_mandatory_guidance"),
	"host-emergency-disable-tls-verification":  does("host.emergency_disable_tls_verification"),
	"host-emergency-reenable-tls-verification": does("host.emergency_reenable_tls_verification"),
	"host-signal-networking-change":            does("host.signal_networking_change"),
	"host-shutdown-agent":                      does("host.shutdown_agent"),
	"host-update-firewalld-service-status":     does("host.update_firewalld_service_status"),
	"host-notify":                              does("host.notify", word("type", ""), word("params", "")),
	"host-send-debug-keys":                     does("host.send_debug_keys", the("host", "host-uuid"), word("keys", "")),
	"host-ha-xapi-healthcheck":                 hostHealthy,
}

// unhealthy is the exit status of a health check that failed.
const unhealthy = 3

// hostHealthy tells by its exit status whether the toolstack does its work.
func hostHealthy(c *command) error {
	v, err := c.call("host.ha_xapi_healthcheck")
	if err == nil && v == true {
		c.print("The toolstack is healthy")
		return nil
	}
	c.stderr("The toolstack is not healthy\n")
	return exitStatus(unhealthy)
}
