package main

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// TestInstall: vm-install makes what the template asks for, where it is told.
func TestInstall(t *testing.T) {
	xe := newShell(t, xapitest.Start(t, xapitest.Inventory(2, 0)))
	pool := xe.line("pool-list", "--minimal")
	usual := xe.line("pool-list", "params=default-SR", "--minimal")
	nfs := xe.line("sr-create", "name-label=filer", "type=nfs", "content-type=user", "shared=true", "device-config:server=filer", "device-config:serverpath=/vms")
	const debian = "Debian Bookworm 12"
	id := xe.line("template-list", "name-label="+debian, "--minimal")
	host := strings.Split(xe.line("host-list", "--minimal"), ",")[0]
	disk := func(vm string) string {
		return xe.line("vm-disk-list", "uuid="+vm, "vbd-params=none", "vdi-params=sr-uuid", "--minimal")
	}
	param := func(vm, name string) string { return xe.line("vm-param-get", "uuid="+vm, "param-name="+name) }
	for _, tt := range []struct {
		args     []string
		disk, sr string
	}{
		{[]string{"template=" + debian}, usual, notThere},
		{[]string{"template=" + id, "sr-uuid=" + nfs}, nfs, nfs},
		{[]string{"template-uuid=" + id, "sr-name-label=filer"}, nfs, nfs},
		{[]string{"template-name=" + debian}, usual, notThere},
		{[]string{"template-name-label=" + debian, "copy-bios-strings-from=" + host}, usual, notThere},
		{[]string{"template=Other install media"}, "", notThere},
	} {
		vm := xe.line(append([]string{"vm-install", "new-name-label=web"}, tt.args...)...)
		if got := disk(vm); got != tt.disk {
			t.Errorf("%v: the disk is in %q, want %q", tt.args, got, tt.disk)
		}
		if got := param(vm, "suspend-SR-uuid"); got != tt.sr {
			t.Errorf("%v: the suspend SR is %q, want %q", tt.args, got, tt.sr)
		}
		if got := param(vm, "is-a-template") + param(vm, "power-state"); got != "falsehalted" {
			t.Errorf("%v makes a VM that is %s", tt.args, got)
		}
	}
	before := xe.line("vm-list", "--minimal")
	xe.must("pool-param-set", "uuid="+pool, "default-SR=")
	for _, tt := range []struct {
		args   []string
		stderr string
	}{
		{[]string{"template=no such"}, "Error: No templates matched\n"},
		{[]string{}, "Error: Required parameter not found: template\n"},
		{[]string{"template=" + debian, "sr-name-label=nowhere"}, "Error: No SR is named nowhere\n"},
		{[]string{"template=" + debian}, "Error: The pool has no default SR; name one by sr-uuid\n"},
		{[]string{"template=" + debian, "sr-uuid=nope"}, "No object of that type has this uuid.\ntype: SR\nuuid: nope\n"},
	} {
		if _, errs, status := xe.try(append([]string{"vm-install", "new-name-label=x"}, tt.args...)...); status != 1 || errs != tt.stderr {
			t.Errorf("%v: status %d, %q, want %q", tt.args, status, errs, tt.stderr)
		}
	}
	if after := xe.line("vm-list", "--minimal"); after != before {
		t.Errorf("what failed has left VMs: %s, before %s", after, before)
	}
}

const notThere = "<not in database>"

// TestDrives: disks and CDs of a VM come and go.
func TestDrives(t *testing.T) {
	xe := newShell(t, xapitest.Start(t, xapitest.Inventory(1, 0)))
	vm := xe.line("vm-install", "template=Other install media", "new-name-label=web")
	xe.must("vm-disk-add", "vm=web", "disk-size=1GiB", "device=0")
	vbd := xe.line("vm-disk-list", "vm=web", "vdi-params=none", "--minimal")
	vdi := xe.line("vm-disk-list", "vm=web", "vbd-params=none", "--minimal")
	want := "Disk 0 VBD:\nuuid ( RO)             : " + vbd + "\n    vm-name-label ( RO): web\n       userdevice ( RW): 0\n\n\n" +
		"Disk 0 VDI:\nuuid ( RO)             : " + vdi + "\n       name-label ( RW): Created by xe\n    sr-name-label ( RO): Local storage\n     virtual-size ( RO): 1073741824\n\n\n"
	if got := xe.must("vm-disk-list", "vm=web"); got != want {
		t.Errorf("vm-disk-list\n%q\n%q", got, want)
	}
	if got := xe.line("vm-disk-list", "vm=web", "--minimal"); got != vdi+","+vbd {
		t.Errorf("the minimal form: %q", got)
	}
	const cd = "guest-tools.iso"
	if got := xe.line("cd-list", "params=name-label", "--minimal"); !strings.Contains(got, cd) || strings.Contains(got, "Created by xe") {
		t.Fatalf("CDs: %q", got)
	}
	xe.must("vm-cd-add", "vm=web", "cd-name="+cd, "device=3")
	if got := xe.line("vm-cd-list", "vm=web", "vbd-params=vdi-name-label", "vdi-params=none", "--minimal"); got != cd {
		t.Errorf("the CD is %q", got)
	}
	xe.must("vm-cd-eject", "vm=web")
	xe.must("vm-cd-insert", "vm=web", "cd-name="+cd)
	for _, tt := range []struct {
		args   []string
		stderr string
	}{
		{[]string{"vm-cd-insert", "vm=web", "cd-name=" + cd}, "The VM has no empty CD drive.\nvm: " + vm + " (web)\n"},
		{[]string{"vm-cd-add", "vm=web", "cd-name=nothing.iso", "device=4"}, "Error: No CD is named nothing.iso\n"},
		{[]string{"vm-cd-remove", "vm=web", "cd-name=nothing.iso"}, "Error: The VM has no CD drive with nothing.iso\n"},
		{[]string{"vm-disk-remove", "vm=web", "device=9"}, "Error: The VM has no disk at device 9\n"},
		{[]string{"vm-disk-add", "vm=web", "disk-size=big", "device=1"}, "Error: Parameter 'disk-size' must be an integer\n"},
	} {
		if _, errs, status := xe.try(tt.args...); status != 1 || errs != tt.stderr {
			t.Errorf("%v: status %d, %q, want %q", tt.args, status, errs, tt.stderr)
		}
	}
	xe.must("vm-cd-remove", "vm=web", "cd-name="+cd)
	if got := xe.line("vm-cd-list", "vm=web", "--minimal"); got != "" {
		t.Errorf("after the removal %q", got)
	}
	xe.must("vm-disk-remove", "vm=web", "device=0")
	if got := xe.line("vdi-list", "uuid="+vdi, "--minimal"); got != "" {
		t.Errorf("the disk is left: %q", got)
	}
	network := strings.Split(xe.line("network-list", "--minimal"), ",")[0]
	vif := xe.line("vif-create", "vm-uuid="+vm, "network-uuid="+network, "device=0", "mac=random")
	if got := xe.line("vm-vif-list", "--minimal"); got != vif {
		t.Errorf("vm-vif-list %q, want %q", got, vif)
	}
}

// TestSnapshots: what snapshot- and template- commands take and refuse.
func TestSnapshots(t *testing.T) {
	xe := newShell(t, xapitest.Start(t, xapitest.Inventory(1, 0)))
	vm := xe.line("vm-install", "template=Debian Bookworm 12", "new-name-label=web")
	disk := xe.line("vm-disk-list", "uuid="+vm, "vbd-params=none", "--minimal")
	kept := xe.line("vm-snapshot", "vm=web", "new-name-label=kept", "new-name-description=before the change")
	bare := xe.line("vm-snapshot", "vm=web", "new-name-label=bare", "ignore-vdi-uuids="+disk)
	if got := xe.line("snapshot-param-get", "uuid="+kept, "param-name=name-description"); got != "before the change" {
		t.Errorf("the description is %q", got)
	}
	if got := xe.line("snapshot-disk-list", "uuid="+bare, "--minimal"); got != "" {
		t.Errorf("the snapshot without the disk has %q", got)
	}
	if got := xe.line("snapshot-disk-list", "snapshot-uuid="+kept, "vbd-params=none", "vdi-params=snapshot-of", "--minimal"); got != disk {
		t.Errorf("the snapshot's disk is one of %q, want %q", got, disk)
	}
	clone := xe.line("snapshot-clone", "uuid="+kept, "new-name-label=like it")
	if got := xe.line("template-list", "uuid="+clone, "--minimal"); got != clone {
		t.Errorf("the clone of a snapshot is no template: %q", got)
	}
	copied := xe.line("snapshot-copy", "uuid="+kept, "new-name-label=copied", "new-name-description=away")
	if got := xe.line("template-param-get", "uuid="+copied, "param-name=name-description"); got != "away" {
		t.Errorf("the copy's description is %q", got)
	}
	both := xe.line("vm-clone", "uuid="+clone, "new-name-label=of a template")
	if got := xe.must("template-uninstall", "template-uuid="+both, "--force"); !strings.HasSuffix(got, "All objects destroyed\n") {
		t.Errorf("template-uninstall: %q", got)
	}
	for _, tt := range []struct {
		args   []string
		stderr string
	}{
		{[]string{"snapshot-destroy"}, "Error: Required parameter not found: snapshot-uuid\n"},
		{[]string{"snapshot-destroy", "uuid=" + vm}, "Error: The VM " + vm + " is no snapshot\n"},
		{[]string{"template-uninstall", "template-uuid=" + vm}, "Error: The VM " + vm + " is no template\n"},
		{[]string{"snapshot-revert", "snapshot-uuid=nope"}, "No object of that type has this uuid.\ntype: VM\nuuid: nope\n"},
		{[]string{"vm-clone", "new-name-label=x", "uuid=" + kept, "sr=y"}, "Error: Unknown field 'sr'\n"},
	} {
		if _, errs, status := xe.try(tt.args...); status != 1 || errs != tt.stderr {
			t.Errorf("%v: status %d, %q, want %q", tt.args, status, errs, tt.stderr)
		}
	}
	xe.must("snapshot-destroy", "uuid="+bare)
	got := xe.must("vm-uninstall", "uuid="+vm, "--force")
	for _, want := range []string{"VM : " + vm, "VM : " + kept, "VDI: " + disk} {
		if !strings.Contains(got, want) {
			t.Errorf("vm-uninstall does not tell of %s: %q", want, got)
		}
	}
	if got := xe.line("snapshot-list", "--minimal"); got != "" {
		t.Errorf("snapshots are left: %q", got)
	}
}

// TestMemoryCommands: what they set, and of whom.
func TestMemoryCommands(t *testing.T) {
	xe := newShell(t, xapitest.Start(t, xapitest.Inventory(1, 0)))
	vm := xe.line("vm-install", "template=Other install media", "new-name-label=web")
	limits := func() string {
		var list []string
		for _, name := range []string{"memory-static-min", "memory-dynamic-min", "memory-dynamic-max", "memory-static-max"} {
			list = append(list, xe.line("vm-param-get", "uuid="+vm, "param-name="+name))
		}
		return strings.Join(list, " ")
	}
	for _, tt := range []struct{ command, want string }{
		{"vm-memory-limits-set static-min=128MiB dynamic-min=256MiB dynamic-max=512MiB static-max=1GiB", "134217728 268435456 536870912 1073741824"},
		{"vm-memory-static-range-set min=64MiB max=2GiB", "67108864 268435456 536870912 2147483648"},
		{"vm-memory-dynamic-range-set min=128MiB max=1GiB", "67108864 134217728 1073741824 2147483648"},
		{"vm-memory-target-set target=256MiB", "67108864 268435456 268435456 2147483648"},
		{"vm-memory-set memory=512MiB", "67108864 536870912 536870912 536870912"},
	} {
		xe.must(append(strings.Fields(tt.command), "vm=web")...)
		if got := limits(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.command, got, tt.want)
		}
	}
	if got := xe.line("vm-compute-memory-overhead", "vm=web"); got == "0" || got == "" {
		t.Errorf("the overhead is %q", got)
	}
	if got := xe.line("vm-compute-maximum-memory", "vm=web", "total=1GiB"); len(got) != 10 && len(got) != 9 {
		t.Errorf("the maximum is %q", got)
	}
	if _, errs, status := xe.try("vm-memory-set", "vm=web", "memory=1"); status != 1 || !strings.HasPrefix(errs, "Memory limits must rise") {
		t.Errorf("too little memory: %d %q", status, errs)
	}
	dom0 := xe.line("vm-list", "is-control-domain=true", "--minimal")
	if got := xe.line("vm-compute-memory-overhead", "uuid="+dom0); got == "" {
		t.Error("the control domain has no overhead")
	}
	out, errs, status := xe.try("vm-start", "vm=web", "on=nobody")
	if status != 1 || out != "" || errs != "Error: Host nobody not found\n" {
		t.Errorf("a start on nobody: %d %q %q", status, out, errs)
	}
	xe.must("vm-memory-limits-set", "vm=web", "static-min=1GiB", "dynamic-min=9TiB", "dynamic-max=9TiB", "static-max=9TiB")
	out, errs, status = xe.try("vm-start", "vm=web")
	if status != 1 || !strings.Contains(out, "Cannot start here [") || !strings.HasPrefix(errs, "No host of the pool can take the VM.") {
		t.Errorf("a start of a VM that is too large: %d\n%q\n%q", status, out, errs)
	}
	xe.must("vm-memory-set", "vm=web", "memory=1GiB")
	xe.must("vm-start", "vm=web")
	xe.must("vm-memory-target-wait", "vm=web")
	xe.must("vm-memory-shadow-multiplier-set", "vm=web", "multiplier=1.5")
	if got := xe.line("vm-param-get", "uuid="+vm, "param-name=HVM-shadow-multiplier"); got != "1.500" {
		t.Errorf("the multiplier is %s", got)
	}
	if out := xe.must("diagnostic-vm-status", "uuid="+vm); !strings.Contains(out, "power-state ( RO)") || !strings.Contains(out, ": OK\n") {
		t.Errorf("diagnostic-vm-status: %q", out)
	}
}

// TestGroups: appliances, groups and schedules are made and end.
func TestGroups(t *testing.T) {
	xe := newShell(t, xapitest.Start(t))
	group := xe.line("vm-group-create", "name-label=apart", "placement=anti-affinity")
	if got := xe.line("vm-group-list", "params=placement", "--minimal"); got != "anti-affinity" {
		t.Errorf("the placement is %q", got)
	}
	xe.must("vm-group-destroy", "uuid="+group)
	app := xe.line("appliance-create", "name-label=shop", "name-description=all of it")
	if got := xe.line("appliance-list", "params=name-label", "--minimal"); got != "shop" {
		t.Errorf("the appliance is called %q", got)
	}
	xe.must("appliance-destroy", "uuid="+app)
	for _, tt := range []struct {
		args   []string
		stderr string
	}{
		{[]string{"vm-group-create", "name-label=x", "placement=far"}, "Error: Parameter 'placement' must be one of: anti-affinity, normal\n"},
		{[]string{"vmss-create", "name-label=x", "type=guess", "frequency=daily"}, "Error: Parameter 'type' must be one of: snapshot, checkpoint, snapshot_with_quiesce\n"},
		{[]string{"appliance-start", "uuid=nope"}, "No object of that type has this uuid.\ntype: VM_appliance\nuuid: nope\n"},
		{[]string{"vtpm-destroy", "uuid=nope"}, "Error: This operation is dangerous and may cause data loss. It must be forced (use --force).\n"},
	} {
		if _, errs, status := xe.try(tt.args...); status != 1 || errs != tt.stderr {
			t.Errorf("%v: status %d, %q, want %q", tt.args, status, errs, tt.stderr)
		}
	}
}

// TestMove: vm-migrate takes disks along; those that it is not told of go where
// there is room. Pools that are not there are said to be so.
func TestMove(t *testing.T) {
	xe := newShell(t, xapitest.Start(t, xapitest.Inventory(2, 0)))
	hosts := strings.Split(xe.line("host-list", "--minimal"), ",")
	local := func(host string) string {
		return strings.Split(xe.line("sr-list", "host="+xe.line("host-param-get", "uuid="+host, "param-name=name-label"), "type=ext", "--minimal"), ",")[0]
	}
	vm := xe.line("vm-install", "template=Other install media", "new-name-label=web")
	for device := range 2 {
		xe.must("vm-disk-add", "vm=web", "disk-size=1GiB", "device="+string(rune('0'+device)), "sr-uuid="+local(hosts[0]))
	}
	disks := func(column string) string {
		return xe.line("vm-disk-list", "vm=web", "vbd-params=none", "vdi-params="+column, "--minimal")
	}
	xe.must("vm-start", "vm=web", "on="+hosts[0])
	first := strings.Split(disks("uuid"), ",")[0]
	if got := xe.line("vm-migrate", "vm=web", "host-uuid="+hosts[1], "vdi:"+first+"="+local(hosts[1]), "live=true"); got != "" {
		t.Errorf("vm-migrate prints %q", got)
	}
	if got := xe.line("vm-param-get", "uuid="+vm, "param-name=resident-on"); got != hosts[1] {
		t.Errorf("the VM is on %s", got)
	}
	if got := disks("sr-uuid"); strings.Contains(got, local(hosts[0])) || !strings.Contains(got, local(hosts[1])) {
		t.Errorf("the disks are in %s", got)
	}
	for _, tt := range []struct {
		args   []string
		stderr string
	}{
		{[]string{"vm-migrate", "vm=web"}, "Error: You must specify the host to migrate to, by host or host-uuid\n"},
		{[]string{"vm-migrate", "vm=web", "host-uuid=" + hosts[0], "vdi:nope=" + local(hosts[0])}, "No object of that type has this uuid.\ntype: VDI\nuuid: nope\n"},
		{[]string{"vm-migrate", "vm=web", "remote-master=127.0.0.1"}, "Error: Required parameter not found: remote-username\n"},
	} {
		if _, errs, status := xe.try(tt.args...); status != 1 || errs != tt.stderr {
			t.Errorf("%v: status %d, %q, want %q", tt.args, status, errs, tt.stderr)
		}
	}
	point := xe.line("vm-checkpoint", "vm=web", "new-name-label=point")
	xe.must("vm-param-set", "uuid="+vm, "name-label=changed")
	xe.must("snapshot-revert", "snapshot-uuid="+point)
	if got := xe.line("vm-list", "name-label=web", "params=power-state", "--minimal"); got != "suspended" {
		t.Errorf("after the revert the VM is %q", got)
	}
	xe.must("vm-resume", "vm=web")
	if got := xe.line("vm-data-source-query", "vm=web", "data-source=memory"); got != "268435456.000000" {
		t.Errorf("the VM has %s bytes", got)
	}
	if got := xe.must("vm-data-source-list", "vm=web"); !strings.Contains(got, ": vif_") && !strings.Contains(got, ": vbd_xvda_read\n") {
		t.Errorf("data sources: %q", got)
	}
	app := xe.line("appliance-create", "name-label=shop")
	xe.must("vm-param-set", "uuid="+vm, "appliance="+app)
	xe.must("appliance-shutdown", "uuid="+app)
	xe.must("appliance-start", "uuid="+app)
	xe.must("appliance-shutdown", "uuid="+app, "--force")
	xe.must("vm-param-set", "uuid="+vm, "appliance=")
	tpm := xe.line("vtpm-create", "vm-uuid="+vm)
	xe.must("vtpm-destroy", "uuid="+tpm, "--force")
	schedule := xe.line("vmss-create", "name-label=nightly", "type=snapshot", "frequency=daily", "schedule:hour=3")
	if got := xe.line("vmss-param-get", "uuid="+schedule, "param-name=schedule"); got != "hour: 3; min: 0" {
		t.Errorf("the schedule is %q", got)
	}
	xe.must("vmss-destroy", "uuid="+schedule)
}
