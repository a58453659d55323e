// Package xapi is the toolstack daemon: it wires the rooms together and does
// nothing else. A daemon is made by New and runs until its context ends.
package xapi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/inventory"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/session"
	"github.com/xapid/xapid/xapi/web"
)

// shutdownGrace is how long calls may take to end when the daemon stops.
const shutdownGrace = 2 * time.Second

// Daemon is one host's toolstack.
type Daemon struct {
	Config Config
	DB     *store.DB

	local    *local.State
	certs    *certs.Store
	password string // made at this boot, to be told once
	// inventory describes the first boot; nil if it is made up.
	inventory *inventory.File
	rooms     *rooms
	web       *web.Server
	url       string
	httpURL   string

	background context.Context
	stop       context.CancelFunc
	wg         sync.WaitGroup
}

// New opens the data, or makes a fresh pool, and starts to serve. cfg must
// have its Defaults.
func New(ctx context.Context, cfg Config) (d *Daemon, err error) {
	d = &Daemon{Config: cfg}
	d.background, d.stop = context.WithCancel(context.Background())
	defer func() {
		if err != nil {
			d.Close()
			d = nil
		}
	}()
	if err := d.open(); err != nil {
		return d, err
	}
	d.rooms = newRooms(d)
	if err := d.rooms.register(); err != nil {
		return d, err
	}
	if err := d.startOfDay(ctx); err != nil {
		return d, err
	}
	d.run(d.rooms.sessions.Run, d.rooms.tasks.Manager.Run, d.rooms.events.Run)
	return d, d.listen()
}

// open brings up what is kept: identity, database, certificates.
func (d *Daemon) open() error {
	dir := d.Config.DataDir
	if d.Config.Ephemeral {
		dir = ""
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var err error
	if d.local, err = local.Open(dir); err != nil {
		return err
	}
	if err := d.openInventory(); err != nil {
		return err
	}
	// Hashing and keys are slow, so they go beside the making of the database;
	// but a directory that another daemon uses must not be written to, so there
	// the database, which locks it, goes first.
	prepare := func() error {
		return errors.Join(d.openPassword(), d.openCerts(dir))
	}
	var prepared error
	var wg sync.WaitGroup
	if dir == "" {
		wg.Go(func() { prepared = prepare() })
	}
	d.DB, err = store.Open(store.Options{Dir: dir, Seed: d.seed, Derive: ops.Derive, Logger: d.Config.Log.Named("store")})
	wg.Wait()
	if err == nil && dir != "" {
		prepared = prepare()
	}
	if err = errors.Join(err, prepared); err != nil {
		return err
	}
	return nil
}

// openInventory reads what the first boot needs.
func (d *Daemon) openInventory() (err error) {
	if !d.local.Fresh() {
		return nil
	}
	if d.Config.Seed != "" {
		d.local.InstallationUUID, d.local.ControlDomainUUID = inventory.Identity(d.Config.Seed)
	}
	if d.Config.Inventory != "" {
		d.inventory, err = inventory.Load(d.Config.Inventory)
	}
	return errors.Join(err, inventory.CheckRelease(d.Config.Release))
}

// openPassword makes root's password at first boot.
func (d *Daemon) openPassword() error {
	if d.local.RootPassword != "" {
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
	if d.local.RootPassword, err = session.Hash(p); err != nil {
		return err
	}
	return d.local.Save()
}

func (d *Daemon) openCerts(dir string) error {
	if dir != "" {
		dir += "/certs"
	}
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	d.certs, err = certs.Open(certs.Options{
		Dir: dir, Hostname: hostname, Addresses: []string{d.Config.Address},
		HostUUID: d.local.InstallationUUID, Now: d.Config.Clock.Now,
	})
	return err
}

func (d *Daemon) listen() error {
	d.web = web.NewServer(d.Config.Log.Named("web"))
	d.web.RPC(d.rooms.dispatcher)
	addr, err := d.web.Listen(d.Config.HTTPSAddress, d.certs.TLSConfig())
	if err != nil {
		return err
	}
	d.url = "https://" + addr.String()
	if d.Config.HTTPAddress != "" {
		addr, err := d.web.Listen(d.Config.HTTPAddress, nil)
		if err != nil {
			return err
		}
		d.httpURL = "http://" + addr.String()
	}
	if d.Config.MetricsAddress != "" {
		return d.listenMetrics()
	}
	return nil
}

// URL is where the daemon serves over TLS, with the port that was bound.
func (d *Daemon) URL() string { return d.url }

// HTTPURL is where it serves in clear text, "" if it does not.
func (d *Daemon) HTTPURL() string { return d.httpURL }

// Password is root's password if this boot made it, else "".
func (d *Daemon) Password() string { return d.password }

// Dispatcher answers calls without a wire in between, for embedding.
func (d *Daemon) Dispatcher() *rpc.Dispatcher { return d.rooms.dispatcher }

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

// run starts jobs that end with the daemon.
func (d *Daemon) run(jobs ...func(context.Context)) {
	for _, job := range jobs {
		d.wg.Go(func() { job(d.background) })
	}
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
	if d.web != nil {
		ctx, cancel := context.WithTimeout(context.Background(), shutdownGrace)
		defer cancel()
		d.web.Close(ctx)
	}
	if d.rooms != nil {
		d.rooms.close()
	}
	d.wg.Wait()
	if d.DB != nil {
		return d.DB.Close()
	}
	return nil
}

// theHost is the host that this daemon is.
func (d *Daemon) theHost() model.Ref[model.Host] {
	ref, _ := store.ByUUID[model.Host](d.DB.View(), d.local.InstallationUUID)
	return ref
}
