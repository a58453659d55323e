package store_test

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// nothing is the state machine of the bare log that commits are measured by.
type nothing struct{}

func (nothing) Apply(*raft.Log) any                 { return nil }
func (nothing) Snapshot() (raft.FSMSnapshot, error) { return nil, io.EOF }
func (nothing) Restore(io.ReadCloser) error         { return nil }

// bareRaft is hashicorp/raft on raft-boltdb with one voter and nothing else.
func bareRaft(b *testing.B) *raft.Raft {
	b.Helper()
	logs, err := raftboltdb.NewBoltStore(filepath.Join(b.TempDir(), "raft.db"))
	if err != nil {
		b.Fatal(err)
	}
	c := raft.DefaultConfig()
	c.LocalID = "one"
	c.Logger = hclog.NewNullLogger()
	c.HeartbeatTimeout, c.ElectionTimeout, c.LeaderLeaseTimeout = 5*time.Millisecond, 5*time.Millisecond, 5*time.Millisecond
	addr, trans := raft.NewInmemTransport("one")
	r, err := raft.NewRaft(c, nothing{}, logs, logs, raft.NewDiscardSnapshotStore(), trans)
	if err != nil {
		b.Fatal(err)
	}
	r.BootstrapCluster(raft.Configuration{Servers: []raft.Server{{ID: "one", Address: addr}}})
	for range r.LeaderCh() {
		break
	}
	b.Cleanup(func() {
		if err := r.Shutdown().Error(); err != nil {
			b.Error(err)
		}
		if err := logs.Close(); err != nil {
			b.Error(err)
		}
	})
	return r
}

// rate is how many times a second n writers get do done, over total times.
func rate(n, total int, do func(writer int)) float64 {
	var wg sync.WaitGroup
	from := time.Now()
	for w := range n {
		wg.Go(func() {
			for range total / n {
				do(w)
			}
		})
	}
	wg.Wait()
	return float64(total) / time.Since(from).Seconds()
}

// BenchmarkUpdate changes a field durably, and gives the rate as a share of
// what the bare log does with entries of the same size in the same run.
func BenchmarkUpdate(b *testing.B) {
	for _, writers := range []int{1, 16, 64} {
		b.Run(fmt.Sprintf("%d writers", writers), func(b *testing.B) {
			bare := bareRaft(b)
			db, err := store.Open(store.Options{Dir: b.TempDir()})
			if err != nil {
				b.Fatal(err)
			}
			defer db.Close()
			refs := make([]model.Ref[model.VM], writers)
			if err := db.Update(context.Background(), func(tx *store.Tx) error {
				for i := range refs {
					refs[i] = store.Insert(tx, store.Default[model.VM]())
				}
				return nil
			}); err != nil {
				b.Fatal(err)
			}
			total := max(b.N, writers) / writers * writers
			before := db.Stats()
			b.ResetTimer()
			ours := rate(writers, total, func(w int) {
				err := db.Update(context.Background(), func(tx *store.Tx) error {
					v, err := store.Edit(tx, refs[w])
					if err == nil {
						v.UserVersion++
					}
					return err
				})
				if err != nil {
					b.Error(err)
				}
			})
			b.StopTimer()
			after := db.Stats()
			entry := make([]byte, max(1, (after.LogBytes-before.LogBytes)/uint64(total)))
			theirs := rate(writers, total, func(int) {
				if err := bare.Apply(entry, 0).Error(); err != nil {
					b.Error(err)
				}
			})
			b.ReportMetric(ours, "commits/s")
			b.ReportMetric(ours/theirs, "of-bare-raft")
			b.ReportMetric(float64(total)/float64(after.Batches-before.Batches), "commits/entry")
		})
	}
}

// BenchmarkView reads one object of a table of ten thousand.
func BenchmarkView(b *testing.B) {
	db, err := store.Open(store.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var ref model.Ref[model.VM]
	if err := db.Update(context.Background(), func(tx *store.Tx) error {
		for range 10_000 {
			ref = store.Insert(tx, store.Default[model.VM]())
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := store.Get(db.View(), ref); err != nil {
			b.Fatal(err)
		}
	}
}
