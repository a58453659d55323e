package licence

import (
	"encoding/base64"
	"strings"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// LicenseApply activates a free host with a key, which is base64 text:
// HOST_OFFLINE, ACTIVATION_WHILE_NOT_FREE, LICENSE_PROCESSING_ERROR, LICENSE_FILE_DEPRECATED,
// HA_IS_ENABLED, LICENSE_EXPIRED. It is gone from clearwater on.
func (s Hosts) LicenseApply(c *rpc.Call, host hostRef, contents string) error {
	defer s.alone(host)()
	r := s.DB.View()
	h, err := ops.Online(r, host)
	if err != nil {
		return err
	}
	if h.Edition != Free {
		return model.ErrActivationWhileNotFree()
	}
	k, err := s.readKey(h, contents)
	if err != nil {
		return err
	}
	e := FindEdition(s.Release, Free)
	switch {
	case e == nil || k.SKU != e.SKU:
		return model.ErrLicenseFileDeprecated()
	case haEnabled(r): // which no free host has
		return model.ErrHAIsEnabled()
	case !s.Clock.Now().Before(k.Expires):
		return model.ErrLicenseExpired()
	}
	return s.activate(c, host, h, e, k)
}

// LicenseAdd gives a host the edition of a key, which is base64 text:
// HOST_OFFLINE, LICENSE_PROCESSING_ERROR, LICENSE_EXPIRED.
func (s Hosts) LicenseAdd(c *rpc.Call, host hostRef, contents string) error {
	defer s.alone(host)()
	r := s.DB.View()
	h, err := ops.Online(r, host)
	if err != nil {
		return err
	}
	k, err := s.readKey(h, contents)
	if err != nil {
		return err
	}
	e := FindEdition(s.Release, k.Edition)
	switch {
	case e == nil:
		return model.ErrLicenseProcessingError()
	case !s.Clock.Now().Before(k.Expires):
		return model.ErrLicenseExpired()
	}
	return s.activate(c, host, h, e, k)
}

// LicenseRemove takes a host's key, or whatever else it has its edition from,
// away: it is as after its installation.
func (s Hosts) LicenseRemove(c *rpc.Call, host hostRef) error { return s.apply(c.Ctx, host, Free) }

// readKey reads a key that must be for that host.
func (s *Service) readKey(h *model.Host, contents string) (Key, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(contents), ""))
	if err != nil {
		return Key{}, model.ErrLicenseProcessingError()
	}
	k, err := DecodeKey(raw)
	if err != nil || k.Host != h.UUID {
		s.Log.Info("a key does not fit", zap.String("host", h.UUID), zap.String("for", k.Host), zap.Error(err))
		return Key{}, model.ErrLicenseProcessingError()
	}
	return k, nil
}

func (s *Service) activate(c *rpc.Call, host hostRef, h *model.Host, e *Edition, k Key) error {
	t := terms{edition: e, level: e.Level, grace: noGrace, expires: k.Expires, serial: k.Serial, owner: k.Owner}
	if err := s.write(c.Ctx, host, t, ""); err != nil {
		return err
	}
	s.giveBack(c.Ctx, h.OtherConfig[heldKey], h.UUID)
	return nil
}
