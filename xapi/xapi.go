// Package xapi is the toolstack daemon: it wires the rooms together and does
// nothing else. A daemon is made by New and runs until its context ends.
//
// What a host is stays (Daemon): its identity, certificates, listeners and the
// machines that run on it. What manages it comes and goes (stack): a change of
// role, or somebody who asks for it, restarts the toolstack, and nobody but
// its clients notices.
package xapi

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/audit"
	"github.com/xapid/xapid/xapi/blob"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/host"
	"github.com/xapid/xapid/xapi/inventory"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/session"
	"github.com/xapid/xapid/xapi/storage"
	"github.com/xapid/xapid/xapi/web"
)

// shutdownGrace is how long calls may take to end when the toolstack stops.
const shutdownGrace = 2 * time.Second

// Daemon is one host.
type Daemon struct {
	Config Config

	release  *model.Release // that it looks like
	local    *local.State
	certs    *certs.Store
	password string // made at this boot, to be told once
	// inventory describes the first boot; nil if it is made up.
	inventory *inventory.File
	memory    *store.Memory // of an ephemeral database
	world     *emu.World
	media     *storage.Media
	net       *peer.Net
	statefile *ha.Statefile
	web       *web.Server
	url       string
	httpURL   string
	metrics   *metrics

	db atomic.Pointer[store.DB] // of the toolstack that runs or starts
	// clock is the configured one, which faults may shift.
	clock *emu.ShiftClock

	mu       sync.Mutex
	stack    *stack
	booted   bool // a toolstack has run since the host came up
	restarts chan restart

	background context.Context
	stop       context.CancelFunc
	wg         sync.WaitGroup

	blobs       blob.Keep
	audit       audit.Log
	instruments host.Instruments
}

// New opens the data, or makes a fresh pool, and starts to serve. cfg must
// have its Defaults.
func New(ctx context.Context, cfg Config) (d *Daemon, err error) {
	d = &Daemon{Config: cfg, restarts: make(chan restart, 16), web: web.NewServer(cfg.Log.Named("web"))}
	d.background, d.stop = context.WithCancel(context.Background())
	d.clock = emu.NewShiftClock(cfg.Clock)
	cfg.Clock, d.Config.Clock = d.clock, d.clock
	d.world = emu.NewWorld(cfg.Clock, cfg.TimeScale)
	d.media = storage.NewMedia()
	d.net = newNet(d)
	if cfg.MetricsAddress != "" {
		d.metrics = newMetrics(d)
	}
	d.statefile = &ha.Statefile{Dir: cfg.SharedDir}
	defer func() {
		if err != nil {
			_ = d.Close()
			d = nil
		}
	}()
	if d.release, err = model.FindRelease(cfg.Release); err != nil {
		return d, err
	}
	if err := d.openLocal(); err != nil {
		return d, err
	}
	s, err := d.begin()
	if err != nil {
		return d, err
	}
	if err := d.listen(); err != nil {
		return d, errors.Join(err, s.close())
	}
	if err := d.up(ctx, s); err != nil {
		return d, err
	}
	d.wg.Go(d.supervise)
	if cfg.MetricsAddress != "" {
		return d, d.listenMetrics()
	}
	return d, nil
}

// dir is where data are kept; "" is in memory.
func (d *Daemon) dir() string {
	if d.Config.Ephemeral {
		return ""
	}
	return d.Config.DataDir
}

// openLocal reads what the host is, or decides it at its first boot.
func (d *Daemon) openLocal() error {
	if dir := d.dir(); dir == "" {
		d.memory = &store.Memory{}
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if d.dir() != "" {
		d.blobs.Dir, d.audit.Dir = filepath.Join(d.dir(), "blobs"), d.dir()
	}
	d.audit.Log = d.Config.Log.Named("audit")
	var err error
	if d.local, err = local.Open(d.dir()); err != nil {
		return err
	}
	if !d.local.Fresh() {
		return nil
	}
	if d.Config.Inventory != "" {
		d.inventory, err = inventory.Load(d.Config.Inventory)
	}
	return err
}

// begin opens the first toolstack's database, and what serving needs. Hashing
// and keys are slow, so they go beside the making of the database; but a
// directory that another daemon uses must not be written to, so there the
// database, which locks it, goes first.
func (d *Daemon) begin() (*stack, error) {
	prepare := func() error { return errors.Join(d.openPassword(), d.openCerts()) }
	var prepared error
	var wg sync.WaitGroup
	d.identify()
	if d.dir() == "" {
		wg.Go(func() { prepared = prepare() })
	}
	s, err := d.open()
	wg.Wait()
	if err == nil && d.dir() != "" {
		prepared = prepare()
	}
	if err != nil {
		return nil, errors.Join(err, prepared)
	}
	if prepared != nil {
		return nil, errors.Join(prepared, s.close())
	}
	return s, nil
}

// identify gives a fresh host the identity that its seed asks for, and its
// processors. Nothing is saved before the directory is known to be ours.
func (d *Daemon) identify() {
	if d.local.Fresh() && d.Config.Seed != "" {
		d.local.Identify(inventory.Identity(d.Config.Seed))
	}
	if d.local.Fresh() && d.inventory != nil {
		d.local.Equip(d.inventory.CPU())
	}
	d.net.Self = d.local.Get().InstallationUUID
}

// openPassword makes root's password at first boot.
func (d *Daemon) openPassword() error {
	if d.local.Get().RootPassword != "" {
		return nil
	}
	p, err := d.Config.rootPassword()
	if err != nil {
		return err
	}
	if p == "" {
		p = session.Invent()
		d.password = p
	}
	hash, err := session.Hash(p, d.Config.PasswordCost)
	if err != nil {
		return err
	}
	return d.local.Change(func(k *local.Kept) { k.RootPassword = hash })
}

func (d *Daemon) openCerts() error {
	dir := d.dir()
	if dir != "" {
		dir = filepath.Join(dir, "certs")
	}
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	d.certs, err = certs.Open(certs.Options{
		Dir: dir, Hostname: hostname, Addresses: []string{d.Config.Address},
		HostUUID: d.local.Get().InstallationUUID, Now: d.Config.Clock.Now, NewKey: d.Config.NewKey,
	})
	d.net.Certs = d.certs
	return err
}

func (d *Daemon) listen() error {
	addr, err := d.web.Listen(d.Config.HTTPSAddress, d.certs.TLSConfig())
	if err != nil {
		return err
	}
	d.url = "https://" + addr.String()
	if _, d.net.Port, err = net.SplitHostPort(addr.String()); err != nil {
		return err
	}
	if d.Config.HTTPAddress != "" {
		addr, err := d.web.Listen(d.Config.HTTPAddress, nil)
		if err != nil {
			return err
		}
		d.httpURL = "http://" + addr.String()
	}
	return nil
}

// URL is where the daemon serves over TLS, with the port that was bound.
func (d *Daemon) URL() string { return d.url }

// HTTPURL is where it serves in clear text, "" if it does not.
func (d *Daemon) HTTPURL() string { return d.httpURL }

// Password is root's password if this boot made it, else "".
func (d *Daemon) Password() string { return d.password }

// current is the toolstack that runs, or ran last.
func (d *Daemon) current() *stack {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stack
}

// DB is the toolstack's database; a toolstack that restarts has another one.
func (d *Daemon) DB() *store.DB { return d.current().DB }

// Dispatcher answers calls without a wire in between, for embedding; a
// toolstack that restarts has another one.
func (d *Daemon) Dispatcher() *rpc.Dispatcher { return d.current().rooms.dispatcher }

// Ready is the line that tells how to log in.
func (d *Daemon) Ready() string {
	password := "as set at first boot"
	switch {
	case d.password != "":
		password = d.password + " (made now, not shown again)"
	case d.Config.RootPasswordFile != "":
		password = "in " + d.Config.RootPasswordFile
	case d.Config.RootPassword != "":
		password = "as given with -root-password"
	}
	return fmt.Sprintf("xapid is ready: %s user root, password %s", d.url, password)
}

// Run waits for ctx to end and closes the daemon.
func (d *Daemon) Run(ctx context.Context) error {
	<-ctx.Done()
	return d.Close()
}

// Close ends calls and jobs and closes the database. Everything acknowledged
// is on disk already.
func (d *Daemon) Close() error {
	d.stop()
	d.wg.Wait()
	var err error
	if s := d.current(); s != nil {
		err = s.close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
	defer cancel()
	d.web.Close(ctx)
	d.world.Close()
	d.net.Close()
	d.statefile.Release()
	return errors.Join(err, d.audit.Close())
}

// HostUUID names the host.
func (d *Daemon) HostUUID() string { return d.local.Get().InstallationUUID }
