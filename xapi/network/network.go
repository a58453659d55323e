// Package network handles networks, the interfaces of hosts and VMs on them, and what
// makes one interface of others: VLANs, bonds, tunnels, SR-IOV.
package network

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/pvs"
	"github.com/xapid/xapid/xapi/rpc"
)

// Networks handles the class network.
type Networks struct {
	DB    *store.DB
	Clock emu.Clock
	Gate  *ops.Gate

	mu   sync.Mutex
	next int // the number of the next bridge to try
}

type netRef = model.Ref[model.Network]

// reserved are the beginnings of bridge names that belong to the toolstack.
var reserved = []string{"xen", "xapi", "vif", "tap", "eth"}

// maxBridge is how long the name of a bridge may be.
const maxBridge = 15

// Create makes a network. Without a bridge it gets the next free xapi<n>, which
// no other network had while this daemon runs. INVALID_VALUE [bridge, name] for
// a name that is too long or the toolstack's, BRIDGE_NAME_EXISTS [name].
func (s *Networks) Create(c *rpc.Call, args *model.Network) (netRef, error) {
	n := store.Default[model.Network]()
	n.NameLabel, n.NameDescription, n.MTU = args.NameLabel, args.NameDescription, args.MTU
	n.OtherConfig, n.Bridge, n.Managed, n.Tags = args.OtherConfig, args.Bridge, args.Managed, args.Tags
	if n.MTU <= 0 {
		n.MTU = 1500
	}
	if n.Bridge != "" {
		if err := checkBridge(n.Bridge); err != nil {
			return "", err
		}
	}
	var ref netRef
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		used := map[string]bool{}
		for _, other := range store.All[model.Network](tx) {
			used[other.Bridge] = true
		}
		if n.Bridge == "" {
			n.Bridge = s.bridge(used)
		} else if used[n.Bridge] {
			return model.ErrBridgeNameExists(n.Bridge)
		}
		ref = store.Insert(tx, n)
		return nil
	})
	if err != nil {
		return "", err
	}
	return ref, nil
}

func checkBridge(name string) error {
	bad := len(name) > maxBridge
	for _, p := range reserved {
		bad = bad || strings.HasPrefix(name, p)
	}
	if bad {
		return model.ErrInvalidValue("bridge", name)
	}
	return nil
}

func (s *Networks) bridge(used map[string]bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		name := "xapi" + strconv.Itoa(s.next)
		s.next++
		if !used[name] {
			return name
		}
	}
}

// Destroy removes a network and the unplugged VIFs on it:
// NETWORK_CONTAINS_VIF [vif...], NETWORK_CONTAINS_PIF [pif...],
// CANNOT_DESTROY_SYSTEM_NETWORK [network].
func (s *Networks) Destroy(c *rpc.Call, self netRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		n, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		var busy, pifs []any
		for _, v := range n.VIFs {
			if vif, ok := store.Find(tx, v); ok && (vif.CurrentlyAttached || vif.Reserved) {
				busy = append(busy, v)
			}
		}
		for _, p := range n.PIFs {
			pifs = append(pifs, p)
		}
		switch {
		case len(busy) > 0:
			return model.ErrNetworkContainsVIF(busy...)
		case len(pifs) > 0:
			return model.ErrNetworkContainsPIF(pifs...)
		case n.OtherConfig["is_host_internal_management_network"] == "true":
			return model.ErrCannotDestroySystemNetwork(self)
		}
		for _, v := range slices.Clone(n.VIFs) {
			pvs.Drop(tx, v)
			if err := store.Delete(tx, v); err != nil {
				return err
			}
		}
		return store.Delete(tx, self)
	})
}

// SetDefaultLockingMode says what VIFs that follow the network's mode do:
// VIF_IN_USE [network, vif] while one is plugged.
func (s *Networks) SetDefaultLockingMode(c *rpc.Call, network netRef, value model.NetworkDefaultLockingMode) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		n, err := store.Edit(tx, network)
		if err != nil {
			return err
		}
		for _, v := range n.VIFs {
			if vif, ok := store.Find(tx, v); ok && vif.CurrentlyAttached {
				return model.ErrVIFInUse(network, v)
			}
		}
		n.DefaultLockingMode = value
		return nil
	})
}

// AddPurpose notes what the network is for; nbd and insecure_nbd exclude each
// other in the whole pool: NETWORK_INCOMPATIBLE_PURPOSES [new, existing].
func (s *Networks) AddPurpose(c *rpc.Call, self netRef, value model.NetworkPurpose) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		n, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if !n.Managed {
			return model.ErrNetworkUnmanaged(self)
		}
		for _, other := range store.All[model.Network](tx) {
			for _, p := range other.Purpose {
				if p != value {
					return model.ErrNetworkIncompatiblePurposes(value, p)
				}
			}
		}
		for _, p := range n.Purpose {
			if p == value {
				return nil
			}
		}
		n.Purpose = append(n.Purpose, value)
		return nil
	})
}

// RemovePurpose is the opposite; it is no error if the network has none such.
func (s *Networks) RemovePurpose(c *rpc.Call, self netRef, value model.NetworkPurpose) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		n, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		var kept []model.NetworkPurpose
		for _, p := range n.Purpose {
			if p != value {
				kept = append(kept, p)
			}
		}
		n.Purpose = kept
		return nil
	})
}
