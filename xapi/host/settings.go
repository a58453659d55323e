package host

import (
	"context"
	"errors"
	"regexp"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/pool"
	"github.com/xapid/xapid/xapi/rpc"
)

// SetHTTPSOnly tells whether clients must use TLS.
func (s *Service) SetHTTPSOnly(c *rpc.Call, self hostRef, value bool) error {
	return s.edit(c, self, func(h *model.Host) error {
		h.HTTPSOnly = value
		return nil
	})
}

// cstates are a depth of sleep, or two.
var cstates = regexp.MustCompile(`^([0-9]{1,3}(,[0-9]{1,3})?|unlimited)?$`)

// SetMaxCstate bounds how deep the processors sleep: a C state, with a sub
// state or without; "" and "unlimited" are no bound. INVALID_VALUE else.
func (s *Service) SetMaxCstate(c *rpc.Call, self hostRef, value string) error {
	if !cstates.MatchString(value) {
		return model.ErrInvalidValue("max_cstate", value)
	}
	return s.edit(c, self, func(h *model.Host) error {
		if value == "unlimited" {
			value = ""
		}
		h.MaxCstate = value
		return nil
	})
}

// SetNUMAAffinityPolicy says how VMs that start are spread over the nodes.
func (s *Service) SetNUMAAffinityPolicy(c *rpc.Call, self hostRef, value model.HostNUMAAffinityPolicy) error {
	return s.edit(c, self, func(h *model.Host) error {
		h.NUMAAffinityPolicy = value
		return nil
	})
}

// EmergencyClearMandatoryGuidance forgets what this host should have done after
// an update before it is used again. A slave has its master write that down:
// CANNOT_CONTACT_HOST [master].
func (s *Service) EmergencyClearMandatoryGuidance(c *rpc.Call) error {
	if s.DB.Leads() {
		return s.clearGuidance(c.Ctx, s.Self())
	}
	err := s.instruments.Router.Net.Call(c.Ctx, s.DB.Leader(), guidanceCall, struct{}{}, nil)
	if errors.Is(err, peer.ErrUnreachable) || errors.Is(err, peer.ErrRefused) {
		_, p := pool.The(s.DB.View())
		return model.ErrCannotContactHost(p.Master)
	}
	return err
}

// guidanceCall is what a slave asks its master for.
const guidanceCall = "clear-guidance"

func (s *Service) serveGuidance() {
	peer.Handle(s.instruments.Router.Net, guidanceCall, func(ctx context.Context, from string, _ struct{}) (struct{}, error) {
		ref, _ := store.ByUUID[model.Host](s.DB.View(), from)
		return struct{}{}, s.clearGuidance(ctx, ref)
	})
}

func (s *Service) clearGuidance(ctx context.Context, host hostRef) error {
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, host)
		if err == nil {
			h.PendingGuidances = nil
		}
		return err
	})
}

// GetUncooperativeDomains is empty, as the list of VMs is.
func (s *Service) GetUncooperativeDomains(c *rpc.Call, self hostRef) ([]string, error) {
	_, err := store.Get(s.DB.View(), self)
	return nil, err
}

// Settings handles the messages of the class pool that set the same on all
// hosts.
type Settings struct{ Hosts *Service }

// each does for every host what a message of the class host does.
func (s Settings) each(c *rpc.Call, self model.Ref[model.Pool], work func(*rpc.Call, hostRef) error) error {
	r := s.Hosts.DB.View()
	if _, err := store.Get(r, self); err != nil {
		return err
	}
	for ref := range store.All[model.Host](r) {
		if err := s.Hosts.on(c, ref, work); err != nil {
			return err
		}
	}
	return nil
}

// on does something at a host that can be reached.
func (s *Service) on(c *rpc.Call, host hostRef, work func(*rpc.Call, hostRef) error) error {
	if err := s.Reach(c.Ctx, host); err != nil {
		return err
	}
	return work(c, host)
}

// most does it for as many hosts as can be reached; failure tells of the others.
// A value that no host takes fails as it does at the first.
func (s Settings) most(c *rpc.Call, self model.Ref[model.Pool], failure func(hosts ...any) *model.Error, work func(*rpc.Call, hostRef) error) error {
	r := s.Hosts.DB.View()
	if _, err := store.Get(r, self); err != nil {
		return err
	}
	var failed []any
	for ref := range store.All[model.Host](r) {
		var api *model.Error
		switch err := s.Hosts.on(c, ref, work); {
		case errors.As(err, &api) && api.Code == "INVALID_VALUE":
			return err
		case err != nil && c.Ctx.Err() != nil:
			return err
		case err != nil:
			failed = append(failed, ref)
		}
	}
	if failed != nil {
		return failure(failed...)
	}
	return nil
}

// EnableSSH opens the shells of all hosts.
func (s Settings) EnableSSH(c *rpc.Call, self model.Ref[model.Pool]) error {
	return s.most(c, self, model.ErrEnableSSHPartiallyFailed, s.Hosts.EnableSSH)
}

// DisableSSH shuts the shells of all hosts.
func (s Settings) DisableSSH(c *rpc.Call, self model.Ref[model.Pool]) error {
	return s.most(c, self, model.ErrDisableSSHPartiallyFailed, s.Hosts.DisableSSH)
}

// SetSSHEnabledTimeout is host.set_ssh_enabled_timeout for all.
func (s Settings) SetSSHEnabledTimeout(c *rpc.Call, self model.Ref[model.Pool], value int64) error {
	return s.most(c, self, model.ErrSetSSHTimeoutPartiallyFailed, func(c *rpc.Call, h hostRef) error { return s.Hosts.SetSSHEnabledTimeout(c, h, value) })
}

// SetSSHAutoMode is host.set_ssh_auto_mode for all.
func (s Settings) SetSSHAutoMode(c *rpc.Call, self model.Ref[model.Pool], value bool) error {
	return s.most(c, self, model.ErrSetSSHAutoModePartiallyFailed, func(c *rpc.Call, h hostRef) error { return s.Hosts.SetSSHAutoMode(c, h, value) })
}

// SetConsoleIdleTimeout is host.set_console_idle_timeout for all.
func (s Settings) SetConsoleIdleTimeout(c *rpc.Call, self model.Ref[model.Pool], value int64) error {
	return s.most(c, self, model.ErrSetConsoleTimeoutPartiallyFailed, func(c *rpc.Call, h hostRef) error { return s.Hosts.SetConsoleIdleTimeout(c, h, value) })
}

// SetHTTPSOnly is host.set_https_only for all.
func (s Settings) SetHTTPSOnly(c *rpc.Call, self model.Ref[model.Pool], value bool) error {
	return s.each(c, self, func(c *rpc.Call, h hostRef) error { return s.Hosts.SetHTTPSOnly(c, h, value) })
}

// DisableSSLLegacy is what is left of old TLS: it is off, and is so again.
func (s Settings) DisableSSLLegacy(c *rpc.Call, self model.Ref[model.Pool]) error {
	return s.each(c, self, func(c *rpc.Call, h hostRef) error { return s.Hosts.SetSSLLegacy(c, h, false) })
}
