package pool

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/peer"
)

// There must not be two masters. One that starts asks the others first; one
// that runs goes on asking; and whoever meets a member of a higher epoch gives
// way to it.

// standing is what a member says of itself.
type standing struct {
	Master  bool         `json:"master"`
	Address string       `json:"address"` // the master's
	Lineage peer.Lineage `json:"lineage"`
	// Index is how far its copy has come, Members whom the copy's
	// configuration names.
	Index   uint64         `json:"index"`
	Members []store.Member `json:"members"`
}

func (s *Service) lineage() peer.Lineage {
	k := s.Local.Get()
	return peer.Lineage{ID: k.Lineage, Epoch: k.Epoch}
}

func (s *Service) serveStanding() {
	peer.Handle(s.Net, "standing", func(context.Context, string, struct{}) (standing, error) {
		master, address, _ := s.Standing.Get()
		if master {
			address = s.Address
		}
		return standing{master, address, s.lineage(), s.DB.Index(), s.DB.Members()}, nil
	})
}

// KnowsSession asks the master whether a session is open there.
func (s *Service) KnowsSession(ctx context.Context, session string) bool {
	_, address, _ := s.Standing.Get()
	if address == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	var known bool
	err := s.Net.CallAt(ctx, address, "", "session", session, &known)
	return err == nil && known
}

const askTimeout = 2 * time.Second

// OtherMaster looks for a member that is the master with more right than this
// host, which is about to become it, or runs as it. It gives its address.
func (s *Service) OtherMaster(ctx context.Context, running bool) (string, bool) {
	members := s.members(s.DB.View())
	type found struct {
		standing
		ok bool
	}
	answers := make(chan found, len(members))
	for uuid := range members {
		go func() {
			ctx, cancel := context.WithTimeout(ctx, askTimeout)
			defer cancel()
			var f found
			f.ok = s.Net.Call(ctx, uuid, "standing", struct{}{}, &f.standing) == nil
			answers <- f
		}()
	}
	mine := s.lineage().Epoch
	address := ""
	for range members {
		f := <-answers
		theirs := f.Lineage.Epoch
		if f.ok && f.Master && (theirs > mine || theirs == mine && !running) {
			address = f.Address
		}
	}
	return address, address != ""
}

// GiveWay makes this host a slave of the master at that address.
func (s *Service) GiveWay(address string) {
	s.Log.Warn("another master has more right: this host becomes its slave", zap.String("master", address))
	if err := s.Local.Change(func(k *local.Kept) { k.Role = local.SlaveOf(address) }); err != nil {
		s.Log.Error("the role cannot be kept", zap.Error(err))
		return
	}
	s.Standing.SetEmergency(address, model.ErrHostStillBooting())
	s.Restart("another master has more right", 0)
}

// checkOthers is OtherMaster for a master that runs.
func (s *Service) checkOthers(ctx context.Context) {
	if s.Local.Get().Armed {
		return // the vote decides
	}
	if address, found := s.OtherMaster(ctx, true); found && ctx.Err() == nil {
		s.GiveWay(address)
	}
}

// Superseded hears that a member of a higher epoch exists: a master gives way.
// A slave does not follow by itself.
func (s *Service) Superseded(address string, l peer.Lineage) {
	if s.Local.Get().Role == local.Master && l.Epoch > s.lineage().Epoch && address != "" && address != s.Address {
		s.GiveWay(address)
	}
}
