package host

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

// The emulated hosts have no shell to log in to; whether one could, and until
// when, is kept as hosts keep it.

// maxSSHTimeout is two days, in seconds.
const maxSSHTimeout = 2 * 24 * 60 * 60

// never is a date that is not set.
var never = time.Unix(0, 0).UTC()

func set(t time.Time) bool { return t.Unix() > 0 }

// EnableSSH opens the host's shell, for as long as ssh_enabled_timeout says. It
// is then no longer opened and shut by itself.
func (s *Service) EnableSSH(c *rpc.Call, self hostRef) error {
	return s.changeSSH(c, self, func(h *model.Host) error {
		h.SSHEnabled, h.SSHAutoMode = true, false
		return nil
	})
}

// DisableSSH shuts the host's shell.
func (s *Service) DisableSSH(c *rpc.Call, self hostRef) error {
	return s.changeSSH(c, self, func(h *model.Host) error {
		h.SSHEnabled, h.SSHAutoMode = false, false
		return nil
	})
}

// SetSSHEnabledTimeout says for how many seconds the shell stays open, from now
// if it is; 0 is for ever. INVALID_VALUE beyond two days.
func (s *Service) SetSSHEnabledTimeout(c *rpc.Call, self hostRef, value int64) error {
	if value < 0 || value > maxSSHTimeout {
		return model.ErrInvalidValue("ssh_enabled_timeout", value)
	}
	return s.changeSSH(c, self, func(h *model.Host) error {
		h.SSHEnabledTimeout = value
		return nil
	})
}

// SetSSHAutoMode has the shell open only while the toolstack is down: as this
// one is up, it is shut.
func (s *Service) SetSSHAutoMode(c *rpc.Call, self hostRef, value bool) error {
	return s.changeSSH(c, self, func(h *model.Host) error {
		h.SSHAutoMode = value
		if value {
			h.SSHEnabled = false
		}
		return nil
	})
}

// SetConsoleIdleTimeout says after how many seconds a console that nobody types
// at is closed; 0 is never.
func (s *Service) SetConsoleIdleTimeout(c *rpc.Call, self hostRef, value int64) error {
	if value < 0 {
		return model.ErrInvalidValue("console_idle_timeout", value)
	}
	return s.edit(c, self, func(h *model.Host) error {
		h.ConsoleIdleTimeout = value
		return nil
	})
}

// changeSSH changes a host, and has the shell shut when its time is over.
func (s *Service) changeSSH(c *rpc.Call, self hostRef, change func(*model.Host) error) error {
	var expiry time.Time
	err := s.edit(c, self, func(h *model.Host) error {
		if err := change(h); err != nil {
			return err
		}
		now := s.Clock.Now().UTC().Truncate(time.Second)
		switch {
		case h.SSHEnabled && h.SSHEnabledTimeout > 0:
			h.SSHExpiry = now.Add(time.Duration(h.SSHEnabledTimeout) * time.Second)
		case h.SSHEnabled:
			h.SSHExpiry = never
		case set(h.SSHExpiry):
			h.SSHExpiry = now
		}
		expiry = h.SSHExpiry
		return nil
	})
	if err == nil {
		s.Jobs(s.shutting(self, expiry))
	}
	return err
}

// shutting shuts the shell of a host when its time is over, unless it has been
// given another.
func (s *Service) shutting(host hostRef, expiry time.Time) func(context.Context) {
	return func(ctx context.Context) {
		if !set(expiry) || emu.Sleep(ctx, s.Clock, expiry.Sub(s.Clock.Now())) != nil {
			return
		}
		err := s.DB.Update(ctx, func(tx *store.Tx) error {
			h, ok := store.Find(tx, host)
			if !ok || !h.SSHEnabled || !h.SSHExpiry.Equal(expiry) {
				return nil
			}
			h, err := store.Edit(tx, host)
			if err == nil {
				h.SSHEnabled = false
			}
			return err
		})
		if err != nil && !errors.Is(err, context.Canceled) {
			s.Log.Warn("a host's shell stays open", zap.String("host", string(host)), zap.Error(err))
		}
	}
}

// Watch takes up, on a new master, what was to happen later.
func (s *Service) Watch(context.Context) {
	for ref, h := range store.All[model.Host](s.DB.View()) {
		if h.SSHEnabled {
			s.Jobs(s.shutting(ref, h.SSHExpiry))
		}
	}
}
