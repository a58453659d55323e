package clients_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/test/rig"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestFailover: real clients that start at a slave find the master, lose it to
// a kill -9, and go on with the next one.
func TestFailover(t *testing.T) {
	for _, c := range []struct {
		name, variable string
		command        func(where string) []string
	}{
		{"Python, XenAPI", "XAPID_TEST_PYTHON", func(python string) []string { return []string{python, "python/failover.py"} }},
		{"Node, xen-api", "XAPID_TEST_NODE_DIR", func(dir string) []string { return []string{"node", filepath.Join(dir, "failover.mjs")} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			where := os.Getenv(c.variable)
			if where == "" {
				t.Skipf("%s is not set: scripts/test sets it", c.variable)
			}
			failOver(t, c.command(where))
		})
	}
}

func failOver(t *testing.T, command []string) {
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	bin, err := rig.Build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r, err := rig.New(bin, t.TempDir(), 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	session, err := r.Pool(ctx)
	if err == nil {
		err = rig.SharedSR(session)
	}
	if err != nil {
		t.Fatal(err)
	}
	session.Call(t, "pool.enable_ha", []string{}, map[string]string{})
	args := append(command, "root", xapitest.Password, r.Members[1].URL(), r.Members[2].URL())
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	in, err1 := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); err != nil || line != "ready\n" {
		_ = cmd.Wait()
		t.Fatalf("%q, %v\n%s", line, err, complaints.String())
	}
	r.Members[0].Kill()
	_, err = in.Write([]byte("killed\n"))
	line, _ := lines.ReadString('\n')
	if err := errors.Join(err, cmd.Wait()); err != nil || line != "done\n" {
		t.Fatalf("%q, %v\n%s", line, err, complaints.String())
	}
}
