package xapi

import (
	"errors"
	"math/rand/v2"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/blob"
	"github.com/xapid/xapid/xapi/cluster"
	"github.com/xapid/xapid/xapi/devices"
	"github.com/xapid/xapid/xapi/diagnostics"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/event"
	"github.com/xapid/xapid/xapi/fault"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/host"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/message"
	"github.com/xapid/xapid/xapi/network"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/pool"
	"github.com/xapid/xapid/xapi/pvs"
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
	schedules  *vm.Schedules
	groups     *vm.Groups
	router     *hypervisor.Router
	faults     *fault.Service
	pools      *pool.Service
	ha         *ha.Service
	hosts      *host.Service
	timing     *diagnostics.Timing
	inside     *diagnostics.Inside
	blobs      *blob.Service
	licences   *licence.Service
	// services lists what handles messages, by class.
	services []service
}

type service struct {
	class string
	impl  any
}

func newRooms(s *stack) *rooms {
	cfg, d := s.Config, s.d
	r := &rooms{}
	registry := session.NewRegistry(s.DB, cfg.Clock)
	tasks := task.NewManager(s.DB, cfg.Clock, cfg.Log.Named("task"), s.theHost)
	r.dispatcher = rpc.New(s.DB, cfg.Clock, registry, tasks, cfg.Log.Named("rpc"), d.release)
	r.sessions = &session.Service{Registry: registry, Host: s.theHost}
	r.tasks = &task.Service{Manager: tasks}
	r.events = &event.Service{DB: s.DB, Clock: cfg.Clock, Dispatcher: r.dispatcher}
	r.messages = &message.Service{DB: s.DB, Clock: cfg.Clock, Dispatcher: r.dispatcher, Log: cfg.Log.Named("message")}
	r.faults = &fault.Service{DB: s.DB, Clock: d.clock, Net: d.net, Log: cfg.Log.Named("fault")}
	hosts := &host.Service{DB: s.DB, Clock: cfg.Clock, Methods: r.dispatcher.Names, Plugins: map[string]host.Plugin{fault.Name: r.faults.Plugin}}
	gate := ops.New(s.DB, cfg.Clock)
	gate.Release = d.release
	r.router = &hypervisor.Router{Pace: s.pace(), World: d.world, DB: s.DB, Net: d.net, Log: cfg.Log.Named("hypervisor")}
	r.dispatcher.Ready = r.router.Ready
	r.licences = &licence.Service{DB: s.DB, Clock: cfg.Clock, Log: cfg.Log.Named("licence"), Net: d.net, Messages: r.messages, Release: d.release}
	r.vms = &vm.Service{
		DB: s.DB, Clock: cfg.Clock, Gate: gate, World: r.router, Messages: r.messages, Tasks: tasks,
		Log: cfg.Log.Named("vm"), Random: rand.Float64,
	}
	r.schedules = &vm.Schedules{DB: s.DB, VMs: r.vms}
	r.groups = &vm.Groups{DB: s.DB, Messages: r.messages, Log: cfg.Log.Named("group")}
	r.pools = &pool.Service{
		DB: s.DB, Clock: cfg.Clock, Steady: d.clock.Steady(), Log: cfg.Log.Named("pool"), Gate: gate, Local: d.local, Certs: d.certs, Net: d.net,
		Standing: s.standing, Messages: r.messages, Machines: r.vms, World: d.world, Toolstack: s, Licences: r.licences,
		Address: cfg.Address, Release: d.release, Scale: d.scaled,
	}
	r.ha = &ha.Service{
		DB: s.DB, Clock: cfg.Clock, Steady: d.clock.Steady(), Log: cfg.Log.Named("ha"), Gate: gate, Local: d.local, Net: d.net, Members: r.pools,
		Messages: r.messages, Machines: r.vms, Restart: s.Restart, Reboot: s.Reboot, Scale: d.scaled, Statefile: d.statefile,
	}
	hosts.Release, hosts.Gate, hosts.Log, hosts.Machines, hosts.Power, hosts.Masks = d.release, gate, cfg.Log.Named("host"), r.vms, r.pools, r.pools
	r.vms.Plugins = hosts
	hosts.Self, hosts.Scale, hosts.Jobs, hosts.Now, hosts.Reach = s.theHost, d.scaled, s.run, r.router.Now, r.router.Reach
	hosts.Emergency = func() *model.Error {
		_, _, why := s.standing.Get()
		return why
	}
	hosts.Membership = pool.Hosts{Service: r.pools}
	hosts.Handle(&d.instruments, r.router)
	r.hosts = hosts
	r.blobs = &blob.Service{DB: s.DB, Clock: cfg.Clock, Keep: &d.blobs, Net: d.net, Master: s.otherMaster}
	if d.local != nil {
		r.wireSecrets(s)
	}
	r.services = []service{
		{"session", r.sessions},
		{"task", r.tasks},
		{"event", r.events},
		{"message", r.messages},
		{"role", &role.Service{DB: s.DB}},
		{"host", hosts},
		{"host", ha.Hosts{HA: r.ha}},
		{"host", licence.Hosts{Service: r.licences}},
		{"pool", r.pools},
		{"pool", r.ha},
		{"pool", licence.Pools{Service: r.licences}},
		{"pool", &host.Networking{DB: s.DB}},
		{"pool", host.Settings{Hosts: hosts}},
		{"blob", r.blobs},
		{"VM", blob.VMs{Blobs: r.blobs}},
		{"SR", blob.SRs{Blobs: r.blobs}},
		{"host", blob.Hosts{Blobs: r.blobs}},
		{"network", blob.Networks{Blobs: r.blobs}},
		{"pool", blob.Pools{Blobs: r.blobs}},
		{"VM", r.vms},
		{"host", &vm.Receiver{DB: s.DB, Open: registry.Open}},
		{"VM_appliance", &vm.Appliances{DB: s.DB, VMs: r.vms}},
		{"VMSS", r.schedules},
		{"VM_group", r.groups},
		{"VTPM", &vm.VTPMs{DB: s.DB, Gate: gate}},
		{"GPU_group", &devices.GPUGroups{DB: s.DB}},
		{"VGPU", &devices.VGPUs{DB: s.DB}},
		{"USB_group", &devices.USBGroups{DB: s.DB}},
		{"PUSB", &devices.PUSBs{DB: s.DB}},
		{"VUSB", &devices.VUSBs{DB: s.DB}},
		{"PCI", &devices.PCIs{DB: s.DB}},
		{"VDI", &storage.VDIs{DB: s.DB, Clock: cfg.Clock, Gate: gate, Media: d.media}},
		{"VBD", &storage.VBDs{DB: s.DB, Clock: cfg.Clock, Gate: gate}},
		{"SR", &storage.SRs{DB: s.DB, Clock: cfg.Clock, Gate: gate, Media: d.media}},
		{"PBD", &storage.PBDs{DB: s.DB, Clock: cfg.Clock, Gate: gate, Media: d.media}},
		{"host", &storage.Hosts{DB: s.DB}},
		{"pool", &storage.Pools{DB: s.DB}},
		{"VIF", &network.VIFs{DB: s.DB, Clock: cfg.Clock, Gate: gate}},
		{"network", &network.Networks{DB: s.DB, Clock: cfg.Clock, Gate: gate}},
		{"PIF", network.NewPIFs(s.DB, cfg.Clock)},
		{"VLAN", network.NewVLANs(s.DB)},
		{"Bond", network.NewBonds(s.DB)},
		{"tunnel", network.NewTunnels(s.DB)},
		{"network_sriov", network.NewSriovs(s.DB)},
		{"pool", network.NewPools(s.DB)},
		{"Cluster", &cluster.Clusters{DB: s.DB, Gate: gate}},
		{"Cluster_host", &cluster.Members{DB: s.DB}},
		{"PVS_site", &pvs.Sites{DB: s.DB}},
		{"PVS_server", &pvs.Servers{DB: s.DB}},
		{"PVS_proxy", &pvs.Proxies{DB: s.DB}},
		{"PVS_cache_storage", &pvs.Caches{DB: s.DB}},
		{"SDN_controller", network.NewSDNControllers(s.DB)},
	}
	r.services = append(r.services, r.offices(s, gate)...)
	return r
}

// wireSecrets gives the services what is not for everybody.
func (r *rooms) wireSecrets(s *stack) {
	d := s.d
	r.sessions.Password = session.NewPassword(d.local.Get().RootPassword, func(hash string) error {
		return d.local.Change(func(k *local.Kept) { k.RootPassword = hash })
	})
	r.pools.Password = r.sessions.Password.Set
	r.sessions.PoolSecret = d.certs.AcceptsPoolSecret
	r.dispatcher.Standing = s.standing
	r.dispatcher.Audit = d.audit.Call
	r.dispatcher.Observe = func(method, code string, took time.Duration) {
		r.timing.Observe(method, took)
		if d.metrics != nil {
			d.metrics.observe(method, code, took)
		}
	}
	s.standing.Confirm = s.DB.Confirm
	s.standing.Known = r.pools.KnowsSession
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
}

// Coverage tells how each message is answered. It needs no daemon: the table
// is the same for all.
func Coverage() ([]rpc.Covered, error) {
	cfg := Config{Log: zap.NewNop()}
	if err := cfg.Defaults(); err != nil {
		return nil, err
	}
	r := newRooms(&stack{Config: cfg, d: &Daemon{Config: cfg, clock: emu.NewShiftClock(emu.RealClock())}})
	if err := r.register(); err != nil {
		return nil, err
	}
	return r.dispatcher.Coverage(), nil
}
