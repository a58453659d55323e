package host

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones do not depend on the machine

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/fault"
	"github.com/xapid/xapid/xapi/rpc"
)

// zonesText names the time zones.
//
//go:embed zones.txt
var zonesText string

var zones = strings.Fields(zonesText)

// GetServertime is the host's clock, in UTC.
func (s *Service) GetServertime(c *rpc.Call, host hostRef) (time.Time, error) {
	return s.Now(c.Ctx, host)
}

// GetServerLocaltime is what a clock on the wall of the host shows, in its own
// time zone. As xapi: nothing in the answer tells the zone.
func (s *Service) GetServerLocaltime(c *rpc.Call, host hostRef) (time.Time, error) {
	h, err := store.Get(s.DB.View(), host)
	if err != nil {
		return time.Time{}, err
	}
	now, err := s.Now(c.Ctx, host)
	if err != nil {
		return time.Time{}, err
	}
	zone, err := time.LoadLocation(h.Timezone)
	if err != nil {
		zone = time.UTC // of a database from elsewhere
	}
	_, ahead := now.In(zone).Zone()
	return now.Add(time.Duration(ahead) * time.Second), nil
}

// SetServertime puts the host's clock right, or wrong:
// NOT_ALLOWED_WHEN_NTP_IS_ENABLED [host] if that is not its own business.
func (s *Service) SetServertime(c *rpc.Call, self hostRef, value time.Time) error {
	h, err := store.Get(s.DB.View(), self)
	switch {
	case err != nil:
		return err
	case h.NTPMode != model.HostNTPModeDisabled:
		return model.ErrNotAllowedWhenNTPIsEnabled(self)
	}
	now, err := s.Now(c.Ctx, self)
	if err != nil {
		return err
	}
	forward := value.Sub(now).Round(time.Second) / time.Second
	_, err = s.Plugins[fault.Name](c, self, "clock", map[string]string{"forward": strconv.FormatInt(int64(forward), 10)})
	return err
}

// ListTimezones names what set_timezone takes.
func (s *Service) ListTimezones(c *rpc.Call, self hostRef) ([]string, error) {
	_, err := store.Get(s.DB.View(), self)
	return zones, err
}

// SetTimezone sets the zone of get_server_localtime: INVALID_VALUE for one that
// is not listed.
func (s *Service) SetTimezone(c *rpc.Call, self hostRef, value string) error {
	if !slices.Contains(zones, value) {
		return model.ErrInvalidValue("timezone", value)
	}
	return s.edit(c, self, func(h *model.Host) error {
		h.Timezone = value
		return nil
	})
}

// SetNTPMode says where the host's clock learns the time, if anywhere:
// INVALID_NTP_CONFIG [reason] for custom servers of which there are none.
func (s *Service) SetNTPMode(c *rpc.Call, self hostRef, value model.HostNTPMode) error {
	return s.edit(c, self, func(h *model.Host) error {
		h.NTPMode = value
		return servers(h)
	})
}

// SetNTPCustomServers names the servers of the mode Custom: INVALID_NTP_CONFIG
// [reason] if that is the mode and there are none.
func (s *Service) SetNTPCustomServers(c *rpc.Call, self hostRef, value []string) error {
	return s.edit(c, self, func(h *model.Host) error {
		h.NTPCustomServers = value
		return servers(h)
	})
}

func servers(h *model.Host) error {
	if h.NTPMode == model.HostNTPModeCustom && len(h.NTPCustomServers) == 0 {
		return model.ErrInvalidNTPConfig("the mode Custom needs a server")
	}
	return nil
}

// GetNTPSynchronized tells whether the clock follows others: what the emulated
// ones do unless they are told not to.
func (s *Service) GetNTPSynchronized(c *rpc.Call, self hostRef) (bool, error) {
	h, err := store.Get(s.DB.View(), self)
	if err != nil {
		return false, err
	}
	return h.NTPMode != model.HostNTPModeDisabled, nil
}

// GetNTPServersStatus tells of each server of the host whether it is heard:
// nothing that is emulated asks them.
func (s *Service) GetNTPServersStatus(c *rpc.Call, self hostRef) (map[string]string, error) {
	h, err := store.Get(s.DB.View(), self)
	if err != nil || h.NTPMode != model.HostNTPModeCustom {
		return nil, err
	}
	status := map[string]string{}
	for _, server := range h.NTPCustomServers {
		status[server] = "unknown"
	}
	return status, nil
}
