package xapi

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"sync"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/audit"
	"github.com/xapid/xapid/xapi/blob"
	"github.com/xapid/xapid/xapi/cli"
	"github.com/xapid/xapid/xapi/console"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/pool"
	"github.com/xapid/xapid/xapi/web"
)

// stack is one run of the toolstack.
type stack struct {
	d        *Daemon
	Config   Config
	DB       *store.DB
	rooms    *rooms
	site     *web.Site
	standing *pool.Standing
	// booted tells that the host came up with this toolstack.
	booted bool

	background context.Context
	stop       context.CancelFunc
	wg         sync.WaitGroup
	leads      chan bool
	closing    sync.Once
	// unfollow ends the life of a slave.
	unfollow func()
}

// newNet is the daemon's side of the pool's network. It serves one toolstack
// after another.
func newNet(d *Daemon) *peer.Net {
	n := &peer.Net{Log: d.Config.Log.Named("peer")}
	if host, err := netip.ParseAddrPort(d.Config.HTTPSAddress); err == nil && !host.Addr().IsUnspecified() {
		n.Local = host.Addr()
	}
	n.Lineage = func() peer.Lineage {
		k := d.local.Get()
		return peer.Lineage{ID: k.Lineage, Epoch: k.Epoch}
	}
	n.Address = func(uuid string) (string, bool) {
		db := d.db.Load()
		if db == nil {
			return "", false
		}
		v := db.View()
		ref, _ := store.ByUUID[model.Host](v, uuid)
		h, ok := store.Find(v, ref)
		if !ok {
			return "", false
		}
		return h.Address, true
	}
	n.Master = func() string {
		if s := d.current(); s != nil {
			if master, address, _ := s.standing.Get(); !master {
				return address
			}
		}
		return d.Config.Address
	}
	n.Superseded = func(address string, l peer.Lineage) {
		if s := d.current(); s != nil {
			s.rooms.pools.Superseded(address, l)
		}
	}
	return n
}

// open reads the role and opens the database in the mode that goes with it.
func (d *Daemon) open() (*stack, error) {
	s := &stack{d: d, Config: d.Config, standing: pool.NewStanding(), booted: !d.hasBooted(), leads: make(chan bool, 16)}
	s.background, s.stop = context.WithCancel(context.Background())
	k := d.local.Get()
	if k.Forget {
		if err := d.forget(k.Bare && k.Role == local.Master); err != nil {
			return nil, err
		}
	}
	mode := store.Lead
	switch {
	case k.Promote:
		mode = store.Promote
		// A new history: the others' copies are of no use to it.
		if err := d.local.Change(func(k *local.Kept) { k.Lineage, k.Epoch = uuid.NewString(), k.Epoch+1 }); err != nil {
			return nil, err
		}
	case k.Armed || k.Role != local.Master:
		mode = store.Follow
	}
	o := store.Options{
		Dir: d.dir(), Memory: d.memory, Mode: mode, Member: k.InstallationUUID, Seed: s.seed, Derive: ops.DeriveFor(s.d.release),
		Logger: d.Config.Log.Named("store"), Transport: d.net.Transport(), OnLead: s.onLead,
	}
	var err error
	if s.DB, err = store.Open(o); err != nil {
		return nil, err
	}
	d.db.Store(s.DB)
	if k.Promote {
		err = d.local.Change(func(k *local.Kept) { k.Promote = false })
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// forget drops the database, which is another pool's now. An ejected host has
// nothing to do with its old pool any more.
func (d *Daemon) forget(ejected bool) error {
	d.net.Forget("")
	if ejected {
		if err := d.certs.ResetPool(); err != nil {
			return err
		}
	}
	if d.memory != nil {
		d.memory.Forget()
	} else if err := store.Remove(d.dir()); err != nil {
		return err
	}
	return d.local.Change(func(k *local.Kept) { k.Forget = false })
}

// onLead passes on that the database is led here, or no longer.
func (s *stack) onLead(leads bool) {
	select {
	case s.leads <- leads:
	case <-s.background.Done():
	}
}

// start brings the toolstack into service, or on its way there.
func (s *stack) start(ctx context.Context) error {
	s.rooms = newRooms(s)
	if err := s.rooms.register(); err != nil {
		return err
	}
	s.serve()
	s.run(s.rooms.ha.Guard)
	k := s.d.local.Get()
	if k.Role == local.Broken {
		s.standing.SetEmergency("", model.ErrHostBroken())
		return nil
	}
	if k.Role == local.Master && !k.Armed {
		return s.startMaster(ctx)
	}
	s.follow()
	s.run(s.followRaft)
	return nil
}

// follow is the life of a slave, until the toolstack ends or takes the lead.
func (s *stack) follow() {
	ctx, stop := context.WithCancel(s.background)
	ended := make(chan struct{})
	s.wg.Go(func() {
		defer close(ended)
		s.rooms.pools.Follow(ctx, s.master, s.booted)
	})
	s.unfollow = func() {
		stop()
		<-ended
	}
}

// serve makes the site.
func (s *stack) serve() {
	s.rooms.pools.Serve()
	s.rooms.ha.Serve()
	s.rooms.router.Serve()
	s.rooms.hosts.Serve()
	s.rooms.blobs.Serve()
	s.rooms.inside.Serve()
	s.rooms.faults.Serve()
	s.rooms.licences.Serve()
	s.d.world.OnAgent(func(vm string, domid int64) { s.rooms.pools.Report(s.background, vm, domid) })
	s.site = web.NewSite(s.Config.Log.Named("web"))
	s.site.RPC(s.rooms.dispatcher)
	s.site.Handle(http.MethodPost, peer.Prefix, s.d.net.ServeHTTP)
	m := s.transfers()
	s.serveDumps(m)
	s.serveBackups(m)
	consoles := &console.Room{DB: s.DB, Self: s.d.local.Get().InstallationUUID}
	s.serveUntransferred(m)
	s.serveReports(m)
	s.site.Handle(http.MethodGet, audit.Path, m.Handle(audit.Action, s.d.audit.Get))
	s.site.Handle(http.MethodGet, blob.Path, m.Handle(blob.GetAction, s.rooms.blobs.Get))
	s.site.Handle(http.MethodPut, blob.Path, m.Handle(blob.PutAction, s.rooms.blobs.Put))
	s.site.Handle(http.MethodConnect, console.Path, m.Handle(console.Action, consoles.Connect))
	s.site.Handle(http.MethodGet, console.Path, m.Handle(console.SocketAction, consoles.Socket))
	xe := &cli.Server{DB: s.DB, Dispatcher: s.rooms.dispatcher, Log: s.Config.Log.Named("cli"), Self: s.d.local.Get().InstallationUUID, Net: s.d.net}
	s.site.Handle(http.MethodPost, "/cli", xe.ServeHTTP)
}

// startMaster is the start of a host whose role is to be the master.
func (s *stack) startMaster(ctx context.Context) error {
	if address, found := s.rooms.pools.OtherMaster(ctx, false); found {
		s.rooms.pools.GiveWay(address)
		return s.d.local.Change(func(k *local.Kept) { k.Role = local.SlaveOf(address) })
	}
	<-s.leads
	s.run(s.followRaft)
	return s.lead(ctx)
}

// lead makes this toolstack the pool's master.
func (s *stack) lead(ctx context.Context) error {
	if s.unfollow != nil {
		s.unfollow()
	}
	if !s.d.local.Get().Armed {
		if err := s.rooms.pools.TakeVotes(); err != nil {
			return err
		}
	}
	if err := s.startOfDay(ctx); err != nil {
		return err
	}
	if err := s.d.local.Change(func(k *local.Kept) { k.Role, k.Pinned = local.Master, false }); err != nil {
		return err
	}
	if err := s.rooms.blobs.Sweep(); err != nil {
		s.Config.Log.Warn("bytes of blobs that are gone are left", zap.Error(err))
	}
	s.standing.SetMaster()
	k := s.d.local.Get()
	s.Config.Log.Info("in service as the master", zap.String("host", k.InstallationUUID), zap.String("lineage", k.Lineage),
		zap.Uint64("epoch", k.Epoch), zap.Uint64("term", s.DB.Term()))
	s.run(s.rooms.sessions.Run, s.rooms.tasks.Manager.Run, s.rooms.events.Run, s.rooms.schedules.Run, s.rooms.groups.Watch, s.rooms.pools.Watch, s.rooms.ha.Watch,
		s.rooms.hosts.Watch, s.rooms.licences.Watch)
	return nil
}

// followRaft takes up the master's role when the members' vote, or a master
// that hands over, gives it to this host, and lays it down with the lead.
func (s *stack) followRaft(ctx context.Context) {
	for {
		select {
		case leads := <-s.leads:
			master, _, _ := s.standing.Get()
			switch {
			case leads && !master:
				if err := s.lead(ctx); err != nil {
					s.Config.Log.Error("this host cannot become the master", zap.Error(err))
					s.Restart("it could not become the master", 0)
				}
			case !leads && master:
				s.standing.Hold()
				s.Restart("another member leads the pool", 0)
			}
		case <-ctx.Done():
			return
		}
	}
}

// master is the address of the master to follow, "" if none is known.
func (s *stack) master() string {
	k := s.d.local.Get()
	address, _ := k.MasterAddress()
	if k.Pinned {
		return address
	}
	leader := s.DB.Leader()
	if leader == "" || leader == k.InstallationUUID {
		if k.Armed {
			return ""
		}
		return address
	}
	if a, ok := s.d.net.Address(leader); ok {
		return a
	}
	return address
}

// run starts jobs that end with the toolstack.
func (s *stack) run(jobs ...func(context.Context)) {
	for _, job := range jobs {
		s.wg.Go(func() { job(s.background) })
	}
}

// close ends calls and jobs and closes the database.
func (s *stack) close() (err error) {
	s.closing.Do(func() {
		if s.site != nil {
			ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
			defer cancel()
			if master, _, _ := s.standing.Get(); !master {
				s.standing.Release()
			}
			s.stop()
			s.site.Close(ctx)
		}
		s.stop()
		if s.rooms != nil {
			s.rooms.close()
		}
		s.d.world.OnAgent(nil)
		s.wg.Wait()
		err = s.DB.Close()
	})
	return err
}

// theHost is the host that this daemon is.
func (s *stack) theHost() model.Ref[model.Host] { return s.rooms.pools.SelfIn(s.DB.View()) }

// pace is how fast the emulated world goes.
func (s *stack) pace() emu.Pace { return emu.Pace{Clock: s.Config.Clock, Scale: s.Config.TimeScale} }
