package cli

import "strings"

// networkActs are what the commands of this file do.
var networkActs = acts{
	"network-destroy": onUUID("network", "destroy"),
	"network-attach":  does("network.attach", the("network", "uuid"), the("host", "host-uuid")),
	"network-create": makes("network", "create", fields("name_label", word("name-label", ""), "name_description", word("name-description", ""),
		"MTU", whole("MTU", 1500), "bridge", word("bridge", ""), "managed", yes("managed", true), "other_config", none, "tags", fixed([]string{}))),

	"vif-create":         vifCreate,
	"vif-destroy":        onUUID("VIF", "destroy"),
	"vif-plug":           onUUID("VIF", "plug"),
	"vif-unplug":         forced("VIF.unplug", "VIF.unplug_force", the("VIF", "uuid")),
	"vif-move":           does("VIF.move", the("VIF", "uuid"), the("network", "network-uuid")),
	"vif-configure-ipv4": vifAddress("VIF.configure_ipv4"),
	"vif-configure-ipv6": vifAddress("VIF.configure_ipv6"),

	"sdn-controller-introduce":    makes("SDN_controller", "introduce", oneOf("protocol", "ssl", "ssl", "pssl"), word("address", ""), whole("tcp-port", 0)),
	"sdn-controller-forget":       onUUID("SDN_controller", "forget"),
	"pool-set-vswitch-controller": does("pool.set_vswitch_controller", word("address", "")),

	"diagnostic-net-stats": onEach(hostSelector.one(), []string{"uri", "method", "params"}, []given{those("uri", "method", "params")}, netStats),
}

// vifAddress is a message that gives an interface an address, or none.
func vifAddress(method string) func(*command) error {
	return func(c *command) error {
		if strings.EqualFold(c.text("mode"), "Static") && c.text("address") == "" {
			return complaint("Required parameter not found: address")
		}
		return does(method, the("VIF", "uuid"), oneOf("mode", "", "None", "Static"), word("address", ""), word("gateway", ""))(c)
	}
}

// none is an empty map.
var none = fixed(map[string]string{})

// vifCreate takes the MTU from the network.
func vifCreate(c *command) error {
	network, err := c.ref("network", c.text("network-uuid"))
	if err != nil {
		return err
	}
	mtu, err := c.call("network.get_MTU", network)
	if err != nil {
		return err
	}
	mac := c.text("mac")
	if mac == "random" {
		mac = ""
	}
	return makes("VIF", "create", fields("device", word("device", ""), "network", fixed(network), "VM", the("VM", "vm-uuid"), "MAC", fixed(mac),
		"MTU", fixed(mtu), "other_config", none, "qos_algorithm_type", fixed(""), "qos_algorithm_params", none))(c)
}

// netStats prints what a host counts of the calls that it gets.
func netStats(c *command, args []any) error {
	v, err := c.call("Diagnostics.network_stats", args...)
	if err != nil {
		return err
	}
	rows, _ := v.([][]string)
	for _, row := range rows {
		c.result(strings.Join(row, " "))
	}
	return nil
}
