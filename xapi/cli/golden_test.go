package cli_test

import (
	"bufio"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cli/thin"
	"github.com/xapid/xapid/xapi/xapitest"
)

const hint = "For usage run: 'xe help'\n"

// wants is a command and all that it prints; $NAME stands for what check knows
// by that name.
type wants struct {
	line     string
	out, err string
	status   int32
}

// check runs commands in turn.
func (s *shell) check(names map[string]string, table []wants) {
	s.t.Helper()
	var pairs []string
	for k, v := range names {
		pairs = append(pairs, "$"+k, v)
	}
	fill := strings.NewReplacer(pairs...)
	for _, w := range table {
		args := strings.Split(fill.Replace(w.line), "|")
		got := s.try(args...)
		if got.code != "" {
			got.err = "Error code: " + got.code + "\nError parameters: " + strings.Join(got.params, ", ") + "\n"
		}
		if out, err := fill.Replace(w.out), fill.Replace(w.err); got.out != out || got.err != err || got.status != w.status {
			s.t.Errorf("xe %s: status %d\n%q, want\n%q\n%q, want\n%q", strings.Join(args, " "), got.status, got.out, out, got.err, err)
		}
	}
}

func TestLists(t *testing.T) {
	xe := start(t)
	names := map[string]string{
		"HOST": xe.line("host-list", "--minimal"),
		"POOL": xe.line("pool-list", "--minimal"),
		"DOM0": xe.line("vm-list", "--minimal"),
		"N":    xe.line("network-create", "name-label=a, b\\c"),
		"PIF":  strings.Split(xe.line("pif-list", "--minimal"), ",")[0],
	}
	names["MAC"] = strings.ToUpper(xe.line("pif-list", "uuid="+names["PIF"], "params=MAC", "--minimal"))
	xe.check(names, []wants{
		{"network-list|uuid=$N|params=name-label,uuid,bogus", "uuid ( RO)          : $N\n    name-label ( RW): a, b\\c\n\n\n", "", 0},
		{"network-list|uuid=$N|params=name-label|--minimal", "a\\, b\\\\c\n", "", 0},
		{"network-list|uuid=$N|params=bogus", "\n\n", "", 0},
		{"network-list|uuid=$N|params=bogus|--minimal", "\n", "", 0},
		{"network-list|uuid=$N|minimal=perhaps", "", "Syntax error: \n" + hint, 1},
		{"network-list|name-label=none|bogus=1", "", "", 0}, // nothing is left that could lack the field
		{"network-list|bogus=1", "", "Error: Unknown field 'bogus'\n", 1},
		{"network-list|tags:other=1", "", "Error: Invalid syntax for set filtering (should be set-param:contains=key)\n", 1},
		{"network-list|bridge:x=1", "", "Error: Field 'bridge' is not a set or map\n", 1},
		{"network-param-add|uuid=$N|param-name=tags|param-key=two words; x", "", "", 0},
		{"network-param-add|uuid=$N|param-name=tags|param-key=more", "", "", 0},
		{"network-list|tags:contains=two words; x|--minimal", "$N\n", "", 0},
		{"network-list|tags-contains=two|--minimal", "\n", "", 0},
		{"network-param-get|uuid=$N|param-name=tags", "two words; x, more\n", "", 0},
		{"network-param-remove|uuid=$N|param-name=tags|param-key=two words; x", "", "", 0},
		{"network-param-remove|uuid=$N|param-name=tags|param-key=words", "", "Error: Key words is not in the set\n", 1},
		{"network-param-get|uuid=$N|param-name=tags", "more\n", "", 0},
		{"network-param-clear|uuid=$N|param-name=tags", "", "", 0},
		{"network-param-get|uuid=$N|param-name=tags", "\n", "", 0},
		{"pif-list|MAC=$MAC|--minimal", "$PIF\n", "", 0},
		{"pif-list|device=ETH0|--minimal", "\n", "", 0},
		{"vm-list|is-control-domain=true|--minimal", "$DOM0\n", "", 0},
		{"vm-list|is-a-template=true|--minimal", "\n", "", 0},
		{"vm-list|uuid=$DOM0|params=possible-hosts|--minimal", "<expensive field>\n", "", 0},
		{"vm-list|uuid=$DOM0|possible-hosts=$HOST|--minimal", "$DOM0\n", "", 0},
		{"vm-param-get|uuid=$DOM0|param-name=possible-hosts", "$HOST\n", "", 0},
		{"vm-list|uuid=$DOM0|params=HVM-shadow-multiplier,last-boot-record,os-version", "" +
			"HVM-shadow-multiplier ( RW)    : 1.000\n         last-boot-record ( RO): <expensive field>\n               os-version (MRO): <not in database>\n\n\n", "", 0},
		{"pool-list|database:vdi-uuid=x|database:filename=y", "", "Error: database:vdi-uuid and database:filename exclude each other\n", 1},
		{"pool-param-get|uuid=$POOL|param-name=vswitch-controller", "<not set>\n", "", 0},
		{"pool-list|params=vswitch-controller", "\n\n", "", 0},
		{"pool-list|vswitch-controller=<not set>|--minimal", "$POOL\n", "", 0},
	})
	all := strings.Split(xe.line("vm-list", "--all", "--minimal"), ",")
	templates := strings.Split(xe.line("template-list", "--minimal"), ",")
	if len(all) != len(templates)+1 || !slices.Contains(all, names["DOM0"]) {
		t.Errorf("%d VMs, %d templates", len(all), len(templates))
	}
	if roles := xe.line("role-list", "params=name", "--minimal"); strings.Contains(roles, "vm.start") || !strings.Contains(roles, "pool-admin") {
		t.Errorf("roles %q", roles)
	}
}

func TestParams(t *testing.T) {
	xe := start(t)
	names := map[string]string{
		"HOST": xe.line("host-list", "--minimal"),
		"POOL": xe.line("pool-list", "--minimal"),
		"DOM0": xe.line("vm-list", "--minimal"),
		"VM":   xe.line("vm-install", "template=Other install media", "new-name-label=web"),
		"PIF":  strings.Split(xe.line("pif-list", "--minimal"), ",")[0],
	}
	const noUUID = "No object of that type has this uuid.\ntype: %s\nuuid: x\n"
	xe.check(names, []wants{
		{"vm-param-set|uuid=x|name-label=y", "", strings.ReplaceAll(noUUID, "%s", "VM"), 1},
		{"vm-param-set|uuid=$VM|name-label=one|bogus=1|name-description=two", "", "Error code: Missing parameter\nError parameters: bogus\n", 1},
		{"vm-param-get|uuid=$VM|param-name=name-label", "one\n", "", 0}, // not atomic
		{"vm-param-get|uuid=$VM|param-name=name-description|--minimal", "Installed via xe CLI\n", "", 0},
		{"vm-param-get|uuid=$VM|param-name=bogus", "", "Error code: Missing parameter\nError parameters: bogus\n", 1},
		{"vm-param-set|uuid=$VM|dom-id=1", "", "Error: Field 'dom-id' is read-only.\n", 1},
		{"vm-param-set|uuid=$VM|os-version:x=1", "", "Error: Map 'os-version' is read-only.\n", 1},
		{"vm-param-set|uuid=$VM|other-config=1", "", "Error: Field 'other-config' is a map or set. use the 'name:key=value' syntax.\n", 1},
		{"vm-param-set|uuid=$VM|tags=1", "", "Error: Cannot set set fields: use param-add or param-remove\n", 1},
		{"vm-param-set|uuid=$VM|VCPUs-max=many", "", "Error: Parameter 'VCPUs-max' must be an integer\n", 1},
		{"vm-param-set|uuid=$VM|VCPUs-max=1k", "", "Error: Parameter 'VCPUs-max' must be an integer\n", 1},
		{"vm-param-set|uuid=$VM|HVM-shadow-multiplier=much", "", "Error: Parameter 'HVM-shadow-multiplier' must be a floating-point number\n", 1},
		{"vm-param-set|uuid=$VM|HVM-shadow-multiplier=1.5", "", "", 0},
		{"vm-param-get|uuid=$VM|param-name=HVM-shadow-multiplier", "1.500\n", "", 0},
		{"vm-param-set|uuid=$VM|is-a-template=perhaps", "",
			"Error: Failed to parse parameter 'is-a-template': expecting a boolean (possible values: true t yes y 1 | false f no n 0)\n", 1},
		{"vm-param-set|uuid=$VM|memory-static-max=1GiB|memory-dynamic-max=512m", "", "", 0},
		{"vm-list|uuid=$VM|memory-static-max=1073741824|memory-dynamic-max=536870912|--minimal", "$VM\n", "", 0},
		{"vm-param-set|uuid=$VM|affinity=$HOST", "", "", 0},
		{"vm-param-get|uuid=$VM|param-name=affinity", "$HOST\n", "", 0},
		{"vm-param-set|uuid=$VM|affinity=x", "", strings.ReplaceAll(noUUID, "%s", "host"), 1},
		{"vm-param-set|uuid=$VM|affinity=", "", "", 0},
		{"vm-param-get|uuid=$VM|param-name=affinity", "<not in database>\n", "", 0},
		{"vm-param-set|uuid=$VM|actions-after-crash=RESTART", "", "", 0},
		{"vm-param-get|uuid=$VM|param-name=actions-after-crash", "Restart\n", "", 0},
		{"vm-param-set|uuid=$VM|other-config:a=1|other-config:a=2|other-config:b c=3", "", "", 0},
		{"vm-param-get|uuid=$VM|param-name=other-config|param-key=a", "2\n", "", 0},
		{"vm-param-get|uuid=$VM|param-name=other-config|param-key=z", "", "Error: Key z not found in map\n", 1},
		{"vm-param-get|uuid=$VM|param-name=uuid|param-key=z", "$VM\n", "", 0},
		{"vm-list|other-config:a=2|--minimal", "$VM\n", "", 0},
		{"vm-list|other-config-a=2|--minimal", "$VM\n", "", 0},
		{"vm-param-add|uuid=$VM|param-name=other-config|a=1", "",
			"The map has that key already.\ntype: VM\nparam_name: other_config\nuuid: $VM (one)\nkey: a\n", 1},
		{"vm-param-add|uuid=$VM|param-name=tags", "",
			"Error: When adding a key to a set, use the syntax: *-param-add param-name=<name> param-key=<key>\n", 1},
		{"vm-param-add|uuid=$VM|param-name=os-version|a=1", "", "Error: Cannot add parameters to read-only map\n", 1},
		{"vm-param-remove|uuid=$VM|param-name=other-config|param-key=z", "", "Error: Key z is not in map\n", 1},
		{"vm-param-remove|uuid=$VM|param-name=os-version|param-key=z", "", "Error: Cannot remove parameters from read-only map\n", 1},
		{"vm-param-remove|uuid=$VM|param-name=other-config|param-key=b c", "", "", 0},
		{"vm-param-clear|uuid=$VM|param-name=other-config", "", "", 0},
		{"vm-param-get|uuid=$VM|param-name=other-config", "\n", "", 0},
		{"vm-param-clear|uuid=$VM|param-name=name-label", "", "", 0},
		{"vm-param-get|uuid=$VM|param-name=name-label", "\n", "", 0},
		{"vm-param-clear|uuid=$VM|param-name=VCPUs-max", "", "Error: Cannot clear this parameter\n", 1},
		{"vm-param-clear|uuid=$VM|param-name=dom-id", "", "Error: Can only clear RW parameters\n", 1},
		{"pif-param-set|uuid=$PIF|properties:gro=off", "", "", 0},
		{"pif-param-get|uuid=$PIF|param-name=properties", "gro: off\n", "", 0},
	})
	vif := xe.line("vif-create", "vm-uuid="+names["VM"], "network-uuid="+strings.Split(xe.line("network-list", "--minimal"), ",")[0], "device=3", "mac=02:00:00:00:00:01")
	xe.check(map[string]string{"VIF": vif}, []wants{
		{"vif-param-set|uuid=$VIF|ipv4-allowed=192.0.2.1,192.0.2.2", "", "", 0},
		{"vif-param-get|uuid=$VIF|param-name=ipv4-allowed", "192.0.2.1; 192.0.2.2\n", "", 0},
		{"vif-list|ipv4-allowed:contains=192.0.2.2|--minimal", "$VIF\n", "", 0},
		{"vif-param-set|uuid=$VIF|ipv4-allowed=", "", "", 0},
		{"vif-param-get|uuid=$VIF|param-name=ipv4-allowed", "\n", "", 0},
	})
}

func TestSelectors(t *testing.T) {
	xe := start(t, xapitest.Inventory(2, 0))
	for _, name := range []string{"a", "b"} {
		xe.must("vm-install", "template=Other install media", "new-name-label="+name)
	}
	names := map[string]string{
		"A":    xe.line("vm-list", "name-label=a", "--minimal"),
		"B":    xe.line("vm-list", "name-label=b", "--minimal"),
		"DOM0": strings.Split(xe.line("vm-list", "is-control-domain=true", "--minimal"), ",")[0],
		"T":    strings.Split(xe.line("template-list", "--minimal"), ",")[0],
	}
	const state = "operation failed on $A: The VM is not in a power state that allows this.\nvm: $A (a)\nexpected: running\nactual: halted\n"
	xe.check(names, []wants{
		{"vm-pause", "", "Error: Multiple matches VMs found. --multiple required to complete the operation\n", 1},
		{"vm-pause|vm=c", "", "Error: No matching VMs found\n", 1},
		{"vm-pause|vm=A", "", "Error: No matching VMs found\n", 1},
		{"vm-pause|vm=$T", "", "Error: No matching VMs found\n", 1},
		{"vm-pause|vm=$DOM0", "", "Error: No matching VMs found\n", 1},
		{"vm-pause|uuid=$DOM0|--all", "", "Error: No matching VMs found\n", 1},
		{"vm-pause|vm=$A|name-label=b", "", "Error: No matching VMs found\n", 1},
		{"vm-pause|vm=c|bogus=1", "", "Error: No matching VMs found\n", 1},
		{"vm-reboot|vm=a|--progress", "", "Error: Unknown field 'progress'\n", 1},
		{"vm-copy|new-name-label=x", "", "Error: Multiple matches VMs found. Operation can only be performed on one VM at a time\n", 1},
		{"host-enable", "", "Error: Multiple matching hosts found. --multiple required to complete the operation\n", 1},
		{"host-enable|host=none", "", "Error: No matching hosts found\n", 1},
		{"host-dmesg", "", "Error: Multiple matching hosts found. --multiple required to complete the operation\n", 1},
		{"host-evacuate|--multiple", "", "Error: Multiple matching hosts found. Operation can only be performed on one host at a time\n", 1},
		{"vm-start|vm=b", "", "", 0},
		{"vm-pause|--multiple", state, "", 1},
		{"vm-list|name-label=b|params=power-state|--minimal", "paused\n", "", 0}, // the others had their turn
		{"vm-pause|power-state=halted|vm=a", "", strings.TrimPrefix(state, "operation failed on $A: "), 1},
	})
	got := xe.try("vm-pause", "--multiple")
	if failed := strings.Count(got.out, "operation failed on "); failed != 2 || got.status != 1 || got.err != "" {
		t.Errorf("two failures: %+v", got)
	}
	ids := strings.Split(xe.line("vm-list", "is-control-domain=false", "--minimal"), ",")
	slices.Reverse(ids)
	first := strings.Index(got.out, ids[0])
	if second := strings.Index(got.out, ids[1]); first < 0 || first > second {
		t.Errorf("the latest failure is not first: %q, of %v", got.out, ids)
	}
	// What was made is lost where something fails; else the latest comes first.
	got = xe.try("vm-clone", "--multiple", "is-a-template=false", "new-name-label=lost")
	if strings.Count(got.out, "operation failed on ") != 1 || strings.Count(got.out, "\n") != 4 || xe.line("vm-list", "name-label=lost", "--minimal") == "" {
		t.Errorf("one fails, one is made: %+v", got)
	}
	xe.must("vm-uninstall", "vm=lost", "--force")
	xe.must("vm-unpause", "vm=b")
	xe.must("vm-shutdown", "vm=b", "--force")
	made := strings.Fields(xe.must("vm-snapshot", "--multiple", "new-name-label=snap"))
	var of []string
	for _, id := range made {
		of = append(of, xe.line("snapshot-param-get", "uuid="+id, "param-name=snapshot-of"))
	}
	if !slices.Equal(of, ids) {
		t.Errorf("snapshots of %v, want %v", of, ids)
	}
	if got := xe.line("vm-clone", "--multiple", "is-a-template=false", "new-name-label=more", "--minimal"); len(strings.Split(got, ",")) != 2 {
		t.Errorf("clones %q", got)
	}
	xe.must("vm-uninstall", "name-label=more", "--multiple", "--force")
	got = xe.try("vm-start", "vm=b", "message-priority=6")
	if lines := strings.Split(got.err, "\n"); got.status != 0 || len(lines) < 2 || !strings.HasPrefix(lines[0], "Message: time=2") ||
		!strings.HasSuffix(lines[0], "Z priority=5 name='VM_STARTED'") || lines[1] != "" {
		t.Errorf("messages: %+v", got)
	}
	xe.must("vm-shutdown", "vm=b", "--force")
	got = xe.try("vm-start", "vm=b", "--progress")
	if !strings.HasPrefix(got.err, "\r ") || !strings.HasSuffix(got.err, "\n\n") || got.status != 0 || got.out != "" {
		t.Errorf("progress: %+v", got)
	}
	if got = xe.try("vm-shutdown", "vm=b", "--force", "--progress", "--minimal"); got.err != "" || got.out != "\n" || got.status != 0 {
		t.Errorf("progress in the minimal form: %+v", got)
	}
	xe.must("vm-param-set", "uuid="+names["B"], "memory-static-max=4TiB", "memory-dynamic-max=4TiB", "memory-dynamic-min=4TiB")
	got = xe.try("vm-start", "vm=b")
	if lines := strings.Split(got.out, "\n"); got.status != 1 || !strings.HasPrefix(got.err, "No host of the pool can take the VM.\n") ||
		len(lines) < 5 || lines[2] != "" || strings.Count(got.out, ": Cannot start here [") != 2 {
		t.Errorf("nowhere to start: %+v", got)
	}
}

func TestErrors(t *testing.T) {
	xe := start(t)
	pool := xe.line("pool-list", "--minimal")
	for _, tt := range []struct {
		lines []string
		err   string
	}{
		{[]string{"a=b"}, "Syntax error: \n" + hint},
		{[]string{"vm-list", "-x", "y"}, "Syntax error: \n" + hint},
		{[]string{"vm-list", "-u"}, "Syntax error: \n" + hint},
		{[]string{"frobnicate", "username=nobody"}, "Unknown command: frobnicate\n" + hint},
		{[]string{"vm-param-get", "uuid=x"}, "Required parameter not found: param-name\n" + hint},
		{[]string{"vm-list"}, "Username/password must be specified\n" + hint},
		{[]string{"vm-list", "username=root", "password=wrong"}, "Authentication failed\n" + hint},
		{[]string{"vm-list", "username=root", "username=root", "-u", "root", "-pw", "wrong"}, "Authentication failed\n" + hint},
		{[]string{"session_id=OpaqueRef:none", "vm-list"}, "The session has ended, or was never opened.\nhandle: OpaqueRef:none\n"},
		{[]string{"session_id=" + xe.session + "\r", "vm-list\r", "bogus=1\r"}, "Error: Unknown field 'bogus'\n"},
		{[]string{"session_id=" + xe.session, "pool-param-list", "uuid=x", "--trace"},
			"No object of that type has this uuid.\ntype: pool\nuuid: x\nRaised Server_error(UUID_INVALID, [ pool; x ])\nBacktrace:\nCalled from xe pool-param-list\n"},
	} {
		if got := xe.ship(tt.lines...); got.err != tt.err || got.status != 1 || got.out != "" {
			t.Errorf("%q: %+v\nwant %q", tt.lines, got, tt.err)
		}
	}
	// The session that a command was given outlives it.
	if got := xe.line("pool-list", "--minimal"); got != pool {
		t.Errorf("pool %q", got)
	}
	before := store.Len[model.Session](xe.pool.DB().View())
	own := &shell{t: t, pool: xe.pool}
	own.must("pool-list")
	if n := store.Len[model.Session](xe.pool.DB().View()); n != before {
		t.Errorf("%d sessions after a command, %d before", n, before)
	}
}

// waits sends a command that goes on until something happens.
func (s *shell) waits(args ...string) (net.Conn, *bufio.Reader) {
	s.t.Helper()
	return s.send(append([]string{"session_id=" + s.session}, args...)...)
}

func TestEventWait(t *testing.T) {
	xe := start(t)
	id := xe.line("vm-install", "template=Other install media", "new-name-label=web")
	xe.check(map[string]string{"VM": id}, []wants{
		{"event-wait|class=vm|uuid=$VM|power-state=halted", "", "", 0},
		{"event-wait|class=vm|uuid=$VM|power-state=/=running", "", "", 0},
		{"event-wait|class=role|name=pool-admin", "", "", 0},
		{"event-wait|class=vm|bogus=1", "", "Error: key missing: bogus\n", 1},
		{"event-wait|class=pci|uuid=1", "", "Error: Cli listening for class 'pci' not currently implemented\n", 1},
	})
	conn, r := xe.waits("event-wait", "class=vm", "name-label=other")
	defer conn.Close()
	xe.must("vm-param-set", "uuid="+id, "name-label=other")
	if got := xe.obey(conn, r); got.status != 0 || got.out != "" || got.err != "" {
		t.Errorf("what was waited for: %+v", got)
	}
	// A client that is gone leaves nothing behind: its session ends.
	before := store.Len[model.Session](xe.pool.DB().View())
	conn, r = xe.send("event-wait", "class=vm", "name-label=never", "username=root", "password="+xapitest.Password)
	xe.pool.Until(t, "the command logs in", func(r store.Reader) bool { return store.Len[model.Session](r) == before+1 })
	conn.Close()
	xe.pool.Until(t, "the command logs out", func(r store.Reader) bool { return store.Len[model.Session](r) == before })
	if _, err := thin.ReadCommand(r); err == nil {
		t.Error("something was said to a client that is gone")
	}
}

func TestHelp(t *testing.T) {
	xe := &shell{t: t, pool: xapitest.Start(t)}
	got := xe.ship("help", "vm-param-remove", "nonsense")
	if want := "command name            : vm-param-remove\n        reqd params     : uuid, param-name, param-key\n        optional params : \n" +
		"        description     : Remove an item of a set, or a key of a map, of a vm.\n\n\nUnknown command 'nonsense'\n"; got.out != want || got.status != 0 {
		t.Errorf("%q, want\n%q", got.out, want)
	}
	got = xe.ship("help", "vm-pause")
	if want := "        optional params : <vm-selectors>\n"; !strings.Contains(got.out, want) || !strings.Contains(got.out, "vm=<name or uuid>") {
		t.Errorf("%q", got.out)
	}
	full := strings.Split(strings.TrimSuffix(xe.ship("help", "--all").out, "\n"), "\n")
	if gaps := slices.DeleteFunc(slices.Clone(full), func(l string) bool { return l != "    " }); len(gaps) != 2 {
		t.Errorf("%d gaps", len(gaps))
	}
	var names []string
	for _, line := range full {
		if !strings.HasPrefix(line, "    ") || line == "    " {
			continue
		}
		if len(line) > 74+2 || strings.HasSuffix(line, ",") {
			t.Errorf("folded: %q", line)
		}
		names = append(names, strings.Split(strings.TrimSpace(line), ", ")...)
	}
	slices.Sort(names)
	minimal := xe.ship("help", "--all", "--minimal")
	if minimal.out != strings.Join(names, ",")+"\n" {
		t.Errorf("%q, but %q", minimal.out, names)
	}
	if slices.Contains(names, "blob-get") || !slices.Contains(names, "vm-start") || len(names) < 600 {
		t.Errorf("%d names", len(names))
	}
	short := xe.ship("help", "minimal=true").out
	if n := strings.Count(short, ","); !strings.Contains(short, "vm-list") || strings.Contains(short, "bond-list") || n < 20 || n > 80 {
		t.Errorf("%q", short)
	}
}
