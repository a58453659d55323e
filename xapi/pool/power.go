package pool

import (
	"context"
	"errors"
	"fmt"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/peer"
)

// Command is what a host is told about its own life.
type Command string

// The commands.
const (
	RestartToolstack Command = "restart the toolstack"
	StopToolstack    Command = "stop the toolstack"
	RebootHost       Command = "reboot"
	SwitchOff        Command = "switch off"
	SwitchOn         Command = "switch on"
)

// releaseCode is what this host, and those that it plays, look like.
func (s *Service) releaseCode() string {
	if s.Release == nil {
		return ""
	}
	return s.Release.Code
}

// agentFuse is how many seconds a toolstack goes on that is to restart.
func (s *Service) agentFuse() float64 {
	if s.Release.Old() {
		return fuse
	}
	return 1
}

// Command passes a command to a host: to this one, to one that it plays, or to
// the daemon of another. CANNOT_CONTACT_HOST [host].
func (s *Service) Command(ctx context.Context, host model.Ref[model.Host], do Command) error {
	r := s.DB.View()
	h, err := store.Get(r, host)
	if err != nil {
		return err
	}
	if h.UUID == s.Local.Get().InstallationUUID {
		return s.obey(do)
	}
	if h.OtherConfig[playerKey] != "" {
		return s.play(ctx, host, do)
	}
	if do == SwitchOn {
		err = s.Net.Call(ctx, h.UUID, WakeCall, struct{}{}, nil)
	} else {
		err = s.Net.Call(ctx, h.UUID, "command", do, nil)
	}
	if errors.Is(err, peer.ErrUnreachable) {
		return model.ErrCannotContactHost(host)
	}
	return err
}

// WakeCall is what a host that is switched off answers, and nothing else.
const WakeCall = "wake"

// obey does what this host is told.
func (s *Service) obey(do Command) error {
	switch do {
	case RestartToolstack:
		s.Restart("somebody asks for it", s.agentFuse())
	case RebootHost:
		s.Reboot("somebody asks for it", 0)
	case SwitchOff:
		s.Off("somebody switches it off", true)
	case StopToolstack:
		s.Off("somebody stops the toolstack", false)
	default:
		return fmt.Errorf("%q is no command", do)
	}
	return nil
}

// play does the same to a host that has no daemon of its own.
func (s *Service) play(ctx context.Context, host model.Ref[model.Host], do Command) error {
	if do == SwitchOff || do == StopToolstack {
		return nil // it is not live any more, and there is nothing else to it
	}
	return s.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		h, err := store.Get(tx, host)
		if err != nil {
			return err
		}
		_, err = s.Arrive(tx, host, Arrival{Release: s.releaseCode(), Hostname: h.Hostname, Booted: do != RestartToolstack, Found: s.World.Domains()})
		return err
	})
}

func (s *Service) servePower() {
	peer.Handle(s.Net, "command", func(_ context.Context, _ string, do Command) (struct{}, error) {
		return struct{}{}, s.obey(do)
	})
}
