package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/raft"
)

// Mode is how a database is opened.
type Mode int

const (
	// Lead opens the database of a master: at first boot it is filled and this
	// member is its only voter. Open returns once it can be written to.
	Lead Mode = iota
	// Follow opens a copy: at first boot it is empty, and waits for what a
	// leader sends. Open waits for nothing. Whether the copy may be elected is
	// for the members' configuration to say.
	Follow
	// Promote is Lead for a copy that has lost its leader: this member becomes
	// the only voter, whatever the members agreed on before. What had not
	// reached it is lost, and the other copies are of no use to it.
	Promote
)

// Memory holds a database without a directory while it is closed.
type Memory struct {
	logs *memoryLogs
	// rows are as in a snapshot for another member: those of volatile classes
	// do not outlast Close, here as on disk.
	rows   []byte
	member string
}

func (m *Memory) keep(s *state, p position) {
	m.rows, m.member = appendSnapshot(nil, s, p), p.member
}

func (m *Memory) load() (*state, position, error) {
	s, cp, err := parseSnapshot(m.rows)
	cp.member = m.member
	return s, cp.position, err
}

// memoryLogs is raft's log in memory.
type memoryLogs struct{ *raft.InmemStore }

// DeleteRange drops entries. raft asks for 0 to 0 of an empty log.
func (l memoryLogs) DeleteRange(first, last uint64) error {
	if last == 0 {
		return nil
	}
	return l.InmemStore.DeleteRange(first, last)
}

// Forget empties it.
func (m *Memory) Forget() { *m = Memory{} }

// ErrNothingToPromote says that a copy has never received anything.
var ErrNothingToPromote = errors.New("this copy of the database is empty")

// Member is one who holds a copy of the database.
type Member struct {
	ID    string
	Voter bool
}

// Members lists who holds a copy, as far as is committed.
func (db *DB) Members() []Member {
	var list []Member
	for _, s := range db.raft.GetConfiguration().Configuration().Servers {
		list = append(list, Member{string(s.ID), s.Suffrage == raft.Voter})
	}
	return list
}

// HasMember tells whether id holds a copy.
func (db *DB) HasMember(id string) bool {
	return slices.ContainsFunc(db.Members(), func(m Member) bool { return m.ID == id })
}

// Self is this member's name.
func (db *DB) Self() string { return string(db.Member()) }

// Leader is the member that this one takes for the leader, "" if none.
func (db *DB) Leader() string {
	_, id := db.raft.LeaderWithID()
	return string(id)
}

// Leads reports whether the database takes writes here.
func (db *DB) Leads() bool {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.writable && !db.closed
}

// memberTimeout bounds how long a change of the members may take.
const memberTimeout = 30 * time.Second

func memberError(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, raft.ErrNotLeader) || errors.Is(err, raft.ErrLeadershipLost) {
		return fmt.Errorf("%w: %v", ErrNotLeader, err)
	}
	return err
}

// AddMember gives a copy to id, without a vote unless it has one.
func (db *DB) AddMember(id string) error {
	return memberError(db.raft.AddNonvoter(raft.ServerID(id), raft.ServerAddress(id), 0, memberTimeout).Error())
}

// AddVoter gives id a copy and a vote.
func (db *DB) AddVoter(id string) error {
	return memberError(db.raft.AddVoter(raft.ServerID(id), raft.ServerAddress(id), 0, memberTimeout).Error())
}

// TakeVote leaves id its copy but not its vote.
func (db *DB) TakeVote(id string) error {
	return memberError(db.raft.DemoteVoter(raft.ServerID(id), 0, memberTimeout).Error())
}

// RemoveMember ends the copying to id.
func (db *DB) RemoveMember(id string) error {
	return memberError(db.raft.RemoveServer(raft.ServerID(id), 0, memberTimeout).Error())
}

// HandOver gives the lead to id, which gets a vote if it has none. What was
// acknowledged is there. Afterwards the new leader takes the old one's vote, if
// it shall not have one.
func (db *DB) HandOver(id string) error {
	if err := db.AddVoter(id); err != nil {
		return err
	}
	err := memberError(db.raft.LeadershipTransferToServer(raft.ServerID(id), raft.ServerAddress(id)).Error())
	if err != nil {
		return errors.Join(err, db.TakeVote(id))
	}
	return nil
}

// lease is for how long a leader may count on the voters that have answered
// it: they elect no other for a heartbeat's time.
func (db *DB) lease() time.Duration { return db.config.HeartbeatTimeout / 2 }

// alone reports whether no other member can take the lead.
func (db *DB) alone() bool {
	voters := 0
	for _, s := range db.raft.GetConfiguration().Configuration().Servers {
		if s.Suffrage == raft.Voter {
			voters++
		}
	}
	return voters < 2
}

// round is one question to the voters, shared by those who ask.
type round struct {
	done chan struct{}
	err  error
}

// Confirm returns once it is certain that no other member has led since it was
// called, so that what View gives next is the newest there is. ErrNotLeader if
// another leads, or may.
func (db *DB) Confirm(ctx context.Context) error {
	for {
		db.mu.Lock()
		if !db.writable || db.closed {
			db.mu.Unlock()
			return ErrNotLeader
		}
		if time.Now().Before(db.confirmed) || db.alone() {
			db.mu.Unlock()
			return nil
		}
		r := db.asking
		if r == nil {
			r = &round{done: make(chan struct{})}
			db.asking = r
			go db.ask(r)
		}
		db.mu.Unlock()
		select {
		case <-r.done:
			if r.err != nil {
				return memberError(r.err)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (db *DB) ask(r *round) {
	began := time.Now()
	r.err = db.raft.VerifyLeader().Error()
	db.mu.Lock()
	if r.err == nil {
		db.confirmed = began.Add(db.lease())
	}
	db.asking = nil
	db.mu.Unlock()
	close(r.done)
}

// Progress is how far a copy has come.
type Progress struct {
	// Applied and Committed are positions in the log: the last that this copy
	// holds, and the last that it knows to be committed.
	Applied, Committed uint64
	// Contact is when the leader was last heard of; zero if never.
	Contact time.Time
}

// Progress tells how far this copy has come.
func (db *DB) Progress() Progress {
	return Progress{db.raft.AppliedIndex(), db.raft.CommitIndex(), db.raft.LastContact()}
}

// Term counts the elections, those that failed included.
func (db *DB) Term() uint64 { return db.raft.CurrentTerm() }
