package inventory_test

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/inventory"
)

// TestProcessors: hosts tell of the processors that the file gives them, and
// what it leaves out follows from the rest.
func TestProcessors(t *testing.T) {
	for _, tt := range []struct {
		name, cpus, release, want string
	}{
		{"usual", "{}", "", "vendor=GenuineIntel family=6 model=143 stepping=8 speed=2100.000 cpu_count=32 socket_count=1"},
		{"usual, before 7.0", "{}", "creedence", "maskable=no physical_features=f7fa3223-1fcbfbff-00000523-2d93fbff"},
		{"another vendor", "{vendor: AuthenticAMD}", "", "vendor=AuthenticAMD family=25 model=1"},
		{"another vendor, before 7.0", "{vendor: AuthenticAMD}", "boston", "maskable=full"},
		{"numbers", "{family: 6, model_number: 44, stepping: 2, count: 8, sockets: 2}", "tampa", "model=44 stepping=2 maskable=full cpu_count=8 socket_count=2"},
		{"said to be maskable", "{maskable: base}", "boston", "maskable=base"},
		{"said not to be", "{vendor: AuthenticAMD, maskable: no}", "boston", "maskable=no"},
		{"four words", "{features: '17bae3ff bfebfbff 00000001 28100800'}", "boston",
			"features=17bae3ff-bfebfbff-00000001-28100800 physical_features=17bae3ff-bfebfbff-00000001-28100800 features_after_reboot=17bae3ff-bfebfbff-00000001-28100800"},
		{"four words, later", "{features: 17bae3ff-bfebfbff-00000001-28100800}", "",
			"features_hvm=bfebfbff-17bae3ff-28100800-00000001 features_hvm_host=bfebfbff-17bae3ff-28100800-00000001"},
		{"later words", "{features_hvm: bfebfbff-17bae3ff-28100800-00000001-00000002, features_hvm_host: bfebfbff}", "",
			"features_hvm=bfebfbff-17bae3ff-28100800-00000001-00000002 features_hvm_host=bfebfbff features_pv=bfe9cbf5-16b8e3df-28100800-00000001-00000002"},
		{"later words, before", "{features_hvm: bfebfbff-17bae3ff-28100800-00000001-00000002}", "boston", "features=17bae3ff-bfebfbff-00000001-28100800"},
		{"both", "{features: 17bae3ff-bfebfbff-00000001-28100800, features_hvm: 0000000f-00000001, features_pv: 0000000e}", "ely",
			"features=17bae3ff-bfebfbff-00000001-28100800 features_hvm=0000000f-00000001 features_pv=0000000e"},
		{"words that look like numbers", "{features_hvm: 00000010, features_pv: 1e000000}", "", "features_hvm=00000010 features_pv=1e000000"},
		{"flags", "{flags: fpu sse}", "", "flags=fpu"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := inventory.Load(write(t, "hosts:\n  - name: a\n    cpus: "+tt.cpus+"\n"))
			if err != nil {
				t.Fatal(err)
			}
			o := options()
			o.File = f
			if o.Release, err = model.FindRelease(tt.release); err != nil {
				t.Fatal(err)
			}
			for _, h := range store.All[model.Host](fill(t, o).View()) {
				for pair := range strings.FieldsSeq(tt.want) {
					k, v, _ := strings.Cut(pair, "=")
					if got := h.CPUInfo[k]; got != v && (k != "flags" || got != "fpu sse") {
						t.Errorf("%s is %q, want %q", k, got, v)
					}
				}
			}
		})
	}
}

// TestLevelled: a pool has what its hosts have in common, and its machines
// know that.
func TestLevelled(t *testing.T) {
	const lab = `
hosts:
  - name: a
    cpus: {features_hvm: 0000000f-00000003-00000001, count: 8}
  - name: b
    cpus: {features_hvm: 0000000e-00000001, count: 4}
vms:
  - {name: v, power: running, host: a}
  - {name: w, power: suspended, host: b}
`
	f, err := inventory.Load(write(t, lab))
	if err != nil {
		t.Fatal(err)
	}
	for release, want := range map[string][2]string{
		"": {"0000000e-00000001-00000000", "0000000e-00000001-00000000"}, "boston": {"00000003-0000000f-00000000-00000001", "00000001-0000000e-00000000-00000000"},
	} {
		o := options()
		o.File = f
		if o.Release, err = model.FindRelease(release); err != nil {
			t.Fatal(err)
		}
		r := fill(t, o).View()
		for i, name := range []string{"v", "w"} {
			v, _ := store.Find(r, store.ByName[model.VM](r, name)[0])
			if v.LastBootCPUFlags["features"] != want[i] || v.LastBootCPUFlags["vendor"] != "GenuineIntel" {
				t.Errorf("%s under %q: %v, want %s", name, release, v.LastBootCPUFlags, want[i])
			}
		}
		for _, p := range store.All[model.Pool](r) {
			if level := p.CPUInfo["features_hvm_host"]; release == "" && (level != want[0] || p.CPUInfo["cpu_count"] != "12") || release != "" && len(p.CPUInfo) > 0 {
				t.Errorf("the pool under %q: %v", release, p.CPUInfo)
			}
		}
	}
}
