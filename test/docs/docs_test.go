// Package docs_test runs what the documentation tells its readers to type.
package docs_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/xapi/xapitest"
)

// step is a command and what the page says that it prints.
type step struct {
	line    int
	command string
	want    []string
}

// steps reads the console blocks of a page.
func steps(page string) []step {
	var list []step
	inside := false
	for i, line := range strings.Split(page, "\n") {
		switch {
		case line == "```console":
			inside = true
		case strings.HasPrefix(line, "```"):
			inside = false
		case !inside:
		case strings.HasPrefix(line, "$ "):
			list = append(list, step{line: i + 1, command: line[2:]})
		case len(list) > 0:
			last := &list[len(list)-1]
			last.want = append(last.want, line)
		}
	}
	return list
}

// like compares a line with one of the page, where … stands for anything.
func like(want, got string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*")
	return regexp.MustCompile("^" + pattern + "$").MatchString(got)
}

const mark = "@@ the end of a step @@"

// TestPools types docs/pools.md into a shell, with a port and a directory of
// the test's own.
func TestPools(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("the page needs Python")
	}
	raw, err := os.ReadFile("../../docs/pools.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	port, err := xapitest.FreePort("127.0.0.2", "127.0.0.3", "127.0.0.4")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.NewReplacer("8443", port, "/tmp/pools", filepath.Join(dir, "pools"), "bin/xapid", filepath.Join(dir, "xapid")).Replace(string(raw))
	shell := exec.Command("bash")
	shell.Dir = "../.."
	in, err := shell.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := shell.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	shell.Stderr = os.Stderr
	if err := shell.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(3*time.Minute, func() { _ = shell.Process.Kill() })
	defer late.Stop()
	t.Cleanup(func() {
		fmt.Fprintln(in, "kill $(jobs -p) 2>/dev/null")
		_ = in.Close()
		_ = shell.Wait() // its jobs were killed
	})
	lines := bufio.NewScanner(out)
	for _, s := range steps(page) {
		fmt.Fprintf(in, "%s\necho '%s'\n", s.command, mark)
		var got []string
		for lines.Scan() && lines.Text() != mark {
			got = append(got, lines.Text())
		}
		same := len(got) == len(s.want)
		for i := range got {
			same = same && like(s.want[i], got[i])
		}
		if !same {
			t.Fatalf("docs/pools.md:%d: $ %s\ngot:\n%s\nwant:\n%s\n%s", s.line, s.command, strings.Join(got, "\n"), strings.Join(s.want, "\n"), logs(dir))
		}
	}
}

func logs(dir string) string {
	var b strings.Builder
	names, _ := filepath.Glob(filepath.Join(dir, "pools", "*.log")) // the pattern is right
	for _, n := range names {
		raw, _ := os.ReadFile(n) // for the reader only
		fmt.Fprintf(&b, "-- %s\n%s", filepath.Base(n), raw)
	}
	return b.String()
}
