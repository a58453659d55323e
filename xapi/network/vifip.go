package network

import (
	"net/netip"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// SetLockingMode says which traffic of the interface passes: all, none, only
// that of allowed addresses, or what the network says.
func (s *VIFs) SetLockingMode(c *rpc.Call, self vifRef, value model.VIFLockingMode) error {
	return s.edit(c, self, func(tx *store.Tx, v *model.VIF) error {
		v.LockingMode = value
		if value != model.VIFLockingModeLocked {
			return nil // and a network's own mode is none that locks
		}
		return licence.Require(tx, licence.VIFLocking)
	})
}

// family is IPv4 or IPv6.
type family struct {
	name string
	is   func(netip.Addr) bool
	list func(*model.VIF) *[]string
}

var (
	ipv4 = family{"ipv4_allowed", netip.Addr.Is4, func(v *model.VIF) *[]string { return &v.IPv4Allowed }}
	ipv6 = family{"ipv6_allowed", netip.Addr.Is6, func(v *model.VIF) *[]string { return &v.IPv6Allowed }}
)

// allow changes the addresses that a locked interface may use:
// INVALID_IP_ADDRESS_SPECIFIED [field] for one that is none of the family.
func (s *VIFs) allow(c *rpc.Call, self vifRef, f family, added []string, change func([]string) []string) error {
	for _, text := range added {
		if a, err := netip.ParseAddr(text); err != nil || !f.is(a) {
			return model.ErrInvalidIPAddressSpecified(f.name)
		}
	}
	return s.edit(c, self, func(_ *store.Tx, v *model.VIF) error {
		l := f.list(v)
		*l = change(*l)
		return nil
	})
}

func with(value string) func([]string) []string {
	return func(l []string) []string {
		if slices.Contains(l, value) {
			return l
		}
		return append(l, value)
	}
}

func without(value string) func([]string) []string {
	return func(l []string) []string { return slices.DeleteFunc(l, func(x string) bool { return x == value }) }
}

// SetIPv4Allowed replaces the list.
func (s *VIFs) SetIPv4Allowed(c *rpc.Call, self vifRef, value []string) error {
	return s.allow(c, self, ipv4, value, func([]string) []string { return value })
}

// AddIPv4Allowed adds an address.
func (s *VIFs) AddIPv4Allowed(c *rpc.Call, self vifRef, value string) error {
	return s.allow(c, self, ipv4, []string{value}, with(value))
}

// RemoveIPv4Allowed drops an address, if it is there.
func (s *VIFs) RemoveIPv4Allowed(c *rpc.Call, self vifRef, value string) error {
	return s.allow(c, self, ipv4, nil, without(value))
}

// SetIPv6Allowed replaces the list.
func (s *VIFs) SetIPv6Allowed(c *rpc.Call, self vifRef, value []string) error {
	return s.allow(c, self, ipv6, value, func([]string) []string { return value })
}

// AddIPv6Allowed adds an address.
func (s *VIFs) AddIPv6Allowed(c *rpc.Call, self vifRef, value string) error {
	return s.allow(c, self, ipv6, []string{value}, with(value))
}

// RemoveIPv6Allowed drops an address, if it is there.
func (s *VIFs) RemoveIPv6Allowed(c *rpc.Call, self vifRef, value string) error {
	return s.allow(c, self, ipv6, nil, without(value))
}
