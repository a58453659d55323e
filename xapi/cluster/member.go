package cluster

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Members handles the class Cluster_host.
type Members struct{ DB *store.DB }

// Create brings a host into a cluster: PIF_NOT_ATTACHED_TO_HOST [pif, host], and
// what fits says of the interface. It is no error if the host is in.
func (s *Members) Create(c *rpc.Call, cluster clusterRef, host hostRef, pif pifRef) (ref memberRef, err error) {
	err = s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		row, err := store.Get(tx, cluster)
		if err != nil {
			return err
		}
		if _, err := store.Get(tx, host); err != nil {
			return err
		}
		p, err := store.Get(tx, pif)
		if err != nil {
			return err
		}
		if p.Host != host {
			return model.ErrPIFNotAttachedToHost(pif, host)
		}
		if err := fits(tx, pif); err != nil {
			return err
		}
		for _, m := range row.ClusterHosts {
			if member, ok := store.Find(tx, m); ok && member.Host == host {
				ref = m
				return nil
			}
		}
		if ref, err = join(tx, cluster, pif); err != nil {
			return err
		}
		return count(tx, cluster)
	})
	if err != nil {
		return "", err
	}
	return ref, nil
}

func (s *Members) change(c *rpc.Call, self memberRef, fn func(tx *store.Tx, m *model.ClusterHost) error) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		m, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if err := fn(tx, m); err != nil {
			return err
		}
		if _, ok := store.Find(tx, m.Cluster); !ok {
			return nil
		}
		return count(tx, m.Cluster)
	})
}

// Enable lets a member take part again; see fits.
func (s *Members) Enable(c *rpc.Call, self memberRef) error {
	return s.change(c, self, func(tx *store.Tx, m *model.ClusterHost) error {
		if err := fits(tx, m.PIF); err != nil {
			return err
		}
		return set(tx, self, true)
	})
}

// Disable has a member stand aside: CLUSTER_STACK_IN_USE [stack] while it has an
// SR attached that needs the cluster.
func (s *Members) Disable(c *rpc.Call, self memberRef) error {
	return s.change(c, self, func(tx *store.Tx, m *model.ClusterHost) error {
		if err := needed(tx, m.Host); err != nil {
			return err
		}
		return set(tx, self, false)
	})
}

func set(tx *store.Tx, self memberRef, on bool) error {
	e, err := store.Edit(tx, self)
	if err == nil {
		e.Enabled, e.Live = on, on
	}
	return err
}

// Destroy takes a host out of the cluster: CLUSTER_HOST_IS_LAST [member],
// CLUSTER_STACK_IN_USE [stack].
func (s *Members) Destroy(c *rpc.Call, self memberRef) error {
	return s.change(c, self, func(tx *store.Tx, m *model.ClusterHost) error {
		if row, ok := store.Find(tx, m.Cluster); ok && len(row.ClusterHosts) == 1 {
			return model.ErrClusterHostIsLast(self)
		}
		if err := needed(tx, m.Host); err != nil {
			return err
		}
		return store.Delete(tx, self)
	})
}

// ForceDestroy takes a host out that does not answer: CLUSTER_STACK_IN_USE.
func (s *Members) ForceDestroy(c *rpc.Call, self memberRef) error {
	return s.change(c, self, func(tx *store.Tx, m *model.ClusterHost) error {
		if err := needed(tx, m.Host); err != nil {
			return err
		}
		return store.Delete(tx, self)
	})
}

// Forget drops the record of a member whose host is dead.
func (s *Members) Forget(c *rpc.Call, self memberRef) error {
	return s.change(c, self, func(tx *store.Tx, _ *model.ClusterHost) error { return store.Delete(tx, self) })
}
