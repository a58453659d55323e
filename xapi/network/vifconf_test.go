package network_test

import (
	"fmt"
	"testing"
)

func TestConfigureVIF(t *testing.T) {
	w := wire(t, 1)
	network := w.Text(t, "PIF.get_network", w.spare[0])
	vm := w.Text(t, "VM.clone", w.Refs(t, "VM.get_by_name_label", "Other install media")[0], "vm")
	w.Call(t, "VM.provision", vm)
	vif := w.Text(t, "VIF.create", map[string]any{"device": "0", "network": network, "VM": vm, "MAC": "", "MTU": "1500",
		"other_config": map[string]any{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]any{}})
	w.Fail(t, "INVALID_CIDR_ADDRESS_SPECIFIED", []string{"address"}, "VIF.configure_ipv4", vif, "Static", "10.2.0.3", "")
	w.Fail(t, "INVALID_CIDR_ADDRESS_SPECIFIED", []string{"address"}, "VIF.configure_ipv6", vif, "Static", "10.2.0.3/8", "")
	w.Fail(t, "INVALID_IP_ADDRESS_SPECIFIED", []string{"gateway"}, "VIF.configure_ipv4", vif, "Static", "10.2.0.3/24", "fd00::1")
	w.Call(t, "VIF.set_locking_mode", vif, "locked")
	w.Fail(t, "ADDRESS_VIOLATES_LOCKING_CONSTRAINT", []string{"10.2.0.3/24"}, "VIF.configure_ipv4", vif, "Static", "10.2.0.3/24", "")
	w.Call(t, "VIF.add_ipv4_allowed", vif, "10.2.0.3")
	w.Call(t, "VIF.configure_ipv4", vif, "Static", "10.2.0.3/24", "10.2.0.1")
	w.wants(t, "VIF", vif, map[string]any{"ipv4_configuration_mode": "Static", "ipv4_gateway": "10.2.0.1", "ipv4_addresses": "[10.2.0.3/24]"})

	w.Call(t, "VM.start", vm, false, false)
	guest := w.Text(t, "VM.get_guest_metrics", vm)
	if ips := w.Record(t, "VM_guest_metrics.get_networks", guest); ips["0/ip"] != "10.2.0.3" {
		t.Errorf("the guest has %v", ips)
	}
	w.Call(t, "VIF.configure_ipv4", vif, "None", "", "")
	if ips := w.Record(t, "VM_guest_metrics.get_networks", guest); ips["0/ip"] == "10.2.0.3" {
		t.Errorf("the guest still has %v", ips)
	}
	w.Call(t, "VM.hard_shutdown", vm)
	w.Call(t, "VM.add_to_other_config", vm, "xapid:guest", "none")
	w.Call(t, "VM.start", vm, false, false)
	w.Fail(t, "VM_LACKS_FEATURE", []string{vm}, "VIF.configure_ipv4", vif, "None", "", "")

	w.Fail(t, "VLAN_TAG_INVALID", []string{"5000"}, "VIF.add_trunks", vif, 5000)
	w.Call(t, "VIF.set_trunks", vif, []any{5, 6})
	w.Call(t, "VIF.remove_trunks", vif, 5)
	w.wants(t, "VIF", vif, map[string]any{"trunks": "[6]"})
	w.Fail(t, "NETWORK_INCOMPATIBLE_WITH_TRUNKS", nil, "VIF.move", vif, func() string {
		n := w.network(t, "tagged")
		w.Call(t, "VLAN.create", w.spare[0], 3, n)
		return n
	}())
}

func TestAttachAndControl(t *testing.T) {
	w := wire(t, 1)
	nic := w.spare[0]
	w.Call(t, "PIF.unplug", nic)
	w.Call(t, "network.attach", w.Text(t, "PIF.get_network", nic), w.host)
	w.wants(t, "PIF", nic, map[string]any{"currently_attached": true})
	foreign := w.Text(t, "network.create", netRecord(map[string]any{"bridge": "foreign", "managed": false}))
	w.Fail(t, "BRIDGE_NOT_AVAILABLE", []string{"foreign"}, "network.attach", foreign, w.host)

	w.Fail(t, "INVALID_IP_ADDRESS_SPECIFIED", []string{"address"}, "SDN_controller.introduce", "ssl", "here")
	w.Fail(t, "OPERATION_NOT_ALLOWED", nil, "SDN_controller.introduce", "pssl", "10.0.0.9")
	sdn := w.Text(t, "SDN_controller.introduce", "ssl", "10.0.0.9")
	w.wants(t, "SDN_controller", sdn, map[string]any{"address": "10.0.0.9", "port": 6632})
	w.Fail(t, "OPERATION_NOT_ALLOWED", nil, "SDN_controller.introduce", "pssl")
	w.Call(t, "pool.set_vswitch_controller", "10.0.0.10")
	all := w.Refs(t, "SDN_controller.get_all")
	if len(all) != 1 || w.Text(t, "SDN_controller.get_address", all[0]) != "10.0.0.10" {
		t.Error(fmt.Sprint("controllers ", all))
	}
	w.Call(t, "SDN_controller.forget", all[0])
	if n := len(w.Refs(t, "SDN_controller.get_all")); n != 0 {
		t.Errorf("%d controllers are left", n)
	}
}
