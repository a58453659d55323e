package pool

import (
	"context"
	"errors"
	"os"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/peer"
)

// This file is a slave's side of its life, see members.go for the master's.

// Follow makes the host a slave in service and keeps it one, until ctx ends.
// master tells the address of the master of the moment, "" if there is none.
// booted tells whether the host has booted, rather than its toolstack alone.
func (s *Service) Follow(ctx context.Context, master func() string, booted bool) {
	for ctx.Err() == nil {
		address := master()
		wait, floor := float64(retryEvery), leastRetry
		err := errNoMaster
		if address != "" {
			under, stop := s.while(ctx, address, master)
			err = s.enter(under, address, booted)
			stop()
		}
		switch {
		case err == nil:
			booted = false
			s.Standing.SetSlave(address)
			s.Log.Info("in service as a slave", zap.String("master", address))
			if err = s.keepBeating(ctx, address, master); err == nil {
				continue
			}
			s.Log.Info("the master does not know this host as it should", zap.Error(err))
			continue
		case errors.Is(err, errRestarts):
			return
		case ctx.Err() != nil:
			return
		}
		why, permanent := s.emergency(err)
		if permanent {
			wait = retryLater
		}
		s.Standing.SetEmergency(address, why)
		s.Log.Debug("no way into service yet", zap.String("master", address), zap.Error(err))
		if emu.Sleep(ctx, s.Clock, s.atLeast(wait, floor)) != nil {
			return
		}
	}
}

// while ends as soon as the master is another one: one that hangs must not
// hold up the change.
func (s *Service) while(ctx context.Context, address string, master func() string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		tick := time.NewTicker(leastRetry)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if now := master(); now != "" && now != address {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	return ctx, cancel
}

var (
	errNoMaster = errors.New("no master is known")
	errRestarts = errors.New("the toolstack restarts")
	errSayHello = errors.New("the master wants to hear hello")
)

// enter says hello, takes in what the master tells, waits until the copy of
// the database is up to date, and reports for duty.
func (s *Service) enter(ctx context.Context, address string, booted bool) error {
	k := s.Local.Get()
	if address == s.Address {
		return model.ErrHostItsOwnSlave()
	}
	if err := s.sayHello(ctx, address, k); err != nil {
		return err
	}
	var w welcome
	if err := s.Net.CallAt(ctx, address, "", "welcome", s.lineage(), &w); err != nil {
		return err
	}
	if w.Lineage != s.lineage() {
		// Another history: the copy is of no use, and is taken anew.
		err := s.Local.Change(func(k *local.Kept) {
			k.Lineage, k.Epoch, k.Forget, k.Armed = w.Lineage.ID, w.Lineage.Epoch, true, w.Armed
		})
		if err != nil {
			return err
		}
		s.Restart("the pool's database has another history", 0)
		return errRestarts
	}
	if err := s.learn(w, k); err != nil {
		return err
	}
	if err := s.catchUp(ctx, w.Index, k.InstallationUUID); err != nil {
		return err
	}
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	a := Arrival{Release: s.releaseCode(), Hostname: hostname, Booted: booted, CPUMask: k.CPUMask, Found: s.World.Domains()}
	var strays []model.Ref[model.VM]
	if err := s.Net.CallAt(ctx, address, w.Master, "ready", a, &strays); err != nil {
		return err
	}
	for _, vm := range strays {
		s.World.Destroy(string(vm))
	}
	for _, f := range s.Machines.Unreported(s.World.Domains()) {
		s.Report(ctx, f.VM, f.ID)
	}
	return s.settle(k, local.SlaveOf(address))
}

// settle keeps the role that a host has found, unless it was given another one
// meanwhile: to the master it was in service before it knew, and may have been
// ejected or promoted since.
func (s *Service) settle(was local.Kept, role string) (err error) {
	changed := s.Local.Change(func(k *local.Kept) {
		switch {
		case k.Forget || k.Promote:
			err = errRestarts // into what it is to be
		case k.Role != was.Role:
			err = errNoMaster // and finds its new one
		default:
			k.Role, k.Pinned = role, false
		}
	})
	return errors.Join(err, changed)
}

func (s *Service) sayHello(ctx context.Context, address string, k local.Kept) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	api, err := s.Net.Verified(ctx, address, "")
	if err != nil {
		return err
	}
	defer api.Close()
	if err := api.LoginAsMember(s.SelfIn(s.DB.View()), s.Certs.PoolSecret()); err != nil {
		return err
	}
	answer, err := peer.Ask[string](api, "pool.hello", k.InstallationUUID, s.Address)
	if err != nil {
		return err
	}
	switch model.HelloReturn(answer) {
	case model.HelloReturnUnknownHost:
		return model.ErrHostUnknownToMaster(k.InstallationUUID)
	case model.HelloReturnCannotTalkBack:
		return model.ErrHostMasterCannotTalkBack(s.Address)
	}
	return nil
}

// learn keeps what the master tells: the members' certificates, root's
// password.
func (s *Service) learn(w welcome, k local.Kept) error {
	have := s.Certs.Members()
	for uuid, pem := range w.Certificates {
		if uuid != k.InstallationUUID && have[uuid] != pem {
			if err := s.Certs.TrustMember(uuid, pem); err != nil {
				return err
			}
		}
	}
	for kind, texts := range w.Libraries {
		for name, text := range texts {
			if err := s.shelve(libraryOrder{Kind: kind, Name: name, Text: text}); err != nil {
				s.Log.Info("a certificate of the pool is not taken over", zap.String("name", name), zap.Error(err))
			}
		}
	}
	if k.Armed != w.Armed {
		if err := s.Local.Change(func(k *local.Kept) { k.Armed = w.Armed }); err != nil {
			return err
		}
	}
	if k.RootPassword == w.RootPassword || w.RootPassword == "" {
		return nil
	}
	s.Password(w.RootPassword)
	return s.Local.Change(func(k *local.Kept) { k.RootPassword = w.RootPassword })
}

// catchUp waits until this host's copy of the database has come to index.
func (s *Service) catchUp(ctx context.Context, index uint64, uuid string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		v := s.DB.View()
		if _, ok := store.ByUUID[model.Host](v, uuid); ok && s.DB.Index() >= index {
			return nil
		}
		select {
		case <-v.Changed():
		case <-ctx.Done():
			return errors.New("the database does not reach this host")
		}
	}
}

// emergency is the reason that clients are told why the host is of no use, and
// whether it will be so for long.
func (s *Service) emergency(err error) (why *model.Error, permanent bool) {
	uuid := s.Local.Get().InstallationUUID
	var api *model.Error
	switch {
	case errors.Is(err, errNoMaster):
		return model.ErrHostStillBooting(), false
	case errors.Is(err, peer.ErrRefused):
		return model.ErrHostUnknownToMaster(uuid), true
	case !errors.As(err, &api):
		return model.ErrInternalError(err.Error()), false
	case api.Code == "SESSION_AUTHENTICATION_FAILED":
		return model.ErrHostUnknownToMaster(uuid), true
	}
	return api, api.Code == "HOST_UNKNOWN_TO_MASTER"
}

// keepBeating tells the master that the host lives. It ends when the master
// wants to hear hello, or is another one; one that is away is waited for, for
// ever.
func (s *Service) keepBeating(ctx context.Context, address string, master func() string) error {
	next := s.Steady.Now().Add(s.atLeast(beatEvery, leastBeat))
	for {
		if err := emu.Sleep(ctx, s.Clock, leastBeat); err != nil {
			return err
		}
		switch now := master(); now {
		case address:
			s.Standing.Release()
		case "":
			s.Standing.Hold() // the members are about to have another one
			continue
		default:
			return errSayHello
		}
		if s.Steady.Now().Before(next) {
			continue
		}
		next = s.Steady.Now().Add(s.atLeast(beatEvery, leastBeat))
		var b beaten
		call, stop := context.WithTimeout(ctx, s.atLeast(10, 500*time.Millisecond))
		err := s.Net.CallAt(call, address, "", "beat", beat{Now: s.Clock.Now()}, &b)
		stop()
		var api *model.Error
		switch {
		case err == nil && b.Hello, errors.Is(err, peer.ErrRefused):
			return errSayHello
		case errors.As(err, &api):
			return err
		}
	}
}

// Leave tells the master that the host is about to go down, if it can be told.
func (s *Service) Leave(ctx context.Context) {
	if _, address, emergency := s.Standing.Get(); address != "" && emergency == nil {
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_ = s.Net.CallAt(ctx, address, "", "beat", beat{Now: s.Clock.Now(), Leaving: true}, nil) // it finds out
	}
}

// Report passes on what a guest's agent says to the master, again and again
// until it is heard or ctx ends.
func (s *Service) Report(ctx context.Context, vm string, domid int64) {
	for {
		if s.DB.Leads() {
			s.Machines.AgentReports(vm, domid)
			return
		}
		leader := s.DB.Leader()
		if leader != "" && s.Net.Call(ctx, leader, "agent", report{vm, domid}, nil) == nil {
			return
		}
		if s.sleep(ctx, retryEvery, leastRetry) != nil {
			return
		}
	}
}
