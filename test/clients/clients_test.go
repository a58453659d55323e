// Package clients_test runs one scenario through real XenAPI clients: log in,
// read the records of every class, install a VM from a template, follow it by
// events and tasks through its power cycle, provoke errors, log out.
package clients_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/xapid/xapid/xapi/xapitest"
)

// client is a program in another language. scripts/test installs what it needs
// and says where by the variable.
type client struct {
	name, variable string
	command        func(where string) []string
}

var (
	python = client{"Python, XenAPI", "XAPID_TEST_PYTHON", func(python string) []string { return []string{python, "python/scenario.py"} }}
	node   = client{"Node, xen-api", "XAPID_TEST_NODE_DIR", func(dir string) []string { return []string{"node", filepath.Join(dir, "scenario.mjs")} }}
	async  = client{"Node, async-xenapi", "XAPID_TEST_NODE_DIR", func(dir string) []string { return []string{"node", filepath.Join(dir, "async.mjs")} }}
	java   = client{"Java, xen-api", "XAPID_TEST_JAVA_CP", func(path string) []string { return []string{"java", "-cp", path, "Scenario"} }}
)

// run has a client play the scenario against a pool.
func (c client) run(t *testing.T, p *xapitest.Pool) {
	where := os.Getenv(c.variable)
	if where == "" {
		t.Skipf("%s is not set: scripts/test sets it", c.variable)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	args := append(c.command(where), p.URL(), "root", xapitest.Password)
	out, err := exec.CommandContext(ctx, args[0], args[1:]...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestClients(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 10))
	for _, c := range []client{python, node, async, java} {
		t.Run(c.name, func(t *testing.T) { c.run(t, p) })
	}
}

// TestOldReleases: the clients of today get along with the oldest release, and
// with one of the middle.
func TestOldReleases(t *testing.T) {
	for _, code := range []string{"boston", "ely"} {
		p := xapitest.Start(t, xapitest.Inventory(2, 10), xapitest.Release(code))
		for _, c := range []client{python, node} {
			t.Run(code+", "+c.name, func(t *testing.T) { c.run(t, p) })
		}
	}
}
