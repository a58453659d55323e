package host

import (
	"context"
	"maps"
	"runtime"
	"sync"

	"github.com/xapid/xapid/xapi/hypervisor"
)

// Instruments are what a daemon knows of the hosts that it plays beside the
// database, by their references: the debug keys that their hypervisors were
// sent, and what somebody has said about the recording of data sources. They
// outlive the toolstack, not a boot.
type Instruments struct {
	mu   sync.Mutex
	keys map[hostRef]string
	say  map[hostRef]map[string]bool
}

// maxPressed bounds the keys that are kept of a host.
const maxPressed = 1000

// handling is what is done to instruments, before they are read.
type handling struct {
	Host hostRef `json:"host"`
	// Keys are pressed.
	Keys string `json:"keys,omitempty"`
	// Source is recorded from now on, or no longer.
	Source string `json:"source,omitempty"`
	On     bool   `json:"on,omitempty"`
}

// reading is what they show.
type reading struct {
	Keys string          `json:"keys,omitempty"`
	Say  map[string]bool `json:"say,omitempty"`
	// The memory of the toolstack, in bytes: what it has, what of that is free,
	// what it uses.
	Has, Free, Uses uint64
}

func (k *Instruments) read(h handling) (reading, error) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	k.mu.Lock()
	defer k.mu.Unlock()
	if h.Keys != "" {
		if k.keys == nil {
			k.keys = map[hostRef]string{}
		}
		all := k.keys[h.Host] + h.Keys
		k.keys[h.Host] = all[max(len(all)-maxPressed, 0):]
	}
	if h.Source != "" {
		if k.say == nil {
			k.say = map[hostRef]map[string]bool{}
		}
		if k.say[h.Host] == nil {
			k.say[h.Host] = map[string]bool{}
		}
		k.say[h.Host][h.Source] = h.On
	}
	return reading{Keys: k.keys[h.Host], Say: maps.Clone(k.say[h.Host]), Has: m.Sys, Free: m.HeapIdle, Uses: m.HeapAlloc}, nil
}

// Reset forgets all, as hosts do that boot.
func (k *Instruments) Reset() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys, k.say = nil, nil
}

// Handle gives the service the instruments of the daemon, and has it read those
// of others.
func (s *Service) Handle(k *Instruments, r *hypervisor.Router) {
	s.instruments = &hypervisor.Question[handling, reading]{Name: "instruments", Router: r, Answer: k.read}
}

// Serve answers the other members of the pool.
func (s *Service) Serve() {
	s.instruments.Serve()
	s.serveGuidance()
}

func (s *Service) read(ctx context.Context, h handling) (reading, error) {
	return s.instruments.Ask(ctx, h.Host, h)
}
