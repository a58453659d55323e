package pvs_test

import (
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func TestPVS(t *testing.T) {
	c := xapitest.Start(t, xapitest.Inventory(1, 0)).Login(t)
	host, sr := c.Refs(t, "host.get_all")[0], c.Refs(t, "SR.get_by_name_label", "Local storage")[0]
	site := c.Text(t, "PVS_site.introduce", "site", "", "")
	c.Fail(t, "INVALID_IP_ADDRESS_SPECIFIED", []string{"addresses"}, "PVS_server.introduce", []any{"here"}, 6910, 6930, site)
	c.Fail(t, "VALUE_NOT_SUPPORTED", []string{"last_port", "6900", "*"}, "PVS_server.introduce", []any{"10.0.0.5"}, 6910, 6900, site)
	server := c.Text(t, "PVS_server.introduce", []any{"10.0.0.5"}, 6910, 6930, site)
	c.Fail(t, "PVS_SERVER_ADDRESS_IN_USE", []string{"10.0.0.5"}, "PVS_server.introduce", []any{"10.0.0.5"}, 6910, 6930, site)
	c.Fail(t, "PVS_SITE_CONTAINS_SERVERS", []string{server}, "PVS_site.forget", site)

	room := map[string]any{"host": host, "SR": sr, "site": site, "size": "20000000000"}
	cache := c.Text(t, "PVS_cache_storage.create", room)
	c.Fail(t, "PVS_CACHE_STORAGE_ALREADY_PRESENT", []string{site, host}, "PVS_cache_storage.create", room)

	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "vm")
	c.Call(t, "VM.provision", vm)
	vif := func(device string) string {
		return c.Text(t, "VIF.create", map[string]any{"device": device, "network": c.Refs(t, "network.get_all")[0], "VM": vm, "MAC": "", "MTU": "1500",
			"other_config": map[string]any{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]any{}})
	}
	first, second := vif("0"), vif("1")
	c.Fail(t, "PVS_VIF_MUST_BE_FIRST_DEVICE", nil, "PVS_proxy.create", site, second)
	proxy := c.Text(t, "PVS_proxy.create", site, first)
	c.Fail(t, "PVS_PROXY_ALREADY_PRESENT", []string{proxy}, "PVS_proxy.create", site, first)
	if c.Call(t, "PVS_proxy.get_currently_attached", proxy) != false {
		t.Error("the proxy of a VM that is down runs")
	}
	c.Call(t, "VM.start", vm, false, false)
	if c.Call(t, "PVS_proxy.get_currently_attached", proxy) != true {
		t.Error("the proxy does not run")
	}
	c.Fail(t, "PVS_CACHE_STORAGE_IS_IN_USE", []string{cache}, "PVS_cache_storage.destroy", cache)
	c.Fail(t, "PVS_SITE_CONTAINS_RUNNING_PROXIES", []string{proxy}, "PVS_site.set_PVS_uuid", site, "id")
	c.Call(t, "VM.hard_shutdown", vm)
	if s := c.Text(t, "PVS_proxy.get_status", proxy); s != "stopped" {
		t.Errorf("the proxy is %s", s)
	}
	c.Call(t, "PVS_site.set_PVS_uuid", site, "id")
	c.Call(t, "PVS_server.forget", server)
	c.Call(t, "PVS_site.forget", site)
	for class, ref := range map[string]string{"PVS_proxy": proxy, "PVS_cache_storage": cache} {
		c.Fail(t, "HANDLE_INVALID", []string{class, ref}, class+".get_uuid", ref)
	}
}

// TestProxyGoes: a proxy does not outlive its interface.
func TestProxyGoes(t *testing.T) {
	c := xapitest.Start(t, xapitest.Inventory(1, 0)).Login(t)
	site := c.Text(t, "PVS_site.introduce", "site", "", "")
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "vm")
	c.Call(t, "VM.provision", vm)
	network := c.Text(t, "network.create", map[string]any{"name_label": "inside", "name_description": "", "other_config": map[string]any{}, "MTU": "1500", "bridge": "", "managed": true, "tags": []any{}})
	for _, end := range []func(vif string){
		func(vif string) { c.Call(t, "VIF.destroy", vif) },
		func(string) {
			snapshot := c.Text(t, "VM.snapshot", vm, "kept", []any{})
			c.Call(t, "VM.revert", snapshot)
			c.Call(t, "VIF.destroy", c.Refs(t, "VM.get_VIFs", vm)[0])
		},
		func(string) { c.Call(t, "VM.destroy", vm) },
	} {
		vif := c.Text(t, "VIF.create", map[string]any{"device": "0", "network": network, "VM": vm, "MAC": "", "MTU": "1500",
			"other_config": map[string]any{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]any{}})
		c.Text(t, "PVS_proxy.create", site, vif)
		end(vif)
		if n := len(c.Refs(t, "PVS_proxy.get_all")); n != 0 {
			t.Errorf("%d proxies of no interface", n)
		}
	}
}
