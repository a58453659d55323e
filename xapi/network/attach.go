package network

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Attach brings a network up on a host: CANNOT_PLUG_BOND_SLAVE,
// BRIDGE_NOT_AVAILABLE [bridge] for one that others manage and that has no
// interface there. A network without interfaces has its bridge wherever it is
// wanted.
func (s *Networks) Attach(c *rpc.Call, network netRef, host hostRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := store.Get(tx, host); err != nil {
			return err
		}
		return attach(tx, network, host)
	})
}

func attach(tx *store.Tx, network netRef, host hostRef) error {
	n, err := store.Get(tx, network)
	if err != nil {
		return err
	}
	if pif, there := ops.InterfaceOn(tx, network, host); there != nil {
		return up(tx, pif)
	}
	if !n.Managed {
		return model.ErrBridgeNotAvailable(n.Bridge)
	}
	return nil
}

// AttachForVM brings up on a host what the VM's interfaces are on.
func (s *Networks) AttachForVM(c *rpc.Call, host hostRef, vm model.Ref[model.VM]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := store.Get(tx, host); err != nil {
			return err
		}
		v, err := store.Get(tx, vm)
		if err != nil {
			return err
		}
		for _, i := range v.VIFs {
			if vif, ok := store.Find(tx, i); ok {
				if err := attach(tx, vif.Network, host); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// PoolIntroduce makes the record of a network, as hosts call it that join: the
// bridge is taken as it is.
func (s *Networks) PoolIntroduce(c *rpc.Call, name, description string, mtu int64, otherConfig map[string]string, bridge string, isManaged bool, purpose []model.NetworkPurpose) (netRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (netRef, error) {
		n := store.Default[model.Network]()
		n.NameLabel, n.NameDescription, n.MTU, n.OtherConfig = name, description, mtu, otherConfig
		n.Bridge, n.Managed, n.Purpose = bridge, isManaged, purpose
		return store.Insert(tx, n), nil
	})
}
