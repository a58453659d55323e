// Package host handles the class host: what consoles and tools ask of one
// server of the pool.
package host

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// A Plugin runs a function of host.call_plugin.
type Plugin func(c *rpc.Call, host model.Ref[model.Host], fn string, args map[string]string) (string, error)

// Membership handles the messages that are about a host's place in its pool.
type Membership interface {
	ProposeNewMaster(c *rpc.Call, address string, manual bool) error
	CommitNewMaster(c *rpc.Call, address string) error
	AbortNewMaster(c *rpc.Call, address string) error
	Destroy(c *rpc.Call, host model.Ref[model.Host]) error
	DeclareDead(c *rpc.Call, host model.Ref[model.Host]) error
	InstallServerCertificate(c *rpc.Call, host model.Ref[model.Host], certificate, privateKey, certificateChain string) error
	ResetServerCertificate(c *rpc.Call, host model.Ref[model.Host]) error
	EmergencyResetServerCertificate(c *rpc.Call) error
	GetServerCertificate(c *rpc.Call, host model.Ref[model.Host]) (string, error)
	RefreshServerCertificate(c *rpc.Call, host model.Ref[model.Host]) error
	EmergencyDisableTLSVerification(c *rpc.Call) error
	EmergencyReenableTLSVerification(c *rpc.Call) error
}

// Service handles the class host.
type Service struct {
	Membership
	DB    *store.DB
	Clock emu.Clock
	Gate  *ops.Gate
	Log   *zap.Logger
	// Release is what the hosts look like; nil is the newest.
	Release  *model.Release
	Machines Machines
	Power    Power
	Masks    Masks
	// Self is the host that this daemon is.
	Self func() hostRef
	// Scale turns seconds of real hosts into time; Jobs runs what goes on after
	// a call, until the toolstack ends.
	Scale func(seconds float64) time.Duration
	Jobs  func(job ...func(ctx context.Context))
	// Now is the time by a host's own clock.
	Now func(ctx context.Context, host hostRef) (time.Time, error)
	// Reach makes sure that a host is there: HOST_OFFLINE [host],
	// CANNOT_CONTACT_HOST [host].
	Reach func(ctx context.Context, host hostRef) error
	// Plugins are found by name.
	Plugins map[string]Plugin
	// Emergency is why the host is of no use to its pool; nil if it is.
	Emergency func() *model.Error
	// Methods lists all messages, for list_methods.
	Methods func() []string

	instruments *hypervisor.Question[handling, reading]
}

// ListMethods names all messages.
func (s *Service) ListMethods(*rpc.Call) ([]string, error) { return s.Methods(), nil }

// IsInEmergencyMode tells whether the host is of no use to its pool, for want
// of a master.
func (s *Service) IsInEmergencyMode(*rpc.Call) (bool, error) { return s.Emergency() != nil, nil }

// LocalAssertHealthy fails with the reason of an emergency.
func (s *Service) LocalAssertHealthy(*rpc.Call) error {
	if err := s.Emergency(); err != nil {
		return err
	}
	return nil
}

// CallPlugin runs a plugin of the host. XENAPI_MISSING_PLUGIN if the host has
// none of that name.
func (s *Service) CallPlugin(c *rpc.Call, host model.Ref[model.Host], plugin, fn string, args map[string]string) (string, error) {
	if _, err := store.Get(s.DB.View(), host); err != nil {
		return "", err
	}
	p := s.Plugins[plugin]
	if p == nil {
		return "", model.ErrXENAPIMissingPlugin(plugin)
	}
	return p(c, host, fn, args)
}

// HasExtension reports whether call_extension knows the name; none is
// installed.
func (s *Service) HasExtension(c *rpc.Call, host model.Ref[model.Host], name string) (bool, error) {
	_, err := store.Get(s.DB.View(), host)
	return false, err
}

// CallExtension fails with MESSAGE_METHOD_UNKNOWN: none is installed.
func (s *Service) CallExtension(c *rpc.Call, host model.Ref[model.Host], call string) (string, error) {
	if _, err := store.Get(s.DB.View(), host); err != nil {
		return "", err
	}
	return "", model.ErrMessageMethodUnknown(call)
}

func (s *Service) edit(c *rpc.Call, host model.Ref[model.Host], change func(*model.Host) error) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, host)
		if err != nil {
			return err
		}
		return change(h)
	})
}

// ComputeFreeMemory is the memory, in bytes, that new virtual machines could
// have: the total without the hypervisor's share and without the dynamic
// minimum and overhead of each machine that runs or is about to run here.
func (s *Service) ComputeFreeMemory(c *rpc.Call, host model.Ref[model.Host]) (int64, error) {
	r := s.DB.View()
	if _, err := store.Get(r, host); err != nil {
		return 0, err
	}
	return FreeMemory(r, host, ""), nil
}

// ComputeMemoryOverhead is the hypervisor's share of the memory, in bytes.
func (s *Service) ComputeMemoryOverhead(c *rpc.Call, host model.Ref[model.Host]) (int64, error) {
	h, err := store.Get(s.DB.View(), host)
	if err != nil {
		return 0, err
	}
	return h.MemoryOverhead, nil
}

// GetManagementInterface is the PIF that the host is managed through.
func (s *Service) GetManagementInterface(c *rpc.Call, host model.Ref[model.Host]) (model.Ref[model.PIF], error) {
	r := s.DB.View()
	h, err := store.Get(r, host)
	if err != nil {
		return "", err
	}
	for _, ref := range h.PIFs {
		if pif, ok := store.Find(r, ref); ok && pif.Management {
			return ref, nil
		}
	}
	return "", model.ErrHostHasNoManagementIP()
}

// GetUncooperativeResidentVMs is empty: every machine is taken to cooperate,
// as xapi.
func (s *Service) GetUncooperativeResidentVMs(c *rpc.Call, self model.Ref[model.Host]) ([]model.Ref[model.VM], error) {
	_, err := store.Get(s.DB.View(), self)
	return nil, err
}

const maxHostname = 255

// SetHostnameLive renames the host's system, and its control domain after it;
// the label stays: HOST_NAME_INVALID [why], HOST_OFFLINE [host].
func (s *Service) SetHostnameLive(c *rpc.Call, host model.Ref[model.Host], hostname string) error {
	if hostname == "" {
		return model.ErrHostNameInvalid("hostname empty")
	}
	if len(hostname) > maxHostname {
		return model.ErrHostNameInvalid("hostname is too long")
	}
	for _, r := range hostname {
		if !(r == '-' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return model.ErrHostNameInvalid("hostname contains invalid characters")
		}
	}
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, host)
		if err != nil {
			return err
		}
		if !ops.Alive(tx, h) {
			return model.ErrHostOffline(host)
		}
		h.Hostname = hostname
		if dom0, err := store.Edit(tx, h.ControlDomain); err == nil { // one that never was in service may have none
			dom0.NameLabel = "Control domain on host: " + hostname
		}
		return nil
	})
}

// powerSecret is the key of power_on_config that names a secret by its uuid.
const powerSecret = "power_on_password_secret"

// SetPowerOnMode tells how the host can be switched on from afar: "" (not at
// all), "wake-on-lan", "DRAC" or the name of a script. The secret of the mode
// before is deleted.
func (s *Service) SetPowerOnMode(c *rpc.Call, self model.Ref[model.Host], mode string, config map[string]string) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		old := h.PowerOnConfig[powerSecret]
		h.PowerOnMode, h.PowerOnConfig = mode, config
		if secret, ok := store.ByUUID[model.Secret](tx, old); ok && old != config[powerSecret] {
			return store.Delete(tx, secret)
		}
		return nil
	})
}

// SetIscsiIqn names the host as an iSCSI initiator, in the field and in
// other_config alike.
func (s *Service) SetIscsiIqn(c *rpc.Call, host model.Ref[model.Host], value string) error {
	if value == "" {
		return model.ErrInvalidValue("value", value)
	}
	return s.edit(c, host, func(h *model.Host) error {
		h.ISCSIIqn = value
		if h.OtherConfig == nil {
			h.OtherConfig = map[string]string{}
		}
		h.OtherConfig["iscsi_iqn"] = value
		return nil
	})
}

// SetMultipathing switches storage multipathing, in the field and in
// other_config alike.
func (s *Service) SetMultipathing(c *rpc.Call, host model.Ref[model.Host], value bool) error {
	return s.edit(c, host, func(h *model.Host) error {
		h.Multipathing = value
		if h.OtherConfig == nil {
			h.OtherConfig = map[string]string{}
		}
		h.OtherConfig["multipathing"] = fmt.Sprint(value)
		return nil
	})
}

// SetSSLLegacy fails if asked to go back: old TLS is gone.
func (s *Service) SetSSLLegacy(c *rpc.Call, self model.Ref[model.Host], value bool) error {
	if value {
		return model.ErrValueNotSupported("ssl_legacy", "true", "Legacy SSL support has been removed")
	}
	return s.edit(c, self, func(h *model.Host) error {
		h.SSLLegacy = false
		return nil
	})
}

// EnableDisplay shows the console on the host's screen after its next start.
func (s *Service) EnableDisplay(c *rpc.Call, host model.Ref[model.Host]) (model.HostDisplay, error) {
	return s.display(c, host, model.HostDisplayEnabled, model.HostDisplayDisableOnReboot, model.HostDisplayEnableOnReboot)
}

// DisableDisplay hides the console from the host's screen after its next start.
func (s *Service) DisableDisplay(c *rpc.Call, host model.Ref[model.Host]) (model.HostDisplay, error) {
	return s.display(c, host, model.HostDisplayDisabled, model.HostDisplayEnableOnReboot, model.HostDisplayDisableOnReboot)
}

// display moves to a state: at once if the opposite change was only pending,
// else with the next reboot.
func (s *Service) display(c *rpc.Call, host model.Ref[model.Host], now, undo, later model.HostDisplay) (model.HostDisplay, error) {
	var result model.HostDisplay
	err := s.edit(c, host, func(h *model.Host) error {
		switch h.Display {
		case now, undo:
			h.Display = now
		default:
			h.Display = later
		}
		result = h.Display
		return nil
	})
	return result, err
}

// GetSystemStatusCapabilities describes what a status report may hold, as XML.
func (s *Service) GetSystemStatusCapabilities(c *rpc.Call, host model.Ref[model.Host]) (string, error) {
	if _, err := store.Get(s.DB.View(), host); err != nil {
		return "", err
	}
	parts := []struct{ key, pii, maxSize string }{
		{"xenserver-config", "maybe", "50000"}, {"xenserver-databases", "yes", "500000"}, {"xenserver-logs", "maybe", "5000000"},
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><system-status-capabilities>`)
	for _, p := range parts {
		fmt.Fprintf(&b, `<capability content-type="text/plain" default-checked="yes" key=%q max-size=%q max-time="-1" min-size="0" min-time="-1" pii=%q/>`, p.key, p.maxSize, p.pii)
	}
	b.WriteString(`</system-status-capabilities>`)
	return b.String(), nil
}
