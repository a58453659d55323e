package pool

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
)

// fuse is how many seconds a toolstack goes on after its role has changed.
const fuse = 10

// DesignateNewMaster makes another member the master, in agreement with all
// members: HOST_OFFLINE if it is not live, HA_IS_ENABLED, CANNOT_CONTACT_HOST
// if any member cannot be reached, HA_ABORT_NEW_MASTER if one does not agree.
// Nothing is lost.
func (s *Service) DesignateNewMaster(c *rpc.Call, host model.Ref[model.Host]) error {
	self, p := The(s.DB.View())
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Pool(self, model.PoolAllowedOperationsDesignateNewMaster)}, func() error {
		r := s.DB.View()
		h, err := ops.Online(r, host)
		if err != nil {
			return err
		}
		if host == p.Master {
			return nil
		}
		if p.HAEnabled {
			return model.ErrHAIsEnabled()
		}
		if h.OtherConfig[playerKey] != "" {
			return model.ErrOperationNotAllowed("the host has no daemon of its own")
		}
		return s.designate(c.Ctx, h)
	})
}

// designate is the two-phase change: all members agree, then the database is
// handed over, then all follow.
func (s *Service) designate(ctx context.Context, h *model.Host) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	members := s.members(s.DB.View())
	var agreed []string
	abort := func(err error) error {
		for _, uuid := range agreed {
			_ = s.tell(ctx, uuid, "host.abort_new_master", h.Address) // it forgets by itself
		}
		return err
	}
	for uuid, ref := range members {
		if err := s.tell(ctx, uuid, "host.propose_new_master", h.Address, true); err != nil {
			return abort(contact(ref, err))
		}
		agreed = append(agreed, uuid)
	}
	ref, ok := store.ByUUID[model.Host](s.DB.View(), h.UUID)
	if !ok {
		return abort(model.ErrHandleInvalid("host", h.UUID))
	}
	poolRef, _ := The(s.DB.View())
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, poolRef)
		if err != nil {
			return err
		}
		p.Master = ref
		return nil
	})
	if err != nil {
		return abort(err)
	}
	// From here on this host writes no more, and answers nobody before it knows
	// who does.
	s.Standing.Hold()
	err = s.Local.Change(func(k *local.Kept) { k.Role = local.SlaveOf(h.Address) })
	if err == nil {
		err = s.DB.HandOver(h.UUID)
	}
	if err != nil {
		s.Standing.Release()
		err = errors.Join(err, s.Local.Change(func(k *local.Kept) { k.Role = local.Master }))
		self := s.SelfIn(s.DB.View())
		undo := s.DB.Update(ctx, func(tx *store.Tx) error {
			p, err := store.Edit(tx, poolRef)
			if err == nil {
				p.Master = self
			}
			return err
		})
		return abort(errors.Join(err, undo))
	}
	for uuid := range members {
		if err := s.tell(ctx, uuid, "host.commit_new_master", h.Address); err != nil {
			s.Log.Warn("a member has not heard of its new master", zap.String("host", uuid), zap.Error(err))
		}
	}
	s.Standing.SetSlave(h.Address)
	s.Restart("the pool has another master", fuse)
	return nil
}

// tell calls a message on a member, over a local session.
func (s *Service) tell(ctx context.Context, uuid, method string, args ...any) error {
	address, ok := s.Net.Address(uuid)
	if !ok {
		return fmt.Errorf("%w: no address", peer.ErrUnreachable)
	}
	api, err := s.Net.Verified(ctx, address, uuid)
	if err != nil {
		return err
	}
	defer api.Close()
	if err := api.LoginLocally(s.Certs.PoolSecret()); err != nil {
		return err
	}
	return api.Do(method, args...)
}

// contact makes the API's error of a host that cannot be reached.
func contact(ref model.Ref[model.Host], err error) error {
	if errors.Is(err, peer.ErrUnreachable) || errors.Is(err, peer.ErrRefused) {
		return model.ErrCannotContactHost(ref)
	}
	return err
}

// proposal is what a host has agreed to.
type proposal struct {
	address string
	at      time.Time
}

// proposalLife is how long an agreement binds, in seconds of real hosts.
const proposalLife = 600

// Hosts are the messages of the class host that are about its membership.
type Hosts struct{ *Service }

// ProposeNewMaster asks this host to agree on a master: HA_ABORT_NEW_MASTER if
// it has agreed on another one of late.
func (s Hosts) ProposeNewMaster(c *rpc.Call, address string, manual bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, now := s.proposal, s.Clock.Now()
	if age := now.Sub(p.at); p.address != "" && p.address != address && age < s.atLeast(proposalLife, time.Second) {
		return model.ErrHAAbortNewMaster(fmt.Sprintf("Already agreed to commit host address '%s' at %s ('%s' secs ago)",
			p.address, p.at.UTC().Format("20060102T15:04:05Z"), strconv.FormatFloat(age.Seconds(), 'f', 0, 64)))
	}
	s.proposal = proposal{address, now}
	if address == s.Address {
		s.Standing.Hold()
	}
	return nil
}

// AbortNewMaster takes an agreement back.
func (s Hosts) AbortNewMaster(c *rpc.Call, address string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.proposal.address == address {
		s.proposal = proposal{}
		s.Standing.Release()
	}
	return nil
}

// CommitNewMaster follows the master that was agreed on: HA_ABORT_NEW_MASTER if
// none was, or another.
func (s Hosts) CommitNewMaster(c *rpc.Call, address string) error {
	s.mu.Lock()
	agreed := s.proposal.address
	s.proposal = proposal{}
	s.mu.Unlock()
	if agreed != address {
		return model.ErrHAAbortNewMaster(fmt.Sprintf("no agreement on host address '%s'", address))
	}
	if address == s.Address {
		return nil // it has the database already, and so the role
	}
	return s.Local.Change(func(k *local.Kept) { k.Role = local.SlaveOf(address) })
}

// EmergencyTransitionToMaster makes this slave the master of what it has of the
// pool: HA_IS_ENABLED. What had not reached its copy of the database is lost.
func (s *Service) EmergencyTransitionToMaster(c *rpc.Call) error {
	k := s.Local.Get()
	if k.Armed {
		return model.ErrHAIsEnabled()
	}
	if !s.DB.Leads() {
		p := s.DB.Progress()
		s.Log.Warn("this slave is made the master by force", zap.Uint64("has", p.Applied), zap.Uint64("knows_of", p.Committed),
			zap.Time("heard_of_master", p.Contact))
		if err := s.Local.Change(func(k *local.Kept) { k.Role, k.Promote = local.Master, true }); err != nil {
			return err
		}
	}
	s.Restart("an operator makes this host the master", fuse)
	return nil
}

// EmergencyResetMaster makes this host follow the master at an address:
// HA_IS_ENABLED.
func (s *Service) EmergencyResetMaster(c *rpc.Call, masterAddress string) error {
	if s.Local.Get().Armed {
		return model.ErrHAIsEnabled()
	}
	ip, err := resolve(c.Ctx, masterAddress)
	if err != nil {
		return model.ErrInternalError(err.Error())
	}
	if s.Local.Get().Role == local.SlaveOf(ip) {
		return nil
	}
	if err := s.Local.Change(func(k *local.Kept) { k.Role, k.Promote, k.Pinned = local.SlaveOf(ip), false, true }); err != nil {
		return err
	}
	s.Restart("an operator gives this host another master", fuse)
	return nil
}

func resolve(ctx context.Context, name string) (string, error) {
	if ip := net.ParseIP(name); ip != nil {
		return ip.String(), nil
	}
	ips, err := net.DefaultResolver.LookupHost(ctx, name)
	if err != nil {
		return "", err
	}
	return ips[0], nil
}

// RecoverSlaves tells all members to follow this master, and gives those that
// will.
func (s *Service) RecoverSlaves(c *rpc.Call) ([]model.Ref[model.Host], error) {
	list := []model.Ref[model.Host]{}
	for uuid, ref := range s.members(s.DB.View()) {
		ctx, cancel := context.WithTimeout(c.Ctx, 10*time.Second)
		err := s.tell(ctx, uuid, "pool.emergency_reset_master", s.Address)
		cancel()
		if err != nil {
			s.Log.Warn("a member cannot be recovered", zap.String("host", uuid), zap.Error(err))
			continue
		}
		list = append(list, ref)
	}
	return list, nil
}

// SyncDatabase returns when every member that is live has all that was written
// before: CANNOT_CONTACT_HOST.
func (s *Service) SyncDatabase(c *rpc.Call) error {
	if err := s.DB.Update(c.Ctx, func(*store.Tx) error { return nil }); err != nil {
		return err
	}
	return s.reach(c.Ctx, s.DB.Index())
}

// reach waits until all live members have come to index.
func (s *Service) reach(ctx context.Context, index uint64) error {
	r := s.DB.View()
	for uuid, ref := range s.members(r) {
		h, _ := store.Find(r, ref)
		if !ops.Alive(r, h) {
			continue
		}
		if err := s.Net.Call(ctx, uuid, "reach", index, nil); err != nil {
			return contact(ref, err)
		}
	}
	return nil
}

func (s *Service) serveChange() {
	peer.Handle(s.Net, "reach", func(ctx context.Context, _ string, index uint64) (struct{}, error) {
		return struct{}{}, s.catchUp(ctx, index, s.Local.Get().InstallationUUID)
	})
}
