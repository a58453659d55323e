// Package pool_test breaks pools of real daemons and checks what is left of
// their promises.
package pool_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/xapid/xapid/test/rig"
)

const (
	testers = 8
	keys    = 24
)

// howLong is how long each pool is tormented: 30 s, or what NEMESIS says.
func howLong(t *testing.T) time.Duration {
	text := os.Getenv("NEMESIS")
	if text == "" {
		return 30 * time.Second
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// journal keeps what the daemons log.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.String()
}

var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "xapid")
	if err != nil {
		return "", err
	}
	return rig.Build(dir)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := binary(); err == nil {
		_ = os.RemoveAll(bin[:len(bin)-len("/xapid")])
	}
	os.Exit(code)
}

// start makes a pool of n members, with HA if asked for.
func start(t *testing.T, n int, ha bool) (*rig.Rig, *journal, []string) {
	t.Helper()
	bin, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	log := &journal{}
	r, err := rig.New(bin, t.TempDir(), n, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		if t.Failed() || os.Getenv("NEMESIS_KEEP") != "" {
			if name := os.Getenv("NEMESIS_LOG"); name != "" {
				_ = os.WriteFile(name, []byte(log.String()), 0o600)
			}
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := r.Pool(ctx)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	if ha {
		if err := rig.SharedSR(c); err != nil {
			t.Fatal(err)
		}
		c.Call(t, "pool.enable_ha", []string{}, map[string]string{})
	}
	template := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	var vms []string
	for i := range keys {
		vm := c.Text(t, "VM.clone", template, fmt.Sprint("register ", i))
		c.Call(t, "VM.set_name_description", vm, "")
		vms = append(vms, vm)
	}
	return r, log, vms
}

// TestNemesis: with HA on, whatever is killed, paused or cut off, the pool's
// database is linearisable, nothing that was acknowledged is lost, and no two
// hosts are the master of one epoch.
func TestNemesis(t *testing.T) {
	for _, n := range []int{3, 5} {
		t.Run(fmt.Sprint(n, " members"), func(t *testing.T) { torment(t, n) })
	}
}

func torment(t *testing.T, n int) {
	r, log, vms := start(t, n, true)
	h := newHistory()
	ctx, cancel := context.WithTimeout(t.Context(), howLong(t))
	defer cancel()
	var wg sync.WaitGroup
	for i := range testers {
		wg.Go(func() { newClient(i, r).work(ctx, h, vms) })
	}
	deeds := nemesis(ctx, t, r)
	wg.Wait()
	// What is there when all is well again belongs to the history.
	r.Cut(nil)
	last, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for _, m := range r.Members {
		m.Resume()
		if !m.Runs() {
			if err := m.Start(last); err != nil {
				t.Fatal(err)
			}
		}
	}
	reader := newClient(testers, r)
	for k := range vms {
		for before := h.ok[false]; h.ok[false] == before; {
			if reader.session == "" {
				if err := reader.login(last); err != nil {
					t.Fatalf("the pool does not come back: %v", err)
				}
			}
			reader.one(last, h, vms, action{key: k})
		}
	}
	t.Logf("%v; %d reads, %d writes, %d of unknown fate", deeds, h.ok[false], h.ok[true], len(h.open))
	if h.ok[true] < 100 {
		t.Errorf("only %d writes were acknowledged", h.ok[true])
	}
	if masters := epochs(log.String()); len(masters) > 0 {
		t.Errorf("more than one master: %v", masters)
	}
	verdict, info := porcupine.CheckOperationsVerbose(registers, h.all(), 2*time.Minute)
	t.Logf("linearisable: %v", verdict)
	if verdict != porcupine.Ok {
		if name := os.Getenv("NEMESIS_LOG"); name != "" {
			_ = porcupine.VisualizePath(registers, info, name+".html")
		}
		t.Error("the history is not linearisable")
	}
}

var inService = regexp.MustCompile(`in service as the master\s+\{"host": "([^"]+)", "lineage": "([^"]+)", "epoch": (\d+), "term": (\d+)\}`)

// epochs finds those that had more than one master.
func epochs(log string) []string {
	first := map[string]string{}
	var bad []string
	for _, m := range inService.FindAllStringSubmatch(log, -1) {
		epoch := m[2] + " " + m[3] + " " + m[4]
		if first[epoch] == "" {
			first[epoch] = m[1]
		}
		if first[epoch] != m[1] {
			bad = append(bad, epoch)
		}
	}
	return bad
}

// nemesis breaks things until ctx ends, never so many members at once that
// nothing could go on for good. It tells what it did, by kind.
func nemesis(ctx context.Context, t *testing.T, r *rig.Rig) map[string]int {
	deeds := map[string]int{}
	n := len(r.Members)
	for ctx.Err() == nil {
		pause(ctx, time.Duration(500+rand.IntN(1500))*time.Millisecond)
		if ctx.Err() != nil {
			break
		}
		m := r.Members[rand.IntN(n)]
		switch rand.IntN(4) {
		case 0:
			deeds["kill"]++
			m.Kill()
			pause(ctx, time.Duration(rand.IntN(3000))*time.Millisecond)
			up, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			if err := m.Start(up); err != nil {
				t.Error(err)
			}
			cancel()
		case 1:
			deeds["pause"]++
			m.Pause()
			pause(ctx, time.Duration(200+rand.IntN(4000))*time.Millisecond)
			m.Resume()
		case 2:
			deeds["isolate"]++
			alone := rand.IntN(n)
			r.Cut(func(i, j int) bool { return i == alone || j == alone })
			pause(ctx, time.Duration(500+rand.IntN(4000))*time.Millisecond)
			r.Cut(nil)
		case 3:
			deeds["cut a link"]++
			a := rand.IntN(n)
			b := (a + 1 + rand.IntN(n-1)) % n
			r.Cut(func(i, j int) bool { return i == a && j == b })
			pause(ctx, time.Duration(500+rand.IntN(4000))*time.Millisecond)
			r.Cut(nil)
		}
	}
	return deeds
}
