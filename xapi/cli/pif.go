package cli

// pifActs are what the commands of this file do.
var pifActs = acts{
	"pif-introduce": makes("PIF", "introduce", the("host", "host-uuid"), word("mac", ""), word("device", ""), yes("managed", true)),
	"pif-scan":      does("PIF.scan", the("host", "host-uuid")),
	"pif-forget":    onUUID("PIF", "forget"),
	"pif-db-forget": onUUID("PIF", "db_forget"),
	"pif-plug":      onUUID("PIF", "plug"),
	"pif-unplug":    onUUID("PIF", "unplug"),
	"pif-reconfigure-ip": does("PIF.reconfigure_ip", the("PIF", "uuid"), oneOf("mode", "", "None", "DHCP", "Static"),
		anyCase("IP"), word("netmask", ""), word("gateway", ""), anyCase("DNS")),
	"pif-reconfigure-ipv6": does("PIF.reconfigure_ipv6", the("PIF", "uuid"), oneOf("mode", "", "None", "DHCP", "Static", "Autoconf"),
		anyCase("IPv6"), word("gateway", ""), anyCase("DNS")),
	"pif-set-primary-address-type": does("PIF.set_primary_address_type", the("PIF", "uuid"), oneOf("primary_address_type", "", "IPv4", "IPv6")),

	"vlan-create":      vlanCreate,
	"vlan-destroy":     vlanDestroy,
	"pool-vlan-create": poolVLANCreate,

	"bond-create": makes("Bond", "create", the("network", "network-uuid"), all("PIF", "pif-uuids"), word("mac", ""),
		oneOf("mode", "balance-slb", bondModes...), pairs("properties")),
	"bond-destroy":  onUUID("Bond", "destroy"),
	"bond-set-mode": does("Bond.set_mode", the("Bond", "uuid"), oneOf("mode", "", bondModes...)),

	"tunnel-create":  tunnelCreate,
	"tunnel-destroy": onUUID("tunnel", "destroy"),

	"network-sriov-create":  makes("network_sriov", "create", the("PIF", "pif-uuid"), the("network", "network-uuid")),
	"network-sriov-destroy": onUUID("network_sriov", "destroy"),

	"host-management-reconfigure":           does("host.management_reconfigure", the("PIF", "pif-uuid")),
	"host-emergency-management-reconfigure": does("host.local_management_reconfigure", word("interface", "")),
	"pool-management-reconfigure":           does("pool.management_reconfigure", the("network", "network-uuid")),
}

var bondModes = []string{"balance-slb", "active-backup", "lacp"}

// ofMade prints the uuid of the PIF that comes with what a message made.
func (c *command) ofMade(getter, method string, args ...given) error {
	v, err := c.with(method, args)
	if err != nil {
		return err
	}
	pif, err := c.call(getter, v)
	return c.made("PIF", pif, err)
}

func vlanCreate(c *command) error {
	return c.ofMade("VLAN.get_untagged_PIF", "VLAN.create", the("PIF", "pif-uuid"), whole("vlan", 0), the("network", "network-uuid"))
}

func tunnelCreate(c *command) error {
	return c.ofMade("tunnel.get_access_PIF", "tunnel.create", the("PIF", "pif-uuid"), the("network", "network-uuid"),
		oneOf("protocol", "gre", "gre", "vxlan"))
}

// vlanDestroy takes the uuid of a VLAN, or of its PIF.
func vlanDestroy(c *command) error {
	vlan, err := c.ref("VLAN", c.text("uuid"))
	if err == nil {
		return c.do("VLAN.destroy", vlan)
	}
	pif, other := c.ref("PIF", c.text("uuid"))
	if other != nil {
		return err
	}
	return c.do("PIF.destroy", pif)
}

// poolVLANCreate makes the VLAN on all hosts that have the interface, and
// prints the PIFs.
func poolVLANCreate(c *command) error {
	v, err := c.with("pool.create_VLAN_from_PIF", []given{the("PIF", "pif-uuid"), the("network", "network-uuid"), whole("vlan", 0)})
	if err != nil {
		return err
	}
	var ids []string
	for _, ref := range refs(v) {
		id, err := c.call("PIF.get_uuid", ref)
		if err != nil {
			return err
		}
		ids = append(ids, text(id))
	}
	c.results(ids)
	return nil
}
