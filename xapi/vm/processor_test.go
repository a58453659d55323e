package vm_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/xapitest"
)

// unlike is a pool of hosts with unlike processors: the second lacks what the
// first has, the third is of another vendor.
const unlike = `
hosts:
  - name: big
    cpus: {features: 0000000f-0000000f-00000000-00000000, features_hvm: 0000000f-0000000f, features_pv: 00000007}
  - name: small
    cpus: {features: 00000003-0000000f-00000000-00000000, features_hvm: 0000000f-00000003-00000000, features_pv: 00000001}
  - name: other
    cpus: {vendor: AuthenticAMD, features: 0000000f-0000000f-00000000-00000000, features_hvm: 0000000f-0000000f, features_pv: 00000007}
srs: [{name: shared, type: nfs, shared: true}]
default_sr: shared
`

func describe(t *testing.T, text, release string) (*xapitest.Pool, *xapitest.Client, []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := xapitest.Start(t, func(c *xapi.Config) { c.Inventory, c.Hosts, c.Release = path, 0, release })
	c := p.Login(t)
	return p, c, c.Refs(t, "host.get_all")
}

// boot makes a VM, starts it and waits for its guest's agent.
func boot(t *testing.T, p *xapitest.Pool, c *xapitest.Client, on string) string {
	t.Helper()
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	c.Call(t, "VM.provision", vm)
	c.Call(t, "VM.start_on", vm, on, false, false)
	p.UntilAgent(t, vm)
	return vm
}

func flags(t *testing.T, c *xapitest.Client, vm string) string {
	t.Helper()
	return xapitest.JSON(t, c.Call(t, "VM.get_last_boot_CPU_flags", vm))
}

// TestUnlikeProcessors: a VM starts with what its pool has in common, and is
// refused where its host's processor lacks what it knows.
func TestUnlikeProcessors(t *testing.T) {
	const code, level = "VM_INCOMPATIBLE_WITH_THIS_HOST", `{"features":"0000000f-00000003-00000000","vendor":"GenuineIntel"}`
	const lacks, vendor = "VM last booted on a CPU with features this host's CPU does not have.", "VM last booted on a host which had a CPU from a different vendor."
	p, c, hosts := describe(t, unlike, "")
	big, small, other := hosts[0], hosts[1], hosts[2]
	vm := boot(t, p, c, big)
	if got := flags(t, c, vm); got != level {
		t.Errorf("it starts with %s", got)
	}
	c.Call(t, "VM.pool_migrate", vm, small, map[string]string{})
	c.Fail(t, code, []string{vm, other, vendor}, "VM.pool_migrate", vm, other, map[string]string{})
	c.Call(t, "VM.pool_migrate", vm, other, map[string]string{"force": "true"})
	if got := flags(t, c, vm); got != level {
		t.Errorf("after a migration by force it knows %s", got)
	}
	c.Call(t, "VM.pool_migrate", vm, big, map[string]string{})

	// What it knows goes through a suspend, a checkpoint, a halt, but not
	// through a boot.
	knows := map[string]string{"vendor": "GenuineIntel", "features": "0000000f-0000000f"}
	remember(t, p, vm, knows)
	c.Fail(t, code, []string{vm, small, lacks}, "VM.pool_migrate", vm, small, map[string]string{})
	c.Fail(t, code, []string{vm, small, lacks}, "VM.assert_can_boot_here", vm, small)
	if got := c.Text(t, "VM.get_resident_on", vm); got != big {
		t.Errorf("after the refusal it is on %s", got)
	}
	c.Call(t, "VM.suspend", vm)
	c.Fail(t, code, []string{vm, small, lacks}, "VM.resume_on", vm, small, false, false)
	c.Call(t, "host.disable", big)
	c.Fail(t, "NO_HOSTS_AVAILABLE", []string{}, "VM.resume", vm, false, false)
	c.Call(t, "VM.resume_on", vm, small, false, true)
	c.Call(t, "host.enable", big)
	c.Call(t, "VM.pool_migrate", vm, big, map[string]string{})
	c.Call(t, "VM.suspend", vm)
	c.Call(t, "VM.resume_on", vm, big, false, false)
	if got := flags(t, c, vm); got != xapitest.JSON(t, knows) {
		t.Errorf("after a suspend it knows %s", got)
	}
	if point := c.Text(t, "VM.copy", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "other", "OpaqueRef:NULL"); flags(t, c, point) != "{}" {
		t.Errorf("a VM that never ran knows %s", flags(t, c, point))
	}
	c.Call(t, "VM.hard_shutdown", vm)
	if got := flags(t, c, vm); got != xapitest.JSON(t, knows) {
		t.Errorf("halted it knows %s", got)
	}
	c.Call(t, "VM.start_on", vm, other, false, false)
	if got := flags(t, c, vm); got != level {
		t.Errorf("after a boot it knows %s", got)
	}
}

// remember makes a VM one that booted elsewhere.
func remember(t *testing.T, p *xapitest.Pool, vm string, flags map[string]string) {
	t.Helper()
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		v, err := store.Edit(tx, model.Ref[model.VM](vm))
		if err == nil {
			v.LastBootCPUFlags = flags
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestParavirtual: the words of paravirtual VMs are their own.
func TestParavirtual(t *testing.T) {
	p, c, hosts := describe(t, unlike, "")
	vm := boot(t, p, c, hosts[0])
	c.Call(t, "VM.hard_shutdown", vm)
	c.Call(t, "VM.set_domain_type", vm, "pv")
	c.Call(t, "VM.start_on", vm, hosts[0], false, false)
	if got := flags(t, c, vm); got != `{"features":"00000001","vendor":"GenuineIntel"}` {
		t.Errorf("it starts with %s", got)
	}
	remember(t, p, vm, map[string]string{"vendor": "GenuineIntel", "features": "00000003"})
	c.Fail(t, "VM_INCOMPATIBLE_WITH_THIS_HOST", []string{vm, hosts[1], "VM last booted on a CPU with features this host's CPU does not have."},
		"VM.pool_migrate", vm, hosts[1], map[string]string{})
}

// TestEvacuateUnlike: a VM that may not go anywhere keeps its host from being
// evacuated, and the reason is told.
func TestEvacuateUnlike(t *testing.T) {
	p, c, hosts := describe(t, unlike, "")
	vm := boot(t, p, c, hosts[0])
	remember(t, p, vm, map[string]string{"vendor": "GenuineIntel", "features": "0000000f-0000000f"})
	c.Call(t, "host.disable", hosts[2])
	want := []string{"VM_INCOMPATIBLE_WITH_THIS_HOST", vm, hosts[1], "VM last booted on a CPU with features this host's CPU does not have."}
	prevent := xapitest.JSON(t, c.Call(t, "host.get_vms_which_prevent_evacuation", hosts[0]))
	if prevent != xapitest.JSON(t, map[string][]string{vm: want}) {
		t.Errorf("what prevents the evacuation: %s", prevent)
	}
	c.Fail(t, want[0], want[1:], "host.evacuate", hosts[0])
	remember(t, p, vm, nil)
	c.Call(t, "host.evacuate", hosts[0])
	if got := c.Text(t, "VM.get_resident_on", vm); got != hosts[1] {
		t.Errorf("it went to %s", got)
	}
}

// TestUnlikeBoston: a VM of 6.0 keeps to the features of the host that it
// booted on.
func TestUnlikeBoston(t *testing.T) {
	const code = "VM_INCOMPATIBLE_WITH_THIS_HOST"
	const lacks, vendor = "VM was last booted on a CPU with features this host's CPU does not have.", "VM was last booted on a host which had a CPU from a different vendor."
	p, c, hosts := describe(t, unlike, "boston")
	vm := boot(t, p, c, hosts[0])
	if got := flags(t, c, vm); got != `{"features":"0000000f-0000000f-00000000-00000000","vendor":"GenuineIntel"}` {
		t.Errorf("it starts with %s", got)
	}
	c.Fail(t, code, []string{vm, hosts[1], lacks}, "VM.pool_migrate", vm, hosts[1], map[string]string{})
	c.Fail(t, code, []string{vm, hosts[2], vendor}, "VM.pool_migrate", vm, hosts[2], map[string]string{"force": "false"})
	c.Call(t, "VM.pool_migrate", vm, hosts[1], map[string]string{"force": "true"})
	c.Call(t, "VM.pool_migrate", vm, hosts[0], map[string]string{})
	c.Call(t, "VM.hard_shutdown", vm)
	c.Call(t, "VM.start_on", vm, hosts[1], false, false)
	c.Call(t, "VM.pool_migrate", vm, hosts[0], map[string]string{})
	if got := flags(t, c, vm); got != `{"features":"00000003-0000000f-00000000-00000000","vendor":"GenuineIntel"}` {
		t.Errorf("after a migration it knows %s", got)
	}
}
