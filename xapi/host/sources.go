package host

import (
	"slices"
	"sync"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// recorded is what somebody has said about the recording of data sources. It
// lasts as long as the toolstack runs.
type recorded struct {
	mu  sync.Mutex
	say map[recording]bool
}

type recording struct {
	host   hostRef
	source string
}

func (k *recorded) set(host hostRef, source string, on bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.say == nil {
		k.say = map[recording]bool{}
	}
	k.say[recording{host, source}] = on
}

func (k *recorded) enabled(host hostRef, m measure) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if on, said := k.say[recording{host, m.name}]; said {
		return on
	}
	return m.standard
}

// GetDataSources lists what is measured of a host.
func (s *Service) GetDataSources(c *rpc.Call, host hostRef) ([]*model.DataSource, error) {
	all, err := s.measured(host)
	list := []*model.DataSource{}
	for _, m := range all {
		list = append(list, &model.DataSource{
			NameLabel: m.name, NameDescription: m.about, Units: m.units, Max: m.top,
			Enabled: s.recorded.enabled(host, m), Standard: m.standard,
		})
	}
	return list, err
}

func (s *Service) measured(host hostRef) ([]measure, error) {
	r := s.DB.View()
	h, err := store.Get(r, host)
	if err != nil {
		return nil, err
	}
	return measures(r, host, h, s.Clock.Now()), nil
}

func (s *Service) source(host hostRef, name string) (measure, error) {
	all, err := s.measured(host)
	if err != nil {
		return measure{}, err
	}
	i := slices.IndexFunc(all, func(m measure) bool { return m.name == name })
	if i < 0 {
		return measure{}, model.ErrInternalError("no data source " + name)
	}
	return all[i], nil
}

// QueryDataSource is what a source measures now.
func (s *Service) QueryDataSource(c *rpc.Call, host hostRef, dataSource string) (float64, error) {
	m, err := s.source(host, dataSource)
	return m.value, err
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
		s.recorded.set(host, name, on)
	}
	return err
}
