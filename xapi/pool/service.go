package pool

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
)

// Service handles the class pool, and the life of a pool: its members, who
// they follow, and what becomes of those that are silent.
type Service struct {
	DB    *store.DB
	Clock emu.Clock
	// Steady is the time by which members beat and are missed: nobody dies of a
	// clock that is put forward.
	Steady   emu.Clock
	Log      *zap.Logger
	Gate     *ops.Gate
	Local    *local.State
	Certs    *certs.Store
	Net      *peer.Net
	Standing *Standing
	Messages Messages
	Machines Machines
	World    *emu.World
	Licences Licences
	Toolstack
	// Address is where this host is found.
	Address string
	// Release is what it looks like; nil is the newest.
	Release *model.Release
	// Password hears of a new hash of root's password.
	Password func(hash string)
	// Scale turns seconds of real hosts into time.
	Scale func(seconds float64) time.Duration

	mu       sync.Mutex
	beats    map[string]time.Time // by host uuid; of those that have said hello
	skewed   map[string]bool
	cleanly  map[string]bool // hosts that had said so before they last went
	leaving  map[string]bool // hosts that have said that they shut down
	proposal proposal
	rotating bool
}

// Toolstack restarts the daemon's toolstack, or its host, after a fuse of so
// many seconds of real hosts.
type Toolstack interface {
	Restart(why string, fuse float64)
	Reboot(why string, fuse float64)
	// Off ends it until somebody wakes the host, with its machines or without.
	Off(why string, host bool)
}

// Licences are those of the pool's hosts.
type Licences interface {
	// GiveBack returns the licence of a host that leaves.
	GiveBack(ctx context.Context, host model.Ref[model.Host])
}

// Messages leaves alerts.
type Messages interface {
	Raise(tx *store.Tx, name string, cls model.Cls, objUUID, body string) model.Ref[model.Message]
}

// Machines are the VMs of the pool.
type Machines interface {
	// Domains makes the VMs of a host what its domains say, once its toolstack
	// has started: those without a domain are halted. It gives the domains that
	// no VM accounts for.
	Domains(tx *store.Tx, host model.Ref[model.Host], found []emu.Found) ([]model.Ref[model.VM], error)
	// Lost halts the VMs of a host that is gone, and tells which.
	Lost(tx *store.Tx, host model.Ref[model.Host]) ([]model.Ref[model.VM], error)
	// Unreported lists the domains whose agents have spoken while nobody
	// listened; AgentReports writes down what one says.
	Unreported(found []emu.Found) []emu.Found
	AgentReports(vm string, domid int64)
}

// now is the time as the database keeps it.
func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Second) }

// SelfIn is the host that this daemon is.
func (s *Service) SelfIn(r store.Reader) model.Ref[model.Host] {
	ref, ok := store.ByUUID[model.Host](r, s.Local.Get().InstallationUUID)
	if !ok {
		return model.NullRef
	}
	return ref
}

// atLeast is a time of real hosts, or floor if that is longer: what repeats
// must not spin when operations take no time.
func (s *Service) atLeast(seconds float64, floor time.Duration) time.Duration {
	return max(s.Scale(seconds), floor)
}

// The intervals of real hosts, in seconds, and the least they are here.
const (
	beatEvery  = 30
	deadAfter  = 600
	retryEvery = 5
	retryLater = 60
	leastBeat  = 100 * time.Millisecond
	leastDead  = 2 * time.Second
	leastRetry = 50 * time.Millisecond
)

// sleep waits for seconds of real hosts, but not less than floor.
func (s *Service) sleep(ctx context.Context, seconds float64, floor time.Duration) error {
	return emu.Sleep(ctx, s.Clock, s.atLeast(seconds, floor))
}

// members are the hosts, by uuid, that have a daemon of their own besides this
// one.
func (s *Service) members(r store.Reader) map[string]model.Ref[model.Host] {
	list := map[string]model.Ref[model.Host]{}
	self := s.Local.Get().InstallationUUID
	for ref, h := range store.All[model.Host](r) {
		if h.UUID != self && h.OtherConfig[playerKey] == "" {
			list[h.UUID] = ref
		}
	}
	return list
}
