package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"github.com/xapid/xapid/xapi"
)

// writes changes a description durably, from 64 connections and from one, and
// has bare hashicorp/raft on raft-boltdb commit entries of the same size.
func writes(ctx context.Context, size int) ([]result, error) {
	dir, err := os.MkdirTemp("", "xapibench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	d, err := daemon(ctx, func(c *xapi.Config) { c.VMs, c.Ephemeral, c.DataDir = 100, false, filepath.Join(dir, "ours") })
	if err != nil {
		return nil, err
	}
	defer d.Close()
	c, session, err := login(d.URL())
	if err != nil {
		return nil, err
	}
	defer c.close()
	list, err := vms(c, session)
	if err != nil {
		return nil, err
	}
	bare, err := newBareLog(filepath.Join(dir, "bare"))
	if err != nil {
		return nil, err
	}
	defer bare.close()
	var results []result
	for _, m := range []struct {
		conns, total int
		bound        float64
	}{{64, 2000 * size, 0.5}, {1, 300 * size, 0.6}} {
		var ours, theirs float64
		for range 3 { // alternating
			before := d.DB().Stats()
			a, err := flood(d.URL(), m.conns, m.total, func(i int) [][]byte {
				// Two texts in turn: a write that changes nothing is none.
				vm := list[i%len(list)]
				return [][]byte{
					xmlCall("VM.set_name_description", session, vm, fmt.Sprint("written by ", i)),
					xmlCall("VM.set_name_description", session, vm, fmt.Sprint("and again by ", i)),
				}
			})
			if err != nil {
				return nil, err
			}
			after := d.DB().Stats()
			entry := (after.LogBytes - before.LogBytes) / uint64(m.total)
			b, err := bare.rate(m.conns, m.total, int(entry))
			if err != nil {
				return nil, err
			}
			ours, theirs = max(ours, a), max(theirs, b)
		}
		results = append(results, result{
			name: fmt.Sprintf("VM.set_name_description, durable, %d connections", m.conns),
			ours: perSecond(ours), peer: perSecond(theirs), peerMeaning: "bare raft", ratio: ours / theirs, bound: m.bound,
		})
	}
	return results, nil
}

// vms lists the VMs proper.
func vms(c *conn, session string) ([]string, error) {
	query := `field "is_a_template" = "false" and field "is_control_domain" = "false"`
	params, err := json.Marshal([]string{session, query})
	if err != nil {
		return nil, err
	}
	body, err := c.do(post("/jsonrpc", "application/json", fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"VM.get_all_where","params":%s}`, params)))
	if err != nil {
		return nil, err
	}
	var answer struct{ Result []string }
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	if len(answer.Result) == 0 {
		return nil, errors.New("the inventory has no VMs")
	}
	return answer.Result, nil
}

// bareLog is the limit of durable writes.
type bareLog struct {
	raft *raft.Raft
	logs *raftboltdb.BoltStore
}

type noMachine struct{}

func (noMachine) Apply(*raft.Log) any                 { return nil }
func (noMachine) Snapshot() (raft.FSMSnapshot, error) { return nil, io.EOF }
func (noMachine) Restore(io.ReadCloser) error         { return nil }

func newBareLog(dir string) (*bareLog, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	logs, err := raftboltdb.NewBoltStore(filepath.Join(dir, "raft.db"))
	if err != nil {
		return nil, err
	}
	c := raft.DefaultConfig()
	c.LocalID = "one"
	c.Logger = hclog.NewNullLogger()
	c.HeartbeatTimeout, c.ElectionTimeout, c.LeaderLeaseTimeout = 5*time.Millisecond, 5*time.Millisecond, 5*time.Millisecond
	addr, trans := raft.NewInmemTransport("one")
	r, err := raft.NewRaft(c, noMachine{}, logs, logs, raft.NewDiscardSnapshotStore(), trans)
	if err != nil {
		return nil, err
	}
	r.BootstrapCluster(raft.Configuration{Servers: []raft.Server{{ID: "one", Address: addr}}})
	for range r.LeaderCh() {
		break
	}
	return &bareLog{r, logs}, nil
}

func (b *bareLog) close() {
	_ = b.raft.Shutdown().Error()
	_ = b.logs.Close()
}

func (b *bareLog) rate(writers, total, entry int) (float64, error) {
	data := make([]byte, max(entry, 1))
	errs := make([]error, writers)
	var wg sync.WaitGroup
	from := time.Now()
	for w := range writers {
		wg.Go(func() {
			for range total / writers {
				if err := b.raft.Apply(data, 0).Error(); err != nil {
					errs[w] = err
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(total/writers*writers) / time.Since(from).Seconds(), errors.Join(errs...)
}
