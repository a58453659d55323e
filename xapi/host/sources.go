package host

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/measure"
	"github.com/xapid/xapid/xapi/rpc"
)

// GetDataSources lists what is measured of a host.
func (s *Service) GetDataSources(c *rpc.Call, host hostRef) ([]*model.DataSource, error) {
	all, err := s.measured(host)
	return s.recorded.List(host, all), err
}

func (s *Service) measured(host hostRef) ([]measure.Source, error) {
	r := s.DB.View()
	h, err := store.Get(r, host)
	if err != nil {
		return nil, err
	}
	return measures(r, host, h, s.Clock.Now()), nil
}

func (s *Service) source(host hostRef, name string) (measure.Source, error) {
	all, err := s.measured(host)
	if err != nil {
		return measure.Source{}, err
	}
	return measure.Find(all, name)
}

// QueryDataSource is what a source measures now.
func (s *Service) QueryDataSource(c *rpc.Call, host hostRef, dataSource string) (float64, error) {
	m, err := s.source(host, dataSource)
	return m.Value, err
}

// RecordDataSource has a source recorded from now on.
func (s *Service) RecordDataSource(c *rpc.Call, host hostRef, dataSource string) error {
	return s.record(host, dataSource, true)
}

// ForgetDataSourceArchives drops what is recorded of a source, which is not
// recorded any more.
func (s *Service) ForgetDataSourceArchives(c *rpc.Call, host hostRef, dataSource string) error {
	return s.record(host, dataSource, false)
}

func (s *Service) record(host hostRef, name string, on bool) error {
	_, err := s.source(host, name)
	if err == nil {
		s.recorded.Set(host, name, on)
	}
	return err
}
