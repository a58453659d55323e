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
	if o.Mode == Follow {
		return db, nil
	}
	db.line.elect(db.config.ProtocolVersion)
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
	if db.opts.Dir != "" {
		if err := db.openDir(); err != nil {
			return err
		}
		return db.startRaft(db.logs, db.logs)
	}
	m := db.opts.Memory
	if m == nil {
		m = &Memory{}
	}
	var s *state
	var p position
	var err error
	if m.logs != nil {
		s, p, err = m.load()
	} else if s, p, err = db.first(); err == nil {
		m.logs = &memoryLogs{raft.NewInmemStore()}
		err = m.logs.SetUint64([]byte("CurrentTerm"), 1)
	}
	if err != nil {
		return err
	}
	db.begin(s, p)
	return db.startRaft(m.logs, m.logs)
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

// first makes the state and the position of a database that has never been
// used. The position of one that leads stands for a log whose first entry has
// been compacted into the state: so a member that joins later cannot but take
// the state. One that follows is at the very beginning.
func (db *DB) first() (*state, position, error) {
	member := db.opts.Member
	if member == "" {
		member = uuid.NewString()
	}
	own := ownCatalogue()
	p := position{member: member, catalogues: map[uint32]*catalogue{own.id: own}}
	if db.opts.Mode == Follow {
		return emptyState(), p, nil
	}
	s, err := db.seed()
	if err != nil {
		return nil, p, err
	}
	p.index, p.term, p.reserved, p.configIndex, p.config = 1, 1, s.gen, 1, lone(member)
	return s, p, nil
}

// lone is the configuration of a member that is alone.
func lone(member string) raft.Configuration {
	return raft.Configuration{Servers: []raft.Server{{Suffrage: raft.Voter, ID: raft.ServerID(member), Address: raft.ServerAddress(member)}}}
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
	s, p, err := db.first()
	if err != nil {
		return err
	}
	if err := createStateFile(statePath+newSuffix, s, p); err != nil {
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

// connect makes the way to the other members; a lone one talks to itself.
func (db *DB) connect() {
	t := db.opts.Transport
	if t == nil {
		_, t = raft.NewInmemTransport(raft.ServerAddress(db.pos.member))
	}
	var silence time.Time
	if db.opts.Mode == Follow {
		silence = time.Now().Add(db.lease())
	}
	db.line = newLine(t, silence)
}

func (db *DB) startRaft(logs raft.LogStore, stable raft.StableStore) error {
	c := raft.DefaultConfig()
	c.LocalID = raft.ServerID(db.pos.member)
	c.NoSnapshotRestoreOnStart = true
	c.NoLegacyTelemetry = true
	c.Logger = hclog.New(&hclog.LoggerOptions{Output: io.Discard, Level: hclog.Off})
	c.LeaderLeaseTimeout = c.HeartbeatTimeout // a busy machine is no lost one
	c.SnapshotInterval, c.SnapshotThreshold, c.TrailingLogs = 2*time.Second, 2048, 1024
	if db.opts.Raft != nil {
		db.opts.Raft(c)
	}
	db.config = c
	db.connect()
	snaps := &snapshots{db: db}
	if db.opts.Mode == Promote {
		if db.pos.index == 0 && db.pos.snapIndex == 0 {
			return ErrNothingToPromote
		}
		if err := raft.RecoverCluster(c, machine{db}, logs, stable, snaps, db.line, lone(db.pos.member)); err != nil {
			return fmt.Errorf("making this member the only voter: %w", err)
		}
	}
	var err error
	db.raft, err = raft.NewRaft(c, machine{db}, logs, stable, snaps, db.line)
	return err
}

// Remove deletes the files of a database that is closed.
func Remove(dir string) error {
	for _, name := range []string{stateName, logName} {
		for _, suffix := range []string{"", newSuffix} {
			if err := os.Remove(filepath.Join(dir, name+suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return syncDir(dir)
}
