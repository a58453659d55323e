package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	"go.uber.org/zap"
)

// Files of the data directory. The .new ones exist only during first boot.
const (
	stateName = "state.db"
	logName   = "raft.db"
	newSuffix = ".new"
)

// Open opens the database, or makes it if the directory is empty. It does not
// make one where it finds a part of one, or a damaged one: it says what is
// wrong, and the operator decides.
func Open(o Options) (*DB, error) {
	if o.NewID == nil {
		o.NewID = uuid.NewString
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	db := &DB{opts: o, node: nodeNumber(uuid.New()), kick: make(chan struct{}, 1), dirty: make(chan struct{}, 1),
		urgent: make(chan struct{}, 1), quit: make(chan struct{}), led: make(chan struct{})}
	if db.opts.flushDelay == 0 {
		db.opts.flushDelay = 200 * time.Millisecond
	}
	if err := db.open(); err != nil {
		db.release()
		return nil, err
	}
	db.wg.Add(3)
	go db.commits()
	go db.leads()
	go db.flushes()
	select {
	case <-db.led:
	case <-time.After(30 * time.Second):
		_ = db.Close()
		return nil, errors.New("the database has found no leader in 30 s")
	}
	if db.broken != nil {
		_ = db.Close()
		return nil, hint(filepath.Join(o.Dir, logName), db.broken)
	}
	return db, nil
}

func (db *DB) open() error {
	var logs raft.LogStore
	var stable raft.StableStore
	if db.opts.Dir == "" {
		m := raft.NewInmemStore()
		if err := m.SetUint64([]byte("CurrentTerm"), 1); err != nil {
			return err
		}
		logs, stable = m, m
		s, err := db.seed()
		if err != nil {
			return err
		}
		db.begin(s, db.firstPosition(s))
	} else {
		if err := db.openDir(); err != nil {
			return err
		}
		logs, stable = db.logs, db.logs
	}
	return db.startRaft(logs, stable)
}

// begin takes a state that is in no need of being written.
func (db *DB) begin(s *state, p position) {
	db.tip, db.base, db.flushed, db.pos = s, s, s.gen, p
	db.committed.Store(s)
}

func (db *DB) openDir() error {
	dir := db.opts.Dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var err error
	if db.lock, err = lockDir(dir); err != nil {
		return err
	}
	statePath, logPath := filepath.Join(dir, stateName), filepath.Join(dir, logName)
	hasState, err1 := exists(statePath)
	hasNew, err2 := exists(statePath + newSuffix)
	hasLog, err3 := exists(logPath)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if hasLog && !hasState && hasNew {
		// First boot ended between its last two steps.
		if err := os.Rename(statePath+newSuffix, statePath); err != nil {
			return err
		}
		hasState = true
	}
	switch {
	case !hasState && !hasLog:
		if err := db.firstBoot(); err != nil {
			return err
		}
	case !hasState:
		return hint(statePath, fmt.Errorf("the file is missing, but %s is there", logName))
	case !hasLog:
		return hint(logPath, fmt.Errorf("the file is missing, but %s is there", stateName))
	}
	file, s, p, err := openStateFile(statePath)
	if err != nil {
		return hint(statePath, err)
	}
	db.file = file
	if err := checkBolt(logPath); err != nil {
		return hint(logPath, err)
	}
	logs, err := openLogFile(logPath)
	if err != nil {
		return hint(logPath, err)
	}
	db.logs = &logs
	if err := logs.check(p); err != nil {
		return hint(logPath, err)
	}
	db.begin(s, p)
	return nil
}

func hint(path string, err error) error {
	return fmt.Errorf("%s: %w; restore %s from a backup, or move it away to start afresh", path, err, filepath.Dir(path))
}

func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// seed makes the first state.
func (db *DB) seed() (*state, error) {
	s := emptyState()
	if db.opts.Seed == nil {
		return s, nil
	}
	db.tip = s
	next, _, err := db.execute(db.opts.Seed)
	if err != nil {
		return nil, fmt.Errorf("filling the new database: %w", err)
	}
	if next != nil {
		s = next
	}
	return s, nil
}

// firstPosition stands for a log whose first entry has been compacted into the
// state: so a member that joins later cannot but take the state.
func (db *DB) firstPosition(s *state) position {
	member := uuid.NewString()
	own := ownCatalogue()
	return position{index: 1, term: 1, reserved: s.gen, configIndex: 1, member: member,
		config: raft.Configuration{Servers: []raft.Server{{Suffrage: raft.Voter, ID: raft.ServerID(member),
			Address: db.transport(member).LocalAddr()}}},
		catalogues: map[uint32]*catalogue{own.id: own}}
}

// firstBoot makes both files under other names and puts them in place at the
// end, the state last: whenever it is cut short, the next start sees either
// nothing, and begins again, or all of it.
func (db *DB) firstBoot() error {
	statePath, logPath := filepath.Join(db.opts.Dir, stateName), filepath.Join(db.opts.Dir, logName)
	for _, p := range []string{statePath, logPath} {
		if err := os.Remove(p + newSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	s, err := db.seed()
	if err != nil {
		return err
	}
	if err := createStateFile(statePath+newSuffix, s, db.firstPosition(s)); err != nil {
		return err
	}
	logs, err := openLogFile(logPath + newSuffix)
	if err != nil {
		return err
	}
	if err := errors.Join(logs.SetUint64([]byte("CurrentTerm"), 1), logs.Close()); err != nil {
		return err
	}
	if err := syncDir(db.opts.Dir); err != nil {
		return err
	}
	if err := os.Rename(logPath+newSuffix, logPath); err != nil {
		return err
	}
	if err := os.Rename(statePath+newSuffix, statePath); err != nil {
		return err
	}
	return syncDir(db.opts.Dir)
}

// transport is how members talk; a lone one talks to itself.
func (db *DB) transport(member string) raft.Transport {
	if db.trans == nil {
		if db.trans = db.opts.Transport; db.trans == nil {
			_, db.trans = raft.NewInmemTransport(raft.ServerAddress(member))
		}
	}
	return db.trans
}

func (db *DB) startRaft(logs raft.LogStore, stable raft.StableStore) error {
	c := raft.DefaultConfig()
	c.LocalID = raft.ServerID(db.pos.member)
	c.NoSnapshotRestoreOnStart = true
	c.NoLegacyTelemetry = true
	c.Logger = hclog.New(&hclog.LoggerOptions{Output: io.Discard, Level: hclog.Off})
	// A lone voter elects itself after one heartbeat timeout, and that is how
	// long a start takes.
	c.HeartbeatTimeout, c.ElectionTimeout, c.LeaderLeaseTimeout = 5*time.Millisecond, 5*time.Millisecond, 5*time.Millisecond
	c.SnapshotInterval, c.SnapshotThreshold, c.TrailingLogs = 2*time.Second, 2048, 1024
	if db.opts.Raft != nil {
		db.opts.Raft(c)
	}
	var err error
	db.raft, err = raft.NewRaft(c, machine{db}, logs, stable, &snapshots{db: db}, db.transport(db.pos.member))
	return err
}
