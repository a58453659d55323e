package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
)

// logFile is raft's log and stable store, in one bbolt file. It gives every
// log entry a checksum, in the field that raft keeps for such ends.
type logFile struct{ *raftboltdb.BoltStore }

func openLogFile(path string) (logFile, error) {
	o := boltOptions
	s, err := raftboltdb.New(raftboltdb.Options{Path: path, BoltOptions: &o})
	return logFile{s}, err
}

func logChecksum(l *raft.Log) []byte {
	head := append(key64(l.Index, l.Term), byte(l.Type))
	return binary.BigEndian.AppendUint32(nil, checksum(head, l.Data))
}

// StoreLog stores one entry.
func (f logFile) StoreLog(l *raft.Log) error { return f.StoreLogs([]*raft.Log{l}) }

// StoreLogs stores entries, all or none.
func (f logFile) StoreLogs(logs []*raft.Log) error {
	sealed := make([]*raft.Log, len(logs))
	for i, l := range logs {
		c := *l
		c.Extensions = logChecksum(l)
		sealed[i] = &c
	}
	return f.BoltStore.StoreLogs(sealed)
}

// GetLog reads an entry.
func (f logFile) GetLog(index uint64, l *raft.Log) error {
	if err := f.BoltStore.GetLog(index, l); err != nil {
		return err
	}
	if l.Index != index || string(l.Extensions) != string(logChecksum(l)) {
		return damaged("log entry %d: %w", index, errChecksum)
	}
	return nil
}

// check reads the whole log. The entries that follow the checkpoint must be
// there without a gap.
func (f logFile) check(p position) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reading failed: %v", r)
		}
	}()
	first, err := f.FirstIndex()
	if err != nil {
		return err
	}
	last, err := f.LastIndex()
	if err != nil {
		return err
	}
	term, err := f.GetUint64([]byte("CurrentTerm"))
	if err != nil {
		return damaged("its current term: %w", err)
	}
	covered := max(p.index, p.snapIndex)
	switch {
	case first > covered+1:
		return damaged("it begins with entry %d, but state.db ends at %d", first, covered)
	case last < p.index && last > 0:
		return damaged("it ends at entry %d, but state.db at %d", last, p.index)
	}
	var l raft.Log
	var lastTerm uint64
	for i := first; i <= last && last > 0; i++ {
		if err := f.GetLog(i, &l); errors.Is(err, raft.ErrLogNotFound) && i <= covered {
			continue // another member's snapshot has jumped over it
		} else if errors.Is(err, raft.ErrLogNotFound) {
			return damaged("log entry %d is missing", i)
		} else if err != nil {
			return err
		}
		if l.Term < lastTerm || l.Term > term {
			return damaged("log entry %d is of term %d", i, l.Term)
		}
		lastTerm = l.Term
	}
	return nil
}
