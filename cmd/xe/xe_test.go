package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// shell runs xe against a pool.
type shell struct {
	t          *testing.T
	host, port string
	stdin      string
}

func newShell(t *testing.T, p *xapitest.Pool) *shell {
	host, port, err := net.SplitHostPort(strings.TrimPrefix(p.URL(), "https://"))
	if err != nil {
		t.Fatal(err)
	}
	return &shell{t: t, host: host, port: port}
}

// try gives what xe prints and its status.
func (s *shell) try(args ...string) (stdout, stderr string, status int) {
	s.t.Helper()
	var out, errs bytes.Buffer
	status = run(append([]string{"-s", s.host, "-p", s.port, "-u", "root", "-pw", xapitest.Password}, args...), strings.NewReader(s.stdin), &out, &errs)
	return out.String(), errs.String(), status
}

// must gives what a command prints that succeeds.
func (s *shell) must(args ...string) string {
	s.t.Helper()
	out, errs, status := s.try(args...)
	if status != 0 {
		s.t.Fatalf("xe %v: status %d\n%s%s", args, status, out, errs)
	}
	return out
}

func (s *shell) line(args ...string) string {
	s.t.Helper()
	return strings.TrimSuffix(s.must(args...), "\n")
}

func TestRecords(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 3))
	xe := newShell(t, p)
	host := xe.line("host-list", "--minimal")
	if n := len(strings.Split(host, ",")); n != 2 {
		t.Fatalf("hosts %q", host)
	}
	first := strings.Split(host, ",")[0]
	name := xe.line("host-param-get", "uuid="+first, "param-name=name-label")
	want := fmt.Sprintf("uuid ( RO)                : %s\n          name-label ( RW): %s\n    name-description ( RW): Default install\n\n\n", first, name)
	if got := xe.must("host-list", "uuid="+first); got != want {
		t.Errorf("host-list\n%q\n%q", got, want)
	}
	if got := xe.must("vm-list", "name-label=nobody"); got != "" {
		t.Errorf("no match prints %q", got)
	}
	if got := xe.must("vm-list", "name-label=nobody", "--minimal"); got != "\n" {
		t.Errorf("no match prints %q in the minimal form", got)
	}
	pool := xe.line("pool-list", "--minimal")
	xe.must("pool-param-set", "uuid="+pool, "name-label=XenPool", "other-config:a b=c,d")
	if got := xe.line("pool-param-get", "uuid="+pool, "param-name=name-label"); got != "XenPool" {
		t.Errorf("the pool is called %q", got)
	}
	if got := xe.line("pool-param-get", "uuid="+pool, "param-name=other-config", "param-key=a b", "--minimal"); got != `c\,d` {
		t.Errorf("the key is %q", got)
	}
	if got := xe.line("pool-list", "other-config:a b=c,d", "params=name-label,uuid", "--minimal"); got != pool {
		t.Errorf("the filter on a map finds %q", got)
	}
	xe.must("pool-param-remove", "uuid="+pool, "param-name=other-config", "param-key=a b")
	xe.must("pool-param-add", "uuid="+pool, "param-name=tags", "param-key=gold")
	if got := xe.line("pool-list", "tags:contains=gold", "--minimal"); got != pool {
		t.Errorf("the filter on a set finds %q", got)
	}
	xe.must("pool-param-clear", "uuid="+pool, "param-name=tags")
	if got := xe.line("pool-list", "tags:contains=gold", "--minimal"); got != "" {
		t.Errorf("after the clearing %q", got)
	}
	vm := strings.Split(xe.line("vm-list", "is-control-domain=false", "power-state=halted", "--minimal"), ",")[0]
	if vm != "" {
		xe.must("vm-param-set", "uuid="+vm, "name-label=x")
	}
}

func TestComplaints(t *testing.T) {
	p := xapitest.Start(t)
	xe := newShell(t, p)
	pool := xe.line("pool-list", "--minimal")
	const hint = "For usage run: 'xe help'\n"
	for _, tt := range []struct {
		args   []string
		stderr string
	}{
		{[]string{"frobnicate"}, "Unknown command: frobnicate\n" + hint},
		{[]string{"vm-param-get", "uuid=x"}, "Required parameter not found: param-name\n" + hint},
		{[]string{"vm-list", "minimal=perhaps"}, "Syntax error: \n" + hint},
		{[]string{"vm-list", "--nonsense"}, "Error: Unknown field 'nonsense'\n"},
		{[]string{"pool-param-get", "uuid=" + pool, "param-name=x"}, "Error code: Missing parameter\nError parameters: x\n"},
		{[]string{"pool-param-set", "uuid=" + pool, "uuid=y", "master=z"}, "Error: Field 'master' is read-only.\n"},
		{[]string{"pool-param-set", "uuid=" + pool, "ha-host-failures-to-tolerate=many"}, "Error: Parameter 'ha-host-failures-to-tolerate' must be an integer\n"},
		{[]string{"vm-start", "vm=nobody"}, "Error: No matching VMs found\n"},
		{[]string{"vm-param-list", "uuid=nope"}, "No object of that type has this uuid.\ntype: VM\nuuid: nope\n"},
		{[]string{"pool-ha-disable"}, "High availability is off.\n"},
	} {
		out, errs, status := xe.try(tt.args...)
		if status != 1 || errs != tt.stderr || out != "" {
			t.Errorf("%v: status %d\n%q\n%q, %q", tt.args, status, tt.stderr, errs, out)
		}
	}
	var out, errs bytes.Buffer
	if run([]string{"-s", xe.host, "-p", xe.port, "-pw", "wrong", "vm-list"}, nil, &out, &errs) != 1 || errs.String() != "Authentication failed\n"+hint {
		t.Errorf("a wrong password: %q", errs.String())
	}
	xe.stdin = "no\n"
	host := xe.line("host-list", "--minimal")
	if text, _, status := xe.try("pool-eject", "host-uuid="+host); status != 0 || !strings.Contains(text, "WARNING") || !strings.HasSuffix(text, "Aborted (you typed: 'no')\n") {
		t.Errorf("pool-eject refused: %d %q", status, text)
	}
	xe.stdin = "yes\n"
	if _, errs, status := xe.try("pool-eject", "host-uuid="+host); status != 1 || !strings.Contains(errs, "Cannot_eject_master") {
		t.Errorf("pool-eject of the master: %d %q", status, errs)
	}
}

func TestVMs(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	xe := newShell(t, p)
	web := xe.line("vm-install", "template=Other install media", "new-name-label=web")
	sr := xe.line("sr-create", "name-label=shared", "type=nfs", "content-type=user", "shared=true", "device-config:server=filer", "device-config:serverpath=/vms")
	disk := xe.line("vdi-create", "sr-uuid="+sr, "name-label=disk", "virtual-size=10GiB")
	xe.must("vbd-create", "vm-uuid="+web, "device=0", "vdi-uuid="+disk)
	if got := xe.line("vdi-list", "uuid="+disk, "params=virtual-size", "--minimal"); got != "10737418240" {
		t.Errorf("the disk has %s bytes", got)
	}
	if got := xe.line("vbd-list", "vm-uuid="+web, "params=vdi-uuid", "--minimal"); got != disk {
		t.Errorf("the VM has the disk %q", got)
	}
	network := xe.line("network-create", "name-label=inside")
	xe.must("vif-create", "vm-uuid="+web, "network-uuid="+network, "device=0", "mac=random")
	hosts := strings.Split(xe.line("host-list", "--minimal"), ",")
	state := func(want string) {
		t.Helper()
		if got := xe.line("vm-list", "name-label=web", "params=power-state", "--minimal"); got != want {
			t.Errorf("the VM is %s, want %s", got, want)
		}
	}
	xe.must("vm-start", "vm=web", "on="+hosts[0])
	state("running")
	xe.must("vm-migrate", "vm=web", "host-uuid="+hosts[1], "live=true")
	if got := xe.line("vm-list", "name-label=web", "params=resident-on", "--minimal"); got != hosts[1] {
		t.Errorf("the VM is on %s", got)
	}
	xe.must("host-disable", "uuid="+hosts[0])
	if got := xe.line("host-list", "params=enabled", "uuid="+hosts[0], "--minimal"); got != "false" {
		t.Errorf("enabled %s", got)
	}
	xe.must("host-enable", "uuid="+hosts[0])
	xe.must("host-evacuate", "uuid="+hosts[1])
	for _, step := range [][2]string{{"vm-pause", "paused"}, {"vm-unpause", "running"}, {"vm-suspend", "suspended"}, {"vm-resume", "running"}, {"vm-reboot", "running"}, {"vm-shutdown", "halted"}} {
		args := []string{step[0], "vm=web"}
		if step[0] == "vm-reboot" || step[0] == "vm-shutdown" {
			args = append(args, "--force")
		}
		xe.must(args...)
		state(step[1])
	}
	xe.must("event-wait", "class=vm", "name-label=web", "power-state=/=running", "uuid="+web)
	if _, errs, status := xe.try("event-wait", "class=vm", "colour=red"); status != 1 || errs != "Error: key missing: colour\n" {
		t.Errorf("event-wait for nonsense: %d %q", status, errs)
	}
	vbd := xe.line("vbd-list", "vm-uuid="+web, "--minimal")
	xe.must("vbd-param-set", "uuid="+vbd, "other-config:owner=")
	xe.stdin = "yes\n"
	if got := xe.must("vm-uninstall", "uuid="+web); !strings.HasSuffix(got, "All objects destroyed\n") || !strings.Contains(got, "VDI: "+disk+" (disk) \n") {
		t.Errorf("vm-uninstall: %q", got)
	}
	if got := xe.line("vdi-list", "uuid="+disk, "--minimal"); got != "" {
		t.Errorf("the disk is left: %q", got)
	}
	secret := xe.line("secret-create", "value=hush")
	xe.must("secret-destroy", "uuid="+secret)
}

// TestEveryClass: each class can be listed with all that there is to it.
func TestEveryClass(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 5))
	xe := newShell(t, p)
	seen, filled := 0, 0
	for _, name := range strings.Split(xe.line("help", "--all", "--minimal"), ",") {
		class, ok := strings.CutSuffix(name, "-param-list")
		if !ok {
			continue
		}
		seen++
		xe.must(class+"-list", "params=all")
		ids := strings.Split(xe.line(class+"-list", "params=uuid", "--minimal"), ",")
		if ids[0] != "" {
			filled++
			xe.must(class+"-param-list", "uuid="+ids[0])
		}
	}
	if seen != 55 || filled < 15 {
		t.Errorf("%d classes, %d with objects", seen, filled)
	}
}

func TestOptions(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "pw"), []byte("admin\nhush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"HOME": dir, "XE_EXTRA_ARGS": `server=from\,env,port=1234,extra=1`}
	if err := os.WriteFile(filepath.Join(dir, ".xe"), []byte("server=rc\nrc-only=2\n\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o, err := parse([]string{"vm-list", "-pwf", filepath.Join(dir, "pw"), "uuid=x", "--minimal", "port=99"}, func(k string) string { return env[k] }, os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(o.args, " "); got != "vm-list uuid=x --minimal extra=1 rc-only=2 username=admin password=hush" {
		t.Errorf("shipped: %s", got)
	}
	if o.server != "from,env" || o.port != "99" {
		t.Errorf("server %s, port %s", o.server, o.port)
	}
	for _, args := range [][]string{nil, {"-help"}, {"vm-list", "--help"}, {"vm-list", "-p", "x"}} {
		if _, err := parse(args, func(string) string { return "" }, os.ReadFile); err != errUsage {
			t.Errorf("%v: %v", args, err)
		}
	}
}
