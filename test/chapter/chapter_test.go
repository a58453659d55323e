// Package chapter_test types an administrator's story into xe against three
// daemons: pools, their master, unequal machines, maintenance, licences. XE names
// another xe to be used instead of ours.
//
// A section is a script of testscript. It finds three hosts that are pools of
// their own, at $A, $B and $C, and besides testscript's commands has
//
//	xe WORDS...            types a command as a shell would; "!" before it says that it fails
//	on ADDRESS             says at which host xe is typed from then on
//	let NAME xe WORDS...   keeps what the command prints in a variable
//	until TEXT xe WORDS... types the command until it prints that text
//	master ADDRESS...      says the same of the host among these that is the master, once one is
//	crash, restart ADDRESS ends a daemon as kill -9 does; ends it and starts it
//	licences [FILE]        runs a licence server with that file at $LICENCE_HOST and $LICENCE_PORT; ends it
//
// Files of the archive set the scene: A.yaml, B.yaml and C.yaml are inventories,
// and the words of flags, A.flags, B.flags and C.flags are flags of all daemons,
// or of one.
package chapter_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/xapid/xapid/test/rig"
)

// programs are the daemon and our xe, built once.
var programs = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "chapter"); err != nil {
		return "", err
	}
	if _, err := rig.Build(dir); err != nil {
		return dir, err
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

func TestChapter(t *testing.T) {
	run(t, os.Getenv("XE"), testscript.Params{Dir: "."})
}

// TestOtherClient has sections typed into a client that shares no code with ours.
func TestOtherClient(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("the other client is in Python, which is not here")
	}
	other, err := filepath.Abs("../clients/python/xe.py")
	if err != nil {
		t.Fatal(err)
	}
	run(t, other, testscript.Params{Files: []string{"create.txtar", "eject.txtar"}})
}

// run types scripts into xe, ours if xe is "".
func run(t *testing.T, xe string, p testscript.Params) {
	bin, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	path := bin
	if xe != "" {
		dir := t.TempDir()
		if err := os.Symlink(xe, filepath.Join(dir, "xe")); err != nil {
			t.Fatal(err)
		}
		path = dir + string(os.PathListSeparator) + bin
	}
	p.Setup = func(env *testscript.Env) error {
		env.Setenv("PATH", path+string(os.PathListSeparator)+env.Getenv("PATH"))
		licences := &licenceServer{address: "127.0.0.1:0"}
		env.Values["licences"], env.Values["programs"] = licences, bin
		env.Defer(licences.end)
		return setUp(env, filepath.Join(bin, "xapid"))
	}
	p.Cmds = map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"xe": typeXE, "on": on, "master": master, "let": let, "until": until, "crash": crash, "restart": restart,
		"licences": licences,
	}
	testscript.Run(t, p)
}

// setUp starts the three hosts of a section.
func setUp(env *testscript.Env, daemon string) error {
	all, err := words(env, "flags")
	if err != nil {
		return err
	}
	r, err := rig.New(daemon, env.WorkDir, 3, nil, all...)
	if err != nil {
		return err
	}
	env.Defer(r.Close)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for i, m := range r.Members {
		name := string(rune('A' + i))
		if m.Args, err = words(env, name+".flags"); err != nil {
			return err
		}
		if inventory := filepath.Join(env.WorkDir, name+".yaml"); exists(inventory) {
			m.Args = append(m.Args, "-inventory", inventory)
		}
		if err := m.Start(ctx); err != nil {
			return err
		}
		env.Setenv(name, m.Address)
	}
	env.Values["rig"] = r
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("PASSWORD", rig.Password)
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// words are those of a file of the archive, none if it is not there.
func words(env *testscript.Env, name string) ([]string, error) {
	raw, err := os.ReadFile(filepath.Join(env.WorkDir, name))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return strings.Fields(string(raw)), err
}

// patience is for how long something is typed again, typing how long that
// takes.
const (
	patience = time.Minute
	typing   = 100 * time.Millisecond
)

// member finds the host of an address.
func member(ts *testscript.TestScript, address string) *rig.Member {
	members := ts.Value("rig").(*rig.Rig).Members
	i := slices.IndexFunc(members, func(m *rig.Member) bool { return m.Address == address })
	if i < 0 {
		ts.Fatalf("no host at %s", address)
	}
	return members[i]
}

func on(ts *testscript.TestScript, _ bool, args []string) {
	m := member(ts, args[0])
	ts.Setenv("XE_EXTRA_ARGS", fmt.Sprintf("server=%s,port=%s,username=root,password=%s", m.Listen, ts.Value("rig").(*rig.Rig).Port, rig.Password))
}

func master(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		for _, a := range args {
			on(ts, false, []string{a})
			if ts.Exec("xe", "pool-list") == nil {
				return
			}
		}
		time.Sleep(typing)
	}
	ts.Fatalf("none of %v becomes the master", args)
}

func crash(ts *testscript.TestScript, _ bool, args []string) { member(ts, args[0]).Kill() }

func restart(ts *testscript.TestScript, _ bool, args []string) {
	m := member(ts, args[0])
	m.Kill()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	ts.Check(m.Start(ctx))
}

func typeXE(ts *testscript.TestScript, neg bool, args []string) {
	switch err := ts.Exec("xe", typed(args)...); {
	case err == nil && neg:
		ts.Fatalf("xe succeeds, which it should not")
	case err != nil && !neg:
		ts.Fatalf("%v", err)
	}
}

// typed takes double quotes as a shell does; testscript knows single ones only.
func typed(args []string) []string {
	var words []string
	open := false
	for _, a := range args {
		if open {
			words[len(words)-1] += " " + strings.ReplaceAll(a, `"`, "")
		} else {
			words = append(words, strings.ReplaceAll(a, `"`, ""))
		}
		if strings.Count(a, `"`)%2 == 1 {
			open = !open
		}
	}
	return words
}

func let(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec(args[1], typed(args[2:])...))
	ts.Setenv(args[0], strings.TrimRight(ts.ReadFile("stdout"), "\n"))
}

func until(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(patience)
	for {
		err := ts.Exec(args[1], typed(args[2:])...)
		if err == nil && ts.ReadFile("stdout") == args[0]+"\n" {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("%v never prints %q, but %q", args[1:], args[0], ts.ReadFile("stdout"))
		}
		time.Sleep(typing)
	}
}
