package host

import (
	"context"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/measure"
	"github.com/xapid/xapid/xapi/rpc"
)

// GetDataSources lists what is measured of a host.
func (s *Service) GetDataSources(c *rpc.Call, host hostRef) ([]*model.DataSource, error) {
	all, shows, err := s.measured(c.Ctx, handling{Host: host})
	var k measure.Recorded[model.Host]
	for source, on := range shows.Say {
		k.Set(host, source, on)
	}
	return k.List(host, all), err
}

func (s *Service) measured(ctx context.Context, do handling) ([]measure.Source, reading, error) {
	r := s.DB.View()
	h, err := store.Get(r, do.Host)
	if err != nil {
		return nil, reading{}, err
	}
	shows, err := s.read(ctx, do)
	return measures(r, do.Host, h, s.Clock.Now(), shows), shows, err
}

func (s *Service) source(c *rpc.Call, host hostRef, name string) (measure.Source, error) {
	all, _, err := s.measured(c.Ctx, handling{Host: host})
	if err != nil {
		return measure.Source{}, err
	}
	return measure.Find(all, name)
}

// QueryDataSource is what a source measures now.
func (s *Service) QueryDataSource(c *rpc.Call, host hostRef, dataSource string) (float64, error) {
	m, err := s.source(c, host, dataSource)
	return m.Value, err
}

// RecordDataSource has a source recorded from now on.
func (s *Service) RecordDataSource(c *rpc.Call, host hostRef, dataSource string) error {
	return s.record(c, host, dataSource, true)
}

// ForgetDataSourceArchives drops what is recorded of a source, which is not
// recorded any more.
func (s *Service) ForgetDataSourceArchives(c *rpc.Call, host hostRef, dataSource string) error {
	return s.record(c, host, dataSource, false)
}

func (s *Service) record(c *rpc.Call, host hostRef, name string, on bool) error {
	_, err := s.source(c, host, name)
	if err == nil {
		_, err = s.read(c.Ctx, handling{Host: host, Source: name, On: on})
	}
	return err
}
