package storage

import (
	"encoding/xml"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

type poolRef = model.Ref[model.Pool]

// Introduce makes the record of a disk that an SR holds: LOCATION_NOT_UNIQUE
// [sr, location], SR_OPERATION_NOT_SUPPORTED if the driver cannot be told.
func (s *VDIs) Introduce(c *rpc.Call, id, name, description string, sr srRef, kind model.VDIType, sharable, readOnly bool,
	otherConfig map[string]string, location string, xenstoreData, smConfig map[string]string, isManaged bool, size, used int64,
	metadataOf poolRef, isSnapshot bool, at time.Time, of vdiRef) (vdiRef, error) {
	return s.onSR(c, sr, model.StorageOperationsVDIIntroduce, func(tx *store.Tx) (vdiRef, error) {
		if err := attached(tx, sr); err != nil {
			return "", err
		}
		vdi := store.Default[model.VDI]()
		vdi.UUID, vdi.NameLabel, vdi.NameDescription, vdi.SR, vdi.Type, vdi.Sharable, vdi.ReadOnly = id, name, description, sr, kind, sharable, readOnly
		vdi.OtherConfig, vdi.Location, vdi.XenstoreData, vdi.SMConfig, vdi.Managed = otherConfig, location, xenstoreData, smConfig, isManaged
		vdi.VirtualSize, vdi.PhysicalUtilisation, vdi.MetadataOfPool = size, used, orNull(metadataOf)
		vdi.IsASnapshot, vdi.SnapshotTime, vdi.SnapshotOf = isSnapshot, at, orNull(of)
		return introduce(tx, vdi)
	})
}

// DBIntroduce makes the record of a disk without asking the driver: UUID_INVALID
// [VDI, uuid], LOCATION_NOT_UNIQUE [sr, location].
func (s *VDIs) DBIntroduce(c *rpc.Call, id, name, description string, sr srRef, kind model.VDIType, sharable, readOnly bool,
	otherConfig map[string]string, location string, xenstoreData, smConfig map[string]string, isManaged bool, size, used int64,
	metadataOf poolRef, isSnapshot bool, at time.Time, of vdiRef, cbt bool) (vdiRef, error) {
	return made(c.Ctx, s.DB, func(tx *store.Tx) (vdiRef, error) {
		if _, err := uuid.Parse(id); err != nil {
			return "", model.ErrUUIDInvalid("VDI", id)
		}
		vdi := store.Default[model.VDI]()
		vdi.UUID, vdi.NameLabel, vdi.NameDescription, vdi.SR, vdi.Type, vdi.Sharable, vdi.ReadOnly = id, name, description, sr, kind, sharable, readOnly
		vdi.OtherConfig, vdi.Location, vdi.XenstoreData, vdi.SMConfig, vdi.Managed = otherConfig, location, xenstoreData, smConfig, isManaged
		vdi.VirtualSize, vdi.PhysicalUtilisation, vdi.MetadataOfPool = size, used, orNull(metadataOf)
		vdi.IsASnapshot, vdi.SnapshotTime, vdi.SnapshotOf, vdi.CBTEnabled = isSnapshot, at, orNull(of), cbt
		return introduce(tx, vdi)
	})
}

// PoolIntroduce is DBIntroduce, as hosts call it that join.
func (s *VDIs) PoolIntroduce(c *rpc.Call, id, name, description string, sr srRef, kind model.VDIType, sharable, readOnly bool,
	otherConfig map[string]string, location string, xenstoreData, smConfig map[string]string, isManaged bool, size, used int64,
	metadataOf poolRef, isSnapshot bool, at time.Time, of vdiRef, cbt bool) (vdiRef, error) {
	return s.DBIntroduce(c, id, name, description, sr, kind, sharable, readOnly, otherConfig, location, xenstoreData, smConfig, isManaged, size, used,
		metadataOf, isSnapshot, at, of, cbt)
}

func orNull[T any](ref model.Ref[T]) model.Ref[T] {
	if ref == "" {
		return model.NullRef
	}
	return ref
}

func introduce(tx *store.Tx, vdi *model.VDI) (vdiRef, error) {
	sr, err := store.Get(tx, vdi.SR)
	if err != nil {
		return "", err
	}
	for _, v := range sr.VDIs {
		if other, ok := store.Find(tx, v); ok && other.Location == vdi.Location && other.UUID != vdi.UUID {
			return "", model.ErrLocationNotUnique(vdi.SR, vdi.Location)
		}
	}
	if have, ok := store.ByUUID[model.VDI](tx, vdi.UUID); ok && vdi.UUID != "" {
		return have, nil
	}
	vdi.OnBoot, vdi.Parent = model.OnBootPersist, model.NullRef
	return store.Insert(tx, vdi), nil
}

// Forget drops the disk's record; its content stays for a scan to find, and so
// do its VBDs.
func (s *VDIs) Forget(c *rpc.Call, vdi vdiRef) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VDI(vdi, model.VDIOperationsForget)}, func() error { return s.DBForget(c, vdi) })
}

// DBForget drops the record without a question.
func (s *VDIs) DBForget(c *rpc.Call, vdi vdiRef) error {
	var row *model.VDI
	sr := ""
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) (err error) {
		if row, err = store.Get(tx, vdi); err != nil {
			return err
		}
		if container, ok := store.Find(tx, row.SR); ok {
			sr = container.UUID
		}
		if err := store.Delete(tx, vdi); err != nil {
			return err
		}
		return ops.CollectVBDs(tx)
	})
	if err == nil && sr != "" {
		s.Media.forgetVDI(sr, row)
	}
	return err
}

// GenerateConfig is what a host needs to attach the disk without the toolstack:
// XML with the parameters of the SR's PBD there.
func (s *VDIs) GenerateConfig(c *rpc.Call, host model.Ref[model.Host], vdi vdiRef) (text string, err error) {
	err = s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VDI(vdi, model.VDIOperationsGenerateConfig)}, func() error {
		text, err = config(s.DB.View(), host, vdi)
		return err
	})
	return text, err
}

func config(r store.Reader, host model.Ref[model.Host], ref vdiRef) (string, error) {
	if _, err := store.Get(r, host); err != nil {
		return "", err
	}
	vdi, err := store.Get(r, ref)
	if err != nil {
		return "", err
	}
	sr, err := store.Get(r, vdi.SR)
	if err != nil {
		return "", err
	}
	for _, p := range sr.PBDs {
		pbd, ok := store.Find(r, p)
		if !ok || pbd.Host != host || !pbd.CurrentlyAttached {
			continue
		}
		type member struct {
			Name  string `xml:"name"`
			Value string `xml:"value>string"`
		}
		members := []member{{"sr_uuid", sr.UUID}, {"vdi_uuid", vdi.UUID}, {"location", vdi.Location}, {"command", "vdi_attach_from_config"}}
		for _, k := range slices.Sorted(maps.Keys(pbd.DeviceConfig)) {
			members = append(members, member{"device_config:" + k, pbd.DeviceConfig[k]})
		}
		return document(struct {
			XMLName xml.Name `xml:"struct"`
			Members []member `xml:"member"`
		}{Members: members}), nil
	}
	return "", model.ErrSRHasNoPBDs(vdi.SR)
}

// ResizeOnline makes a disk larger that is in use: SR_OPERATION_NOT_SUPPORTED
// with the drivers that there are.
func (s *VDIs) ResizeOnline(c *rpc.Call, vdi vdiRef, size int64) error {
	return s.onBoth(c, vdi, model.StorageOperationsVDIResize, model.VDIOperationsResizeOnline, func(tx *store.Tx) error {
		return grow(tx, vdi, size)
	})
}

// SetMetadataOfPool notes whose database the disk holds; a driver's affair.
func (s *VDIs) SetMetadataOfPool(c *rpc.Call, self vdiRef, value poolRef) error {
	return s.set(c.Ctx, self, func(v *model.VDI) { v.MetadataOfPool = value })
}
