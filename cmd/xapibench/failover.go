package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/test/rig"
	"github.com/xapid/xapid/xapi/xapitest"
)

// failover kills the master of a pool with HA again and again, and the leader
// of an etcd cluster beside it, each of three members at default settings. It
// takes the time until the first write at a new one.
func failover(ctx context.Context, size int) ([]result, error) {
	dir, err := os.MkdirTemp("", "xapibench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	trials := 2 * size
	ours, err := ourFailover(ctx, dir, trials)
	if err != nil {
		return nil, err
	}
	theirs, err := etcdFailover(ctx, dir, trials)
	if err != nil {
		fmt.Println("etcd cannot be measured:", err)
		theirs = []float64{0}
	}
	a, b := middle(ours), middle(theirs)
	return []result{{
		name: fmt.Sprintf("fail-over with HA, median of %d (etcd: %.2f s)", trials, b), ours: fmt.Sprintf("%.2f s", a), peer: "3.00 s",
		peerMeaning: "the limit", ratio: a / 3, bound: 1, atMost: true,
	}}, nil
}

func middle(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

func ourFailover(ctx context.Context, dir string, trials int) ([]float64, error) {
	bin, err := rig.Build(dir)
	if err != nil {
		return nil, err
	}
	r, err := rig.New(bin, filepath.Join(dir, "pool"), 3, io.Discard)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	c, err := r.Pool(ctx)
	if err != nil {
		return nil, err
	}
	if err := rig.SharedSR(c); err != nil {
		return nil, err
	}
	if _, err := c.Try("pool.enable_ha", []string{}, map[string]string{}); err != nil {
		return nil, err
	}
	at := 0
	var times []float64
	for i := range trials {
		r.Members[at].Kill()
		began := time.Now()
		next, s, err := firstWrite(ctx, r, at, fmt.Sprint("trial ", i))
		if err != nil {
			return nil, err
		}
		times = append(times, time.Since(began).Seconds())
		if err := r.Members[at].Start(ctx); err != nil {
			return nil, err
		}
		at = next
		if err := r.InService(ctx, xapitest.At(r.Members[at].URL()), s, 3); err != nil {
			return nil, err
		}
	}
	return times, nil
}

// firstWrite writes at whichever member is the master, as soon as there is one.
func firstWrite(ctx context.Context, r *rig.Rig, dead int, name string) (at int, session string, err error) {
	at = (dead + 1) % len(r.Members)
	for ctx.Err() == nil {
		if at == dead {
			at = (at + 1) % len(r.Members)
		}
		w := xapitest.At(r.Members[at].URL())
		v, err := w.Call("session.login_with_password", "root", rig.Password)
		if err == nil {
			s, _ := v.(string)
			pools, err := w.Call("pool.get_all", s)
			if err == nil {
				if _, err = w.Call("pool.set_name_label", s, pools.([]any)[0], name); err == nil {
					return at, s, nil
				}
			}
		}
		var api *model.Error
		next := (at + 1) % len(r.Members)
		if errors.As(err, &api) && api.Code == "HOST_IS_SLAVE" {
			for i, m := range r.Members {
				if m.Address == api.Params[0] {
					next = i
				}
			}
		}
		at = next
		time.Sleep(2 * time.Millisecond)
	}
	return 0, "", ctx.Err()
}

// etcd is a member of an etcd cluster.
type etcd struct {
	name, client, peer string
	args               []string
	cmd                *exec.Cmd
}

func (e *etcd) start(bin string) error {
	e.cmd = exec.Command(bin, e.args...)
	return e.cmd.Start()
}

func (e *etcd) kill() {
	if e.cmd != nil {
		_ = e.cmd.Process.Signal(syscall.SIGKILL)
		_ = e.cmd.Wait() // killed
		e.cmd = nil
	}
}

// ask calls etcd's JSON gateway.
func (e *etcd) ask(path, body string, out any) error {
	c := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := c.Post(e.client+path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(raw))
	}
	return json.Unmarshal(raw, out)
}

func etcdFailover(ctx context.Context, dir string, trials int) ([]float64, error) {
	bin := filepath.Join(dir, "etcd")
	build := exec.CommandContext(ctx, "go", "build", "-C", "cmd/xapibench/etcd", "-o", bin, ".")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	cluster, err := newCluster(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, e := range cluster {
			e.kill()
		}
	}()
	for _, e := range cluster {
		if err := e.start(bin); err != nil {
			return nil, err
		}
	}
	var times []float64
	for range trials + 1 {
		leader, err := leaderOf(ctx, cluster)
		if err != nil {
			return nil, err
		}
		leader.kill()
		began := time.Now()
		for done := false; !done; {
			for _, e := range cluster {
				if e != leader && e.ask("/v3/kv/put", `{"key":"a2V5","value":"dmFsdWU="}`, &struct{}{}) == nil {
					done = true
					break
				}
			}
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			time.Sleep(2 * time.Millisecond)
		}
		times = append(times, time.Since(began).Seconds())
		if err := leader.start(bin); err != nil {
			return nil, err
		}
	}
	return times[1:], nil
}

func newCluster(dir string) ([]*etcd, error) {
	var cluster []*etcd
	var initial []string
	for i := range 3 {
		e := &etcd{name: fmt.Sprint("m", i)}
		for _, url := range []*string{&e.client, &e.peer} {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return nil, err
			}
			*url = "http://" + l.Addr().String()
			_ = l.Close() // its port is wanted, not itself
		}
		cluster, initial = append(cluster, e), append(initial, e.name+"="+e.peer)
	}
	for _, e := range cluster {
		e.args = []string{"--name", e.name, "--data-dir", filepath.Join(dir, e.name), "--listen-client-urls", e.client, "--advertise-client-urls", e.client,
			"--listen-peer-urls", e.peer, "--initial-advertise-peer-urls", e.peer, "--initial-cluster", strings.Join(initial, ","), "--log-level", "error"}
	}
	return cluster, nil
}

// leaderOf waits until all members know the same leader, and gives it.
func leaderOf(ctx context.Context, cluster []*etcd) (*etcd, error) {
	for ctx.Err() == nil {
		ids, leaders := map[string]*etcd{}, map[string]bool{}
		for _, e := range cluster {
			var status struct {
				Header struct {
					Member string `json:"member_id"`
				} `json:"header"`
				Leader string `json:"leader"`
			}
			if e.ask("/v3/maintenance/status", "{}", &status) == nil && status.Leader != "" && status.Leader != "0" {
				ids[status.Header.Member], leaders[status.Leader] = e, true
			}
		}
		if len(ids) == len(cluster) && len(leaders) == 1 {
			for id := range leaders {
				if e := ids[id]; e != nil {
					return e, nil
				}
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil, ctx.Err()
}
