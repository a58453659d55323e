// Package cluster handles the classes Cluster and Cluster_host. Members of an
// emulated cluster reach each other as long as they are enabled.
package cluster

import (
	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Clusters handles the class Cluster.
type Clusters struct {
	DB   *store.DB
	Gate *ops.Gate
}

type (
	clusterRef = model.Ref[model.Cluster]
	memberRef  = model.Ref[model.ClusterHost]
	pifRef     = model.Ref[model.PIF]
	hostRef    = model.Ref[model.Host]
	netRef     = model.Ref[model.Network]
)

// corosync is the only cluster stack there is.
const corosync = "corosync"

// minTimeout is the least that a token may take, in seconds.
const minTimeout = 1.0

// settings are what a cluster is made with.
type settings struct {
	stack                string
	autoJoin             bool
	timeout, coefficient float64
}

func (s settings) check() error {
	switch {
	case s.stack != corosync:
		return model.ErrInvalidClusterStack(s.stack)
	case s.timeout < minTimeout:
		return model.ErrInvalidValue("token_timeout", s.timeout)
	case s.coefficient < 0:
		return model.ErrInvalidValue("token_timeout_coefficient", s.coefficient)
	}
	return nil
}

// Create makes a cluster of one host, which talks over an interface:
// CLUSTER_ALREADY_EXISTS, INCOMPATIBLE_CLUSTER_STACK_ACTIVE, INVALID_CLUSTER_STACK
// [stack], INVALID_VALUE, and what fits says of the interface.
func (s *Clusters) Create(c *rpc.Call, pif pifRef, stack string, autoJoin bool, timeout, coefficient float64) (clusterRef, error) {
	return s.form(c, settings{stack, autoJoin, timeout, coefficient}, func(tx *store.Tx) ([]pifRef, error) {
		_, err := store.Get(tx, pif)
		return []pifRef{pif}, err
	})
}

// PoolCreate makes a cluster of all hosts over their interfaces on a network:
// PIF_NOT_PRESENT [host, network], else as Create.
func (s *Clusters) PoolCreate(c *rpc.Call, network netRef, stack string, timeout, coefficient float64) (clusterRef, error) {
	return s.form(c, settings{stack, true, timeout, coefficient}, func(tx *store.Tx) ([]pifRef, error) {
		if _, err := store.Get(tx, network); err != nil {
			return nil, err
		}
		var all []pifRef
		for h := range store.All[model.Host](tx) {
			pif, there := ops.InterfaceOn(tx, network, h)
			if there == nil {
				return nil, model.ErrPIFNotPresent(h, network)
			}
			all = append(all, pif)
		}
		return all, nil
	})
}

func (s *Clusters) form(c *rpc.Call, with settings, find func(tx *store.Tx) ([]pifRef, error)) (ref clusterRef, err error) {
	var pool model.Ref[model.Pool]
	for p := range store.All[model.Pool](s.DB.View()) {
		pool = p
	}
	claims := []ops.Claim{ops.Pool(pool, model.PoolAllowedOperationsClusterCreate)}
	err = s.Gate.Do(c, ops.Standard, claims, func() error {
		return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
			if err := with.check(); err != nil {
				return err
			}
			pifs, err := find(tx)
			if err != nil {
				return err
			}
			for _, pif := range pifs {
				if err := fits(tx, pif); err != nil {
					return err
				}
			}
			row := store.Default[model.Cluster]()
			row.ClusterToken, row.ClusterStack, row.PoolAutoJoin = uuid.NewString(), with.stack, with.autoJoin
			row.TokenTimeout, row.TokenTimeoutCoefficient = with.timeout, with.coefficient
			ref = store.Insert(tx, row)
			for _, pif := range pifs {
				if _, err := join(tx, ref, pif); err != nil {
					return err
				}
			}
			return count(tx, ref)
		})
	})
	if err != nil {
		return "", err
	}
	return ref, nil
}

// fits tells what keeps a cluster from talking over an interface:
// PIF_ALLOWS_UNPLUG, REQUIRED_PIF_IS_UNPLUGGED, PIF_HAS_NO_NETWORK_CONFIGURATION.
func fits(r store.Reader, ref pifRef) error {
	p, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	switch {
	case !p.DisallowUnplug:
		return model.ErrPIFAllowsUnplug(ref)
	case !p.CurrentlyAttached:
		return model.ErrRequiredPIFIsUnplugged(ref)
	case p.IP == "" && len(p.IPv6) == 0:
		return model.ErrPIFHasNoNetworkConfiguration(ref)
	}
	return nil
}

// join makes the host of an interface a member.
func join(tx *store.Tx, cluster clusterRef, pif pifRef) (memberRef, error) {
	p, err := store.Get(tx, pif)
	if err != nil {
		return "", err
	}
	m := store.Default[model.ClusterHost]()
	m.Cluster, m.Host, m.PIF, m.Enabled, m.Joined, m.Live = cluster, p.Host, pif, true, true, true
	return store.Insert(tx, m), nil
}

// count brings the figures of a cluster in line with its members.
func count(tx *store.Tx, ref clusterRef) error {
	e, err := store.Edit(tx, ref)
	if err != nil {
		return err
	}
	row, err := store.Get(tx, ref)
	if err != nil {
		return err
	}
	live, all := int64(0), int64(len(row.ClusterHosts))
	for _, m := range row.ClusterHosts {
		if member, ok := store.Find(tx, m); ok && member.Live {
			live++
		}
	}
	e.LiveHosts, e.ExpectedHosts, e.Quorum = live, all, all/2+1
	e.IsQuorate = live >= e.Quorum
	return nil
}

// needed fails with CLUSTER_STACK_IN_USE [stack] while a host, or any, has an SR
// attached that needs the cluster.
func needed(r store.Reader, host hostRef) error {
	for _, pbd := range store.All[model.PBD](r) {
		sr, ok := store.Find(r, pbd.SR)
		if !ok || !pbd.CurrentlyAttached || !host.IsNull() && pbd.Host != host {
			continue
		}
		for _, sm := range store.All[model.SM](r) {
			if sm.Type == sr.Type && len(sm.RequiredClusterStack) > 0 {
				return model.ErrClusterStackInUse(corosync)
			}
		}
	}
	return nil
}

// Destroy ends a cluster of one host: CLUSTER_DOES_NOT_HAVE_ONE_NODE [number],
// CLUSTER_STACK_IN_USE [stack].
func (s *Clusters) Destroy(c *rpc.Call, self clusterRef) error {
	return s.end(c, self, func(tx *store.Tx, row *model.Cluster) error {
		if n := len(row.ClusterHosts); n != 1 {
			return model.ErrClusterDoesNotHaveOneNode(n)
		}
		return needed(tx, model.NullRef)
	})
}

// PoolDestroy ends a cluster: CLUSTER_STACK_IN_USE [stack].
func (s *Clusters) PoolDestroy(c *rpc.Call, self clusterRef) error {
	return s.end(c, self, func(tx *store.Tx, _ *model.Cluster) error { return needed(tx, model.NullRef) })
}

// PoolForceDestroy ends a cluster whatever its members do:
// CLUSTER_STACK_IN_USE [stack].
func (s *Clusters) PoolForceDestroy(c *rpc.Call, self clusterRef) error {
	return s.PoolDestroy(c, self)
}

func (s *Clusters) end(c *rpc.Call, self clusterRef, check func(tx *store.Tx, row *model.Cluster) error) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		row, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if err := check(tx, row); err != nil {
			return err
		}
		for _, m := range append([]memberRef(nil), row.ClusterHosts...) {
			if err := store.Delete(tx, m); err != nil {
				return err
			}
		}
		return store.Delete(tx, self)
	})
}

// GetNetwork is the network that the members talk over.
func (s *Clusters) GetNetwork(c *rpc.Call, self clusterRef) (netRef, error) {
	r := s.DB.View()
	row, err := store.Get(r, self)
	if err != nil {
		return "", err
	}
	return network(r, row), nil
}

func network(r store.Reader, row *model.Cluster) netRef {
	for _, m := range row.ClusterHosts {
		member, ok := store.Find(r, m)
		if !ok {
			continue
		}
		if p, ok := store.Find(r, member.PIF); ok {
			return p.Network
		}
	}
	return model.NullRef
}

// PoolResync brings the hosts in that are no members yet, if the cluster takes
// all, and wakes those that are disabled.
func (s *Clusters) PoolResync(c *rpc.Call, self clusterRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		row, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		on, members := network(tx, row), map[hostRef]bool{}
		for _, m := range row.ClusterHosts {
			e, err := store.Edit(tx, m)
			if err != nil {
				return err
			}
			members[e.Host] = true
			if err := fits(tx, e.PIF); err != nil {
				return err
			}
			e.Enabled, e.Live = true, true
		}
		for h := range store.All[model.Host](tx) {
			if members[h] || !row.PoolAutoJoin {
				continue
			}
			pif, there := ops.InterfaceOn(tx, on, h)
			if there == nil {
				return model.ErrPIFNotPresent(h, on)
			}
			if err := fits(tx, pif); err != nil {
				return err
			}
			if _, err := join(tx, self, pif); err != nil {
				return err
			}
		}
		return count(tx, self)
	})
}

// CstackSync brings the figures of a cluster in line.
func (s *Clusters) CstackSync(c *rpc.Call, self clusterRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return count(tx, self) })
}
