package xapi

import (
	"errors"
	"math/rand/v2"

	"go.uber.org/zap"

	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/event"
	"github.com/xapid/xapid/xapi/host"
	"github.com/xapid/xapid/xapi/message"
	"github.com/xapid/xapid/xapi/network"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/pool"
	"github.com/xapid/xapid/xapi/role"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/session"
	"github.com/xapid/xapid/xapi/storage"
	"github.com/xapid/xapid/xapi/task"
	"github.com/xapid/xapid/xapi/vm"
)

// rooms are the services, wired.
type rooms struct {
	dispatcher *rpc.Dispatcher
	sessions   *session.Service
	tasks      *task.Service
	events     *event.Service
	messages   *message.Service
	vms        *vm.Service
	world      *emu.World
	// services lists what handles messages, by class.
	services []service
}

type service struct {
	class string
	impl  any
}

func newRooms(d *Daemon) *rooms {
	cfg := d.Config
	r := &rooms{}
	registry := session.NewRegistry(d.DB, cfg.Clock)
	tasks := task.NewManager(d.DB, cfg.Clock, cfg.Log.Named("task"), d.theHost)
	r.dispatcher = rpc.New(d.DB, cfg.Clock, registry, tasks, cfg.Log.Named("rpc"))
	r.sessions = &session.Service{Registry: registry, Host: d.theHost}
	r.tasks = &task.Service{Manager: tasks}
	r.events = &event.Service{DB: d.DB, Clock: cfg.Clock, Dispatcher: r.dispatcher}
	r.messages = &message.Service{DB: d.DB, Clock: cfg.Clock, Dispatcher: r.dispatcher, Log: cfg.Log.Named("message")}
	hosts := &host.Service{DB: d.DB, Clock: cfg.Clock, Methods: r.dispatcher.Names, Plugins: map[string]host.Plugin{}}
	pools := &pool.Service{DB: d.DB}
	if d.local != nil {
		r.sessions.Password = session.NewPassword(d.local.RootPassword, func(hash string) error {
			d.local.RootPassword = hash
			return d.local.Save()
		})
	}
	if d.certs != nil {
		r.sessions.PoolSecret = d.certs.PoolSecret
		pools.Secret = d.certs.PoolSecret
		hosts.Certificate = func() string { return d.certs.Host().PEM }
	}
	gate := ops.New(d.DB, cfg.Clock)
	r.world = emu.NewWorld(cfg.Clock, cfg.TimeScale)
	r.vms = &vm.Service{
		DB: d.DB, Clock: cfg.Clock, Gate: gate, World: r.world, Messages: r.messages, Tasks: tasks,
		Log: cfg.Log.Named("vm"), Random: rand.Float64,
	}
	r.world.OnAgent(r.vms.AgentReports)
	r.services = []service{
		{"session", r.sessions},
		{"task", r.tasks},
		{"event", r.events},
		{"message", r.messages},
		{"role", &role.Service{DB: d.DB}},
		{"host", hosts},
		{"pool", pools},
		{"VM", r.vms},
		{"VDI", &storage.VDIs{DB: d.DB, Clock: cfg.Clock, Gate: gate}},
		{"VBD", &storage.VBDs{DB: d.DB, Clock: cfg.Clock, Gate: gate}},
		{"SR", &storage.SRs{DB: d.DB, Clock: cfg.Clock, Gate: gate}},
		{"PBD", &storage.PBDs{DB: d.DB, Clock: cfg.Clock, Gate: gate}},
		{"VIF", &network.VIFs{DB: d.DB, Clock: cfg.Clock, Gate: gate}},
		{"network", &network.Networks{DB: d.DB, Clock: cfg.Clock, Gate: gate}},
	}
	return r
}

// register binds the services to their messages.
func (r *rooms) register() error {
	var errs []error
	for _, s := range r.services {
		errs = append(errs, r.dispatcher.Register(s.class, s.impl))
	}
	return errors.Join(errs...)
}

func (r *rooms) close() {
	r.dispatcher.Close()
	r.world.Close()
}

// Coverage tells how each message is answered. It needs no daemon: the table
// is the same for all.
func Coverage() ([]rpc.Covered, error) {
	cfg := Config{Log: zap.NewNop()}
	if err := cfg.Defaults(); err != nil {
		return nil, err
	}
	r := newRooms(&Daemon{Config: cfg})
	if err := r.register(); err != nil {
		return nil, err
	}
	return r.dispatcher.Coverage(), nil
}
