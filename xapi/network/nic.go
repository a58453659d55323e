package network

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// The keys in other_config of a PCI device by which a NIC is known that has no
// interface.
const (
	nicDevice = "xapid:nic-device"
	nicMAC    = "xapid:nic-mac"
)

// nic is a NIC without an interface.
type nic struct {
	pci         model.Ref[model.PCI]
	device, mac string
}

// remember notes on the PCI device of an interface which NIC it is. Hosts have
// the NICs that they were made with; this is how one outlives its interface.
func remember(tx *store.Tx, p *model.PIF) error {
	if !p.Physical {
		return nil
	}
	ref := p.PCI
	if _, ok := store.Find(tx, ref); !ok {
		pci := store.Default[model.PCI]()
		pci.ClassID, pci.ClassName, pci.Host = "0200", "Ethernet controller", p.Host
		ref = store.Insert(tx, pci)
	}
	pci, err := store.Edit(tx, ref)
	if err != nil {
		return err
	}
	if pci.OtherConfig == nil {
		pci.OtherConfig = map[string]string{}
	}
	pci.OtherConfig[nicDevice], pci.OtherConfig[nicMAC] = p.Device, p.MAC
	return nil
}

// nics are a host's NICs that have no interface, by device.
func nics(r store.Reader, host hostRef) []nic {
	var list []nic
	for ref, pci := range store.All[model.PCI](r) {
		if device := pci.OtherConfig[nicDevice]; pci.Host == host && device != "" {
			list = append(list, nic{ref, device, pci.OtherConfig[nicMAC]})
		}
	}
	slices.SortFunc(list, func(a, b nic) int { return strings.Compare(a.device, b.device) })
	return list
}

// Introduce makes the interface of a NIC that has none: MAC_INVALID,
// DUPLICATE_PIF_DEVICE_NAME,
// COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS
// [device, mac]. Without a MAC it is the NIC's own.
func (s *PIFs) Introduce(c *rpc.Call, host hostRef, mac, device string, isManaged bool) (pifRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (pifRef, error) {
		if _, err := store.Get(tx, host); err != nil {
			return "", err
		}
		if mac != "" {
			var err error
			if mac, err = parseMAC(mac); err != nil {
				return "", err
			}
		}
		for _, p := range store.All[model.PIF](tx) {
			if p.Host == host && p.Device == device && kindOf(tx, p) == physical {
				return "", model.ErrDuplicatePIFDeviceName(device)
			}
		}
		for _, n := range nics(tx, host) {
			if n.device == device && (mac == "" || mac == n.mac) {
				return s.introduce(tx, host, n, isManaged)
			}
		}
		return "", model.ErrCouldNotFindNetworkInterfaceWithSpecifiedDeviceNameAndMACAddress(device, mac)
	})
}

// Scan makes interfaces, and networks for them, of the NICs that have none.
func (s *PIFs) Scan(c *rpc.Call, host hostRef) error {
	return s.change(c, func(tx *store.Tx) error {
		if _, err := store.Get(tx, host); err != nil {
			return err
		}
		for _, n := range nics(tx, host) {
			if _, err := s.introduce(tx, host, n, true); err != nil {
				return err
			}
		}
		return nil
	})
}

// introduce makes a NIC's interface, unplugged, on the network of its bridge.
func (s *PIFs) introduce(tx *store.Tx, host hostRef, n nic, isManaged bool) (pifRef, error) {
	bridge, label := bridgeOf(n.device)
	network := netRef(model.NullRef)
	for ref, other := range store.All[model.Network](tx) {
		if other.Bridge == bridge {
			network = ref
		}
	}
	if network.IsNull() {
		made := store.Default[model.Network]()
		made.NameLabel, made.Bridge, made.Managed = label, bridge, isManaged
		network = store.Insert(tx, made)
	}
	pci, err := store.Edit(tx, n.pci)
	if err != nil {
		return "", err
	}
	delete(pci.OtherConfig, nicDevice)
	delete(pci.OtherConfig, nicMAC)
	p := store.Default[model.PIF]()
	p.Device, p.DeviceName, p.Network, p.Host, p.MAC, p.MTU, p.VLAN = n.device, n.device, network, host, n.mac, 1500, -1
	p.Physical, p.CurrentlyAttached, p.Managed, p.PCI, p.Properties = true, false, isManaged, n.pci, map[string]string{"gro": "on"}
	p.Metrics = store.Insert(tx, &model.PIFMetrics{
		Carrier: true, Duplex: true, Speed: 10000, VendorID: pci.VendorID, VendorName: pci.VendorName, DeviceID: pci.DeviceID,
		DeviceName: pci.DeviceName, PCIBusPath: pci.PCIID, LastUpdated: s.Clock.Now(),
	})
	return store.Insert(tx, p), nil
}
