package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/raft"
	"go.uber.org/zap"
)

// Transactions run one at a time on the tip, the newest state, committed or
// not. While one log entry is on its way to the disk, later transactions run
// on top of what it will bring and queue up; the next entry is all of them.
// Their callers hear of it when it is committed, and only then do readers see
// it. If an entry fails, so does all that ran on top of it, and the tip goes
// back to the committed state.

// Errors of Update besides those of its function.
var (
	// ErrClosed: the database has been closed; nothing has changed.
	ErrClosed = errors.New("the database is closed")
	// ErrNotLeader: another member takes the writes; nothing has changed.
	ErrNotLeader = errors.New("this member does not lead the pool's database")
	// ErrAborted: nothing has changed, but only because something failed.
	ErrAborted = errors.New("the transaction was abandoned")
	// ErrInDoubt: the log failed while the transaction was being committed,
	// and it may turn up later.
	ErrInDoubt = errors.New("whether the transaction is committed is not known")
)

// reserveAhead is how many generations may be given to transactions that are
// not in the log before one of them goes there to say so.
const reserveAhead = 1 << 20

// commit is a transaction that ran and waits.
type commit struct {
	state   *state
	durable bool // it needs the log
	done    chan struct{}
	err     error
}

// prepared is the state that a log entry on its way will bring.
type prepared struct {
	batch uint64
	state *state
}

// enqueue takes a transaction's state as the new tip. db.mu is held.
func (db *DB) enqueue(next *state, durable bool) *commit {
	db.tip = next
	if db.last == nil && !durable {
		db.publish(next)
		return nil
	}
	c := &commit{state: next, durable: durable, done: make(chan struct{})}
	db.queue = append(db.queue, c)
	db.last = c
	select {
	case db.kick <- struct{}{}:
	default:
	}
	return c
}

// commits is the goroutine that takes batches to the log.
func (db *DB) commits() {
	defer db.wg.Done()
	for {
		select {
		case <-db.kick:
			db.gather()
			db.commitBatch()
		case <-db.quit:
			return
		}
	}
}

// linger is how long a batch waits for as many transactions as the one before
// it had: those whose callers heard of that one together come again together,
// and one trip to the disk for all of them beats two. A lone writer never waits.
const linger = 400 * time.Microsecond

// gather waits for the batch to be worth the trip.
func (db *DB) gather() {
	queued := func() int {
		db.mu.Lock()
		defer db.mu.Unlock()
		return len(db.queue)
	}
	if db.crowd < 2 || queued() >= db.crowd {
		return
	}
	timer := time.NewTimer(linger)
	defer timer.Stop()
	for {
		select {
		case <-db.kick:
			if queued() >= db.crowd {
				return
			}
		case <-timer.C:
			return
		case <-db.quit:
			return
		}
	}
}

func (db *DB) commitBatch() {
	db.mu.Lock()
	batch := db.queue
	db.queue = nil
	db.crowd = len(batch)
	if len(batch) == 0 {
		db.mu.Unlock()
		return
	}
	last := batch[len(batch)-1]
	durable := false
	for _, c := range batch {
		durable = durable || c.durable
	}
	if !durable {
		db.publish(last.state)
		db.finishBatch(batch, nil)
		db.mu.Unlock()
		return
	}
	db.batch++
	e := entry{node: db.node, batch: db.batch, prev: db.pos.index,
		gen: last.state.gen, order: last.state.order, reserved: last.state.gen + reserveAhead}
	db.prepared = &prepared{db.batch, last.state}
	db.mu.Unlock()

	data := appendChanges(nil, &e, ownCatalogue(), db.committed.Load(), last.state)
	err := db.apply(data)

	db.mu.Lock()
	defer db.mu.Unlock()
	db.prepared = nil
	if err == nil {
		db.stats.Batches++
		db.stats.LogBytes += uint64(len(data))
	}
	db.finishBatch(batch, err)
}

// apply takes an entry through the log.
func (db *DB) apply(data []byte) error {
	f := db.raft.Apply(data, 0)
	switch err := f.Error(); {
	case errors.Is(err, raft.ErrNotLeader), errors.Is(err, raft.ErrLeadershipTransferInProgress):
		return fmt.Errorf("%w: %v", ErrNotLeader, err)
	case err != nil:
		return fmt.Errorf("%w: %v", ErrInDoubt, err)
	}
	err, _ := f.Response().(error)
	return err
}

// finishBatch tells the callers. db.mu is held.
func (db *DB) finishBatch(batch []*commit, err error) {
	if err != nil {
		db.opts.Logger.Error("transactions failed", zap.Int("transactions", len(batch)), zap.Error(err))
		db.rollBack(fmt.Errorf("%w: an earlier one failed: %v", ErrAborted, err))
	} else {
		db.stats.Commits += uint64(len(batch))
	}
	if len(db.queue) == 0 {
		db.last = nil
	}
	for _, c := range batch {
		c.err = err
		close(c.done)
	}
}

// rollBack fails all queued transactions. db.mu is held.
func (db *DB) rollBack(err error) {
	for _, c := range db.queue {
		c.err = err
		close(c.done)
	}
	db.queue = nil
	db.tip = db.committed.Load()
	if db.prepared == nil {
		db.last = nil
	}
}

// publish makes next what readers see. db.mu is held.
func (db *DB) publish(next *state) {
	old := db.committed.Swap(next)
	if db.file == nil {
		db.flushed = next.gen
	}
	close(old.next)
}

// machine is the raft FSM: it hears every committed entry, in order.
type machine struct{ db *DB }

var errStale = fmt.Errorf("%w: the leadership changed under it", ErrAborted)

// Apply brings one entry into the tables. On the leader its state is ready; on
// the others and after a restart it is made from the entry.
func (m machine) Apply(l *raft.Log) any {
	db := m.db
	db.mu.Lock()
	defer db.mu.Unlock()
	if l.Index <= db.pos.index {
		return nil
	}
	prev := db.pos.index
	db.pos.index, db.pos.term = l.Index, l.Term
	err := db.applyEntry(l.Data, prev)
	if err != nil && !errors.Is(err, errStale) {
		err = fmt.Errorf("log entry %d: %w", l.Index, err)
		db.opts.Logger.Error("the log cannot be followed", zap.Error(err))
		db.broken = err
	}
	db.wakeFlusher()
	return err
}

func (db *DB) applyEntry(data []byte, prev uint64) error {
	d := &decoder{b: data}
	if v := d.byte(); v != entryVersion {
		return fmt.Errorf("it is of version %d, this program knows %d", v, entryVersion)
	}
	if d.byte() == entryCatalogue {
		cat, err := parseCatalogue(d.b)
		if err == nil {
			db.addCatalogue(cat)
		}
		return err
	}
	e := d.entry()
	if d.err != nil {
		return d.err
	}
	if e.prev != prev {
		return errStale
	}
	db.pos.reserved = max(db.pos.reserved, e.reserved)
	if p := db.prepared; p != nil && e.node == db.node && e.batch == p.batch {
		db.publish(p.state)
		return nil
	}
	cat := db.pos.catalogues[e.catalogue]
	if cat == nil {
		return fmt.Errorf("its catalogue %08x is not known", e.catalogue)
	}
	next, err := replay(db.committed.Load(), e, cat, d)
	if err != nil {
		return err
	}
	next.trim(maxDeletions, db.flushed)
	db.publish(next)
	db.rollBack(errStale)
	return nil
}

func (db *DB) addCatalogue(cat *catalogue) {
	m := maps.Clone(db.pos.catalogues)
	if m == nil {
		m = map[uint32]*catalogue{}
	}
	m[cat.id] = cat
	db.pos.catalogues = m
}

// StoreConfiguration hears who the members are.
func (m machine) StoreConfiguration(index uint64, c raft.Configuration) {
	m.db.mu.Lock()
	defer m.db.mu.Unlock()
	m.db.pos.configIndex, m.db.pos.config = index, c
	m.db.wakeFlusher()
}

// leads is the goroutine that follows the leadership.
func (db *DB) leads() {
	defer db.wg.Done()
	for {
		select {
		case lead := <-db.raft.LeaderCh():
			if !lead {
				db.mu.Lock()
				db.writable = false
				db.rollBack(ErrNotLeader)
				db.mu.Unlock()
				db.tellLead(false)
			} else if err := db.takeLead(); err != nil {
				db.opts.Logger.Warn("taking the lead failed", zap.Error(err))
			}
		case <-db.quit:
			return
		}
	}
}

// takeLead makes the database writable once all earlier entries are applied.
func (db *DB) takeLead() error {
	if err := db.raft.Barrier(0).Error(); err != nil {
		return err
	}
	own := ownCatalogue()
	db.mu.Lock()
	known := db.pos.catalogues[own.id] != nil
	db.mu.Unlock()
	if !known {
		if err := db.apply(append([]byte{entryVersion, entryCatalogue}, own.text...)); err != nil {
			return err
		}
	}
	db.mu.Lock()
	// The predecessor may have given out every generation that it reserved.
	// Its volatile objects are gone, and nobody heard of it.
	s := db.committed.Load().fork()
	s.gen = max(s.gen, db.pos.reserved)
	s.trimmed[1] = s.gen
	db.publish(s)
	db.tip = s
	db.writable = db.broken == nil
	db.lead.Do(func() { close(db.led) })
	db.mu.Unlock()
	db.tellLead(true)
	return nil
}

func (db *DB) tellLead(leads bool) {
	if db.opts.OnLead != nil {
		db.opts.OnLead(leads)
	}
}

// Index is the position in the log of the newest committed change.
func (db *DB) Index() uint64 {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.pos.index
}

// Barrier returns when all that was written before it is committed and this
// member has proved that it still leads.
func (db *DB) Barrier() error {
	if err := db.raft.Barrier(0).Error(); err != nil {
		return fmt.Errorf("%w: %v", ErrNotLeader, err)
	}
	return nil
}

// node identifies a process among those that prepare entries.
func nodeNumber(id [16]byte) uint64 { return binary.BigEndian.Uint64(id[:8]) }
