package host

import (
	"context"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cpu"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Masks has hosts keep what hides features of their processors, as they keep
// other options of their boot. A host that cannot be reached fails with
// CANNOT_CONTACT_HOST.
type Masks interface {
	SetCPUMask(ctx context.Context, host hostRef, mask string) error
}

// SetCPUFeatures hides all features of the host's processors but these, from
// its next boot on: FEATURE_RESTRICTED, INVALID_FEATURE_STRING [details],
// CPU_FEATURE_MASKING_NOT_SUPPORTED [details], HOST_OFFLINE [host].
func (s *Service) SetCPUFeatures(c *rpc.Call, host hostRef, features string) error {
	r := s.DB.View()
	h, err := ops.Online(r, host)
	if err != nil {
		return err
	}
	if !licence.Enabled(r, licence.CPUMasking) {
		return model.ErrFeatureRestricted()
	}
	mask, unable, err := cpu.CheckMask(h.CPUInfo, features)
	switch {
	case unable:
		return model.ErrCPUFeatureMaskingNotSupported(err.Error())
	case err != nil:
		return model.ErrInvalidFeatureString(err.Error())
	}
	return s.mask(c, host, mask, mask)
}

// ResetCPUFeatures hides none, from the host's next boot on: HOST_OFFLINE
// [host].
func (s *Service) ResetCPUFeatures(c *rpc.Call, host hostRef) error {
	h, err := ops.Online(s.DB.View(), host)
	if err != nil {
		return err
	}
	return s.mask(c, host, "", h.CPUInfo[cpu.Physical])
}

// mask has the host keep a mask, and shows what comes of it.
func (s *Service) mask(c *rpc.Call, host hostRef, mask, after string) error {
	if err := s.Masks.SetCPUMask(c.Ctx, host, mask); err != nil {
		return err
	}
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, host)
		if err != nil {
			return err
		}
		h.CPUInfo[cpu.AfterReboot] = after
		return nil
	})
}
