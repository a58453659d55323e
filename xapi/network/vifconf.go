package network

import (
	"net/netip"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// settable is what a guest says in its features that can be told its addresses.
const settable = "feature-static-ip-setting"

// ConfigureIPv4 has the guest give an interface an address, or find one by
// itself: INVALID_CIDR_ADDRESS_SPECIFIED [address], INVALID_IP_ADDRESS_SPECIFIED
// [gateway], ADDRESS_VIOLATES_LOCKING_CONSTRAINT [address], VM_LACKS_FEATURE
// [vm].
func (s *VIFs) ConfigureIPv4(c *rpc.Call, self vifRef, mode model.VIFIPv4ConfigurationMode, address, gateway string) error {
	static := mode == model.VIFIPv4ConfigurationModeStatic
	return s.configure(c, self, ipv4, static, address, gateway, func(v *model.VIF, addresses []string, gateway string) {
		v.IPv4ConfigurationMode, v.IPv4Addresses, v.IPv4Gateway = mode, addresses, gateway
	})
}

// ConfigureIPv6 is ConfigureIPv4 for IPv6.
func (s *VIFs) ConfigureIPv6(c *rpc.Call, self vifRef, mode model.VIFIPv6ConfigurationMode, address, gateway string) error {
	static := mode == model.VIFIPv6ConfigurationModeStatic
	return s.configure(c, self, ipv6, static, address, gateway, func(v *model.VIF, addresses []string, gateway string) {
		v.IPv6ConfigurationMode, v.IPv6Addresses, v.IPv6Gateway = mode, addresses, gateway
	})
}

func (s *VIFs) configure(c *rpc.Call, self vifRef, f family, static bool, address, gateway string, set func(v *model.VIF, addresses []string, gateway string)) error {
	return s.edit(c, self, func(tx *store.Tx, v *model.VIF) error {
		if !static {
			if err := obeys(tx, v.VM); err != nil {
				return err
			}
			set(v, nil, "")
			return tell(tx, v)
		}
		prefix, err := netip.ParsePrefix(address)
		if err != nil || !f.is(prefix.Addr()) {
			return model.ErrInvalidCidrAddressSpecified("address")
		}
		if gateway != "" {
			if a, err := netip.ParseAddr(gateway); err != nil || !f.is(a) {
				return model.ErrInvalidIPAddressSpecified("gateway")
			}
		}
		if v.LockingMode == model.VIFLockingModeLocked && !slices.Contains(*f.list(v), prefix.Addr().String()) {
			return model.ErrAddressViolatesLockingConstraint(address)
		}
		if err := obeys(tx, v.VM); err != nil {
			return err
		}
		set(v, []string{address}, gateway)
		return tell(tx, v)
	})
}

// obeys fails with VM_LACKS_FEATURE if the guest that runs cannot be told.
func obeys(r store.Reader, ref model.Ref[model.VM]) error {
	vm, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	if vm.PowerState != model.VMPowerStateRunning {
		return nil
	}
	if g, ok := store.Find(r, vm.GuestMetrics); !ok || g.Other[settable] != "1" {
		return model.ErrVMLacksFeature(ref)
	}
	return nil
}

// trunk changes the tags that an interface passes on: VLAN_TAG_INVALID [tag],
// NETWORK_INCOMPATIBLE_WITH_TRUNKS if the network is one VLAN itself.
func (s *VIFs) trunk(c *rpc.Call, self vifRef, added []int64, change func([]int64) []int64) error {
	for _, tag := range added {
		if tag < 0 || tag > maxTag {
			return model.ErrVLANTagInvalid(tag)
		}
	}
	return s.edit(c, self, func(tx *store.Tx, v *model.VIF) error {
		n, err := store.Get(tx, v.Network)
		if err != nil {
			return err
		}
		trunks := change(slices.Clone(v.Trunks))
		if len(trunks) > 0 && hasVLAN(tx, n) {
			return model.ErrNetworkIncompatibleWithTrunks(v.Network)
		}
		v.Trunks = trunks
		return nil
	})
}

// SetTrunks replaces the tags.
func (s *VIFs) SetTrunks(c *rpc.Call, self vifRef, value []int64) error {
	return s.trunk(c, self, value, func([]int64) []int64 { return value })
}

// AddTrunks adds a tag.
func (s *VIFs) AddTrunks(c *rpc.Call, self vifRef, value int64) error {
	return s.trunk(c, self, []int64{value}, func(l []int64) []int64 {
		if slices.Contains(l, value) {
			return l
		}
		return append(l, value)
	})
}

// RemoveTrunks drops a tag, if it is there.
func (s *VIFs) RemoveTrunks(c *rpc.Call, self vifRef, value int64) error {
	return s.trunk(c, self, nil, func(l []int64) []int64 { return slices.DeleteFunc(l, func(x int64) bool { return x == value }) })
}
