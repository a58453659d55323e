package storage

import (
	"sync"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// sources are what is measured of an SR.
var sources = []struct {
	name, about string
	value       func(*model.SR) int64
}{
	{"size", "Size of the SR", func(sr *model.SR) int64 { return sr.PhysicalSize }},
	{"physical_utilisation", "Space that the SR's content takes", func(sr *model.SR) int64 { return sr.PhysicalUtilisation }},
}

// recorded is what somebody has said about the recording of SRs' data sources.
// It lasts as long as the toolstack runs.
type recorded struct {
	mu  sync.Mutex
	off map[srRef]map[string]bool
}

func (k *recorded) set(sr srRef, name string, on bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.off == nil {
		k.off = map[srRef]map[string]bool{}
	}
	if k.off[sr] == nil {
		k.off[sr] = map[string]bool{}
	}
	k.off[sr][name] = !on
}

func (k *recorded) enabled(sr srRef, name string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return !k.off[sr][name]
}

// GetDataSources lists what is measured of an SR.
func (s *SRs) GetDataSources(c *rpc.Call, sr srRef) ([]*model.DataSource, error) {
	row, err := store.Get(s.DB.View(), sr)
	if err != nil {
		return nil, err
	}
	list := []*model.DataSource{}
	for _, d := range sources {
		list = append(list, &model.DataSource{
			NameLabel: d.name, NameDescription: d.about, Units: "B", Max: float64(row.PhysicalSize),
			Enabled: s.recorded.enabled(sr, d.name), Standard: true, Value: float64(d.value(row)),
		})
	}
	return list, nil
}

// QueryDataSource is what a source measures now.
func (s *SRs) QueryDataSource(c *rpc.Call, sr srRef, name string) (float64, error) {
	row, err := store.Get(s.DB.View(), sr)
	if err != nil {
		return 0, err
	}
	for _, d := range sources {
		if d.name == name {
			return float64(d.value(row)), nil
		}
	}
	return 0, model.ErrInternalError("no data source " + name)
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
	s.recorded.set(sr, name, on)
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
