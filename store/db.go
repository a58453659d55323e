package store

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
	"go.uber.org/zap"
)

// ErrClosed is what a closed database answers.
var ErrClosed = errors.New("the database is closed")

// Options tells Open what to open.
type Options struct {
	// Dir is the data directory; "" keeps everything in memory.
	Dir string
	// Seed fills a database that has never been used. It runs once, before
	// Open returns, and either all of it is kept or none.
	Seed func(tx *Tx) error
	// Derive runs in every transaction after its function and may change more.
	Derive func(tx *Tx)
	// NewID makes uuids, of objects and within references. Nil means random.
	NewID func() string
	// Logger is for what an operator should know. Nil means silence.
	Logger *zap.Logger
}

// DB is the database.
type DB struct {
	opts      Options
	committed atomic.Pointer[state]

	mu     sync.Mutex // held while a transaction's function runs
	tip    *state
	closed bool
}

// Open opens the database, or makes it if the directory is empty.
func Open(o Options) (*DB, error) {
	if o.NewID == nil {
		o.NewID = uuid.NewString
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	db := &DB{opts: o}
	db.tip = emptyState()
	db.committed.Store(db.tip)
	if o.Seed != nil {
		if err := db.Update(context.Background(), o.Seed); err != nil {
			return nil, fmt.Errorf("seeding the database: %w", err)
		}
	}
	return db, nil
}

// Close ends the database. Snapshots stay readable.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.closed = true
	return nil
}

// View gives the newest committed state.
func (db *DB) View() *Snapshot { return &Snapshot{db.committed.Load()} }

// Update runs fn in a transaction and returns when its changes are durable.
// An error or a panic of fn, or a ctx that is done before fn starts, means
// that nothing has changed. Transactions run one after another, so fn must be
// quick and must neither wait nor call Update.
func (db *DB) Update(ctx context.Context, fn func(tx *Tx) error) error {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.closed {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	next, err := db.execute(fn)
	if err != nil || next == nil {
		return err
	}
	db.publish(next)
	return nil
}

func (db *DB) publish(next *state) {
	db.tip = next
	old := db.committed.Swap(next)
	close(old.next)
}

// execute runs fn on the tip. It gives the state that follows, nil if nothing
// has changed.
func (db *DB) execute(fn func(tx *Tx) error) (next *state, err error) {
	tx := &Tx{writer: newWriter(db.tip), newID: db.opts.NewID}
	defer func() {
		tx.ended = true
		if p := recover(); p != nil {
			db.opts.Logger.Error("a transaction panicked", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			next, err = nil, fmt.Errorf("store: a transaction panicked: %v", p)
		}
	}()
	if err := fn(tx); err != nil {
		return nil, err
	}
	if db.opts.Derive != nil {
		db.opts.Derive(tx)
	}
	if tx.err != nil {
		return nil, tx.err
	}
	changed, err := tx.finish(db.tip.gen + 1)
	if err != nil || !changed {
		return nil, err
	}
	tx.st.trim(maxDeletions, tx.st.gen)
	return tx.st, nil
}

// maxDeletions is how many deletions of each kind are remembered.
const maxDeletions = 100_000
