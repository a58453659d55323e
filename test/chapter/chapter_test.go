// Package chapter_test runs an administrator's story: pools, their master,
// maintenance, typed into xe against three daemons. XE names another xe to be
// used instead of ours.
package chapter_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/xapid/xapid/test/rig"
)

// programs are the daemon and xe, built once.
var programs = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "chapter"); err != nil {
		return "", err
	}
	if _, err := rig.Build(dir); err != nil {
		return dir, err
	}
	if xe := os.Getenv("XE"); xe != "" {
		return dir, os.Symlink(xe, filepath.Join(dir, "xe"))
	}
	out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "xe"), "github.com/xapid/xapid/cmd/xe").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w\n%s", err, out)
	}
	return dir, err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := programs(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// TestChapter runs every section. A script finds three hosts that are pools of
// their own, at $A, $B and $C, and a command "on" that says at which of them xe
// is typed from then on.
func TestChapter(t *testing.T) {
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: ".",
		Setup: func(env *testscript.Env) error {
			r, err := rig.New(filepath.Join(bin, "xapid"), env.WorkDir, 3, nil)
			if err != nil {
				return err
			}
			env.Defer(r.Close)
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			for i, m := range r.Members {
				if err := m.Start(ctx); err != nil {
					return err
				}
				env.Setenv(string(rune('A'+i)), m.Address)
			}
			env.Values["rig"] = r
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("PASSWORD", rig.Password)
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"on": on, "crash": crash, "let": let, "until": until,
		},
	})
}

func members(ts *testscript.TestScript) *rig.Rig { return ts.Value("rig").(*rig.Rig) }

// on ADDRESS: xe talks to that host from now on.
func on(ts *testscript.TestScript, _ bool, args []string) {
	r := members(ts)
	for _, m := range r.Members {
		if m.Address == args[0] {
			ts.Setenv("XE_EXTRA_ARGS", fmt.Sprintf("server=%s,port=%s,username=root,password=%s", m.Listen, r.Port, rig.Password))
			return
		}
	}
	ts.Fatalf("no host at %s", args[0])
}

// crash ADDRESS: the host is gone.
func crash(ts *testscript.TestScript, _ bool, args []string) {
	for _, m := range members(ts).Members {
		if m.Address == args[0] {
			m.Kill()
		}
	}
}

// let NAME COMMAND...: the variable is what the command prints.
func let(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec(args[1], args[2:]...))
	out := ts.ReadFile("stdout")
	for len(out) > 0 && out[len(out)-1] == '\n' {
		out = out[:len(out)-1]
	}
	ts.Setenv(args[0], out)
}

// until TEXT COMMAND...: the command is typed again until it prints just that.
func until(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && ts.ReadFile("stdout") == args[0]+"\n" {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%v never prints %q, but %q", args[1:], args[0], ts.ReadFile("stdout"))
		}
		time.Sleep(50 * time.Millisecond) // as a person would
	}
}
