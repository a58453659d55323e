package host

import (
	"fmt"
	"strings"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Dmesg is the hypervisor's log: what the emulated one has to tell.
func (s *Service) Dmesg(c *rpc.Call, host hostRef) (string, error) {
	h, err := store.Get(s.DB.View(), host)
	if err != nil {
		return "", err
	}
	shows, err := s.read(c.Ctx, handling{Host: host})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "(XEN) Xen version %s (emulated)\n", h.SoftwareVersion["xen"])
	fmt.Fprintf(&b, "(XEN) Brought up %s CPUs: %s\n", h.CPUInfo["cpu_count"], h.CPUInfo["modelname"])
	for _, key := range []byte(shows.Keys) {
		fmt.Fprintf(&b, "(XEN) '%c' pressed\n", key)
	}
	return b.String(), nil
}

// SendDebugKeys presses keys at the hypervisor's console, which its log tells
// of: INVALID_VALUE for what no keyboard has.
func (s *Service) SendDebugKeys(c *rpc.Call, host hostRef, keys string) error {
	if _, err := store.Get(s.DB.View(), host); err != nil {
		return err
	}
	for _, r := range keys {
		if r <= ' ' || r > '~' {
			return model.ErrInvalidValue("keys", keys)
		}
	}
	_, err := s.read(c.Ctx, handling{Host: host, Keys: keys})
	return err
}

// SyslogReconfigure has a host log to where its field logging says:
// HOST_OFFLINE [host]. Emulated hosts keep no log of their own; the daemon's
// tells of the change.
func (s *Service) SyslogReconfigure(c *rpc.Call, host hostRef) error {
	h, err := ops.Online(s.DB.View(), host)
	if err != nil {
		return err
	}
	s.Log.Info("a host logs elsewhere", zap.String("host", h.UUID), zap.String("destination", h.Logging["syslog_destination"]))
	return nil
}

// SyncData brings a host what it is to have a copy of: HOST_OFFLINE [host], or
// what keeps the copies from being made.
func (s *Service) SyncData(c *rpc.Call, host hostRef) error {
	if _, err := store.Get(s.DB.View(), host); err != nil {
		return err
	}
	if err := s.Reach(c.Ctx, host); err != nil {
		return err
	}
	return s.Power.SyncDatabase(c)
}
