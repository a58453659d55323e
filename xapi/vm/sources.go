package vm

import (
	"slices"
	"sync"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// recorded is what somebody has said about the recording of data sources. It
// lasts as long as the toolstack runs.
type recorded struct {
	mu  sync.Mutex
	say map[ref]map[string]bool
}

func (k *recorded) set(vm ref, source string, on bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.say == nil {
		k.say = map[ref]map[string]bool{}
	}
	if k.say[vm] == nil {
		k.say[vm] = map[string]bool{}
	}
	k.say[vm][source] = on
}

func (k *recorded) enabled(vm ref, m measure) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if on, said := k.say[vm][m.name]; said {
		return on
	}
	return m.standard
}

// GetDataSources lists what is measured of a running VM.
func (s *Service) GetDataSources(c *rpc.Call, self ref) ([]*model.DataSource, error) {
	list := []*model.DataSource{}
	err := s.sourced(c, self, func(all []measure) error {
		for _, m := range all {
			list = append(list, &model.DataSource{
				NameLabel: m.name, NameDescription: m.about, Units: m.units, Max: m.top,
				Enabled: s.recorded.enabled(self, m), Standard: m.standard,
			})
		}
		return nil
	})
	return list, err
}

func (s *Service) sourced(c *rpc.Call, self ref, work func([]measure) error) error {
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
	m, err := source(measures(r, v, s.Clock.Now()), dataSource)
	return m.value, err
}

func source(all []measure, name string) (measure, error) {
	i := slices.IndexFunc(all, func(m measure) bool { return m.name == name })
	if i < 0 {
		return measure{}, model.ErrInternalError("no data source " + name)
	}
	return all[i], nil
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
	return s.sourced(c, self, func(all []measure) error {
		if _, err := source(all, name); err != nil {
			return err
		}
		s.recorded.set(self, name, on)
		return nil
	})
}
