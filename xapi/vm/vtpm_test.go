package vm_test

import (
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func TestVTPM(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 0))
	c := p.Login(t)
	vm, _ := install(t, c, "web")
	tpm := c.Text(t, "VTPM.create", vm, false)
	c.Fail(t, "VTPM_MAX_AMOUNT_REACHED", []string{"1"}, "VTPM.create", vm, true)
	other, _ := install(t, c, "other")
	c.Call(t, "VM.start", other, false, false)
	c.Fail(t, "VM_BAD_POWER_STATE", []string{other, "halted", "running"}, "VTPM.create", other, false)
	c.Call(t, "VM.hard_shutdown", other)
	unique := c.Text(t, "VTPM.create", other, true)

	contents := func(tpm string) string { return c.Text(t, "VTPM.get_contents", tpm) }
	tpmOf := func(vm string) string {
		t.Helper()
		list := c.Refs(t, "VM.get_VTPMs", vm)
		if len(list) != 1 {
			t.Fatalf("%d TPMs", len(list))
		}
		return list[0]
	}
	for _, tpm := range []string{tpm, unique} {
		if got := contents(tpm); got != "" {
			t.Errorf("a new TPM holds %q", got)
		}
		c.Call(t, "VTPM.set_contents", tpm, "bm93")
	}
	secrets := len(c.Refs(t, "secret.get_all"))
	clone := c.Text(t, "VM.clone", vm, "clone")
	if got := contents(tpmOf(clone)); got != "bm93" {
		t.Errorf("the clone's TPM holds %q", got)
	}
	if got := contents(tpmOf(c.Text(t, "VM.clone", other, "clone"))); got != "" {
		t.Errorf("the clone of a unique TPM holds %q", got)
	}
	snapshot := c.Text(t, "VM.snapshot", other, "kept", []any{})
	if got := contents(tpmOf(snapshot)); got != "bm93" {
		t.Errorf("the snapshot's TPM holds %q", got)
	}
	c.Call(t, "VTPM.set_contents", unique, "bGF0ZXI=")
	c.Call(t, "VM.revert", snapshot)
	if got := contents(tpmOf(other)); got != "bm93" {
		t.Errorf("after the revert the TPM holds %q", got)
	}
	c.Call(t, "VM.start", vm, false, false)
	c.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "halted;suspended", "running"}, "VTPM.destroy", tpm)
	c.Call(t, "VM.hard_shutdown", vm)
	c.Call(t, "VTPM.destroy", tpm)
	c.Call(t, "VM.destroy", clone)
	// The other's, its clone's and its snapshot's are left.
	if n := len(c.Refs(t, "secret.get_all")); n != secrets+1 {
		t.Errorf("%d secrets are left of %d", n, secrets)
	}
}
