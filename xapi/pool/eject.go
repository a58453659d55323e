package pool

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
)

// Eject takes a host out of the pool: HOST_OFFLINE, HA_IS_ENABLED,
// INTERNAL_ERROR for the master, OPERATION_NOT_ALLOWED while VMs are on it. The
// host becomes a fresh install that is its own pool, its local storage is lost.
func (s *Service) Eject(c *rpc.Call, host model.Ref[model.Host]) error {
	self, _ := The(s.DB.View())
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Pool(self, model.PoolAllowedOperationsEject)}, func() error {
		r := s.DB.View()
		h, err := store.Get(r, host)
		if err != nil {
			return err
		}
		_, p := The(r)
		m, ok := store.Find(r, h.Metrics)
		switch {
		case !ok || !m.Live:
			return model.ErrHostOffline(host)
		case p.HAEnabled:
			return model.ErrHAIsEnabled()
		case p.Master == host:
			return model.ErrInternalError("Xapi_pool.Cannot_eject_master")
		}
		for _, vm := range h.ResidentVMs {
			if v, ok := store.Find(r, vm); ok && !v.IsControlDomain && v.PowerState != model.VMPowerStateHalted {
				return model.ErrOperationNotAllowed("VM resident on host")
			}
		}
		return s.eject(c.Ctx, host, h)
	})
}

func (s *Service) eject(ctx context.Context, host model.Ref[model.Host], h *model.Host) error {
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		for _, b := range h.PBDs {
			if e, err := store.Edit(tx, b); err == nil {
				e.CurrentlyAttached = false
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if h.OtherConfig[playerKey] == "" {
		if err := s.Net.Call(ctx, h.UUID, "eject", struct{}{}, nil); err != nil {
			return contact(host, err)
		}
	}
	s.Licences.GiveBack(ctx, host)
	err = s.DB.Update(ctx, func(tx *store.Tx) error { return forgetLocal(tx, host) })
	return errors.Join(err, s.forgetHost(ctx, h.UUID))
}

// forgetLocal drops the SRs that only this host could reach, with their disks.
func forgetLocal(tx *store.Tx, host model.Ref[model.Host]) error {
	for ref, sr := range store.All[model.SR](tx) {
		if len(sr.PBDs) != 1 {
			continue
		}
		pbd, ok := store.Find(tx, sr.PBDs[0])
		if !ok || pbd.Host != host {
			continue
		}
		for _, v := range sr.VDIs {
			if err := store.Delete(tx, v); err != nil {
				return err
			}
		}
		if err := errors.Join(store.Delete(tx, sr.PBDs[0]), store.Delete(tx, ref)); err != nil {
			return err
		}
		if p, e := The(tx); e != nil && (e.DefaultSR == ref || e.SuspendImageSR == ref || e.CrashDumpSR == ref) {
			e, err := store.Edit(tx, p)
			if err != nil {
				return err
			}
			for _, f := range []*model.Ref[model.SR]{&e.DefaultSR, &e.SuspendImageSR, &e.CrashDumpSR} {
				if *f == ref {
					*f = model.NullRef
				}
			}
		}
	}
	return nil
}

// ejectSelf makes this host a fresh install: its own pool, with a new secret
// and an empty database; its identity and root's password stay.
func (s *Service) ejectSelf(context.Context, string, struct{}) (struct{}, error) {
	err := s.Local.Change(func(k *local.Kept) {
		k.Role, k.Lineage, k.Epoch = local.Master, uuid.NewString(), 0
		k.Forget, k.Bare, k.Armed, k.Pinned, k.CPUMask = true, true, false, false, ""
	})
	if err != nil {
		return struct{}{}, err
	}
	s.Standing.SetEmergency("", model.ErrHostStillBooting())
	s.Log.Info("this host is ejected from its pool")
	s.Reboot("the host was ejected", fuse)
	return struct{}{}, nil
}

func (s *Service) serveEject() {
	peer.Handle(s.Net, "eject", s.ejectSelf)
	peer.Handle(s.Net, "alive", func(context.Context, string, struct{}) (struct{}, error) { return struct{}{}, nil })
}

// alive asks a host that the database takes to be live whether it is.
func (s *Service) alive(ctx context.Context, r store.Reader, h *model.Host) bool {
	if !ops.Alive(r, h) {
		return false
	}
	if h.OtherConfig[playerKey] != "" {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	return s.Net.Call(ctx, h.UUID, "alive", struct{}{}, nil) == nil
}

// Destroy forgets a host that is gone for good: HOST_IS_LIVE, HA_IS_ENABLED,
// HOST_HAS_RESIDENT_VMS. Its local SRs stay, without a PBD.
func (s Hosts) Destroy(c *rpc.Call, host model.Ref[model.Host]) error {
	r := s.DB.View()
	h, err := store.Get(r, host)
	if err != nil {
		return err
	}
	_, p := The(r)
	master := p.Master == host
	switch {
	case master && s.Release.Old():
		return model.ErrHostCannotDestroySelf(host)
	case master || s.alive(c.Ctx, r, h):
		return model.ErrHostIsLive(host)
	case p.HAEnabled:
		return model.ErrHAIsEnabled()
	}
	for _, vm := range h.ResidentVMs {
		if v, ok := store.Find(r, vm); ok && !v.IsControlDomain {
			return model.ErrHostHasResidentVMs(host)
		}
	}
	s.Log.Info("a host is forgotten", zap.String("host", h.UUID))
	s.Licences.GiveBack(c.Ctx, host)
	return s.forgetHost(c.Ctx, h.UUID)
}

// DeclareDead makes the database believe that a host, and with it its VMs, is
// down: HOST_IS_LIVE if it answers, or is this one.
func (s Hosts) DeclareDead(c *rpc.Call, host model.Ref[model.Host]) error {
	r := s.DB.View()
	h, err := store.Get(r, host)
	if err != nil {
		return err
	}
	if host == s.SelfIn(r) || s.alive(c.Ctx, r, h) {
		return model.ErrHostIsLive(host)
	}
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := s.Machines.Lost(tx, host); err != nil {
			return err
		}
		h, err := store.Edit(tx, host)
		if err != nil {
			return err
		}
		h.Enabled = false
		return nil
	})
}
