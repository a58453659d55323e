package pool

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Standing is what a host is in its pool at the moment, and so which calls it
// answers. A new one is that of a host whose toolstack is still starting.
type Standing struct {
	// Confirm, if set, makes sure that no other member has become the master
	// unnoticed.
	Confirm func(ctx context.Context) error
	// Known asks the master whether a session is open there.
	Known func(ctx context.Context, session string) bool

	mu        sync.Mutex
	master    bool
	address   string       // the master's, of a slave
	emergency *model.Error // why the host is of no use yet, nil if it is
	held      bool         // calls wait for what comes next
	changed   chan struct{}
}

// NewStanding is that of a host that is still booting.
func NewStanding() *Standing {
	return &Standing{emergency: model.ErrHostStillBooting(), changed: make(chan struct{})}
}

func (s *Standing) set(master bool, address string, emergency *model.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.master, s.address, s.emergency, s.held = master, address, emergency, false
	close(s.changed)
	s.changed = make(chan struct{})
}

// SetMaster makes it that of a master in service.
func (s *Standing) SetMaster() { s.set(true, "", nil) }

// SetSlave makes it that of a slave in service.
func (s *Standing) SetSlave(master string) { s.set(false, master, nil) }

// SetEmergency makes it that of a host which is of no use for that reason; the
// master's address may be known.
func (s *Standing) SetEmergency(master string, why *model.Error) { s.set(false, master, why) }

// Hold makes calls wait for the next standing, for a while: the pool is about
// to have another master.
func (s *Standing) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = true
}

// Release takes Hold back.
func (s *Standing) Release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held {
		s.held = false
		close(s.changed)
		s.changed = make(chan struct{})
	}
}

// patience is how long calls wait for a master.
const patience = 20 * time.Second

// settled waits until calls need not wait any longer.
func (s *Standing) settled(ctx context.Context) (master bool, address string, emergency *model.Error) {
	var late <-chan time.Time
	for {
		s.mu.Lock()
		held, changed := s.held, s.changed
		master, address, emergency = s.master, s.address, s.emergency
		s.mu.Unlock()
		if !held {
			return master, address, emergency
		}
		if late == nil {
			t := time.NewTimer(patience)
			defer t.Stop()
			late = t.C
		}
		select {
		case <-changed:
		case <-late:
			return master, address, emergency
		case <-ctx.Done():
			return master, address, emergency
		}
	}
}

// Get tells what the standing is.
func (s *Standing) Get() (master bool, address string, emergency *model.Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.master, s.address, s.emergency
}

// Await waits for a standing that is not an emergency.
func (s *Standing) Await(ctx context.Context) error {
	for {
		s.mu.Lock()
		ready, changed := s.emergency == nil, s.changed
		s.mu.Unlock()
		if ready {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// whatever are the messages that a host answers whatever its standing.
var whatever = map[string]bool{
	"pool.emergency_reset_master": true, "pool.emergency_transition_to_master": true, "pool.is_slave": true,
	"session.slave_local_login": true, "session.slave_local_login_with_password": true, "session.local_logout": true,
	"host.propose_new_master": true, "host.commit_new_master": true, "host.abort_new_master": true,
	"host.local_assert_healthy": true, "host.signal_networking_change": true, "host.local_management_reconfigure": true,
	"host.ha_xapi_healthcheck": true, "host.emergency_ha_disable": true, "host.management_disable": true,
	"host.get_system_status_capabilities": true, "host.is_in_emergency_mode": true, "host.shutdown_agent": true,
	"host.emergency_reset_server_certificate": true, "host.emergency_disable_tls_verification": true,
	"host.emergency_reenable_tls_verification": true, "host.emergency_clear_mandatory_guidance": true,
	"host.update_firewalld_service_status": true,
}

// Admit is asked before anything else of a call is looked at. A host in an
// emergency answers few messages, a slave refers who logs in to its master.
func (s *Standing) Admit(ctx context.Context, m *model.Method) error {
	if whatever[m.Full] {
		return nil
	}
	master, address, emergency := s.settled(ctx)
	switch {
	case emergency != nil:
		return emergency
	case !master && m.NoSession:
		return model.ErrHostIsSlave(address)
	case master && s.Confirm != nil:
		if err := s.Confirm(ctx); err != nil {
			return s.NotMaster(err)
		}
	}
	return nil
}

// AdmitSession is asked once a call's session is known: a slave works for
// members of the pool and for local sessions alone.
func (s *Standing) AdmitSession(o *rpc.Session) error {
	if master, address, _ := s.Get(); !master && !o.Pool && !o.Local {
		return model.ErrHostIsSlave(address)
	}
	return nil
}

// Stranger is the failure of a call whose session this host does not know: on
// a slave it may be the master's.
func (s *Standing) Stranger(ctx context.Context, session string, invalid error) error {
	master, address, emergency := s.Get()
	if !master && emergency == nil && s.Known != nil && s.Known(ctx, session) {
		return model.ErrHostIsSlave(address)
	}
	return invalid
}

// NotMaster is what a client is told when the database turns out to be led by
// another member.
func (s *Standing) NotMaster(err error) error {
	if !errors.Is(err, store.ErrNotLeader) {
		return err
	}
	_, address, emergency := s.Get()
	switch {
	case emergency != nil:
		return emergency
	case address != "":
		return model.ErrHostIsSlave(address)
	}
	return model.ErrHostStillBooting()
}
