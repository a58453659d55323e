package network_test

import (
	"fmt"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// wired is a pool and the interfaces of a host of it.
type wired struct {
	*xapitest.Client
	pool       *xapitest.Pool
	host       string
	management string
	spare      []string // the other NICs
}

// wire starts a pool whose first host has eth0, for management, and more NICs.
func wire(t *testing.T, hosts int) *wired {
	p := xapitest.Start(t, xapitest.Inventory(hosts, 0))
	w := &wired{Client: p.Login(t), pool: p}
	w.host = w.Refs(t, "host.get_all")[0]
	for ref, pif := range store.All[model.PIF](p.DB().View()) {
		switch {
		case string(pif.Host) != w.host:
		case pif.Management:
			w.management = string(ref)
		default:
			w.spare = append(w.spare, string(ref))
		}
	}
	return w
}

func (w *wired) network(t *testing.T, name string) string {
	t.Helper()
	return w.Text(t, "network.create", netRecord(map[string]any{"name_label": name, "MTU": "1500"}))
}

// change edits an interface behind the API's back.
func (w *wired) change(t *testing.T, pif string, fn func(p *model.PIF)) {
	t.Helper()
	err := w.pool.DB().Update(t.Context(), func(tx *store.Tx) error {
		e, err := store.Edit(tx, model.Ref[model.PIF](pif))
		if err == nil {
			fn(e)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// ha pretends that high availability is on, until the test ends.
func (w *wired) ha(t *testing.T, on bool) {
	t.Helper()
	err := w.pool.DB().Update(t.Context(), func(tx *store.Tx) error {
		for ref := range store.All[model.Pool](tx) {
			e, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			e.HAEnabled = on
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wants compares fields of a record.
func (w *wired) wants(t *testing.T, class, ref string, fields map[string]any) {
	t.Helper()
	r := w.Record(t, class+".get_record", ref)
	for k, v := range fields {
		if got := r[k]; fmt.Sprint(got) != fmt.Sprint(v) {
			t.Errorf("%s %s is %v, want %v", class, k, got, v)
		}
	}
}

func TestForgetAndFindAgain(t *testing.T) {
	w := wire(t, 1)
	nic := w.spare[0]
	mac, device, network := w.Text(t, "PIF.get_MAC", nic), w.Text(t, "PIF.get_device", nic), w.Text(t, "PIF.get_network", nic)
	w.Fail(t, "PIF_IS_MANAGEMENT_INTERFACE", []string{w.management}, "PIF.forget", w.management)
	w.Fail(t, "DUPLICATE_PIF_DEVICE_NAME", []string{device}, "PIF.introduce", w.host, mac, device)
	w.ha(t, true)
	w.Fail(t, "HA_IS_ENABLED", nil, "PIF.forget", nic)
	w.ha(t, false)
	before := len(w.Refs(t, "PIF.get_all"))
	w.Call(t, "PIF.forget", nic)
	w.Fail(t, "HANDLE_INVALID", []string{"PIF", nic}, "PIF.get_uuid", nic)
	w.Fail(t, "MAC_INVALID", []string{"nonsense"}, "PIF.introduce", w.host, "nonsense", device)
	w.Fail(t, "COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS", []string{"eth77", ""}, "PIF.introduce", w.host, "", "eth77")
	w.Fail(t, "COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS", []string{device, "02:00:00:00:00:01"},
		"PIF.introduce", w.host, "02:00:00:00:00:01", device)
	again := w.Text(t, "PIF.introduce", w.host, "", device)
	w.wants(t, "PIF", again, map[string]any{"MAC": mac, "network": network, "currently_attached": false, "physical": true, "ip_configuration_mode": "None"})
	w.Call(t, "PIF.plug", again)
	w.wants(t, "PIF", again, map[string]any{"currently_attached": true})

	w.Call(t, "PIF.forget", again)
	w.Call(t, "network.destroy", network)
	w.Call(t, "PIF.scan", w.host)
	w.Call(t, "PIF.scan", w.host)
	if n := len(w.Refs(t, "PIF.get_all")); n != before {
		t.Errorf("%d interfaces after the scan, %d before", n, before)
	}
}

func TestPlug(t *testing.T) {
	w := wire(t, 1)
	nic := w.spare[0]
	w.Fail(t, "PIF_IS_MANAGEMENT_INTERFACE", []string{w.management}, "PIF.unplug", w.management)
	w.Call(t, "PIF.set_disallow_unplug", nic, true)
	w.Fail(t, "PIF_DOES_NOT_ALLOW_UNPLUG", []string{nic}, "PIF.unplug", nic)
	w.Call(t, "PIF.set_disallow_unplug", nic, false)
	w.ha(t, true)
	w.Fail(t, "HA_IS_ENABLED", nil, "PIF.unplug", nic)
	w.ha(t, false)
	w.change(t, nic, func(p *model.PIF) { p.Managed = false })
	w.Fail(t, "PIF_UNMANAGED", []string{nic}, "PIF.unplug", nic)
	w.Fail(t, "PIF_UNMANAGED", []string{nic}, "PIF.plug", nic)
	w.change(t, nic, func(p *model.PIF) { p.Managed = true })
	w.wants(t, "PIF", nic, map[string]any{"currently_attached": true})

	vm := w.Text(t, "VM.clone", w.Refs(t, "VM.get_by_name_label", "Other install media")[0], "vm")
	w.Call(t, "VM.provision", vm)
	network := w.Text(t, "PIF.get_network", nic)
	vif := w.Text(t, "VIF.create", map[string]any{"device": "0", "network": network, "VM": vm, "MAC": "", "MTU": "1500",
		"other_config": map[string]any{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]any{}})
	w.Call(t, "VM.start", vm, false, false)
	w.Fail(t, "VIF_IN_USE", []string{network, vif}, "PIF.unplug", nic)
	w.Call(t, "VM.hard_shutdown", vm)
	w.Call(t, "PIF.unplug", nic)
	w.wants(t, "PIF", nic, map[string]any{"currently_attached": false})
	w.Call(t, "PIF.plug", nic)
	w.wants(t, "PIF", nic, map[string]any{"currently_attached": true})

	w.Fail(t, "INVALID_VALUE", []string{"properties", "gro = maybe"}, "PIF.set_property", nic, "gro", "maybe")
	w.Call(t, "PIF.set_property", nic, "gro", "off")
	if p := w.Record(t, "PIF.get_properties", nic); p["gro"] != "off" {
		t.Errorf("properties %v", p)
	}
}

func TestReconfigureIP(t *testing.T) {
	w := wire(t, 1)
	nic := w.spare[0]
	for _, tt := range []struct {
		code  string
		param string
		args  []any
	}{
		{"INVALID_IP_ADDRESS_SPECIFIED", "IP", []any{nic, "Static", "", "255.255.255.0", "", ""}},
		{"INVALID_IP_ADDRESS_SPECIFIED", "IP", []any{nic, "Static", "fe80::1", "255.255.255.0", "", ""}},
		{"INVALID_IP_ADDRESS_SPECIFIED", "netmask", []any{nic, "Static", "10.1.0.2", "", "", ""}},
		{"INVALID_IP_ADDRESS_SPECIFIED", "gateway", []any{nic, "DHCP", "", "", "x", ""}},
		{"INVALID_IP_ADDRESS_SPECIFIED", "DNS", []any{nic, "Static", "10.1.0.2", "255.255.255.0", "", "10.0.0.1,here"}},
		{"PIF_IS_MANAGEMENT_INTERFACE", w.management, []any{w.management, "None", "", "", "", ""}},
	} {
		w.Fail(t, tt.code, []string{tt.param}, "PIF.reconfigure_ip", tt.args...)
	}
	w.wants(t, "PIF", nic, map[string]any{"ip_configuration_mode": "None", "IP": ""})
	w.Call(t, "PIF.reconfigure_ip", nic, "Static", "10.1.0.2", "255.255.255.0", "10.1.0.1", "10.1.0.53,10.1.0.54")
	w.wants(t, "PIF", nic, map[string]any{"ip_configuration_mode": "Static", "IP": "10.1.0.2", "netmask": "255.255.255.0", "gateway": "10.1.0.1", "DNS": "10.1.0.53,10.1.0.54"})
	w.ha(t, true)
	w.Fail(t, "HA_IS_ENABLED", nil, "PIF.reconfigure_ip", nic, "DHCP", "", "", "", "")
	w.Call(t, "PIF.reconfigure_ip", nic, "Static", "10.1.0.2", "255.255.255.0", "10.1.0.1", "10.1.0.55")
	w.Fail(t, "HA_IS_ENABLED", nil, "PIF.set_primary_address_type", nic, "IPv6")
	w.ha(t, false)
	w.Call(t, "PIF.reconfigure_ip", nic, "DHCP", "", "", "", "")
	if ip := w.Text(t, "PIF.get_IP", nic); ip == "" || ip == "10.1.0.2" {
		t.Errorf("the leased address is %q", ip)
	}
	w.Call(t, "PIF.unplug", nic)
	w.wants(t, "PIF", nic, map[string]any{"IP": "", "ip_configuration_mode": "DHCP"})
	w.Call(t, "PIF.reconfigure_ip", nic, "None", "", "", "", "")
	w.Fail(t, "INVALID_CIDR_ADDRESS_SPECIFIED", []string{"IPv6"}, "PIF.reconfigure_ipv6", nic, "Static", "fd00::2", "", "")
	w.Call(t, "PIF.reconfigure_ipv6", nic, "Static", "fd00::2/64", "fd00::1", "")
	if got := w.Refs(t, "PIF.get_IPv6", nic); len(got) != 1 || got[0] != "fd00::2/64" {
		t.Errorf("IPv6 %v", got)
	}
	w.Fail(t, "PIF_IS_MANAGEMENT_INTERFACE", []string{w.management}, "PIF.set_primary_address_type", w.management, "IPv6")
	w.Call(t, "PIF.set_primary_address_type", nic, "IPv6")
	w.wants(t, "PIF", nic, map[string]any{"primary_address_type": "IPv6"})
}

func TestVLAN(t *testing.T) {
	w := wire(t, 2)
	nic, n := w.spare[0], w.network(t, "vlan 5")
	used := w.Text(t, "PIF.get_network", w.management)
	w.Fail(t, "NETWORK_ALREADY_CONNECTED", []string{w.host, w.management}, "VLAN.create", nic, 5, used)
	w.Fail(t, "VLAN_TAG_INVALID", []string{"4095"}, "VLAN.create", nic, 4095, n)
	w.Fail(t, "VLAN_TAG_INVALID", []string{"-1"}, "VLAN.create", nic, -1, n)
	vlan := w.Text(t, "VLAN.create", nic, 5, n)
	pif := w.Text(t, "VLAN.get_untagged_PIF", vlan)
	w.wants(t, "PIF", pif, map[string]any{"VLAN": "5", "network": n, "MAC": "fe:ff:ff:ff:ff:ff", "currently_attached": true, "physical": false, "VLAN_master_of": vlan})
	other := w.network(t, "another")
	w.Fail(t, "PIF_VLAN_EXISTS", []string{w.Text(t, "PIF.get_device", nic)}, "VLAN.create", nic, 5, other)
	w.Fail(t, "PIF_IS_VLAN", []string{pif}, "VLAN.create", pif, 6, other)
	w.Fail(t, "PIF_VLAN_STILL_EXISTS", []string{nic}, "PIF.forget", nic)
	w.Fail(t, "PIF_IS_PHYSICAL", []string{nic}, "PIF.destroy", nic)
	w.Fail(t, "NETWORK_CONTAINS_PIF", []string{pif}, "network.destroy", n)

	// On both hosts, or on none.
	w.Fail(t, "NETWORK_ALREADY_CONNECTED", []string{w.host, pif}, "pool.create_VLAN_from_PIF", w.management, n, 7)
	if n := len(w.Refs(t, "VLAN.get_all")); n != 1 {
		t.Errorf("%d VLANs are left", n)
	}
	pifs := w.Refs(t, "pool.create_VLAN_from_PIF", w.management, other, 7)
	if len(pifs) != 2 || w.Text(t, "PIF.get_host", pifs[0]) == w.Text(t, "PIF.get_host", pifs[1]) {
		t.Errorf("the VLAN of the pool is %v", pifs)
	}
	w.Fail(t, "INVALID_VALUE", []string{"device", "eth77"}, "pool.create_VLAN", "eth77", w.network(t, "n"), 8)
	w.Call(t, "PIF.destroy", pifs[0])
	w.Call(t, "VLAN.destroy", vlan)
	w.Fail(t, "HANDLE_INVALID", []string{"PIF", pif}, "PIF.get_uuid", pif)
	w.Call(t, "network.destroy", n)
}

func TestTunnel(t *testing.T) {
	w := wire(t, 1)
	nic, n := w.spare[0], w.network(t, "private")
	w.Fail(t, "TRANSPORT_PIF_NOT_CONFIGURED", []string{nic}, "tunnel.create", nic, n)
	tunnel := w.Text(t, "tunnel.create", w.management, n, "vxlan")
	pif := w.Text(t, "tunnel.get_access_PIF", tunnel)
	w.wants(t, "PIF", pif, map[string]any{"device": "tunnel0", "network": n, "currently_attached": true})
	w.wants(t, "tunnel", tunnel, map[string]any{"protocol": "vxlan", "transport_PIF": w.management})
	if s := w.Record(t, "tunnel.get_status", tunnel); s["active"] != "true" {
		t.Errorf("status %v", s)
	}
	w.Fail(t, "IS_TUNNEL_ACCESS_PIF", []string{pif}, "tunnel.create", pif, w.network(t, "m"))
	w.Fail(t, "PIF_TUNNEL_STILL_EXISTS", []string{pif}, "PIF.forget", pif)
	w.Call(t, "tunnel.destroy", tunnel)
	w.Fail(t, "HANDLE_INVALID", nil, "PIF.get_uuid", pif)

	w.Fail(t, "PIF_IS_NOT_SRIOV_CAPABLE", []string{nic}, "network_sriov.create", nic, n)
	w.change(t, nic, func(p *model.PIF) { p.Capabilities = []string{"sriov"} })
	sriov := w.Text(t, "network_sriov.create", nic, n)
	if free := fmt.Sprint(w.Call(t, "network_sriov.get_remaining_capacity", sriov)); free != "64" {
		t.Errorf("%s virtual functions are free", free)
	}
	w.Fail(t, "NETWORK_SRIOV_ALREADY_ENABLED", []string{nic}, "network_sriov.create", nic, w.network(t, "k"))
	w.Fail(t, "PIF_SRIOV_STILL_EXISTS", []string{nic}, "PIF.forget", nic)
	w.Call(t, "network_sriov.destroy", sriov)
	w.Call(t, "network.destroy", n)
}
