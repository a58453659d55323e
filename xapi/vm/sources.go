package vm

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/measure"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// GetDataSources lists what is measured of a running VM.
func (s *Service) GetDataSources(c *rpc.Call, self ref) ([]*model.DataSource, error) {
	list := []*model.DataSource{}
	err := s.sourced(c, self, func(all []measure.Source) error {
		list = s.recorded.List(self, all)
		return nil
	})
	return list, err
}

func (s *Service) sourced(c *rpc.Call, self ref, work func([]measure.Source) error) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(self, model.VMOperationsDataSourceOp)}, func() error {
		r := s.DB.View()
		v, err := store.Get(r, self)
		if err != nil {
			return err
		}
		return work(measures(r, v, s.Clock.Now()))
	})
}

// QueryDataSource is what a source measures now, of a running or paused VM.
func (s *Service) QueryDataSource(c *rpc.Call, self ref, dataSource string) (float64, error) {
	r := s.DB.View()
	v, err := store.Get(r, self)
	if err != nil {
		return 0, err
	}
	if !live(v) {
		return 0, model.ErrVMBadPowerState(self, "running;paused", ops.Lower(v.PowerState)) // joined so, as xapi
	}
	m, err := measure.Find(measures(r, v, s.Clock.Now()), dataSource)
	return m.Value, err
}

// RecordDataSource has a source recorded from now on.
func (s *Service) RecordDataSource(c *rpc.Call, self ref, dataSource string) error {
	return s.record(c, self, dataSource, true)
}

// ForgetDataSourceArchives drops what is recorded of a source, which is not
// recorded any more.
func (s *Service) ForgetDataSourceArchives(c *rpc.Call, self ref, dataSource string) error {
	return s.record(c, self, dataSource, false)
}

func (s *Service) record(c *rpc.Call, self ref, name string, on bool) error {
	return s.sourced(c, self, func(all []measure.Source) error {
		if _, err := measure.Find(all, name); err != nil {
			return err
		}
		s.recorded.Set(self, name, on)
		return nil
	})
}
