package network

import (
	"maps"
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Bonds handles the class Bond.
type Bonds struct{ links }

// NewBonds makes the service.
func NewBonds(db *store.DB) *Bonds { return &Bonds{links{db}} }

type bondRef = model.Ref[model.Bond]

// Create makes one interface of several of a host, and moves to it what they
// were used for: addresses, management, VLANs, tunnels and the VIFs of the
// host's VMs. Its checks are those of xapi, in that order.
func (s *Bonds) Create(c *rpc.Call, network netRef, members []pifRef, mac string, mode model.BondMode, properties map[string]string) (bondRef, error) {
	properties, err := bondProperties(mode, properties)
	if err != nil {
		return "", err
	}
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (bondRef, error) {
		b := &bonding{tx: tx, network: network}
		if err := b.check(members, mac); err != nil {
			return "", err
		}
		return b.make(mac, mode, properties)
	})
}

// member is an interface that goes into a bond.
type member struct {
	ref pifRef
	pif *model.PIF
}

// bonding is a bond in the making.
type bonding struct {
	tx      *store.Tx
	network netRef
	host    hostRef
	members []member
}

func (b *bonding) check(members []pifRef, mac string) error {
	if len(members) == 0 {
		return model.ErrPIFBondNeedsMoreMembers()
	}
	for _, ref := range members {
		p, err := store.Get(b.tx, ref)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(b.members, func(m member) bool { return m.ref == ref }) {
			b.members = append(b.members, member{ref, p})
		}
	}
	b.host = b.members[0].pif.Host
	if err := usable(b.tx, b.network, b.host); err != nil {
		return err
	}
	if onSRIOV(b.tx, b.network) {
		return model.ErrNetworkIncompatibleWithBond(b.network)
	}
	if mac != "" {
		if _, err := parseMAC(mac); err != nil {
			return err
		}
	}
	for _, m := range b.members {
		if m.pif.PrimaryAddressType != b.members[0].pif.PrimaryAddressType {
			return model.ErrPIFIncompatiblePrimaryAddressType(m.ref)
		}
	}
	for _, m := range b.members {
		if err := b.checkMember(m); err != nil {
			return err
		}
	}
	return b.checkTogether()
}

func (b *bonding) checkMember(m member) error {
	what := kindOf(b.tx, m.pif)
	switch {
	case !m.pif.Managed:
		return model.ErrPIFUnmanaged(m.ref)
	case bonded(b.tx, m.pif), what == bondMaster:
		return model.ErrPIFAlreadyBonded(m.ref)
	case what == vlanUntagged:
		return model.ErrPIFVLANExists(name(m.pif))
	case what == tunnelAccess:
		return model.ErrIsTunnelAccessPIF(m.ref)
	case what == sriovLogical:
		return model.ErrPIFIsSRIOVLogical(m.ref)
	case m.pif.Management && quiet(b.tx) != nil:
		return model.ErrHACannotChangeBondStatusOfMgmtIface()
	}
	return nil
}

// checkTogether is about what the members have in common.
func (b *bonding) checkTogether() error {
	addresses := 0
	for _, m := range b.members {
		if m.pif.Host != b.host {
			return model.ErrPIFCannotBondCrossHost()
		}
	}
	for _, m := range b.members {
		if !maps.Equal(m.pif.Properties, b.members[0].pif.Properties) {
			return model.ErrIncompatiblePIFProperties()
		}
		if m.pif.IPConfigurationMode != model.IPConfigurationModeNone {
			addresses++
		}
	}
	if addresses > 1 {
		return model.ErrPIFBondMoreThanOneIP()
	}
	return nil
}

// primary is the member whose settings and MAC the bond takes: the management
// interface, else the one with an address, else the first.
func (b *bonding) primary() member {
	for _, wanted := range []func(*model.PIF) bool{
		func(p *model.PIF) bool { return p.Management },
		func(p *model.PIF) bool { return p.IPConfigurationMode != model.IPConfigurationModeNone },
	} {
		for _, m := range b.members {
			if wanted(m.pif) {
				return m
			}
		}
	}
	return b.members[0]
}

func (b *bonding) make(mac string, mode model.BondMode, properties map[string]string) (bondRef, error) {
	tx, first := b.tx, b.primary()
	local := b.localVIFs()
	p := store.Default[model.PIF]()
	p.Device, p.DeviceName, p.Network, p.Host, p.MTU, p.VLAN = freeName(tx, b.host, "bond"), "", b.network, b.host, -1, -1
	if p.MAC = strings.ToLower(mac); mac == "" {
		p.MAC = first.pif.MAC
	}
	p.DeviceName, p.Properties, p.CurrentlyAttached = p.Device, maps.Clone(first.pif.Properties), false
	metrics := store.Default[model.PIFMetrics]()
	if have, ok := store.Find(tx, first.pif.Metrics); ok {
		*metrics = *have
		metrics.UUID, metrics.OtherConfig = "", nil
	}
	p.Metrics = store.Insert(tx, metrics)
	master := store.Insert(tx, p)
	bond := store.Default[model.Bond]()
	bond.Master, bond.PrimarySlave, bond.Mode, bond.Properties = master, first.ref, mode, properties
	bond.LinksUp, bond.AutoUpdateMAC = int64(len(b.members)), mac == ""
	ref := store.Insert(tx, bond)

	attached := false
	for _, m := range b.members {
		attached = attached || m.pif.CurrentlyAttached
		if err := moveSettings(tx, m.ref, master, m.ref == first.ref); err != nil {
			return "", err
		}
		if err := moveDependants(tx, m.ref, master); err != nil {
			return "", err
		}
		e, err := store.Edit(tx, m.ref)
		if err != nil {
			return "", err
		}
		e.CurrentlyAttached, e.BondSlaveOf = false, ref
	}
	if err := moveVIFs(tx, local, b.network); err != nil {
		return "", err
	}
	if err := moveCluster(tx, b.members, master); err != nil {
		return "", err
	}
	if attached {
		return ref, raise(tx, master)
	}
	return ref, nil
}

// raise brings a bond up; it has its MTU from its network then.
func raise(tx *store.Tx, master pifRef) error {
	e, err := store.Edit(tx, master)
	if err != nil {
		return err
	}
	if n, ok := store.Find(tx, e.Network); ok {
		e.MTU = n.MTU
	}
	return up(tx, master)
}

// Destroy undoes a bond: what was moved to it goes to the primary member.
func (s *Bonds) Destroy(c *rpc.Call, self bondRef) error {
	return s.change(c, func(tx *store.Tx) error {
		bond, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		master, err := store.Get(tx, bond.Master)
		if err != nil {
			return store.Delete(tx, self)
		}
		if master.Management && quiet(tx) != nil {
			return model.ErrHACannotChangeBondStatusOfMgmtIface()
		}
		return dissolve(tx, self, bond, master)
	})
}

func dissolve(tx *store.Tx, self bondRef, bond *model.Bond, master *model.PIF) error {
	primary, err := store.Get(tx, bond.PrimarySlave)
	if err != nil {
		return err
	}
	back := bonding{tx: tx, host: master.Host, members: []member{{bond.Master, master}}}
	local, slaves, attached := back.localVIFs(), slices.Clone(bond.Slaves), master.CurrentlyAttached
	for _, ref := range slaves {
		e, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		e.BondSlaveOf = model.NullRef
	}
	if err := moveSettings(tx, bond.Master, bond.PrimarySlave, true); err != nil {
		return err
	}
	if err := moveDependants(tx, bond.Master, bond.PrimarySlave); err != nil {
		return err
	}
	if err := moveVIFs(tx, local, primary.Network); err != nil {
		return err
	}
	if err := moveCluster(tx, back.members, bond.PrimarySlave); err != nil {
		return err
	}
	for _, ref := range slaves {
		if attached {
			if err := up(tx, ref); err != nil {
				return err
			}
		}
	}
	_ = store.Delete(tx, master.Metrics)
	if err := store.Delete(tx, bond.Master); err != nil {
		return err
	}
	return store.Delete(tx, self)
}

// SetMode changes how the bond spreads traffic. Properties that the mode does
// not know are dropped, those that it lacks get their defaults.
func (s *Bonds) SetMode(c *rpc.Call, self bondRef, value model.BondMode) error {
	return s.change(c, func(tx *store.Tx) error {
		bond, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		kept := map[string]string{}
		for k, v := range bond.Properties {
			if validProperty(value, k, v) {
				kept[k] = v
			}
		}
		bond.Mode = value
		bond.Properties, err = bondProperties(value, kept)
		return err
	})
}

// SetProperty changes a property of the bond's mode: INVALID_VALUE [properties,
// name = value].
func (s *Bonds) SetProperty(c *rpc.Call, self bondRef, name, value string) error {
	return s.change(c, func(tx *store.Tx) error {
		bond, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if !validProperty(bond.Mode, name, value) {
			return model.ErrInvalidValue("properties", name+" = "+value)
		}
		if bond.Properties == nil {
			bond.Properties = map[string]string{}
		}
		bond.Properties[name] = value
		return nil
	})
}
