package inventory

import (
	"fmt"
	"strconv"

	"github.com/xapid/xapid/model"
)

// internalNetwork is the network between guests and their own host.
const internalNetwork = "Host internal management network"

// makeNetworks makes the networks of the plan and the internal one.
func (m *maker) makeNetworks() {
	for i, n := range m.plan.networks {
		bridge := n.bridge
		if bridge == "" {
			bridge = "xapi" + strconv.Itoa(i)
		}
		m.networks[n.name] = add(m, &model.Network{
			UUID: m.uuid(), NameLabel: n.name, Bridge: bridge, MTU: 1500, Managed: true, OtherConfig: map[string]string{},
			DefaultLockingMode: model.NetworkDefaultLockingModeUnlocked,
		})
	}
	m.networks[internalNetwork] = add(m, &model.Network{
		UUID: m.uuid(), NameLabel: internalNetwork, NameDescription: "Guests reach the XenAPI of their host on it; it has no link to the outside",
		Bridge: "xenapi", MTU: 1500, Managed: true, DefaultLockingMode: model.NetworkDefaultLockingModeUnlocked,
		OtherConfig: map[string]string{
			"is_guest_installer_network": "true", "is_host_internal_management_network": "true",
			"ip_begin": "169.254.0.1", "ip_end": "169.254.255.254", "netmask": "255.255.0.0",
		},
	})
}

// makePIFs makes a host's interfaces; the first one is for management.
func (m *maker) makePIFs(h *madeHost) {
	for n, nic := range h.plan.nics {
		network, ok := m.networks[nic.network]
		if !ok {
			m.fail("host %s: there is no network %q", h.plan.name, nic.network)
			return
		}
		bus := fmt.Sprintf("0000:%02x:00.0", 3+n)
		metrics := add(m, &model.PIFMetrics{
			UUID: m.uuid(), Carrier: true, VendorID: "8086", VendorName: "Intel Corporation", DeviceID: "1592",
			DeviceName: "Ethernet Controller E810-C for QSFP", Speed: nic.speed, Duplex: true, PCIBusPath: bus, LastUpdated: m.o.Now,
		})
		pci := add(m, &model.PCI{
			UUID: m.uuid(), ClassID: "0200", ClassName: "Ethernet controller", VendorID: "8086", VendorName: "Intel Corporation",
			DeviceID: "1592", DeviceName: "Ethernet Controller E810-C for QSFP", Host: h.ref, PCIID: bus, Functions: 1, PhysicalFunction: model.NullRef,
			SubsystemVendorID: "8086", SubsystemVendorName: "Intel Corporation",
		})
		pif := &model.PIF{
			UUID: m.uuid(), Device: nic.device, DeviceName: nic.device, Network: network, Host: h.ref, MAC: nic.mac, MTU: 1500, VLAN: -1,
			Metrics: metrics, Physical: true, CurrentlyAttached: true, IPConfigurationMode: model.IPConfigurationModeNone,
			BondSlaveOf: model.NullRef, VLANMasterOf: model.NullRef, IPv6ConfigurationMode: model.IPv6ConfigurationModeNone,
			PrimaryAddressType: model.PrimaryAddressTypeIPv4, Managed: true, Properties: map[string]string{"gro": "on"},
			IGMPSnoopingStatus: model.PIFIGMPStatusUnknown, PCI: pci,
		}
		if n == 0 {
			h.network = network
			pif.Management, pif.IPConfigurationMode = true, model.IPConfigurationModeStatic
			pif.IP, pif.Netmask = h.plan.address, "255.255.0.0"
		}
		add(m, pif)
	}
}
