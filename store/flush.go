package store

import (
	"time"

	"go.uber.org/zap"
)

// urgentRows is how many generations the state file may be behind before it
// is brought up to date without further delay.
const urgentGens = 20_000

// wakeFlusher tells of something to flush. db.mu is held.
func (db *DB) wakeFlusher() {
	if db.file == nil {
		return
	}
	poke(db.dirty)
	if db.committed.Load().gen > db.flushed+urgentGens {
		poke(db.urgent)
	}
}

func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// flushes is the goroutine that keeps the state file close behind the log.
func (db *DB) flushes() {
	defer db.wg.Done()
	for {
		select {
		case <-db.dirty:
		case <-db.quit:
			return
		}
		timer := time.NewTimer(db.opts.flushDelay)
		select {
		case <-timer.C:
		case <-db.urgent:
		case <-db.quit:
		}
		timer.Stop()
		if err := db.flush(); err != nil {
			// The log has it all; the next flush brings it along.
			db.opts.Logger.Error("the state file cannot be written", zap.Error(err))
			poke(db.dirty)
		}
	}
}

// flush brings the state file up to date.
func (db *DB) flush() error {
	if db.file == nil {
		return nil
	}
	db.flushMu.Lock()
	defer db.flushMu.Unlock()
	db.mu.Lock()
	s, p := db.committed.Load(), db.pos
	db.mu.Unlock()
	if err := db.file.flush(db.base, s, p); err != nil {
		return err
	}
	db.mu.Lock()
	db.base, db.flushed = s, s.gen
	db.stats.Flushes++
	db.mu.Unlock()
	return nil
}
