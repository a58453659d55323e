package storage

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// metadataSize is the disk that a copy of the database gets, in bytes.
const metadataSize = 256 * mib

// AssertCanHostHaStatefile tells what keeps an SR from carrying the heartbeat:
// SR_HAS_NO_PBDS, INCOMPATIBLE_STATEFILE_SR, SR_OPERATION_NOT_SUPPORTED,
// SR_SOURCE_SPACE_INSUFFICIENT.
func (s *SRs) AssertCanHostHaStatefile(c *rpc.Call, sr srRef) error {
	return ha.Suits(s.DB.View(), sr, s.Gate.Release)
}

// AssertSupportsDatabaseReplication fails unless all hosts have the SR attached,
// SR_HAS_NO_PBDS, and its driver keeps metadata, SR_OPERATION_NOT_SUPPORTED.
func (s *SRs) AssertSupportsDatabaseReplication(c *rpc.Call, sr srRef) error {
	return replicates(s.DB.View(), sr)
}

func replicates(r store.Reader, ref srRef) error {
	sr, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	have := map[model.Ref[model.Host]]bool{}
	for _, p := range sr.PBDs {
		if pbd, ok := store.Find(r, p); ok && pbd.CurrentlyAttached {
			have[pbd.Host] = true
		}
	}
	for h := range store.All[model.Host](r) {
		if !have[h] {
			return model.ErrSRHasNoPBDs(ref)
		}
	}
	if !ops.HasFeature(r, ref, "SR_METADATA") {
		return model.ErrSROperationNotSupported(ref)
	}
	return nil
}

// EnableDatabaseReplication makes the disk in an SR that a copy of the pool's
// database is for. It is no error if it is there.
func (s *SRs) EnableDatabaseReplication(c *rpc.Call, sr srRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if err := replicates(tx, sr); err != nil {
			return err
		}
		pool, have := metadata(tx, sr)
		if len(have) > 0 {
			return nil
		}
		vdi := store.Default[model.VDI]()
		vdi.NameLabel, vdi.NameDescription = "Metadata for DR", "A copy of the pool's database, for disaster recovery"
		vdi.SR, vdi.VirtualSize, vdi.Type, vdi.MetadataOfPool, vdi.MetadataLatest = sr, metadataSize, model.VDITypeMetadata, pool, true
		_, err := CreateVDI(tx, vdi)
		return err
	})
}

// metadata are the disks in an SR that are for the pool's database.
func metadata(r store.Reader, ref srRef) (pool model.Ref[model.Pool], disks []vdiRef) {
	for p := range store.All[model.Pool](r) {
		pool = p
	}
	sr, ok := store.Find(r, ref)
	if !ok {
		return pool, nil
	}
	for _, v := range sr.VDIs {
		if vdi, ok := store.Find(r, v); ok && vdi.Type == model.VDITypeMetadata && vdi.MetadataOfPool == pool {
			disks = append(disks, v)
		}
	}
	return pool, disks
}

// DisableDatabaseReplication destroys that disk.
func (s *SRs) DisableDatabaseReplication(c *rpc.Call, sr srRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := store.Get(tx, sr); err != nil {
			return err
		}
		_, disks := metadata(tx, sr)
		for _, v := range disks {
			if err := DestroyVDI(tx, v); err != nil {
				return err
			}
		}
		return nil
	})
}

// ReadDatabasePoolUUID tells whose database a disk holds; "" if none.
func (s *VDIs) ReadDatabasePoolUUID(c *rpc.Call, self vdiRef) (string, error) {
	r := s.DB.View()
	vdi, err := store.Get(r, self)
	if err != nil {
		return "", err
	}
	if p, ok := store.Find(r, vdi.MetadataOfPool); ok && vdi.Type == model.VDITypeMetadata {
		return p.UUID, nil
	}
	return "", nil
}
