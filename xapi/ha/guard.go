package ha

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/peer"
)

// Serve answers the master's calls to arm and to disarm.
func (s *Service) Serve() {
	peer.Handle(s.Net, "arm", func(_ context.Context, _ string, a arming) (struct{}, error) {
		return struct{}{}, s.Local.Change(func(k *local.Kept) { k.Armed = a.Armed })
	})
	peer.Handle(s.Net, "voters", func(ctx context.Context, _ string, want int) (struct{}, error) {
		tick := time.NewTicker(10 * time.Millisecond) // raft tells nobody
		defer tick.Stop()
		for s.voters() < want {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return struct{}{}, ctx.Err()
			}
		}
		return struct{}{}, nil
	})
}

func (s *Service) voters() int {
	n := 0
	for _, m := range s.DB.Members() {
		if m.Voter {
			n++
		}
	}
	return n
}

// Guard is an armed member's watch over itself, until ctx ends. A host that
// has not heard of a master for long enough must take its machines down: the
// others are about to run them. Of two hosts, the one that holds the statefile
// goes on alone.
func (s *Service) Guard(ctx context.Context) {
	heard := time.Now()
	tick := time.NewTicker(guardEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		p := pool(s.DB.View())
		if p == nil || !p.HAEnabled || !s.Local.Get().Armed {
			heard = time.Now()
			continue
		}
		two := len(s.DB.Members()) == 2
		if s.DB.Leads() {
			heard = time.Now()
			if two {
				s.holdStatefile(p)
			}
			continue
		}
		if c := s.DB.Progress().Contact; c.After(heard) {
			heard = c
		}
		if two && s.DB.Leader() != "" {
			s.Statefile.Release()
		}
		silence := time.Since(heard)
		switch {
		case two && silence > leastAlone && s.Statefile.Acquire(p.UUID) && s.Statefile.Claim(s.Net.Self):
			s.Log.Warn("the other host is gone: this one holds the statefile and goes on alone")
			if err := s.Local.Change(func(k *local.Kept) { k.Role, k.Promote = local.Master, true }); err != nil {
				s.Log.Error("the role cannot be kept", zap.Error(err))
				continue
			}
			s.Restart("the other host is gone", 0)
			return
		case silence > s.fenceAfter(p):
			s.Log.Warn("no master has been heard of for too long: this host fences itself")
			s.Reboot("it was fenced", 0)
			return
		}
	}
}

// holdStatefile keeps the master's hold on the statefile, and lets either host
// go on alone again once both have all that is committed.
func (s *Service) holdStatefile(p *model.Pool) {
	if !s.Statefile.Acquire(p.UUID) {
		s.Log.Debug("this master does not hold the statefile")
		return
	}
	if s.voters() == 2 && s.Statefile.Owner() != "" {
		if err := s.Statefile.write(""); err != nil {
			s.Log.Warn("the statefile cannot be written", zap.Error(err))
		}
	}
}

// fenceAfter is how long a host goes on without having heard of a master.
func (s *Service) fenceAfter(p *model.Pool) time.Duration {
	return max(s.Scale(timeout(p)*2/3), leastFence)
}

// Statefile stands for the one on the heartbeat SR: of two hosts that have lost
// each other, the one that holds it goes on. It is a locked file in a directory
// that the hosts share.
type Statefile struct {
	Dir string

	mu   sync.Mutex
	file *os.File
}

// Acquire takes hold of the pool's statefile, and tells whether it has it.
func (f *Statefile) Acquire(pool string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file != nil {
		return true
	}
	if os.MkdirAll(f.Dir, 0o700) != nil {
		return false
	}
	file, err := os.OpenFile(filepath.Join(f.Dir, "statefile-"+pool), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return false
	}
	if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		_ = file.Close()
		return false
	}
	f.file = file
	return true
}

// Owner is the host that has gone on alone, by uuid; "" if both have all.
func (f *Statefile) Owner() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return ""
	}
	raw := make([]byte, 64)
	n, _ := f.file.ReadAt(raw, 0) // an empty one has no owner
	return strings.TrimSpace(string(raw[:n]))
}

// Claim makes a host that holds the statefile the one that goes on alone: false
// if the other one has, and so has what this one lacks.
func (f *Statefile) Claim(uuid string) bool {
	if o := f.Owner(); o != "" && o != uuid {
		return false
	}
	return f.write(uuid) == nil
}

func (f *Statefile) write(owner string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return os.ErrClosed
	}
	if err := f.file.Truncate(0); err != nil {
		return err
	}
	if _, err := f.file.WriteAt([]byte(owner), 0); err != nil {
		return err
	}
	return f.file.Sync()
}

// Release lets go of it.
func (f *Statefile) Release() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file != nil {
		_ = f.file.Close() // and with it the lock
		f.file = nil
	}
}
