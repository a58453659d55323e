package cli_test

import (
	"strings"
	"testing"
)

// TestServices runs commands about hosts, pools and what stands around them.
func TestServices(t *testing.T) {
	xe := start(t)
	names := map[string]string{"HOST": xe.line("host-list", "--minimal"), "VM": xe.line("vm-list", "--minimal")}
	names["OBSERVER"] = xe.line("observer-create", "name-label=o", "host-uuids="+names["HOST"], "attributes=team:ops,site:x", "components=xapi", "enabled=true")
	names["CALLER"] = xe.line("caller-create", "name-label=c", "user-agent=x")
	names["LIMIT"] = xe.line("rate-limit-create", "burst-size=10", "fill-rate=2.5", "caller-uuids="+names["CALLER"])
	names["REPO"] = xe.line("repository-introduce", "name-label=r", "binary-url=https://x/", "source-url=", "update=true")
	xe.check(names, []wants{
		{"observer-param-get|uuid=$OBSERVER|param-name=attributes", "site: x; team: ops\n", "", 0},
		{"observer-create|name-label=o|attributes=x", "", "Error: An attribute is key:value\n", 1},

		{"caller-query-usage|uuid=$CALLER", "token-usage    : 0\n     call-count: 0\n\n\n", "", 0},
		{"caller-query-usage", "", "Error: Either uuid or group is needed\n", 1},
		{"rate-limit-create|burst-size=x|fill-rate=1", "", "Error: Parameter 'burst-size' must be a floating-point number\n", 1},
		{"rate-limit-remove-caller|uuid=$LIMIT|caller-uuid=$CALLER", "", "", 0},
		{"rate-limit-destroy|uuid=$LIMIT", "", "", 0},
		{"repository-set-gpgkey-path|uuid=$REPO|gpgkey-path=key", "", "", 0},
		{"repository-forget|uuid=$REPO", "", "", 0},
		{"repository-list", "", "", 0},
		{"pool-configure-update-sync|update-sync-frequency=weekly|update-sync-day=x", "", "Error: Parameter 'update-sync-day' must be an integer\n", 1},
		{"pool-configure-update-sync|update-sync-frequency=weekly|update-sync-day=3", "", "", 0},
		{"host-emergency-ha-disable", "", "Error: This operation is dangerous and may cause data loss. It must be forced (use --force).\n", 1},
		{"host-ha-xapi-healthcheck", "The toolstack is healthy\n", "", 0},
		{"host-set-power-on-mode|power-on-mode=IPMI|power-on-config:power_on_ip=10.0.0.1", "", "", 0},
		{"host-param-get|uuid=$HOST|param-name=power-on-config", "power_on_ip: 10.0.0.1\n", "", 0},
		{"host-data-source-query|data-source=running_domains", "1.000000\n", "", 0},
		{"host-disable|auto-enable=no", "", "", 0},
		{"host-param-get|uuid=$HOST|param-name=enabled", "false\n", "", 0},
		{"host-evacuate|batch-size=2", "", "", 0},
		{"host-param-add|uuid=$HOST|param-name=other-config|MAINTENANCE_MODE=true", "", "", 0},
		{"host-enable|uuid=$HOST", "", "", 0},
		{"host-param-get|uuid=$HOST|param-name=other-config|param-key=MAINTENANCE_MODE", "", "Error: Key MAINTENANCE_MODE not found in map\n", 1},
		{"pool-disable-ssh", "", "", 0},
		{"host-param-get|uuid=$HOST|param-name=ssh-enabled", "false\n", "", 0},
		{"pool-ha-compute-hypothetical-max-host-failures-to-tolerate|vm-uuid=$VM", "", "Error: Each vm-uuid needs a restart-priority\n", 1},
		{"pool-ha-compute-vm-failover-plan|host-uuids=$HOST", "VM    : Host, or why there is none\n\n\n", "", 0},
		{"pool-emergency-transition-to-master", "This host is the master already; with --force it becomes so again.\n", "", 0},
		{"message-create|name=n|priority=3|body=b", "", "Error: What the message is about is missing: vm-uuid, host-uuid, sr-uuid or pool-uuid\n", 1},
		{"message-create|name=n|priority=3|body=b|host-uuid=$HOST", "", "", 0},
		{"message-destroy-all|priority=3", "", "", 0},
		{"message-list", "", "", 0},
		{"session-subject-identifier-list", "", "", 0},
		{"subject-role-add|uuid=x|role-name=nobody", "", "No object of that type has this uuid.\ntype: subject\nuuid: x\n", 1},
	})
	if got := xe.try("subject-add", "subject-name=joe"); got.status != 1 || got.out != "" {
		t.Errorf("subject-add: %+v", got)
	}
	sources := xe.try("host-data-source-list").out
	if !strings.Contains(sources, " max: inf\n") || !strings.Contains(sources, "name_label") || !strings.Contains(sources, "memory_total_kib") {
		t.Errorf("host-data-source-list: %.300s", sources)
	}
}

// TestForcedOnce: --force holds for the command that has it, and for no later
// one.
func TestForcedOnce(t *testing.T) {
	xe := start(t)
	vm := xe.line("vm-install", "template=Other install media", "new-name-label=web")
	names := map[string]string{"VM": vm, "APP": xe.line("appliance-create", "name-label=a")}
	xe.check(names, []wants{
		{"vm-param-set|uuid=$VM|appliance=$APP", "", "", 0},
		{"appliance-start|uuid=$APP|paused=true", "", "", 0},
		{"appliance-shutdown|uuid=$APP|--force", "", "", 0},
		{"vm-param-get|uuid=$VM|param-name=power-state", "halted\n", "", 0},
		{"appliance-start|uuid=$APP|paused=true", "", "", 0},
	})
	if got := xe.try("appliance-shutdown", "uuid="+names["APP"]); got.status != 1 {
		t.Errorf("a paused VM was shut down cleanly: %+v", got)
	}
}
