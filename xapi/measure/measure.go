// Package measure is what the data sources of hosts, VMs and SRs have in
// common. The emulated ones change from minute to minute, never by chance: who
// asks twice in a minute hears the same.
package measure

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/xapid/xapid/model"
)

// A Source is a quantity of an object.
type Source struct {
	Name, About, Units string
	Top                float64 // the range begins with 0 and ends there
	Standard           bool    // recorded unless somebody says otherwise
	Value              float64
}

// Inf is the end of a range that has none.
var Inf = math.Inf(1)

// RequestSize is what disks are read and written by, on average, in bytes.
const RequestSize = 16 << 10

// Wave is a number in [0, 1) that only depends on an object's uuid, a name and
// the minute.
func Wave(uuid, name string, now time.Time) float64 {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%s %s %d", uuid, name, now.Unix()/60) // a hash does not fail
	return float64(h.Sum64()>>11) / (1 << 53)
}

// Find is the source of a name: INTERNAL_ERROR if there is none.
func Find(all []Source, name string) (Source, error) {
	i := slices.IndexFunc(all, func(s Source) bool { return s.Name == name })
	if i < 0 {
		return Source{}, model.ErrInternalError("no data source " + name)
	}
	return all[i], nil
}

// Recorded is what somebody has said about the recording of the sources of
// objects of a class. It lasts as long as the toolstack runs.
type Recorded[T any] struct {
	mu  sync.Mutex
	say map[recording[T]]bool
}

type recording[T any] struct {
	object model.Ref[T]
	source string
}

// Set says whether a source is recorded.
func (k *Recorded[T]) Set(object model.Ref[T], source string, on bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.say == nil {
		k.say = map[recording[T]]bool{}
	}
	k.say[recording[T]{object, source}] = on
}

func (k *Recorded[T]) enabled(object model.Ref[T], s Source) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if on, said := k.say[recording[T]{object, s.Name}]; said {
		return on
	}
	return s.Standard
}

// List describes the sources of an object, as get_data_sources has them.
func (k *Recorded[T]) List(object model.Ref[T], all []Source) []*model.DataSource {
	list := []*model.DataSource{}
	for _, s := range all {
		list = append(list, &model.DataSource{
			NameLabel: s.Name, NameDescription: s.About, Units: s.Units, Max: s.Top,
			Enabled: k.enabled(object, s), Standard: s.Standard,
		})
	}
	return list
}
