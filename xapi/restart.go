package xapi

import (
	"context"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/pool"
	"github.com/xapid/xapid/xapi/web"
)

// restart asks for another toolstack.
type restart struct {
	why string
	// fuse is how long the present one goes on.
	fuse time.Duration
	// reboot restarts the host: its machines are gone.
	reboot bool
	// off leaves it down until it is woken.
	off bool
	// from is the toolstack that asked; a later one is not restarted for it.
	from *stack
}

// retryStart is how long a toolstack that could not start waits for the next
// attempt.
const retryStart = time.Second

// Restart ends the toolstack after the fuse, in seconds of real hosts, and
// starts another one, which reads its role anew. It returns at once.
func (s *stack) Restart(why string, fuse float64) {
	s.d.ask(restart{why: why, fuse: s.d.scaled(fuse), from: s})
}

// Reboot is Restart of the whole host.
func (s *stack) Reboot(why string, fuse float64) {
	s.d.ask(restart{why: why, fuse: s.d.scaled(fuse), reboot: true, from: s})
}

// Off ends the toolstack until somebody wakes the host, with its machines or
// without.
func (s *stack) Off(why string, host bool) {
	s.rooms.pools.Leave(s.background)
	s.d.ask(restart{why: why, off: true, reboot: host, from: s})
}

// scaled is a time of real hosts, in seconds, as this daemon takes it.
func (d *Daemon) scaled(seconds float64) time.Duration {
	return time.Duration(seconds * d.Config.TimeScale * float64(time.Second))
}

func (d *Daemon) ask(r restart) {
	select {
	case d.restarts <- r:
	default: // as many as these are enough
	}
}

// supervise restarts the toolstack when asked to, until the daemon ends.
func (d *Daemon) supervise() {
	for {
		select {
		case r := <-d.restarts:
			if emu.Sleep(d.background, d.Config.Clock, r.fuse) != nil {
				return
			}
			if r.from == d.current() {
				d.restart(r)
			}
		case <-d.background.Done():
			return
		}
	}
}

func (d *Daemon) restart(r restart) {
	log := d.Config.Log
	log.Info("the toolstack restarts", zap.String("why", r.why))
	if err := d.current().close(); err != nil {
		log.Error("the toolstack did not end well", zap.Error(err))
	}
	if r.reboot {
		d.world.Reset()
		d.instruments.Reset()
		d.setBooted(false)
	}
	if r.off {
		d.web.Show(d.offSite())
		return
	}
	if r.reboot && emu.Sleep(d.background, d.Config.Clock, d.scaled(bootTime)) != nil {
		return
	}
	for {
		s, err := d.open()
		if err == nil {
			err = d.up(d.background, s)
		}
		if err == nil {
			return
		}
		if d.background.Err() != nil {
			return
		}
		log.Error("the toolstack cannot start", zap.Error(err))
		if emu.Sleep(d.background, emu.RealClock(), retryStart) != nil {
			return
		}
	}
}

// bootTime is how long a real host takes to come up, in seconds.
const bootTime = 120

// offSite is what a host shows that is switched off: it hangs up on everybody,
// but can be woken.
func (d *Daemon) offSite() *web.Site {
	site := web.NewSite(d.Config.Log.Named("web"))
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodConnect, http.MethodOptions} {
		site.Handle(m, "", hangUp)
	}
	off := d.current()
	peer.Handle(d.net, pool.WakeCall, func(context.Context, string, struct{}) (struct{}, error) {
		d.ask(restart{why: "it is switched on", reboot: true, from: off})
		return struct{}{}, nil
	})
	site.Handle(http.MethodPost, peer.Prefix+pool.WakeCall, d.net.ServeHTTP)
	return site
}

// up starts an opened toolstack and shows it.
func (d *Daemon) up(ctx context.Context, s *stack) error {
	if err := s.start(ctx); err != nil {
		_ = s.close() // the first error counts
		return err
	}
	d.mu.Lock()
	d.stack = s
	d.mu.Unlock()
	d.setBooted(true)
	d.web.Show(s.site)
	return nil
}

func (d *Daemon) setBooted(yes bool) {
	d.mu.Lock()
	d.booted = yes
	d.mu.Unlock()
}

// hasBooted tells whether a toolstack has run since the host came up.
func (d *Daemon) hasBooted() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.booted
}
