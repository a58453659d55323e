// Package crash_test kills the daemon at random moments and looks at what it
// finds again.
package crash_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/xapitest"
)

const (
	rounds  = 50
	writers = 8
)

// daemon is a process to be killed.
type daemon struct {
	cmd *exec.Cmd
	url string
}

// build compiles the daemon.
func build(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "xapid")
	if out, err := exec.Command("go", "build", "-o", bin, "github.com/xapid/xapid/cmd/xapid").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

func start(t *testing.T, bin, dir string) *daemon {
	t.Helper()
	cmd := exec.Command(bin, "-data-dir", dir, "-https-address", "127.0.0.1:0", "-root-password", xapitest.Password, "-log-level", "warn")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		_ = cmd.Wait()
		t.Fatalf("the daemon did not start: %q, %v", line, err)
	}
	for word := range strings.FieldsSeq(line) {
		if strings.HasPrefix(word, "https://") {
			return &daemon{cmd, word}
		}
	}
	t.Fatalf("no address in %q", line)
	return nil
}

func (d *daemon) kill() {
	_ = d.cmd.Process.Signal(syscall.SIGKILL)
	_ = d.cmd.Wait() // killed
}

// register is what a writer knows of its VM: the newest text that was
// acknowledged, and the one that is on its way.
type register struct {
	vm, acknowledged, pending string
}

// TestKill has writers write while the daemon is killed. After each restart
// every register holds the text that was acknowledged last, or the one after
// it, and event.from with a token from before the crash tells of all that changed.
func TestKill(t *testing.T) {
	n := rounds
	if testing.Short() {
		n = 5
	}
	bin, dir := build(t), filepath.Join(t.TempDir(), "data")
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 0))
	d := start(t, bin, dir)
	t.Cleanup(func() { d.kill() })
	registers := make([]register, writers)
	c := xapitest.Login(t, xapitest.At(d.url))
	template := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	for i := range registers {
		registers[i].vm = c.Text(t, "VM.clone", template, fmt.Sprint("register ", i))
		c.Call(t, "VM.set_name_description", registers[i].vm, "")
	}
	seen := map[string]string{} // what a listener has heard, by VM
	token := hear(t, c, "", seen)
	written := 0
	for round := range n {
		stop := make(chan struct{})
		var wg sync.WaitGroup
		counts := make([]int, writers)
		for i := range registers {
			wg.Go(func() {
				counts[i] = write(t, d.url, &registers[i], fmt.Sprintf("%d.%d", round, i), stop)
			})
		}
		time.Sleep(time.Duration(20+rng.IntN(180)) * time.Millisecond) // the random moment
		d.kill()
		close(stop)
		wg.Wait()
		for _, k := range counts {
			written += k
		}
		d = start(t, bin, dir)
		c = xapitest.Login(t, xapitest.At(d.url))
		for i := range registers {
			r := &registers[i]
			record := c.Record(t, "VM.get_record", r.vm)
			text := record["name_description"].(string)
			if text != r.acknowledged && text != r.pending {
				t.Fatalf("round %d: register %d holds %q; acknowledged was %q, on its way %q", round, i, text, r.acknowledged, r.pending)
			}
			r.acknowledged, r.pending = text, text
		}
		token = hear(t, c, token, seen)
		for i, r := range registers {
			if seen[r.vm] != r.acknowledged {
				t.Fatalf("round %d: the listener heard %q of register %d, which holds %q", round, seen[r.vm], i, r.acknowledged)
			}
		}
	}
	t.Logf("%d rounds, %d acknowledged writes, none lost", n, written)
	if written < n*writers {
		t.Errorf("only %d writes: too few to tell", written)
	}
}

// write writes to a register until the daemon is gone.
func write(t *testing.T, url string, r *register, prefix string, stop chan struct{}) int {
	w := xapitest.At(url)
	ref, err := w.Call("session.login_with_password", "root", xapitest.Password)
	if err != nil {
		return 0 // killed before it began
	}
	for n := 0; ; n++ {
		select {
		case <-stop:
			return n
		default:
		}
		r.pending = fmt.Sprintf("%s.%d", prefix, n)
		_, err := w.Call("VM.set_name_description", ref, r.vm, r.pending)
		if err != nil {
			var api *model.Error
			if errors.As(err, &api) {
				t.Errorf("write: %v", err)
			}
			return n
		}
		r.acknowledged = r.pending
	}
}

// hear takes in what changed since a token, and gives the next.
func hear(t *testing.T, c *xapitest.Client, token string, seen map[string]string) string {
	t.Helper()
	batch := c.Call(t, "event.from", []any{"VM"}, token, 0.0).(map[string]any)
	for _, e := range batch["events"].([]any) {
		event := e.(map[string]any)
		if s, ok := event["snapshot"].(map[string]any); ok {
			seen[event["ref"].(string)] = s["name_description"].(string)
		}
	}
	return batch["token"].(string)
}

// TestInUse: a second daemon on the same directory is refused in one line.
func TestInUse(t *testing.T) {
	bin, dir := build(t), filepath.Join(t.TempDir(), "data")
	d := start(t, bin, dir)
	defer d.kill()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, bin, "-data-dir", dir, "-https-address", "127.0.0.1:0").CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("it ended with %v\n%s", err, out)
	}
	if lines := strings.Count(strings.TrimSpace(string(out)), "\n"); lines != 0 || !strings.Contains(string(out), "in use") {
		t.Errorf("it said:\n%s", out)
	}
}
