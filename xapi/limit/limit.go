// Package limit counts the calls of clients that are described by their
// program and address, and holds those back that call too often.
package limit

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

type (
	callerRef = model.Ref[model.Caller]
	limitRef  = model.Ref[model.RateLimit]
)

// Meter counts and holds back. What it has counted is gone with the toolstack.
type Meter struct {
	DB    *store.DB
	Clock emu.Clock

	mu      sync.Mutex
	calls   map[callerRef]int64
	buckets map[limitRef]*bucket
}

// bucket is what a limit still allows: each call takes a token of those that
// drop in at its rate, as long as it is not full.
type bucket struct {
	tokens float64
	at     time.Time
}

// longest is how long a call waits at most, however slow the rate.
const longest = 100 * 365 * 24 * time.Hour

// noted is how often the time of a caller's last call is written down.
const noted = time.Minute

// Admit counts a call, and returns when it may begin. Callers may overlap: each
// counts, the first that has a limit holds back.
func (m *Meter) Admit(ctx context.Context, peer rpc.Peer) error {
	r := m.DB.View()
	if store.Len[model.Caller](r) == 0 {
		return nil
	}
	now := m.Clock.Now().UTC().Truncate(time.Second)
	wait, by := time.Duration(0), limitRef(model.NullRef)
	for ref, c := range store.All[model.Caller](r) {
		if c.UserAgent != "" && c.UserAgent != peer.Agent || c.ClientIP != "" && c.ClientIP != peer.Address {
			continue
		}
		m.count(ref)
		if now.Sub(c.LastAccess) >= noted {
			if err := m.note(ctx, ref, now); err != nil {
				return err
			}
		}
		if l, ok := store.Find(r, c.RateLimit); ok && by.IsNull() {
			by = c.RateLimit
			wait = m.take(by, l)
		}
	}
	err := emu.Sleep(ctx, m.Clock, wait)
	if err != nil {
		m.giveBack(by)
	}
	return err
}

// giveBack returns the token of a call that has not waited until it was there.
func (m *Meter) giveBack(ref limitRef) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b := m.buckets[ref]; b != nil {
		b.tokens++
	}
}

func (m *Meter) count(ref callerRef) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.calls == nil {
		m.calls = map[callerRef]int64{}
	}
	m.calls[ref]++
}

func (m *Meter) note(ctx context.Context, ref callerRef, now time.Time) error {
	return m.DB.Update(ctx, func(tx *store.Tx) error {
		if _, ok := store.Find(tx, ref); !ok {
			return nil // it is gone meanwhile
		}
		c, err := store.Edit(tx, ref)
		if err == nil {
			c.LastAccess = now
		}
		return err
	})
}

// take takes a token, and tells how long it takes until there is one.
func (m *Meter) take(ref limitRef, l *model.RateLimit) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.Clock.Now()
	b := m.buckets[ref]
	if b == nil {
		if m.buckets == nil {
			m.buckets = map[limitRef]*bucket{}
		}
		b = &bucket{l.BurstSize, now}
		m.buckets[ref] = b
	}
	passed := max(now.Sub(b.at).Seconds(), 0) // clocks are set back
	b.tokens = min(b.tokens+passed*l.FillRate, l.BurstSize) - 1
	b.at = now
	if b.tokens >= 0 {
		return 0
	}
	return time.Duration(min(-b.tokens/l.FillRate, longest.Seconds()) * float64(time.Second))
}

func (m *Meter) made(ref callerRef) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls[ref]
}

// Callers handles the class Caller.
type Callers struct{ *Meter }

// Create describes clients; what it leaves out, program or address, may be any.
func (s Callers) Create(c *rpc.Call, args *model.Caller) (callerRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (callerRef, error) { return store.Insert(tx, args), nil })
}

// Destroy forgets a description.
func (s Callers) Destroy(c *rpc.Call, self callerRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, self) })
}

// AddGroup puts a caller into a group, which is no more than a name.
func (s Callers) AddGroup(c *rpc.Call, self callerRef, group string) error {
	return s.edit(c, self, func(row *model.Caller) {
		if !slices.Contains(row.Groups, group) {
			row.Groups = append(slices.Clone(row.Groups), group)
		}
	})
}

// RemoveGroup takes a caller out of a group.
func (s Callers) RemoveGroup(c *rpc.Call, self callerRef, group string) error {
	return s.edit(c, self, func(row *model.Caller) {
		row.Groups = slices.DeleteFunc(slices.Clone(row.Groups), func(g string) bool { return g == group })
	})
}

func (s Callers) edit(c *rpc.Call, self callerRef, change func(*model.Caller)) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		row, err := store.Edit(tx, self)
		if err == nil {
			change(row)
		}
		return err
	})
}

// QueryCallCount is how many calls a caller has made.
func (s Callers) QueryCallCount(c *rpc.Call, self callerRef) (int64, error) {
	_, err := store.Get(s.DB.View(), self)
	return s.made(self), err
}

// QueryTokenUsage is how many tokens that took: one a call.
func (s Callers) QueryTokenUsage(c *rpc.Call, self callerRef) (float64, error) {
	n, err := s.QueryCallCount(c, self)
	return float64(n), err
}

// QueryGroupCallCount is how many calls the callers of a group have made.
func (s Callers) QueryGroupCallCount(c *rpc.Call, group string) (int64, error) {
	n := int64(0)
	for ref, row := range store.All[model.Caller](s.DB.View()) {
		if slices.Contains(row.Groups, group) {
			n += s.made(ref)
		}
	}
	return n, nil
}

// QueryGroupTokenUsage is how many tokens that took.
func (s Callers) QueryGroupTokenUsage(c *rpc.Call, group string) (float64, error) {
	n, err := s.QueryGroupCallCount(c, group)
	return float64(n), err
}

// QueryAllUsage tells of each caller its name, program, address, tokens and
// calls.
func (s Callers) QueryAllUsage(c *rpc.Call) ([][]string, error) {
	var all [][]string
	for ref, row := range store.All[model.Caller](s.DB.View()) {
		n := s.made(ref)
		all = append(all, []string{row.NameLabel, row.UserAgent, row.ClientIP, fmt.Sprintf("%.3f", float64(n)), fmt.Sprint(n)})
	}
	return all, nil
}
