package ha_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/xapitest"
)

// armed makes a pool of n daemons with HA on, and gives it with a session.
func armed(t *testing.T, n int) ([]*xapitest.Pool, *xapitest.Client) {
	t.Helper()
	shared := t.TempDir()
	list := xapitest.Members(t, n, func(_ int, c *xapi.Config) { c.SharedDir = shared })
	for _, p := range list[1:] {
		p.Login(t).Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
		inService(t, list[0], p)
	}
	c := list[0].Login(t)
	c.Fail(t, "CANNOT_CREATE_STATE_FILE", nil, "pool.enable_ha", []string{}, map[string]string{})
	c.Fail(t, "HA_NOT_ENABLED", nil, "pool.disable_ha")
	c.Call(t, "SR.create", c.Refs(t, "host.get_all")[0], map[string]string{"server": "10.0.0.1", "serverpath": "/x"}, 0, "shared", "", "nfs", "user", true, map[string]string{})
	c.Call(t, "pool.enable_ha", []string{}, map[string]string{})
	c.Fail(t, "HA_IS_ENABLED", nil, "pool.enable_ha", []string{}, map[string]string{})
	return list, c
}

func inService(t testing.TB, master, host *xapitest.Pool) {
	t.Helper()
	master.Until(t, host.Address()+" in service", func(r store.Reader) bool {
		ref, _ := store.ByUUID[model.Host](r, host.UUID())
		h, ok := store.Find(r, ref)
		if !ok || !h.Enabled {
			return false
		}
		m, ok := store.Find(r, h.Metrics)
		return ok && m.Live
	})
}

// elected waits for one of the daemons to serve as the master.
func elected(t *testing.T, list ...*xapitest.Pool) *xapitest.Pool {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		for _, p := range list {
			_, err := p.JSONRPC("2.0").Call("session.login_with_password", "root", xapitest.Password)
			if err == nil {
				return p
			}
			var api *model.Error
			if !errors.As(err, &api) || api.Code != "HOST_IS_SLAVE" && api.Code != "HOST_STILL_BOOTING" {
				t.Fatalf("%s: %v", p.Address(), err)
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("no master")
		}
	}
}

func TestMasterFails(t *testing.T) {
	list, c := armed(t, 3)
	pool := c.Refs(t, "pool.get_all")[0]
	c.Call(t, "pool.set_name_label", pool, "kept")
	if err := list[0].Close(); err != nil {
		t.Fatal(err)
	}
	m := elected(t, list[1:]...)
	c = m.Login(t)
	if got := c.Text(t, "pool.get_name_label", pool); got != "kept" {
		t.Errorf("the pool is called %q", got)
	}
	if got := c.Text(t, "host.get_uuid", c.Text(t, "pool.get_master", pool)); got != m.UUID() {
		t.Errorf("the database says that %s is the master", got)
	}
	for _, p := range list[1:] {
		inService(t, m, p)
	}
}

func TestTwoHosts(t *testing.T) {
	list, c := armed(t, 2)
	pool := c.Refs(t, "pool.get_all")[0]
	c.Call(t, "pool.set_name_label", pool, "kept")
	if err := list[0].Close(); err != nil {
		t.Fatal(err)
	}
	m := elected(t, list[1])
	c = m.Login(t)
	if got := c.Text(t, "pool.get_name_label", pool); got != "kept" {
		t.Errorf("the pool is called %q", got)
	}
	c.Call(t, "pool.set_name_label", pool, "goes on")
}

func TestProtectedVMs(t *testing.T) {
	list, c := armed(t, 3)
	pool := c.Refs(t, "pool.get_all")[0]
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	c.Call(t, "VM.provision", vm)
	c.Call(t, "VM.set_ha_restart_priority", vm, "restart")
	host := c.Text(t, "host.get_by_uuid", list[2].UUID())
	c.Call(t, "VM.start_on", vm, host, false, false)
	if n := c.Call(t, "pool.ha_compute_max_host_failures_to_tolerate"); n.(interface{ String() string }).String() == "0" {
		t.Errorf("the pool tolerates %v failures", n)
	}
	c.Call(t, "pool.set_ha_host_failures_to_tolerate", pool, 1)
	if err := list[2].Close(); err != nil {
		t.Fatal(err)
	}
	list[0].Until(t, "the VM running elsewhere", func(r store.Reader) bool {
		v, _ := store.Find(r, model.Ref[model.VM](vm))
		return v.PowerState == model.VMPowerStateRunning && string(v.ResidentOn) != host
	})
	said := false
	for _, m := range store.All[model.Message](list[0].DB().View()) {
		said = said || m.Name == "HA_HOST_FAILED" && m.ObjUUID == list[2].UUID()
	}
	if !said {
		t.Error("nobody says that the host has failed")
	}
	elected(t, list[:2]...).Login(t).Call(t, "pool.disable_ha")
}

// TestClocks: nobody is taken for dead because a clock is put forward, or back.
func TestClocks(t *testing.T) {
	list, c := armed(t, 3)
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	c.Call(t, "VM.provision", vm)
	host := c.Text(t, "host.get_by_uuid", list[2].UUID())
	c.Call(t, "VM.start_on", vm, host, false, false)
	c.Call(t, "host.call_plugin", host, "xapid", "clock", map[string]string{"forward": "-86400"})
	c.Call(t, "host.call_plugin", c.Text(t, "host.get_by_uuid", list[0].UUID()), "xapid", "clock", map[string]string{"forward": "2678400"})
	skewed := func(r store.Reader, uuid string) (is, failed bool) {
		for _, m := range store.All[model.Message](r) {
			is = is || m.Name == "HOST_CLOCK_SKEW_DETECTED" && m.ObjUUID == uuid
			failed = failed || m.Name == "HA_HOST_FAILED"
		}
		return is, failed
	}
	for _, p := range list[1:] {
		list[0].Until(t, "a beat of "+p.Address(), func(r store.Reader) bool { is, _ := skewed(r, p.UUID()); return is })
	}
	c = list[0].Login(t) // a month is too long for a session
	c.Call(t, "pool.disable_ha")
	if _, failed := skewed(list[0].DB().View(), ""); failed {
		t.Error("a host has failed")
	}
	if got := c.Text(t, "VM.get_resident_on", vm); got != host {
		t.Errorf("the VM is on %s", got)
	}
}

// TestLooseInterfaces: HA warns of addresses that somebody could unplug.
func TestLooseInterfaces(t *testing.T) {
	list := xapitest.Members(t, 1, func(_ int, c *xapi.Config) { c.SharedDir = t.TempDir() })
	c := list[0].Login(t)
	c.Call(t, "pool.enable_ha", []string{}, map[string]string{})
	warnings := func() (bodies []string) {
		for _, m := range store.All[model.Message](list[0].DB().View()) {
			if m.Name == "IP_CONFIGURED_PIF_CAN_UNPLUG" {
				bodies = append(bodies, m.Body)
			}
		}
		return bodies
	}
	if got := warnings(); len(got) > 0 {
		t.Fatalf("%q, and there is no such interface", got)
	}
	c.Call(t, "pool.disable_ha")
	var loose string
	for _, pif := range c.Refs(t, "PIF.get_all") {
		if c.Record(t, "PIF.get_record", pif)["management"] == false {
			loose = pif
		}
	}
	c.Call(t, "PIF.reconfigure_ip", loose, "Static", "10.1.1.1", "255.255.255.0", "", "")
	c.Call(t, "pool.enable_ha", []string{}, map[string]string{})
	want := c.Text(t, "PIF.get_device", loose) + " (uuid: " + c.Text(t, "PIF.get_uuid", loose) + ")"
	if got := warnings(); len(got) != 1 || !strings.Contains(got[0], want) {
		t.Errorf("%q, want %s", got, want)
	}
	c.Call(t, "pool.disable_ha")
	c.Call(t, "PIF.set_disallow_unplug", loose, true)
	c.Call(t, "pool.enable_ha", []string{}, map[string]string{})
	if got := warnings(); len(got) != 1 {
		t.Errorf("%q, and it cannot be unplugged", got)
	}
	c.Call(t, "pool.disable_ha")
}
