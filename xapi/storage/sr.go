package storage

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// GetSupportedTypes lists the types of SR that there are drivers for.
func (s *SRs) GetSupportedTypes(c *rpc.Call) ([]string, error) {
	types := []string{}
	for _, sm := range store.All[model.SM](s.DB.View()) {
		types = append(types, sm.Type)
	}
	return types, nil
}

// Introduce makes the record of an SR that exists, without PBDs; its sizes are
// not known. SR_UUID_EXISTS [uuid] if it has one. An empty uuid means a new one.
func (s *SRs) Introduce(c *rpc.Call, id, name, description, kind, content string, shared bool, smConfig map[string]string) (srRef, error) {
	return made(c.Ctx, s.DB, func(tx *store.Tx) (srRef, error) {
		if _, ok := store.ByUUID[model.SR](tx, id); ok && id != "" {
			return "", model.ErrSRUUIDExists(id)
		}
		sr := store.Default[model.SR]()
		sr.UUID, sr.NameLabel, sr.NameDescription = id, name, description
		if id == "" {
			sr.UUID = uuid.NewString()
		}
		sr.Type, sr.ContentType, sr.Shared, sr.SMConfig = strings.ToLower(kind), content, shared, smConfig
		sr.PhysicalSize, sr.PhysicalUtilisation = -1, -1
		return store.Insert(tx, sr), nil
	})
}

// Forget drops the records of an SR, its disks and PBDs: SR_HAS_PBD while one
// is attached. The data stay.
func (s *SRs) Forget(c *rpc.Call, sr srRef) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.SR(sr, model.StorageOperationsForget)}, func() error {
		keep := func() {}
		err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
			row, err := store.Get(tx, sr)
			if err != nil {
				return err
			}
			keep = s.Media.forgetSR(tx, row)
			return forget(tx, sr)
		})
		if err == nil {
			keep()
		}
		return err
	})
}

func forget(tx *store.Tx, ref srRef) error {
	sr, err := store.Get(tx, ref)
	if err != nil {
		return err
	}
	for _, p := range slices.Clone(sr.PBDs) {
		if pbd, ok := store.Find(tx, p); ok {
			forgetSecrets(tx, pbd.DeviceConfig)
		}
		if err := store.Delete(tx, p); err != nil {
			return err
		}
	}
	for _, v := range slices.Clone(sr.VDIs) {
		if err := store.Delete(tx, v); err != nil {
			return err
		}
	}
	if err := store.Delete(tx, ref); err != nil {
		return err
	}
	return ops.CollectVBDs(tx)
}

// Destroy erases an empty SR that is attached nowhere: SR_HAS_PBD,
// SR_HAS_NO_PBDS, SR_NOT_EMPTY, SR_INDESTRUCTIBLE, SR_IS_CACHE_SR [host].
func (s *SRs) Destroy(c *rpc.Call, sr srRef) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.SR(sr, model.StorageOperationsDestroy)}, func() error {
		id := ""
		err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
			row, err := store.Get(tx, sr)
			if err != nil {
				return err
			}
			id = row.UUID
			if row.OtherConfig["indestructible"] == "true" {
				return model.ErrSRIndestructible(sr)
			}
			for ref, h := range store.All[model.Host](tx) {
				if h.LocalCacheSR == sr {
					return model.ErrSRIsCacheSR(ref)
				}
			}
			return forget(tx, sr)
		})
		if err == nil {
			s.Media.erase(id)
		}
		return err
	})
}

// Scan has the driver list what is there and brings the SR's disks and sizes in
// line.
func (s *SRs) Scan(c *rpc.Call, sr srRef) error {
	taken := func() {}
	err := s.refresh(c, sr, model.StorageOperationsScan, func(tx *store.Tx, e *model.SR) (err error) {
		if taken, err = s.Media.found(tx, sr); err != nil {
			return err
		}
		row, err := store.Get(tx, sr)
		if err != nil {
			return err
		}
		e.VirtualAllocation = 0
		for _, v := range row.VDIs {
			if vdi, ok := store.Find(tx, v); ok {
				e.VirtualAllocation += vdi.VirtualSize
			}
		}
		delete(e.OtherConfig, "dirty")
		return nil
	})
	if err == nil {
		taken()
	}
	return err
}

// Update has the driver tell the SR's sizes anew.
func (s *SRs) Update(c *rpc.Call, sr srRef) error {
	return s.refresh(c, sr, model.StorageOperationsUpdate, func(*store.Tx, *model.SR) error { return nil })
}

func (s *SRs) refresh(c *rpc.Call, sr srRef, op model.StorageOperations, change func(*store.Tx, *model.SR) error) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.SR(sr, op)}, func() error {
		return edit(c, s.DB, sr, func(tx *store.Tx, e *model.SR) error {
			if err := attached(tx, sr); err != nil {
				return err
			}
			return change(tx, e)
		})
	})
}

// SetShared: SR_HAS_MULTIPLE_PBDS [pbd...] if a shared SR with several PBDs is
// to be local.
func (s *SRs) SetShared(c *rpc.Call, sr srRef, value bool) error {
	return edit(c, s.DB, sr, func(_ *store.Tx, e *model.SR) error {
		if !value && len(e.PBDs) > 1 {
			var pbds []any
			for _, p := range e.PBDs {
				pbds = append(pbds, p)
			}
			return model.ErrSRHasMultiplePBDs(pbds...)
		}
		e.Shared = value
		return nil
	})
}

// SetNameLabel renames the SR: SR_HAS_NO_PBDS if it is not attached.
func (s *SRs) SetNameLabel(c *rpc.Call, sr srRef, value string) error {
	return s.through(c, sr, func(e *model.SR) { e.NameLabel = value })
}

// SetNameDescription describes the SR: SR_HAS_NO_PBDS if it is not attached.
func (s *SRs) SetNameDescription(c *rpc.Call, sr srRef, value string) error {
	return s.through(c, sr, func(e *model.SR) { e.NameDescription = value })
}

func (s *SRs) through(c *rpc.Call, sr srRef, change func(*model.SR)) error {
	return edit(c, s.DB, sr, func(tx *store.Tx, e *model.SR) error {
		if err := attached(tx, sr); err != nil {
			return err
		}
		change(e)
		return nil
	})
}

// SetPhysicalSize notes the SR's size, in bytes; a driver's affair.
func (s *SRs) SetPhysicalSize(c *rpc.Call, self srRef, value int64) error {
	return edit(c, s.DB, self, func(_ *store.Tx, e *model.SR) error { e.PhysicalSize = value; return nil })
}

// SetVirtualAllocation notes the sum of the disks' sizes, in bytes; a driver's
// affair.
func (s *SRs) SetVirtualAllocation(c *rpc.Call, self srRef, value int64) error {
	return edit(c, s.DB, self, func(_ *store.Tx, e *model.SR) error { e.VirtualAllocation = value; return nil })
}

// SetPhysicalUtilisation notes the space that is taken, in bytes; a driver's
// affair.
func (s *SRs) SetPhysicalUtilisation(c *rpc.Call, self srRef, value int64) error {
	return edit(c, s.DB, self, func(_ *store.Tx, e *model.SR) error { e.PhysicalUtilisation = value; return nil })
}

// Make is gone: MESSAGE_DEPRECATED.
func (s *SRs) Make(c *rpc.Call, host model.Ref[model.Host], deviceConfig map[string]string, size int64, name, description, kind, content string, smConfig map[string]string) (string, error) {
	return "", model.ErrMessageDeprecated()
}

// GetLiveHosts lists the hosts that live and have the SR attached.
func (s *SRs) GetLiveHosts(c *rpc.Call, sr srRef) ([]model.Ref[model.Host], error) {
	r := s.DB.View()
	row, err := store.Get(r, sr)
	if err != nil {
		return nil, err
	}
	hosts := []model.Ref[model.Host]{}
	for _, p := range row.PBDs {
		pbd, ok := store.Find(r, p)
		if !ok || !pbd.CurrentlyAttached {
			continue
		}
		if h, ok := store.Find(r, pbd.Host); ok {
			if ops.Alive(r, h) {
				hosts = append(hosts, pbd.Host)
			}
		}
	}
	return hosts, nil
}
