package storage

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/measure"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// sources are what is measured of an SR.
func sources(sr *model.SR) []measure.Source {
	size := float64(sr.PhysicalSize)
	return []measure.Source{
		{Name: "size", About: "Size of the SR", Units: "B", Top: size, Standard: true, Value: size},
		{Name: "physical_utilisation", About: "Space that the SR's content takes", Units: "B", Top: size, Standard: true, Value: float64(sr.PhysicalUtilisation)},
	}
}

// GetDataSources lists what is measured of an SR.
func (s *SRs) GetDataSources(c *rpc.Call, sr srRef) ([]*model.DataSource, error) {
	row, err := store.Get(s.DB.View(), sr)
	if err != nil {
		return nil, err
	}
	all := sources(row)
	list := s.recorded.List(sr, all)
	for i := range list {
		list[i].Value = all[i].Value
	}
	return list, nil
}

// QueryDataSource is what a source measures now.
func (s *SRs) QueryDataSource(c *rpc.Call, sr srRef, name string) (float64, error) {
	row, err := store.Get(s.DB.View(), sr)
	if err != nil {
		return 0, err
	}
	d, err := measure.Find(sources(row), name)
	return d.Value, err
}

// RecordDataSource has a source recorded from now on.
func (s *SRs) RecordDataSource(c *rpc.Call, sr srRef, name string) error {
	return s.record(c, sr, name, true)
}

// ForgetDataSourceArchives drops what is recorded of a source, which is not
// recorded any more.
func (s *SRs) ForgetDataSourceArchives(c *rpc.Call, sr srRef, name string) error {
	return s.record(c, sr, name, false)
}

func (s *SRs) record(c *rpc.Call, sr srRef, name string, on bool) error {
	if _, err := s.QueryDataSource(c, sr, name); err != nil {
		return err
	}
	s.recorded.Set(sr, name, on)
	return nil
}

// Revert gives a disk the content of a snapshot of it:
// REVERT_ONLY_ALLOWED_ON_SNAPSHOT, SR_OPERATION_NOT_SUPPORTED [sr] with the
// drivers that there are.
func (s *VDIs) Revert(c *rpc.Call, snapshot vdiRef) error {
	row, err := store.Get(s.DB.View(), snapshot)
	if err != nil {
		return err
	}
	claims := []ops.Claim{
		ops.SR(row.SR, model.StorageOperationsVDIRevert), ops.VDI(snapshot, model.VDIOperationsRevertTo), ops.VDI(row.SnapshotOf, model.VDIOperationsRevertFrom),
	}
	// None of the drivers can go back: what they would do has no place here.
	return s.Gate.Do(c, ops.Standard, claims, func() error { return model.ErrUnimplementedInSMBackend(row.SR) })
}
