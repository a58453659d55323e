package network

import (
	"net/netip"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

// leaseMask is the netmask that the emulated DHCP server tells.
const leaseMask = "255.0.0.0"

// lease gives an interface the address that it is to have from a DHCP server.
// The address by which the pool knows a host is another matter.
func lease(p *model.PIF) {
	if p.IPConfigurationMode != model.IPConfigurationModeDHCP || !p.CurrentlyAttached || p.IP != "" {
		return
	}
	p.IP, _ = emu.GuestIPs(p.MAC)
	p.Netmask, p.Gateway = leaseMask, "10.0.0.1"
}

// ReconfigureIP changes the IPv4 settings of an interface, and plugs it again:
// PIF_UNMANAGED, HA_IS_ENABLED, INVALID_IP_ADDRESS_SPECIFIED [field],
// PIF_IS_MANAGEMENT_INTERFACE for a management interface without settings.
func (s *PIFs) ReconfigureIP(c *rpc.Call, self pifRef, mode model.IPConfigurationMode, ip, netmask, gateway, dns string) error {
	return s.edit(c, self, func(tx *store.Tx, p *model.PIF) error {
		if !p.Managed {
			return model.ErrPIFUnmanaged(self)
		}
		same := p.IPConfigurationMode == mode && p.IP == ip && p.Netmask == netmask && p.Gateway == gateway
		if err := movable(tx, self, p, same); err != nil {
			return err
		}
		if err := check4(mode == model.IPConfigurationModeStatic, ip, netmask, gateway, dns); err != nil {
			return err
		}
		if p.Management && p.PrimaryAddressType == model.PrimaryAddressTypeIPv4 && mode == model.IPConfigurationModeNone {
			return model.ErrPIFIsManagementInterface(self)
		}
		p.IPConfigurationMode, p.DNS = mode, joinDNS(dns, keep(p.DNS, netip.Addr.Is6))
		switch mode {
		case model.IPConfigurationModeStatic:
			p.IP, p.Netmask, p.Gateway = ip, netmask, gateway
		case model.IPConfigurationModeDHCP, model.IPConfigurationModeNone:
			p.IP, p.Netmask, p.Gateway = "", "", ""
		}
		lease(p)
		return nil
	})
}

// movable fails while an interface that is up must keep its address.
func movable(r store.Reader, self pifRef, p *model.PIF, same bool) error {
	if !p.CurrentlyAttached || same {
		return nil
	}
	if err := quiet(r); err != nil {
		return err
	}
	return unclustered(r, self)
}

// check4 fails with INVALID_IP_ADDRESS_SPECIFIED [field] for what is no IPv4
// address; a static one, and its mask, must be there.
func check4(static bool, ip, netmask, gateway, dns string) error {
	for _, f := range []struct {
		name, text string
		needed     bool
	}{{"IP", ip, static}, {"netmask", netmask, static}, {"gateway", gateway, false}} {
		if f.text == "" && !f.needed {
			continue
		}
		if a, err := netip.ParseAddr(f.text); err != nil || !a.Is4() {
			return model.ErrInvalidIPAddressSpecified(f.name)
		}
	}
	return checkDNS(dns, netip.Addr.Is4)
}

func checkDNS(dns string, family func(netip.Addr) bool) error {
	for _, text := range servers(dns) {
		if a, err := netip.ParseAddr(text); err != nil || !family(a) {
			return model.ErrInvalidIPAddressSpecified("DNS")
		}
	}
	return nil
}

// servers are the name servers of a DNS field.
func servers(dns string) []string {
	return strings.FieldsFunc(dns, func(r rune) bool { return r == ',' || r == ' ' })
}

// keep are the name servers of a family.
func keep(dns string, family func(netip.Addr) bool) []string {
	var kept []string
	for _, text := range servers(dns) {
		if a, err := netip.ParseAddr(text); err == nil && family(a) {
			kept = append(kept, text)
		}
	}
	return kept
}

func joinDNS(dns string, more []string) string {
	return strings.Join(append(servers(dns), more...), ",")
}

// ReconfigureIPv6 changes the IPv6 settings of an interface: PIF_UNMANAGED,
// HA_IS_ENABLED, INVALID_CIDR_ADDRESS_SPECIFIED [IPv6],
// INVALID_IP_ADDRESS_SPECIFIED [field], PIF_IS_MANAGEMENT_INTERFACE.
func (s *PIFs) ReconfigureIPv6(c *rpc.Call, self pifRef, mode model.IPv6ConfigurationMode, ip, gateway, dns string) error {
	return s.edit(c, self, func(tx *store.Tx, p *model.PIF) error {
		if !p.Managed {
			return model.ErrPIFUnmanaged(self)
		}
		same := p.IPv6ConfigurationMode == mode && strings.Join(p.IPv6, "") == ip && p.IPv6Gateway == gateway
		if err := movable(tx, self, p, same); err != nil {
			return err
		}
		static := mode == model.IPv6ConfigurationModeStatic
		if ip != "" || static {
			if a, err := netip.ParsePrefix(ip); err != nil || !a.Addr().Is6() {
				return model.ErrInvalidCidrAddressSpecified("IPv6")
			}
		}
		if gateway != "" {
			if a, err := netip.ParseAddr(gateway); err != nil || !a.Is6() {
				return model.ErrInvalidIPAddressSpecified("gateway")
			}
		}
		if err := checkDNS(dns, netip.Addr.Is6); err != nil {
			return err
		}
		if p.Management && p.PrimaryAddressType == model.PrimaryAddressTypeIPv6 && mode == model.IPv6ConfigurationModeNone {
			return model.ErrPIFIsManagementInterface(self)
		}
		p.IPv6ConfigurationMode, p.DNS = mode, joinDNS(strings.Join(keep(p.DNS, netip.Addr.Is4), ","), servers(dns))
		p.IPv6, p.IPv6Gateway = nil, ""
		switch {
		case static:
			p.IPv6, p.IPv6Gateway = []string{ip}, gateway
		case mode != model.IPv6ConfigurationModeNone && p.CurrentlyAttached:
			_, local := emu.GuestIPs(p.MAC)
			p.IPv6 = []string{local + "/64"}
		}
		return nil
	})
}

// SetPrimaryAddressType says by which of its addresses an interface is known:
// HA_IS_ENABLED, PIF_IS_MANAGEMENT_INTERFACE.
func (s *PIFs) SetPrimaryAddressType(c *rpc.Call, self pifRef, value model.PrimaryAddressType) error {
	return s.edit(c, self, func(tx *store.Tx, p *model.PIF) error {
		if err := quiet(tx); err != nil {
			return err
		}
		if p.Management {
			return model.ErrPIFIsManagementInterface(self)
		}
		p.PrimaryAddressType = value
		return nil
	})
}
