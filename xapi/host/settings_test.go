package host_test

import (
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/xapitest"
)

func TestSettings(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	c := p.Login(t)
	pool, hosts := c.Refs(t, "pool.get_all")[0], c.Refs(t, "host.get_all")
	h := hosts[0]
	type args = []any
	for _, tt := range []struct {
		method string
		args   args
		code   string
		params []string
		field  string
		want   any
	}{
		{"host.set_https_only", args{h, true}, "", nil, "https_only", true},
		{"host.set_hostname_live", args{h, "rack-7.example"}, "", nil, "hostname", "rack-7.example"},
		{"host.set_hostname_live", args{h, ""}, "HOST_NAME_INVALID", []string{"hostname empty"}, "hostname", "rack-7.example"},
		{"host.set_hostname_live", args{h, "a_b"}, "HOST_NAME_INVALID", []string{"hostname contains invalid characters"}, "hostname", "rack-7.example"},
		{"host.set_hostname_live", args{h, strings.Repeat("x", 256)}, "HOST_NAME_INVALID", []string{"hostname is too long"}, "hostname", "rack-7.example"},
		{"host.set_max_cstate", args{h, "6,1"}, "", nil, "max_cstate", "6,1"},
		{"host.set_max_cstate", args{h, "deep"}, "INVALID_VALUE", []string{"max_cstate", "deep"}, "max_cstate", "6,1"},
		{"host.set_max_cstate", args{h, "unlimited"}, "", nil, "max_cstate", ""},
		{"host.set_numa_affinity_policy", args{h, "best_effort"}, "", nil, "numa_affinity_policy", "best_effort"},
		{"host.set_console_idle_timeout", args{h, -1}, "INVALID_VALUE", []string{"console_idle_timeout", "-1"}, "https_only", true},
		{"host.set_timezone", args{h, "Asia/Tokyo"}, "", nil, "timezone", "Asia/Tokyo"},
		{"host.set_timezone", args{h, "../etc/passwd"}, "INVALID_VALUE", []string{"timezone", "../etc/passwd"}, "timezone", "Asia/Tokyo"},
		{"host.set_ntp_mode", args{h, "Custom"}, "INVALID_NTP_CONFIG", []string{"the mode Custom needs a server"}, "ntp_mode", "Factory"},
		{"host.set_servertime", args{h, "20300101T00:00:00Z"}, "NOT_ALLOWED_WHEN_NTP_IS_ENABLED", []string{h}, "ntp_mode", "Factory"},
		{"host.set_ntp_custom_servers", args{h, []string{"ntp.example.org"}}, "", nil, "ntp_mode", "Factory"},
		{"host.set_ntp_mode", args{h, "Custom"}, "", nil, "ntp_mode", "Custom"},
		{"host.set_ntp_custom_servers", args{h, []string{}}, "INVALID_NTP_CONFIG", []string{"the mode Custom needs a server"}, "ntp_mode", "Custom"},
		{"host.set_ssh_enabled_timeout", args{h, 172801}, "INVALID_VALUE", []string{"ssh_enabled_timeout", "172801"}, "ssh_enabled", true},
		{"host.disable_ssh", args{h}, "", nil, "ssh_enabled", false},
		{"pool.enable_ssh", args{pool}, "", nil, "ssh_enabled", true},
		{"pool.set_ssh_auto_mode", args{pool, true}, "", nil, "ssh_enabled", false},
		{"host.enable_ssh", args{h}, "", nil, "ssh_auto_mode", false},
		{"pool.set_https_only", args{pool, false}, "", nil, "https_only", false},
		{"pool.disable_ssl_legacy", args{pool}, "", nil, "ssl_legacy", false},
	} {
		if tt.code == "" {
			c.Call(t, tt.method, tt.args...)
		} else {
			c.Fail(t, tt.code, tt.params, tt.method, tt.args...)
		}
		if got := c.Record(t, "host.get_record", h)[tt.field]; got != tt.want {
			t.Errorf("%s %v: %s is %v", tt.method, tt.args, tt.field, got)
		}
	}
	if got := c.Record(t, "host.get_record", hosts[1]); got["ssh_auto_mode"] != true || got["max_cstate"] != "" {
		t.Errorf("the other host: %v", got)
	}
	dom0 := c.Text(t, "host.get_control_domain", h)
	if got := c.Text(t, "VM.get_name_label", dom0); got != "Control domain on host: rack-7.example" {
		t.Errorf("the control domain is %q", got)
	}
	// The password of a way to switch the host on goes with the way.
	secret := c.Text(t, "secret.create", map[string]any{"value": "drac", "other_config": map[string]string{}})
	config := map[string]string{"power_on_ip": "10.0.0.9", "power_on_password_secret": c.Text(t, "secret.get_uuid", secret)}
	c.Call(t, "host.set_power_on_mode", h, "IPMI", config)
	config["power_on_ip"] = "10.0.0.10"
	c.Call(t, "host.set_power_on_mode", h, "IPMI", config)
	if got := c.Text(t, "secret.get_value", secret); got != "drac" {
		t.Errorf("the secret is %q", got)
	}
	c.Call(t, "host.set_power_on_mode", h, "", map[string]string{})
	c.Fail(t, "HANDLE_INVALID", []string{"secret", secret}, "secret.get_value", secret)
	if got := xapitest.JSON(t, c.Call(t, "host.get_ntp_servers_status", h)); got != `{"ntp.example.org":"unknown"}` {
		t.Error(got)
	}
}

// TestServertime reads a host's clock, in its zone, and sets it.
func TestServertime(t *testing.T) {
	clock := emu.NewManualClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC))
	p := xapitest.Start(t, func(c *xapitest.Config) { c.Clock = clock })
	c := p.Login(t)
	h := c.Refs(t, "host.get_all")[0]
	c.Call(t, "host.set_timezone", h, "Europe/Berlin")
	if got := c.Text(t, "host.get_server_localtime", h); got != "20260701T14:00:00Z" {
		t.Errorf("it is %s in Berlin", got)
	}
	c.Call(t, "host.set_ntp_mode", h, "Disabled")
	c.Call(t, "host.set_servertime", h, "20260701T13:00:00Z")
	if got := c.Text(t, "host.get_servertime", h); got != "20260701T13:00:00Z" {
		t.Errorf("it is %s", got)
	}
	if c.Call(t, "host.get_ntp_synchronized", h) != false {
		t.Error("a clock that is set by hand follows others")
	}
}

// TestSSHExpires opens a shell for a while.
func TestSSHExpires(t *testing.T) {
	clock := emu.NewManualClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC))
	p := xapitest.Start(t, func(c *xapitest.Config) { c.Clock = clock })
	c := p.Login(t)
	h := c.Refs(t, "host.get_all")[0]
	c.Call(t, "host.set_ssh_enabled_timeout", h, 600)
	if got := c.Text(t, "host.get_ssh_expiry", h); got != "20260701T12:10:00Z" {
		t.Errorf("it expires %s", got)
	}
	open := func(want bool) {
		t.Helper()
		p.Until(t, "the shell as it should be", func(r store.Reader) bool {
			row, _ := store.Find(r, model.Ref[model.Host](h))
			return row.SSHEnabled == want
		})
	}
	c.Call(t, "host.set_ssh_enabled_timeout", h, 1200) // the first time no longer counts
	clock.Advance(601 * time.Second)
	open(true)
	clock.Advance(600 * time.Second)
	open(false)
	c.Call(t, "host.set_ssh_enabled_timeout", h, 0)
	c.Call(t, "host.enable_ssh", h)
	if got := c.Text(t, "host.get_ssh_expiry", h); got != "19700101T00:00:00Z" {
		t.Errorf("it expires %s", got)
	}
}

// TestGuidance keeps a host out of service until it has done what an update
// asked of it.
func TestGuidance(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	h := c.Refs(t, "host.get_all")[0]
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		row, err := store.Edit(tx, model.Ref[model.Host](h))
		if err == nil {
			row.PendingGuidances, row.Enabled = []model.UpdateGuidances{model.UpdateGuidancesRebootHost}, false
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Fail(t, "HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", []string{h}, "host.enable", h)
	xapitest.LoginLocally(t, p.JSONRPC("2.0")).Call(t, "host.emergency_clear_mandatory_guidance")
	c.Call(t, "host.enable", h)
}

// TestReadiness asks what an update would have to wait for.
func TestReadiness(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	pool, h := c.Refs(t, "pool.get_all")[0], c.Refs(t, "host.get_all")[0]
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	c.Call(t, "VM.provision", vm)
	c.Call(t, "VM.start_on", vm, h, false, false)
	for reboot, want := range map[bool]string{false: `[]`, true: `[["NO_HOSTS_AVAILABLE","` + vm + `"]]`} {
		if got := xapitest.JSON(t, c.Call(t, "pool.check_update_readiness", pool, reboot)); got != want {
			t.Errorf("reboot %v: %s", reboot, got)
		}
	}
	if got := c.Text(t, "pool.get_guest_secureboot_readiness", pool); got != "not_ready" {
		t.Errorf("without certificates: %s", got)
	}
}

// TestLogs presses keys at the hypervisor, and moves a host's log.
func TestLogs(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	c := p.Login(t)
	hosts := c.Refs(t, "host.get_all")
	c.Fail(t, "INVALID_VALUE", []string{"keys", "h\n"}, "host.send_debug_keys", hosts[0], "h\n")
	c.Call(t, "host.send_debug_keys", hosts[0], "h")
	for i, want := range []bool{true, false} {
		if got := strings.Contains(c.Text(t, "host.dmesg", hosts[i]), "'h' pressed"); got != want {
			t.Errorf("host %d says so: %v", i, got)
		}
	}
	for _, method := range []string{"host.syslog_reconfigure", "host.sync_data"} {
		c.Call(t, method, hosts[0])
	}
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		h, err := store.Get(tx, model.Ref[model.Host](hosts[1]))
		if err != nil {
			return err
		}
		m, err := store.Edit(tx, h.Metrics)
		if err == nil {
			m.Live = false
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"host.syslog_reconfigure", "host.sync_data"} {
		c.Fail(t, "HOST_OFFLINE", []string{hosts[1]}, method, hosts[1])
	}
}
