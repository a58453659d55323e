package ha

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
)

// Service handles the messages of the class pool that are about HA.
type Service struct {
	DB    *store.DB
	Clock emu.Clock
	// Steady is the time by which hosts are missed, and restarts put off: nobody
	// dies of a clock that is put forward.
	Steady   emu.Clock
	Log      *zap.Logger
	Gate     *ops.Gate
	Local    *local.State
	Net      *peer.Net
	Members  Members
	Messages Messages
	Machines Machines
	Restart  func(why string, fuse float64)
	Reboot   func(why string, fuse float64)
	Scale    func(seconds float64) time.Duration
	// Statefile is this host's hand on the heartbeat SR.
	Statefile *Statefile

	mu           sync.Mutex
	restartsFrom time.Time
	tried        map[vmRef]int
	bestEffort   []vmRef // that a failure has taken down
}

// Members are the hosts that have a daemon of their own.
type Members interface {
	// Others lists those besides this host, by uuid.
	Others(r store.Reader) map[string]hostRef
	// Heard tells when a member was last heard of, by the steady clock, false if
	// never.
	Heard(uuid string) (time.Time, bool)
	// Leaving tells of a member that shuts down on purpose.
	Leaving(uuid string) bool
	// TakeVotes leaves this host the only voter.
	TakeVotes() error
	NoteLive(ctx context.Context, host hostRef, live bool) error
	SelfIn(r store.Reader) hostRef
	SyncDatabase(c *rpc.Call) error
}

// Messages leaves alerts.
type Messages interface {
	Raise(tx *store.Tx, name string, cls model.Cls, objUUID, body string) model.Ref[model.Message]
}

// Machines are the VMs of the pool.
type Machines interface {
	Lost(tx *store.Tx, host hostRef) ([]vmRef, error)
	// Restart starts a VM, on a host if one is given.
	Restart(ctx context.Context, vm vmRef, on hostRef) error
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// Sizes of what HA keeps in the heartbeat SR, in bytes.
const (
	statefileSize = 4 << 20
	redoLogSize   = 3_988_783_104
	redoLogOld    = 256 << 20
)

// redoLog is the size of the metadata disk.
func redoLog(release *model.Release) int64 {
	if release.Old() {
		return redoLogOld
	}
	return redoLogSize
}

// EnableHA arms the pool: the members vote from then on, and protected VMs are
// restarted when their hosts fail. The heartbeat goes by the first of the SRs,
// or any that will do. HA_IS_ENABLED, LICENCE_RESTRICTION [HA],
// REQUIRED_PIF_IS_UNPLUGGED [pif...], HOST_OFFLINE [host],
// CANNOT_CREATE_STATE_FILE, SR_HAS_NO_PBDS [sr], INCOMPATIBLE_STATEFILE_SR
// [type], SR_OPERATION_NOT_SUPPORTED [sr], SR_SOURCE_SPACE_INSUFFICIENT [sr],
// HA_FAILED_TO_FORM_LIVESET.
func (s *Service) EnableHA(c *rpc.Call, heartbeatSRs []model.Ref[model.SR], configuration map[string]string) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Pool(s.poolRef(), model.PoolAllowedOperationsHAEnable)}, func() error {
		r := s.DB.View()
		sr, err := check(r, heartbeatSRs, s.Gate.Release)
		if err != nil {
			return err
		}
		if err := s.prepare(c.Ctx, sr, configuration); err != nil {
			return err
		}
		if err := s.arm(c.Ctx); err != nil {
			s.Log.Warn("the pool cannot be armed", zap.Error(err))
			return errors.Join(model.ErrHAFailedToFormLiveset(), s.disarm(c.Ctx))
		}
		if err := s.setEnabled(c.Ctx, true); err != nil {
			return errors.Join(err, s.disarm(c.Ctx))
		}
		if err := s.Members.SyncDatabase(c); err != nil {
			s.Log.Info("not all members have all yet", zap.Error(err))
		}
		return s.replan(c.Ctx)
	})
}

func (s *Service) poolRef() model.Ref[model.Pool] {
	for ref := range store.All[model.Pool](s.DB.View()) {
		return ref
	}
	return model.NullRef
}

// check finds what keeps the pool from being armed, and the heartbeat SR.
func check(r store.Reader, srs []model.Ref[model.SR], release *model.Release) (model.Ref[model.SR], error) {
	p := pool(r)
	if p.HAEnabled {
		return "", model.ErrHAIsEnabled()
	}
	if err := licence.Require(r, licence.HA); err != nil {
		return "", err
	}
	var unplugged []any
	for ref, pif := range store.All[model.PIF](r) {
		if pif.DisallowUnplug && !pif.CurrentlyAttached {
			unplugged = append(unplugged, ref)
		}
	}
	if len(unplugged) > 0 {
		return "", model.ErrRequiredPIFIsUnplugged(unplugged...)
	}
	for ref, h := range store.All[model.Host](r) {
		if !ops.Alive(r, h) {
			return "", model.ErrHostOffline(ref)
		}
	}
	if len(srs) > 0 {
		return srs[0], Suits(r, srs[0], release)
	}
	for ref := range store.All[model.SR](r) {
		if Suits(r, ref, release) == nil {
			return ref, nil
		}
	}
	return "", model.ErrCannotCreateStateFile()
}

// Suits tells what keeps an SR from carrying the heartbeat.
func Suits(r store.Reader, ref model.Ref[model.SR], release *model.Release) error {
	sr, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	hosts := map[hostRef]bool{}
	for h := range store.All[model.Host](r) {
		hosts[h] = true
	}
	plugged := 0
	for _, b := range sr.PBDs {
		if pbd, ok := store.Find(r, b); ok && pbd.CurrentlyAttached && hosts[pbd.Host] {
			plugged++
		}
	}
	if plugged < len(hosts) {
		return model.ErrSRHasNoPBDs(ref)
	}
	if sr.IsToolsSR || !sr.Shared && len(hosts) > 1 {
		return model.ErrIncompatibleStatefileSR(sr.Type)
	}
	able := false
	for _, sm := range store.All[model.SM](r) {
		_, generates := sm.Features["VDI_GENERATE_CONFIG"]
		_, offline := sm.Features["VDI_ATTACH_OFFLINE"]
		able = able || sm.Type == sr.Type && (generates || offline)
	}
	if !able {
		return model.ErrSROperationNotSupported(ref)
	}
	if sr.PhysicalSize > 0 && sr.PhysicalSize-sr.PhysicalUtilisation < statefileSize+redoLog(release) && len(kept(r, ref)) == 0 {
		return model.ErrSRSourceSpaceInsufficient(ref)
	}
	return nil
}

// kept finds the statefile and the metadata disk that an earlier time has left
// in an SR, by type.
func kept(r store.Reader, ref model.Ref[model.SR]) map[model.VDIType]model.Ref[model.VDI] {
	found := map[model.VDIType]model.Ref[model.VDI]{}
	sr, ok := store.Find(r, ref)
	if !ok {
		return found
	}
	for _, v := range sr.VDIs {
		if vdi, ok := store.Find(r, v); ok && (vdi.Type == model.VDITypeHAStatefile || vdi.Type == model.VDITypeRedoLog) {
			found[vdi.Type] = v
		}
	}
	return found
}

// prepare makes the statefile and the metadata disk, and writes down what HA is
// to go by.
func (s *Service) prepare(ctx context.Context, sr model.Ref[model.SR], configuration map[string]string) error {
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		have := kept(tx, sr)
		statefile, ok := have[model.VDITypeHAStatefile]
		if !ok {
			statefile = store.Insert(tx, disk(sr, "Statefile for HA", "Used for storage heartbeating", model.VDITypeHAStatefile, statefileSize))
		}
		if _, ok := have[model.VDITypeRedoLog]; !ok {
			store.Insert(tx, disk(sr, "Metadata for HA", "Used for master failover", model.VDITypeRedoLog, redoLog(s.Gate.Release)))
		}
		var peers []string
		for _, h := range store.All[model.Host](tx) {
			peers = append(peers, h.UUID)
		}
		for ref := range store.All[model.Host](tx) {
			h, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			h.HAStatefiles, h.HANetworkPeers = []string{string(statefile)}, peers
		}
		for ref := range store.All[model.Pool](tx) {
			p, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			p.HAStatefiles, p.HAConfiguration, p.HAPlanExistsFor = []string{string(statefile)}, configuration, 0
			if loose := unpluggable(tx); loose != "" {
				s.Messages.Raise(tx, "IP_CONFIGURED_PIF_CAN_UNPLUG", model.ClsPool, p.UUID, loose)
			}
		}
		return nil
	})
}

// unpluggable tells of interfaces with an address, of storage perhaps, that
// nothing keeps plugged: one a line, "" if there are none.
func unpluggable(r store.Reader) string {
	var lines []string
	for _, pif := range store.All[model.PIF](r) {
		h, ok := store.Find(r, pif.Host)
		if ok && pif.IPConfigurationMode != model.IPConfigurationModeNone && !pif.Management && !pif.DisallowUnplug {
			lines = append(lines, fmt.Sprintf("%s: %s (uuid: %s)", h.NameLabel, pif.Device, pif.UUID))
		}
	}
	if len(lines) == 0 {
		return ""
	}
	slices.Sort(lines)
	return "Interfaces with an address that can be unplugged, which storage would not survive:\n" + strings.Join(lines, "\n")
}

func disk(sr model.Ref[model.SR], name, description string, kind model.VDIType, bytes int64) *model.VDI {
	v := store.Default[model.VDI]()
	v.NameLabel, v.NameDescription, v.SR, v.Type = name, description, sr, kind
	v.VirtualSize, v.PhysicalUtilisation, v.Sharable, v.Managed = bytes, bytes, true, true
	return v
}

// arming is what a member is told.
type arming struct {
	Armed bool `json:"armed"`
}

const armTimeout = 30 * time.Second

// arm lets every member vote. It returns when each of them knows who the
// voters are: one that does not would refuse its vote to a candidate.
func (s *Service) arm(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, armTimeout)
	defer cancel()
	if err := s.Local.Change(func(k *local.Kept) { k.Armed = true }); err != nil {
		return err
	}
	others := s.Members.Others(s.DB.View())
	for uuid := range others {
		if err := s.Net.Call(ctx, uuid, "arm", arming{true}, nil); err != nil {
			return err
		}
	}
	for uuid := range others {
		if err := s.DB.AddVoter(uuid); err != nil {
			return err
		}
	}
	for uuid := range others {
		if err := s.Net.Call(ctx, uuid, "voters", len(others)+1, nil); err != nil {
			return err
		}
	}
	return nil
}

// disarm leaves this host the only voter, and then says so: whatever cuts it
// short, nobody takes himself for the only one who is not. Members that cannot
// be told hear of it when they say hello.
func (s *Service) disarm(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), armTimeout)
	defer cancel()
	if err := s.Members.TakeVotes(); err != nil {
		return err
	}
	if err := s.setEnabled(ctx, false); err != nil {
		return err
	}
	if err := s.Local.Change(func(k *local.Kept) { k.Armed = false }); err != nil {
		return err
	}
	for uuid := range s.Members.Others(s.DB.View()) {
		if err := s.Net.Call(ctx, uuid, "arm", arming{false}, nil); err != nil {
			s.Log.Info("a member does not hear that HA is off", zap.String("host", uuid), zap.Error(err))
		}
	}
	s.Statefile.Release()
	return nil
}

func (s *Service) setEnabled(ctx context.Context, on bool) error {
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		for ref := range store.All[model.Pool](tx) {
			p, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			p.HAEnabled = on
			if !on {
				p.HAPlanExistsFor, p.HAOvercommitted, p.HAStatefiles = 0, false, nil
			}
		}
		if on {
			return nil
		}
		for ref := range store.All[model.Host](tx) {
			h, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			h.HAStatefiles, h.HANetworkPeers = nil, nil
		}
		return nil
	})
}

// DisableHA disarms the pool: HA_NOT_ENABLED. What was configured stays.
func (s *Service) DisableHA(c *rpc.Call) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Pool(s.poolRef(), model.PoolAllowedOperationsHADisable)}, func() error {
		if p := pool(s.DB.View()); p == nil || !p.HAEnabled {
			return model.ErrHANotEnabled()
		}
		return s.disarm(c.Ctx)
	})
}

// timeout is T of the pool's configuration, in seconds of real hosts.
func timeout(p *model.Pool) float64 {
	for _, text := range []string{p.HAConfiguration["timeout"], p.OtherConfig["default_ha_timeout"]} {
		if n, err := strconv.ParseFloat(strings.TrimSpace(text), 64); err == nil && n >= 10 {
			return n
		}
	}
	return 60
}
