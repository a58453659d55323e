package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/xapitest"
)

// members runs n daemons, each its own pool, on one port.
func members(ctx context.Context, dir string, n int, change func(i int, c *xapi.Config)) ([]*xapi.Daemon, error) {
	var list []*xapi.Daemon
	port := "0"
	for i := range n {
		d, err := daemon(ctx, func(c *xapi.Config) {
			c.HTTPSAddress = fmt.Sprintf("127.0.0.%d:%s", i+2, port)
			c.Seed = fmt.Sprint("bench ", i)
			c.Ephemeral, c.DataDir, c.SharedDir = false, filepath.Join(dir, fmt.Sprint(i)), filepath.Join(dir, "shared")
			change(i, c)
		})
		if err != nil {
			return list, err
		}
		list = append(list, d)
		if i == 0 {
			_, port, _ = net.SplitHostPort(d.URL()[len("https://"):])
		}
	}
	return list, nil
}

func closeAll(list []*xapi.Daemon) {
	for _, d := range list {
		_ = d.Close()
	}
}

// session opens one at a daemon.
func session(d *xapi.Daemon) (*xapitest.Client, error) {
	w := xapitest.At(d.URL())
	v, err := w.Call("session.login_with_password", "root", password)
	if err != nil {
		return nil, err
	}
	s, _ := v.(string)
	return &xapitest.Client{Wire: w, Session: s}, nil
}

// joinPool makes a daemon a member, and returns when it is in service.
func joinPool(master, d *xapi.Daemon) error {
	c, err := session(d)
	if err != nil {
		return err
	}
	if _, err := c.Try("pool.join", master.Config.Address, "root", password); err != nil {
		return err
	}
	return await(master, func(r store.Reader) bool {
		ref, _ := store.ByUUID[model.Host](r, d.HostUUID())
		h, ok := store.Find(r, ref)
		return ok && h.Enabled
	})
}

// await waits until a daemon's database is as cond wants it.
func await(d *xapi.Daemon, cond func(r store.Reader) bool) error {
	late := time.After(time.Minute)
	for {
		v := d.DB().View()
		if cond(v) {
			return nil
		}
		select {
		case <-v.Changed():
		case <-time.After(5 * time.Millisecond): // the database may be another one soon
		case <-late:
			return errors.New("a minute is over")
		}
	}
}

// pool measures a pool of several daemons: a host that joins 10,000 VMs, the lag of its
// copy, and writes with HA on.
func pool(ctx context.Context, size int) ([]result, error) {
	dir, err := os.MkdirTemp("", "xapibench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	joined, err := joins(ctx, filepath.Join(dir, "join"), size)
	if err != nil {
		return nil, err
	}
	written, err := haWrites(ctx, filepath.Join(dir, "writes"), size)
	return append(joined, written...), err
}

func joins(ctx context.Context, dir string, size int) ([]result, error) {
	list, err := members(ctx, dir, 2, func(i int, c *xapi.Config) {
		if i == 0 {
			c.Hosts, c.VMs = 32, 1000*size
		}
	})
	defer closeAll(list)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	if err := joinPool(list[0], list[1]); err != nil {
		return nil, err
	}
	took := time.Since(began).Seconds()
	// The lag: from the answer to a write until the slave's copy has it.
	c, err := session(list[0])
	if err != nil {
		return nil, err
	}
	var ref model.Ref[model.Pool]
	for r := range store.All[model.Pool](list[0].DB().View()) {
		ref = r
	}
	var lags []float64
	for i := range 10 * size {
		name := fmt.Sprint("name ", i)
		began := time.Now()
		if _, err := c.Try("pool.set_name_label", string(ref), name); err != nil {
			return nil, err
		}
		err := await(list[1], func(r store.Reader) bool {
			p, ok := store.Find(r, ref)
			return ok && p.NameLabel == name
		})
		if err != nil {
			return nil, err
		}
		lags = append(lags, time.Since(began).Seconds()*1000)
	}
	slices.Sort(lags)
	lag := lags[len(lags)*99/100]
	return []result{
		{name: fmt.Sprintf("join a pool of %d VMs, until in service", 1000*size), ours: fmt.Sprintf("%.2f s", took), peer: "5.00 s", peerMeaning: "the limit", ratio: took / 5, bound: 1, atMost: true},
		{name: "lag of a slave's copy, call included, 99 of 100", ours: fmt.Sprintf("%.1f ms", lag), peer: "100.0 ms", peerMeaning: "the limit", ratio: lag / 100, bound: 1, atMost: true},
	}, nil
}

func haWrites(ctx context.Context, dir string, size int) ([]result, error) {
	list, err := members(ctx, dir, 3, func(i int, c *xapi.Config) {})
	defer closeAll(list)
	if err != nil {
		return nil, err
	}
	for _, d := range list[1:] {
		if err := joinPool(list[0], d); err != nil {
			return nil, err
		}
	}
	s, err := session(list[0])
	if err != nil {
		return nil, err
	}
	targets, err := prepareHA(s)
	if err != nil {
		return nil, err
	}
	bare, err := newBarePool(filepath.Join(dir, "bare"))
	if err != nil {
		return nil, err
	}
	defer bare.close()
	var ours, theirs float64
	total := 1000 * size
	for range 3 { // alternating
		before := list[0].DB().Stats()
		a, err := flood(list[0].URL(), 64, total, func(i int) [][]byte {
			vm := targets[i%len(targets)]
			return [][]byte{
				xmlCall("VM.set_name_description", s.Session, vm, fmt.Sprint("written by ", i)),
				xmlCall("VM.set_name_description", s.Session, vm, fmt.Sprint("and again by ", i)),
			}
		})
		if err != nil {
			return nil, err
		}
		after := list[0].DB().Stats()
		b, err := bare.rate(64, total, int((after.LogBytes-before.LogBytes)/uint64(total)))
		if err != nil {
			return nil, err
		}
		ours, theirs = max(ours, a), max(theirs, b)
	}
	return []result{{
		name: "VM.set_name_description, 3 members with HA, 64 conns", ours: perSecond(ours), peer: perSecond(theirs),
		peerMeaning: "bare raft, 3 members", ratio: ours / theirs, bound: 0.5,
	}}, nil
}

// prepareHA turns HA on and makes what is written to.
func prepareHA(s *xapitest.Client) ([]string, error) {
	hosts, err := s.Try("host.get_all")
	if err != nil {
		return nil, err
	}
	first := hosts.([]any)[0]
	if _, err := s.Try("SR.create", first, map[string]string{"server": "s", "serverpath": "/p"}, 0, "shared", "", "nfs", "user", true, map[string]string{}); err != nil {
		return nil, err
	}
	if _, err := s.Try("pool.enable_ha", []string{}, map[string]string{}); err != nil {
		return nil, err
	}
	templates, err := s.Try("VM.get_by_name_label", "Other install media")
	if err != nil {
		return nil, err
	}
	var vms []string
	for i := range 64 {
		vm, err := s.Try("VM.clone", templates.([]any)[0], fmt.Sprint("vm ", i))
		if err != nil {
			return nil, err
		}
		vms = append(vms, vm.(string))
	}
	return vms, nil
}

// barePool is the limit of writes with HA: raft's own transport, raft-boltdb,
// three members.
type barePool struct {
	bareLog
	all []bareLog
}

func newBarePool(dir string) (*barePool, error) {
	p := &barePool{}
	var config raft.Configuration
	var transports []*raft.NetworkTransport
	for range 3 {
		t, err := raft.NewTCPTransport("127.0.0.1:0", nil, 4, 10*time.Second, io.Discard)
		if err != nil {
			return nil, err
		}
		transports = append(transports, t)
		config.Servers = append(config.Servers, raft.Server{ID: raft.ServerID(t.LocalAddr()), Address: t.LocalAddr()})
	}
	for i, t := range transports {
		if err := os.MkdirAll(filepath.Join(dir, fmt.Sprint(i)), 0o700); err != nil {
			return nil, err
		}
		logs, err := raftboltdb.NewBoltStore(filepath.Join(dir, fmt.Sprint(i), "raft.db"))
		if err != nil {
			return nil, err
		}
		c := raft.DefaultConfig()
		c.LocalID = config.Servers[i].ID
		c.Logger = hclog.NewNullLogger()
		r, err := raft.NewRaft(c, noMachine{}, logs, logs, raft.NewDiscardSnapshotStore(), t)
		if err != nil {
			return nil, err
		}
		if err := r.BootstrapCluster(config).Error(); err != nil {
			return nil, err
		}
		p.all = append(p.all, bareLog{r, logs})
	}
	late := time.After(30 * time.Second)
	for p.raft == nil {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-late:
			return nil, errors.New("bare raft elects nobody")
		}
		for _, b := range p.all {
			if b.raft.State() == raft.Leader {
				p.bareLog = b
			}
		}
	}
	return p, nil
}

func (p *barePool) close() {
	for _, b := range p.all {
		b.close()
	}
}
