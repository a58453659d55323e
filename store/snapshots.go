package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"

	"github.com/hashicorp/raft"
)

// raft wants snapshots for two ends. To drop the old part of the log it needs
// to know that its effect is on disk elsewhere: that is the state file, so to
// "take a snapshot" is to flush it, and nothing is copied. To a member that
// lags too far behind, or is new, it sends one: that is made from the newest
// state in memory when it is asked for.

const snapshotID = "state"

// snapshots is the raft.SnapshotStore.
type snapshots struct {
	db       *DB
	mu       sync.Mutex
	received map[string]*sink
}

// Create starts a snapshot, our own or one that another member sends.
func (s *snapshots) Create(version raft.SnapshotVersion, index, term uint64, config raft.Configuration, configIndex uint64, _ raft.Transport) (raft.SnapshotSink, error) {
	return &sink{store: s, meta: raft.SnapshotMeta{Version: version, ID: fmt.Sprintf("%d-%d", term, index),
		Index: index, Term: term, Configuration: config, ConfigurationIndex: configIndex}}, nil
}

// List tells of the one snapshot that can be had.
func (s *snapshots) List() ([]*raft.SnapshotMeta, error) {
	s.db.mu.Lock()
	defer s.db.mu.Unlock()
	m := s.meta()
	if m.Index == 0 {
		return nil, nil // nothing has reached this copy yet
	}
	return []*raft.SnapshotMeta{m}, nil
}

func (s *snapshots) meta() *raft.SnapshotMeta {
	p := &s.db.pos
	m := &raft.SnapshotMeta{Version: raft.SnapshotVersionMax, ID: snapshotID, Index: p.index, Term: p.term,
		Configuration: p.config, ConfigurationIndex: p.configIndex}
	if p.snapIndex > p.index {
		m.Index, m.Term = p.snapIndex, p.snapTerm
	}
	return m
}

// Open gives the content of a snapshot.
func (s *snapshots) Open(id string) (*raft.SnapshotMeta, io.ReadCloser, error) {
	s.mu.Lock()
	got := s.received[id]
	delete(s.received, id) // it is read once
	s.mu.Unlock()
	if got != nil {
		meta := got.meta
		meta.Size = int64(got.Len())
		return &meta, io.NopCloser(bytes.NewReader(got.Bytes())), nil
	}
	s.db.mu.Lock()
	meta, state, pos := s.meta(), s.db.committed.Load(), s.db.pos
	s.db.mu.Unlock()
	b := appendSnapshot(nil, state, pos)
	meta.Size = int64(len(b))
	return meta, io.NopCloser(bytes.NewReader(b)), nil
}

// sink takes in a snapshot that another member sends. For one of our own
// nothing is written to it, and closing it flushes the state file.
type sink struct {
	bytes.Buffer
	store *snapshots
	meta  raft.SnapshotMeta
	own   bool
}

func (k *sink) ID() string { return k.meta.ID }

func (k *sink) Close() error {
	if k.own {
		db := k.store.db
		db.mu.Lock()
		if k.meta.Index > db.pos.snapIndex {
			db.pos.snapIndex, db.pos.snapTerm = k.meta.Index, k.meta.Term
		}
		db.pos.configIndex, db.pos.config = k.meta.ConfigurationIndex, k.meta.Configuration
		db.mu.Unlock()
		return db.flush()
	}
	k.store.mu.Lock()
	defer k.store.mu.Unlock()
	k.store.received = map[string]*sink{k.meta.ID: k}
	return nil
}

func (k *sink) Cancel() error { return nil }

// Snapshot is asked for at the entry up to which raft wants to drop the log.
func (m machine) Snapshot() (raft.FSMSnapshot, error) { return ownSnapshot{}, nil }

type ownSnapshot struct{}

func (ownSnapshot) Persist(s raft.SnapshotSink) error {
	s.(*sink).own = true
	return nil
}

func (ownSnapshot) Release() {}

// Restore replaces everything by what another member sent.
func (m machine) Restore(r io.ReadCloser) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s, cp, err := parseSnapshot(b)
	if err != nil {
		return fmt.Errorf("the snapshot: %w", err)
	}
	db := m.db
	db.flushMu.Lock()
	defer db.flushMu.Unlock()
	db.mu.Lock()
	defer db.mu.Unlock()
	cp.member = db.pos.member
	if db.file != nil {
		if err := db.file.replace(s, cp.position); err != nil {
			return err
		}
		db.base, db.flushed = s, s.gen
	}
	db.pos = cp.position
	db.publish(s)
	db.rollBack(errStale)
	return nil
}

// Parts of a snapshot in transit, each with its length before it.
const (
	partCheckpoint = iota + 1
	partCatalogue
	partRow
	partDeletion
)

const snapshotVersion = 1

func appendSnapshot(b []byte, s *state, p position) []byte {
	own := ownCatalogue()
	part := func(kind byte, data []byte) {
		b = append(b, kind)
		b = binary.AppendUvarint(b, uint64(len(data)))
		b = append(b, data...)
	}
	b = append(b, snapshotVersion)
	part(partCheckpoint, appendCheckpoint(nil, s, p))
	part(partCatalogue, own.text)
	for id, c := range p.catalogues {
		if id != own.id {
			part(partCatalogue, c.text)
		}
	}
	s.changes.each(func(r *Row) bool {
		if !r.Class.Persist {
			return true
		}
		head := appendText(nil, r.Class.Name)
		head = binary.AppendUvarint(head, r.order)
		if r.Obj != nil {
			part(partRow, append(head, sealRow(nil, own, r)[4:]...))
			return true
		}
		head = binary.AppendUvarint(head, r.Modified)
		head = appendText(appendText(head, r.Class.Name), r.Ref)
		part(partDeletion, binary.AppendUvarint(head, r.Created))
		return true
	})
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func parseSnapshot(b []byte) (*state, checkpoint, error) {
	var cp checkpoint
	if len(b) < 5 || binary.BigEndian.Uint32(b[len(b)-4:]) != checksum(b[:len(b)-4]) {
		return nil, cp, errChecksum
	}
	if b[0] != snapshotVersion {
		return nil, cp, fmt.Errorf("it is of version %d, this program knows %d", b[0], snapshotVersion)
	}
	d := &decoder{b: b[1 : len(b)-4]}
	l := newLoader(len(b) / 256)
	for len(d.b) > 0 && d.err == nil {
		kind, part := d.byte(), &decoder{b: d.bytes(d.uvarint())}
		if d.err != nil {
			break
		}
		var err error
		switch kind {
		case partCheckpoint:
			cp, err = parseCheckpoint(part.b)
		case partCatalogue:
			var cat *catalogue
			if cat, err = parseCatalogue(part.b); err == nil {
				l.cats[cat.id] = cat
			}
		case partRow:
			class, order := part.text(), part.uvarint()
			err = l.row(class, order, part.b)
		case partDeletion:
			part.text()
			order, modified := part.uvarint(), part.uvarint()
			err = l.deletion(modified, order, part.b)
		default:
			err = errShort
		}
		if err = errors.Join(err, part.err); err != nil {
			return nil, cp, err
		}
	}
	if d.err != nil {
		return nil, cp, d.err
	}
	cp.catalogues = l.cats
	return l.finish(cp), cp, nil
}
