// Package diagnostics looks into the daemon itself. All hosts that it plays have
// the same to tell.
package diagnostics

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"sync"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/rpc"
)

type hostRef = model.Ref[model.Host]

// Inside is what a daemon is asked about itself.
type Inside = hypervisor.Question[string, answer]

type answer struct {
	Map  map[string]string `json:"map,omitempty"`
	Text string            `json:"text,omitempty"`
}

// The questions.
const (
	compact = "compact"
	memory  = "memory"
	times   = "times"
	counted = "counted times"
	threads = "threads"
)

// NewInside answers for this daemon, and asks others.
func NewInside(r *hypervisor.Router, t *Timing) *Inside {
	return &Inside{Name: "inside", Router: r, Answer: func(what string) (answer, error) {
		switch what {
		case compact:
			debug.FreeOSMemory()
		case memory:
			return answer{Map: memoryStats()}, nil
		case times, counted:
			return answer{Map: t.stats(what == counted)}, nil
		case threads:
			var b bytes.Buffer
			err := pprof.Lookup("goroutine").WriteTo(&b, 1)
			return answer{Text: b.String()}, err
		}
		return answer{}, nil
	}}
}

// Service handles the class Diagnostics.
type Service struct {
	DB     *store.DB
	Inside *Inside
}

// GcCompact gives back what memory the daemon does not need.
func (s *Service) GcCompact(c *rpc.Call, host hostRef) error {
	_, err := s.Inside.Ask(c.Ctx, host, compact)
	return err
}

// GcStats tells of the daemon's memory and its collection.
func (s *Service) GcStats(c *rpc.Call, host hostRef) (map[string]string, error) {
	a, err := s.Inside.Ask(c.Ctx, host, memory)
	return a.Map, err
}

func memoryStats() map[string]string {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	stats := map[string]string{"goroutines": strconv.Itoa(runtime.NumGoroutine()), "pause_seconds": fmt.Sprintf("%.6f", time.Duration(m.PauseTotalNs).Seconds())}
	for name, n := range map[string]uint64{
		"heap_bytes": m.HeapAlloc, "heap_objects": m.HeapObjects, "heap_idle_bytes": m.HeapIdle, "heap_released_bytes": m.HeapReleased,
		"system_bytes": m.Sys, "allocated_bytes": m.TotalAlloc, "allocations": m.Mallocs, "collections": uint64(m.NumGC),
	} {
		stats[name] = strconv.FormatUint(n, 10)
	}
	return stats
}

// DBStats counts the objects of each class that has some.
func (s *Service) DBStats(c *rpc.Call) (map[string]string, error) {
	r := s.DB.View()
	stats := map[string]string{"generation": fmt.Sprint(r.Gen())}
	for _, class := range model.Classes() {
		if n := r.Count(class); n > 0 {
			stats["objects "+class.Name] = strconv.Itoa(n)
		}
	}
	return stats, nil
}

// Timing learns how long calls take.
type Timing struct {
	mu    sync.Mutex
	calls map[string]*spread
}

// spread is how numbers are distributed.
type spread struct {
	n           int64
	sum, square float64
}

// Observe counts a call of a message.
func (t *Timing) Observe(method string, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.calls[method]
	if s == nil {
		if t.calls == nil {
			t.calls = map[string]*spread{}
		}
		s = &spread{}
		t.calls[method] = s
	}
	x := took.Seconds()
	s.n++
	s.sum += x
	s.square += x * x
}

// Hosts handles the messages of the class host that look into the daemon.
type Hosts struct{ Inside *Inside }

// GetDiagnosticTimingStats tells of each message how many seconds its calls took
// on average, how far that spreads and, if counts is set, how many there were.
func (s *Hosts) GetDiagnosticTimingStats(c *rpc.Call, host hostRef, counts bool) (map[string]string, error) {
	what := times
	if counts {
		what = counted
	}
	a, err := s.Inside.Ask(c.Ctx, host, what)
	return a.Map, err
}

func (t *Timing) stats(counts bool) map[string]string {
	stats := map[string]string{}
	t.mu.Lock()
	defer t.mu.Unlock()
	for method, x := range t.calls {
		mean := x.sum / float64(x.n)
		text := fmt.Sprintf("%.6f [sd = %.6f]", mean, math.Sqrt(max(x.square/float64(x.n)-mean*mean, 0)))
		if counts {
			text += fmt.Sprintf(" (%d)", x.n)
		}
		stats[method] = text
	}
	return stats
}

// GetThreadDiagnostics tells what each part of the daemon is at.
func (s *Hosts) GetThreadDiagnostics(c *rpc.Call, host hostRef) (string, error) {
	a, err := s.Inside.Ask(c.Ctx, host, threads)
	return a.Text, err
}
