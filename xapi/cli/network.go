package cli

import "strconv"

// networkActs are what the commands of this file do.
var networkActs = acts{
	"network-destroy": onUUID("network", "destroy"),
	"vif-destroy":     onUUID("VIF", "destroy"),
	"vif-plug":        onUUID("VIF", "plug"),
	"vif-create":      vifCreate,
	"network-create":  networkCreate,
}

func vifCreate(c *command) error {
	vm, err := c.ref("VM", c.text("vm-uuid"))
	if err != nil {
		return err
	}
	network, err := c.ref("network", c.text("network-uuid"))
	if err != nil {
		return err
	}
	mac := c.text("mac")
	if mac == "random" {
		mac = ""
	}
	v, err := c.call("VIF.create", structOf("device", c.text("device"), "network", network, "VM", vm, "MAC", mac, "MTU", int64(1500),
		"other_config", map[string]string{}, "qos_algorithm_type", "", "qos_algorithm_params", map[string]string{}))
	return c.made("VIF", v, err)
}

func networkCreate(c *command) error {
	mtu := int64(1500)
	if t, ok := c.get("MTU"); ok {
		n, err := strconv.ParseInt(t, 10, 64)
		if err != nil {
			return complaint("Parameter 'MTU' must be an integer")
		}
		mtu = n
	}
	v, err := c.call("network.create", structOf("name_label", c.text("name-label"), "name_description", c.text("name-description"), "MTU", mtu,
		"bridge", c.text("bridge"), "managed", true, "other_config", map[string]string{}, "tags", []string{}))
	return c.made("network", v, err)
}
