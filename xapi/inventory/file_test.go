package inventory_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/inventory"
	"github.com/xapid/xapid/xapi/ops"
)

func options() inventory.Options {
	return inventory.Options{
		Now: time.Unix(1_800_000_000, 0).UTC(), HostUUID: "3a1b7a3e-0000-4000-8000-000000000001", ControlDomainUUID: "3a1b7a3e-0000-4000-8000-000000000002",
		Hostname: "one", Address: "127.0.0.1", Hosts: 1, Seed: "test",
	}
}

// fill opens a database with an inventory.
func fill(t testing.TB, o inventory.Options) *store.DB {
	t.Helper()
	db, err := store.Open(store.Options{Derive: ops.Derive, Seed: func(tx *store.Tx) error { return inventory.Fill(tx, o) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// write puts a description into a file.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestExample: what the documentation shows works.
func TestExample(t *testing.T) {
	doc, err := os.ReadFile("../../docs/inventory.md")
	if err != nil {
		t.Fatal(err)
	}
	var examples []string
	for _, rest := range strings.Split(string(doc), "```yaml\n")[1:] {
		example, _, _ := strings.Cut(rest, "```")
		if _, err := inventory.Load(write(t, example)); err != nil {
			t.Error(err)
		}
		examples = append(examples, example)
	}
	example := examples[0]
	f, err := inventory.Load(write(t, example))
	if err != nil {
		t.Fatal(err)
	}
	o := options()
	o.File = f
	r := fill(t, o).View()
	vm, ok := store.Find(r, store.ByName[model.VM](r, "web-1")[0])
	if !ok || vm.PowerState != model.VMPowerStateRunning || vm.MemoryStaticMax != 2<<30 || vm.VCPUsMax != 2 || len(vm.VBDs) != 3 || len(vm.VIFs) != 2 {
		t.Errorf("web-1: %+v", vm)
	}
	if h, ok := store.Find(r, vm.ResidentOn); !ok || h.NameLabel != "one" || h.Address != "192.168.7.11" {
		t.Errorf("its host: %+v", h)
	}
	for _, p := range store.All[model.Pool](r) {
		sr, _ := store.Find(r, p.DefaultSR)
		if p.NameLabel != "lab" || sr.NameLabel != "shared" || !sr.Shared || len(sr.PBDs) != 2 {
			t.Errorf("pool %q with default SR %+v", p.NameLabel, sr)
		}
	}
}

func TestMistakes(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"no hosts":       {"pool: x\n", ":1: there are no hosts"},
		"unknown key":    {"hosts:\n  - name: a\n    colour: red\n", ":3: "},
		"no name":        {"hosts:\n  - memory: 8GiB\n", "a host has no name"},
		"twice":          {"hosts:\n  - name: a\n  - name: a\n", ":3: there are two hosts of the name \"a\""},
		"size":           {"hosts:\n  - name: a\n    memory: many\n", ":3: \"many\" is no size"},
		"too small":      {"hosts:\n  - name: a\n    memory: 1GiB\n", ":3: a host needs at least 4GiB"},
		"overflow":       {"hosts:\n  - name: a\n    memory: 99999999999TiB\n", ":3: "},
		"number":         {"hosts:\n  - name: a\n    cpus: {count: 0}\n", ":3: \"0\" is no number of at least 1"},
		"processors":     {"hosts:\n  - name: a\n    cpus: {count: 1025}\n", ":3: a host has at most 1024"},
		"sockets":        {"hosts:\n  - name: a\n    cpus: {count: 2, sockets: 4}\n", ":3: 4 sockets are too many"},
		"vendor":         {"hosts:\n  - name: a\n    cpus:\n      vendor: Motorola\n", ":4: \"Motorola\" is none of GenuineIntel,"},
		"no model":       {"hosts:\n  - name: a\n    cpus:\n      model: ''\n", ":4: the model has no name"},
		"family":         {"hosts:\n  - name: a\n    cpus:\n      family: six\n", ":4: \"six\" is no number"},
		"model number":   {"hosts:\n  - name: a\n    cpus:\n      model_number: 256\n", ":4: 256 is too much"},
		"stepping":       {"hosts:\n  - name: a\n    cpus:\n      stepping: 16\n", ":4: 16 is too much"},
		"four words":     {"hosts:\n  - name: a\n    cpus:\n      features: 17bae3ff-bfebfbff\n", ":4: \"17bae3ff-bfebfbff\" has 16 hexadecimal digits"},
		"words":          {"hosts:\n  - name: a\n    cpus:\n      features_hvm: 17bae3ff-xyz\n", ":4: \"17bae3ff-xyz\" are no words"},
		"no words":       {"hosts:\n  - name: a\n    cpus:\n      features_pv: ''\n", ":4: \"\" are no words"},
		"more at boot":   {"hosts:\n  - name: a\n    cpus:\n      features_hvm: bfebfbff-00000001\n      features_hvm_host: bfebfbff-00000003\n", ":5: these are not all among features_hvm"},
		"flags":          {"hosts:\n  - name: a\n    cpus:\n      flags: FPU, SSE\n", ":4: flags are lower-case names"},
		"maskable":       {"hosts:\n  - name: a\n    cpus:\n      maskable: perhaps\n", ":4: \"perhaps\" is none of no, base and full"},
		"address":        {"hosts:\n  - name: a\n    address: nowhere\n", ":3: \"nowhere\" is no IP address"},
		"mac":            {"hosts:\n  - name: a\n    nics: [{mac: zz}]\n", ":3: \"zz\" is no MAC address"},
		"network":        {"hosts:\n  - name: a\n    nics:\n      - network: none\n", ":4: there is no network \"none\""},
		"SR type":        {"hosts: [{name: a}]\nsrs:\n  - name: s\n    type: floppy\n", ":4: there is no driver"},
		"SR host":        {"hosts: [{name: a}]\nsrs:\n  - name: s\n    host: b\n", ":4: there is no host \"b\""},
		"SR flag":        {"hosts: [{name: a}]\nsrs:\n  - name: s\n    shared: maybe\n", ":4: \"maybe\" is neither"},
		"VM host":        {"hosts: [{name: a}]\nvms:\n  - name: v\n    host: b\n", ":4: there is no host \"b\""},
		"VM power":       {"hosts: [{name: a}]\nvms:\n  - name: v\n    power: off\n", ":4: "},
		"VM guest":       {"hosts: [{name: a}]\nvms:\n  - name: v\n    guest: beos\n", ":4: \"beos\" is none of"},
		"VM template":    {"hosts: [{name: a}]\nvms:\n  - name: v\n    template: beos\n", ":4: there is no template \"beos\""},
		"disk SR":        {"hosts: [{name: a}]\nvms:\n  - name: v\n    disks:\n      - sr: s\n", ":5: there is no SR \"s\""},
		"default SR":     {"default_sr: s\nhosts: [{name: a}]\n", ":1: there is no SR \"s\""},
		"a list":         {"pool: [1, 2]\nhosts: [{name: a}]\n", ":1: a single value is expected"},
		"no YAML at all": {"\"", ":1: "},
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, tt.text)
			_, err := inventory.Load(path)
			if err == nil || !strings.HasPrefix(err.Error(), path+":") || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}
