package store

import (
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/raft"
)

// line is the transport between raft and the other members' transport. It adds
// two things: a lone voter can be told to elect itself at once, and a member
// that has just come up gives no vote for as long as a leader may still count
// on the promise that this member made before.
type line struct {
	raft.Transport
	in      chan raft.RPC
	quit    chan struct{}
	closing sync.Once
	silence time.Time // no vote before
}

var errSilent = errors.New("this member has come up a moment ago and gives no vote yet")

func newLine(t raft.Transport, silence time.Time) *line {
	l := &line{Transport: t, in: make(chan raft.RPC), quit: make(chan struct{}), silence: silence}
	go l.forward()
	return l
}

func (l *line) forward() {
	for {
		select {
		case rpc := <-l.Transport.Consumer():
			if asksForVote(rpc.Command) && time.Now().Before(l.silence) {
				rpc.Respond(nil, errSilent)
				continue
			}
			select {
			case l.in <- rpc:
			case <-l.quit:
				rpc.Respond(nil, raft.ErrTransportShutdown)
				return
			}
		case <-l.quit:
			return
		}
	}
}

func asksForVote(command any) bool {
	switch command.(type) {
	case *raft.RequestVoteRequest, *raft.RequestPreVoteRequest:
		return true
	}
	return false
}

// Consumer gives the calls of other members.
func (l *line) Consumer() <-chan raft.RPC { return l.in }

// RequestPreVote passes on.
func (l *line) RequestPreVote(id raft.ServerID, target raft.ServerAddress, args *raft.RequestPreVoteRequest, resp *raft.RequestPreVoteResponse) error {
	if t, ok := l.Transport.(raft.WithPreVote); ok {
		return t.RequestPreVote(id, target, args, resp)
	}
	return errors.New("the transport knows no pre-vote")
}

// elect makes the member a candidate now, not after a heartbeat's time.
func (l *line) elect(protocol raft.ProtocolVersion) {
	rpc := raft.RPC{Command: &raft.TimeoutNowRequest{RPCHeader: raft.RPCHeader{ProtocolVersion: protocol}}, RespChan: make(chan raft.RPCResponse, 1)}
	select {
	case l.in <- rpc:
	case <-l.quit:
	}
}

// Close ends the forwarding and the transport. raft does it too.
func (l *line) Close() (err error) {
	l.closing.Do(func() {
		close(l.quit)
		if t, ok := l.Transport.(raft.WithClose); ok {
			err = t.Close()
		}
	})
	return err
}
