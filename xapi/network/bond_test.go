package network_test

import (
	"testing"

	"github.com/xapid/xapid/model"
)

func TestBondRefused(t *testing.T) {
	w := wire(t, 2)
	n := w.network(t, "bond")
	theirs := ""
	for _, ref := range w.Refs(t, "PIF.get_all") {
		if w.Text(t, "PIF.get_host", ref) != w.host && w.Call(t, "PIF.get_management", ref) == false {
			theirs = ref
		}
	}
	both := []any{w.management, w.spare[0]}
	w.Fail(t, "PIF_BOND_NEEDS_MORE_MEMBERS", nil, "Bond.create", n, []any{}, "")
	w.Fail(t, "MAC_INVALID", []string{"x"}, "Bond.create", n, both, "x")
	w.Fail(t, "INVALID_VALUE", []string{"properties", "lacp-time = never"}, "Bond.create", n, both, "", "lacp", map[string]any{"lacp-time": "never"})
	w.Fail(t, "INVALID_VALUE", []string{"properties", "lacp-time = slow"}, "Bond.create", n, both, "", "balance-slb", map[string]any{"lacp-time": "slow"})
	w.Fail(t, "NETWORK_ALREADY_CONNECTED", nil, "Bond.create", w.Text(t, "PIF.get_network", w.management), both, "")
	w.Fail(t, "PIF_CANNOT_BOND_CROSS_HOST", nil, "Bond.create", n, []any{w.management, theirs}, "")
	w.ha(t, true)
	w.Fail(t, "HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE", nil, "Bond.create", n, both, "")
	w.ha(t, false)
	w.change(t, w.spare[0], func(p *model.PIF) { p.Properties = map[string]string{"gro": "off"} })
	w.Fail(t, "INCOMPATIBLE_PIF_PROPERTIES", nil, "Bond.create", n, both, "")
	w.change(t, w.spare[0], func(p *model.PIF) {
		p.Properties, p.IPConfigurationMode = map[string]string{"gro": "on"}, model.IPConfigurationModeDHCP
	})
	w.Fail(t, "PIF_BOND_MORE_THAN_ONE_IP", nil, "Bond.create", n, both, "")
	if len(w.Refs(t, "Bond.get_all")) != 0 {
		t.Error("there is a bond")
	}
}

// TestBond: what the members were for moves to the bond, and back.
func TestBond(t *testing.T) {
	w := wire(t, 1)
	n, tagged := w.network(t, "bond"), w.network(t, "tagged")
	nic := w.spare[0]
	ip, network := w.Text(t, "PIF.get_IP", w.management), w.Text(t, "PIF.get_network", w.management)
	vlan := w.Text(t, "VLAN.create", nic, 9, tagged)
	vm := w.Text(t, "VM.clone", w.Refs(t, "VM.get_by_name_label", "Other install media")[0], "vm")
	w.Call(t, "VM.provision", vm)
	vif := w.Text(t, "VIF.create", map[string]any{"device": "0", "network": network, "VM": vm, "MAC": "", "MTU": "1500",
		"other_config": map[string]any{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]any{}})
	w.Call(t, "VM.start", vm, false, false)

	bond := w.Text(t, "Bond.create", n, []any{nic, w.management}, "", "lacp", map[string]any{"lacp-time": "fast"})
	master := w.Text(t, "Bond.get_master", bond)
	w.wants(t, "PIF", master, map[string]any{"device": "bond0", "management": true, "IP": ip, "network": n, "currently_attached": true,
		"MAC": w.Text(t, "PIF.get_MAC", w.management), "MTU": "1500"})
	for _, m := range []string{nic, w.management} {
		w.wants(t, "PIF", m, map[string]any{"bond_slave_of": bond, "currently_attached": false, "management": false, "IP": "", "ip_configuration_mode": "None"})
	}
	w.wants(t, "Bond", bond, map[string]any{"primary_slave": w.management, "mode": "lacp", "auto_update_mac": true})
	if p := w.Record(t, "Bond.get_properties", bond); p["lacp-time"] != "fast" || p["hashing_algorithm"] != "tcpudp_ports" {
		t.Errorf("properties %v", p)
	}
	w.wants(t, "VIF", vif, map[string]any{"network": n, "currently_attached": true})
	w.Fail(t, "HANDLE_INVALID", []string{"VLAN", vlan}, "VLAN.get_uuid", vlan)
	vlans := w.Refs(t, "VLAN.get_all")
	if len(vlans) != 1 {
		t.Fatalf("VLANs %v", vlans)
	}
	w.wants(t, "VLAN", vlans[0], map[string]any{"tagged_PIF": master, "tag": "9"})
	w.wants(t, "PIF", w.Text(t, "VLAN.get_untagged_PIF", vlans[0]), map[string]any{"network": tagged, "device": "bond0"})

	w.Fail(t, "CANNOT_PLUG_BOND_SLAVE", []string{nic}, "PIF.plug", nic)
	w.Fail(t, "PIF_ALREADY_BONDED", []string{nic}, "PIF.forget", nic)
	w.Fail(t, "CANNOT_ADD_VLAN_TO_BOND_SLAVE", []string{nic}, "VLAN.create", nic, 11, w.network(t, "x"))
	w.Fail(t, "CANNOT_PLUG_BOND_SLAVE", []string{nic}, "host.management_reconfigure", nic)
	w.Fail(t, "PIF_ALREADY_BONDED", []string{nic}, "Bond.create", w.network(t, "y"), []any{nic}, "")

	w.Fail(t, "INVALID_VALUE", []string{"properties", "hashing_algorithm = luck"}, "Bond.set_property", bond, "hashing_algorithm", "luck")
	w.Call(t, "Bond.set_property", bond, "hashing_algorithm", "src_mac")
	w.Call(t, "Bond.set_mode", bond, "active-backup")
	if p := w.Record(t, "Bond.get_properties", bond); len(p) != 0 {
		t.Errorf("properties of active-backup %v", p)
	}

	w.Call(t, "Bond.destroy", bond)
	w.wants(t, "PIF", w.management, map[string]any{"management": true, "IP": ip, "currently_attached": true, "bond_slave_of": "OpaqueRef:NULL"})
	w.wants(t, "PIF", nic, map[string]any{"currently_attached": true, "bond_slave_of": "OpaqueRef:NULL"})
	w.wants(t, "VIF", vif, map[string]any{"network": network})
	w.wants(t, "VLAN", w.Refs(t, "VLAN.get_all")[0], map[string]any{"tagged_PIF": w.management})
	w.Fail(t, "HANDLE_INVALID", []string{"PIF", master}, "PIF.get_uuid", master)
}
