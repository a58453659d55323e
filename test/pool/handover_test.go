package pool_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/xapid/xapid/test/rig"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestDesignateUnderLoad: while clients write, the master is designated again
// and again. Nothing is lost, and nobody reads what is old.
func TestDesignateUnderLoad(t *testing.T) {
	r, log, vms := start(t, 3, false)
	h := newHistory()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range testers {
		wg.Go(func() { newClient(i, r).work(ctx, h, vms) })
	}
	boss := newClient(testers, r)
	changes := 0
	for i := 1; i <= 6; i++ {
		pause(ctx, 500*time.Millisecond)
		limit, stop := context.WithTimeout(ctx, 30*time.Second)
		if err := designate(limit, boss, i%3); err != nil {
			t.Errorf("change %d: %v", i, err)
		} else {
			changes++
		}
		stop()
	}
	cancel()
	wg.Wait()
	t.Logf("%d changes of the master; %d reads, %d writes, %d of unknown fate", changes, h.ok[false], h.ok[true], len(h.open))
	if masters := epochs(log.String()); len(masters) > 0 {
		t.Errorf("more than one master: %v", masters)
	}
	if verdict := porcupine.CheckOperationsTimeout(registers, h.all(), time.Minute); verdict != porcupine.Ok {
		t.Errorf("linearisable: %v", verdict)
	}
}

// designate makes member i the master, and waits until all hosts are in
// service there.
func designate(ctx context.Context, c *client, i int) error {
	if err := c.settled(ctx); err != nil {
		return err
	}
	records, err := c.call(ctx, "host.get_all_records", c.session)
	if err != nil {
		return err
	}
	for ref, h := range records.(map[string]any) {
		if h.(map[string]any)["address"] == c.rig.Members[i].Address {
			if _, err := c.call(ctx, "pool.designate_new_master", c.session, ref); err != nil {
				return err
			}
		}
	}
	c.session = ""
	for c.at != i || c.session == "" {
		if err := c.login(ctx); err != nil {
			return err
		}
		if c.at != i {
			c.session = ""
			pause(ctx, 10*time.Millisecond)
		}
	}
	return nil
}

// settled waits until all hosts are enabled.
func (c *client) settled(ctx context.Context) error {
	for {
		if c.session == "" {
			if err := c.login(ctx); err != nil {
				return err
			}
		}
		records, err := c.call(ctx, "host.get_all_records", c.session)
		if err != nil {
			c.turn(err)
			continue
		}
		up := 0
		for _, h := range records.(map[string]any) {
			if h.(map[string]any)["enabled"] == true {
				up++
			}
		}
		if up == len(c.rig.Members) {
			return nil
		}
		pause(ctx, 20*time.Millisecond)
		if ctx.Err() != nil {
			return fmt.Errorf("%d hosts in service: %w", up, ctx.Err())
		}
	}
}

// TestForcedPromotion: without HA the master is killed under load, a slave is
// promoted by hand, and the old master comes back. What had not been copied is
// lost, and counted; the old master never serves again.
func TestForcedPromotion(t *testing.T) {
	r, log, vms := start(t, 3, false)
	h := newHistory()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for i := range testers {
		wg.Go(func() { newClient(i, r).work(ctx, h, vms) })
	}
	pause(t.Context(), 2*time.Second)
	r.Members[0].Kill()
	cancel()
	wg.Wait()
	limit, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	local := xapitest.LoginLocally(t, xapitest.At(r.Members[1].URL()))
	local.Call(t, "pool.emergency_transition_to_master")
	c := newClient(1, r)
	for c.at != 1 || c.session == "" {
		c.at, c.session = 1, ""
		if err := c.login(limit); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := c.call(limit, "pool.recover_slaves", c.session); err != nil {
		t.Fatal(err)
	}
	written, lost, damaged := survivors(limit, t, h, c, vms)
	t.Logf("%d writes were acknowledged; %d registers of %d have lost their last one", written, lost, len(vms))
	if damaged > 0 {
		t.Errorf("%d registers hold what nobody wrote", damaged)
	}
	if err := r.Members[0].Start(limit); err != nil {
		t.Fatal(err)
	}
	if err := c.settled(limit); err != nil {
		t.Fatal(err)
	}
	if c.at != 1 {
		t.Errorf("member %d is the master", c.at)
	}
	old := xapitest.At(r.Members[0].URL())
	if _, err := old.Call("session.login_with_password", "root", rig.Password); err == nil || !strings.Contains(err.Error(), "HOST_IS_SLAVE") {
		t.Errorf("login at the old master: %v", err)
	}
	if masters := epochs(log.String()); len(masters) > 0 {
		t.Errorf("more than one master: %v", masters)
	}
}

// TestJoinsAndEjects: a host that joins and is ejected again and again leaves
// nothing behind, neither with the master nor with itself.
func TestJoinsAndEjects(t *testing.T) {
	rounds := 10
	if os.Getenv("NEMESIS") != "" {
		rounds = 100
	}
	r, _, _ := start(t, 2, false)
	limit, stop := context.WithTimeout(t.Context(), 10*time.Minute)
	defer stop()
	master := newClient(0, r)
	if err := master.settled(limit); err != nil {
		t.Fatal(err)
	}
	guest := newClient(1, r)
	var before, after census
	for i := range rounds {
		if i == 2 { // the first rounds fill pools and caches
			before = count(limit, t, master, r)
		}
		if err := leaveAndJoin(limit, master, guest); err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
	}
	after = count(limit, t, master, r)
	t.Logf("after 2 rounds %+v, after %d %+v", before, rounds, after)
	for class, was := range before.records {
		if now := after.records[class]; now != was {
			t.Errorf("%d records of class %s, there were %d", now, class, was)
		}
	}
	for i := range after.files {
		if after.files[i] > before.files[i]+8 {
			t.Errorf("member %d has %d open files, it had %d", i, after.files[i], before.files[i])
		}
		if after.threads[i] > before.threads[i]+30 {
			t.Errorf("member %d has %d goroutines, it had %d", i, after.threads[i], before.threads[i])
		}
	}
}

func leaveAndJoin(ctx context.Context, master, guest *client) error {
	records, err := master.call(ctx, "host.get_all_records", master.session)
	if err != nil {
		return err
	}
	for ref, h := range records.(map[string]any) {
		if h.(map[string]any)["address"] == guest.rig.Members[1].Address {
			if _, err := master.call(ctx, "pool.eject", master.session, ref); err != nil {
				return err
			}
		}
	}
	for guest.session = ""; guest.session == ""; {
		guest.at = 1
		v, err := guest.call(ctx, "session.login_with_password", "root", rig.Password)
		if err == nil {
			guest.session, _ = v.(string)
		} else if pause(ctx, 20*time.Millisecond); ctx.Err() != nil {
			return err
		}
	}
	for _, call := range [][]any{{"pool.enable_tls_verification"}, {"pool.join", guest.rig.Members[0].Address, "root", rig.Password}} {
		if _, err := guest.call(ctx, call[0].(string), append([]any{guest.session}, call[1:]...)...); err != nil {
			return err
		}
	}
	return master.settled(ctx)
}

// survivors compares the registers with the history: those whose last
// acknowledged write is not there, and those that hold what nobody wrote.
func survivors(ctx context.Context, t *testing.T, h *history, c *client, vms []string) (written, lost, damaged int) {
	for key, vm := range vms {
		v, err := c.call(ctx, "VM.get_name_description", c.session, vm)
		if err != nil {
			t.Fatal(err)
		}
		known, newest := v == "", int64(-1)
		var at int64
		for _, o := range append(append([]porcupine.Operation{}, h.ops...), h.open...) {
			a := o.Input.(action)
			if !a.write || a.key != key {
				continue
			}
			if a.value == v {
				known, at = true, o.Return
			}
		}
		for _, o := range h.ops {
			if a := o.Input.(action); a.write && a.key == key {
				written++
				newest = max(newest, o.Call)
			}
		}
		if !known {
			damaged++
		}
		if at < newest {
			lost++
		}
	}
	return written, lost, damaged
}

// census is what may leak.
type census struct {
	records        map[string]int
	files, threads []int
}

var classes = []string{"host", "host_metrics", "host_cpu", "PBD", "PIF", "PIF_metrics", "SR", "VDI", "VM", "VM_metrics", "console", "Certificate", "network"}

func count(ctx context.Context, t *testing.T, c *client, r *rig.Rig) (n census) {
	t.Helper()
	n.records = map[string]int{}
	for _, class := range classes {
		v, err := c.call(ctx, class+".get_all", c.session)
		if err != nil {
			t.Fatal(err)
		}
		list, _ := v.([]any)
		n.records[class] = len(list)
	}
	for _, m := range r.Members {
		files, goroutines, err := m.Usage()
		if err != nil {
			t.Fatal(err)
		}
		n.files, n.threads = append(n.files, files), append(n.threads, goroutines)
	}
	return n
}
