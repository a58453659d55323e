package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/raft"
	"go.uber.org/zap"
)

// Options tells Open what to open.
type Options struct {
	// Dir is the data directory; "" keeps everything in memory, beyond Close in
	// Memory if that is not nil.
	Dir    string
	Memory *Memory
	// Mode is how to open it, Member this member's name at first boot; "" makes
	// one up.
	Mode   Mode
	Member string
	// Seed fills a database that has never been used. It runs once, before
	// Open returns, and either all of it is kept or none.
	Seed func(tx *Tx) error
	// Derive runs in every transaction after its function and may change more.
	Derive func(tx *Tx)
	// NewID makes uuids, of objects and within references. Nil means random.
	NewID func() string
	// Logger is for what an operator should know. Nil means silence.
	Logger *zap.Logger
	// Transport carries the log to other members. Nil means that there are
	// none. The database closes it if it is a raft.WithClose.
	Transport raft.Transport
	// Raft changes raft's configuration before it starts.
	Raft func(*raft.Config)
	// OnLead hears when this member takes the lead, once it can be written to,
	// and when it loses it. It must not wait for the database.
	OnLead func(leads bool)

	flushDelay time.Duration
}

// DB is the database. Lock order: flushMu, then mu.
type DB struct {
	opts Options
	node uint64
	lock *os.File
	logs *logFile
	line *line
	raft *raft.Raft
	// config is what raft runs with.
	config *raft.Config

	committed atomic.Pointer[state]

	mu       sync.Mutex // held while a transaction's function runs
	tip      *state
	closed   bool
	writable bool
	broken   error // the log cannot be followed
	pos      position
	flushed  uint64 // generation of base
	queue    []*commit
	last     *commit // the newest that is not committed, if any
	batch    uint64
	crowd    int // transactions in the last batch; of the committing goroutine
	prepared *prepared
	stats    Stats
	// confirmed is until when no other member can lead; asking is the question
	// about it that is under way.
	confirmed time.Time
	asking    *round

	flushMu sync.Mutex // held while the state file is written
	file    *stateFile
	base    *state // what the file holds

	kick, dirty, urgent chan struct{}
	quit                chan struct{}
	wg                  sync.WaitGroup
	lead                sync.Once
	led                 chan struct{} // closed when first writable
}

// Stats counts what a database has done since it was opened.
type Stats struct {
	Commits  uint64 // transactions that changed something
	Batches  uint64 // log entries that they took
	LogBytes uint64
	Flushes  uint64 // of the state file
}

// Stats tells what the database has done.
func (db *DB) Stats() Stats {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.stats
}

// Raft is the machinery below, for those who manage the members.
func (db *DB) Raft() *raft.Raft { return db.raft }

// Member is this member's name in raft's configuration.
func (db *DB) Member() raft.ServerID {
	db.mu.Lock()
	defer db.mu.Unlock()
	return raft.ServerID(db.pos.member)
}

// View gives the newest committed state.
func (db *DB) View() *Snapshot { return &Snapshot{db.committed.Load()} }

// Update runs fn in a transaction and returns when its changes are durable,
// or, if it changed nothing, when all that it read is. An error or a panic of
// fn, or a ctx that is done before fn starts, means that nothing has changed.
// Transactions run one after another, so fn must be quick and must neither
// wait nor call Update.
func (db *DB) Update(ctx context.Context, fn func(tx *Tx) error) error {
	c, err := db.run(ctx, fn)
	if c == nil {
		return err
	}
	<-c.done
	if c.err != nil {
		return c.err
	}
	return err
}

// run executes fn; the caller is to wait for the commit that it gives.
func (db *DB) run(ctx context.Context, fn func(tx *Tx) error) (*commit, error) {
	db.mu.Lock()
	defer db.mu.Unlock()
	switch {
	case db.closed:
		return nil, ErrClosed
	case db.broken != nil:
		return nil, db.broken
	case !db.writable:
		return nil, ErrNotLeader
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	next, durable, err := db.execute(fn)
	if err != nil || next == nil {
		return db.last, err
	}
	return db.enqueue(next, durable || next.gen > db.pos.reserved), nil
}

// execute runs fn on the tip. It gives the state that follows, nil if nothing
// has changed. db.mu is held.
func (db *DB) execute(fn func(tx *Tx) error) (next *state, durable bool, err error) {
	tx := &Tx{writer: newWriter(db.tip), newID: db.opts.NewID}
	defer func() {
		tx.ended = true
		if p := recover(); p != nil {
			db.opts.Logger.Error("a transaction panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			next, err = nil, fmt.Errorf("a transaction panicked: %v", p)
		}
	}()
	if err := fn(tx); err != nil {
		return nil, false, err
	}
	if db.opts.Derive != nil {
		tx.letGo()
		db.opts.Derive(tx)
	}
	if tx.err != nil {
		return nil, false, tx.err
	}
	changed, err := tx.finish(db.tip.gen + 1)
	if err != nil || !changed {
		return nil, false, err
	}
	tx.st.trim(maxDeletions, db.flushed)
	return tx.st, tx.durable, nil
}

// maxDeletions is how many deletions of each kind are remembered.
const maxDeletions = 100_000

// Close waits for the transactions under way and brings the state file up to
// date. Snapshots stay readable.
func (db *DB) Close() error {
	db.mu.Lock()
	if db.closed {
		db.mu.Unlock()
		return nil
	}
	db.closed = true
	last := db.last
	db.mu.Unlock()
	if last != nil {
		<-last.done
	}
	close(db.quit)
	err := db.raft.Shutdown().Error()
	db.wg.Wait()
	err = errors.Join(err, db.flush())
	if m := db.opts.Memory; m != nil && db.opts.Dir == "" {
		m.keep(db.committed.Load(), db.pos)
	}
	return errors.Join(err, db.release())
}

// release gives back what Open took.
func (db *DB) release() error {
	var errs []error
	if db.line != nil {
		errs = append(errs, db.line.Close())
	}
	if db.logs != nil {
		errs = append(errs, db.logs.Close())
	}
	if db.file != nil {
		errs = append(errs, db.file.db.Close())
	}
	if db.lock != nil {
		errs = append(errs, db.lock.Close())
	}
	return errors.Join(errs...)
}
