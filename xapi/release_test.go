package xapi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/xapitest"
)

// lives are the histories of messages, by name, and of fields, by class.
type lives struct {
	messages map[string][]model.Life
	fields   map[string]map[string]model.Life
}

// published reads the lives from the reference where it is at hand, and from
// the model where it is not.
func published(t *testing.T) lives {
	l := lives{map[string][]model.Life{}, map[string]map[string]model.Life{}}
	text, err := os.ReadFile("../../shared/reference/datamodel.json")
	if err != nil {
		for _, c := range model.Classes() {
			l.fields[c.Name] = map[string]model.Life{}
			for _, f := range c.Public() {
				l.fields[c.Name][f.Name] = f.Life
			}
			for _, m := range c.Methods {
				l.messages[m.Full] = []model.Life{c.Life, m.Life}
			}
		}
		return l
	}
	type life [][2]string
	var reference struct {
		Classes []struct {
			Name      string
			Lifecycle life
			Fields    []struct {
				Name      string
				Internal  bool `json:"internal_only"`
				Lifecycle life
			}
			Messages []struct {
				Name      string
				Lifecycle life
			}
		}
	}
	if err := json.Unmarshal(text, &reference); err != nil {
		t.Fatal(err)
	}
	read := func(steps life) (l model.Life) {
		for _, s := range steps {
			l = append(l, model.Transition{Step: s[0], Release: s[1]})
		}
		return l
	}
	for _, c := range reference.Classes {
		l.fields[c.Name] = map[string]model.Life{}
		for _, f := range c.Fields {
			if !f.Internal {
				l.fields[c.Name][f.Name] = read(f.Lifecycle)
			}
		}
		for _, m := range c.Messages {
			l.messages[c.Name+"."+m.Name] = []model.Life{read(c.Lifecycle), read(m.Lifecycle)}
		}
	}
	return l
}

// TestReleases holds the messages and records of a pool of each release against
// what is published of its time.
func TestReleases(t *testing.T) {
	l := published(t)
	for i, r := range model.Releases() {
		t.Run(r.Code, func(t *testing.T) {
			p := xapitest.Start(t, xapitest.Release(r.Code), xapitest.Inventory(1, 1), xapitest.Quiet())
			var want []string
			for name, steps := range l.messages {
				if r.Known(steps[0]) && r.Known(steps[1]) {
					want = append(want, name)
				}
			}
			slices.Sort(want)
			c := p.Login(t)
			list, err := c.Wire.Call("system.listMethods")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, name := range list.([]any) {
				got = append(got, fmt.Sprint(name))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d messages, want %d", len(got), len(want))
			}
			seen := 0
			wires := p.Wires()
			if i > 0 { // the oldest is seen over every wire, the others over one each
				wires = wires[i%len(wires):][:1]
			}
			for _, w := range wires {
				c := xapitest.Login(t, w)
				for class, fields := range l.fields {
					method := class + ".get_all_records"
					if _, known := slices.BinarySearch(want, method); !known || r.Removed(l.messages[method][1]) {
						continue
					}
					for _, record := range c.Record(t, method) {
						var shown []string
						for f, life := range fields {
							if r.Known(life) {
								shown = append(shown, f)
							}
						}
						seen++
						got := slices.Sorted(maps.Keys(record.(map[string]any)))
						if slices.Sort(shown); !slices.Equal(got, shown) {
							t.Errorf("%s: a %s shows %v, want %v", w.Name(), class, got, shown)
						}
						break
					}
				}
			}
			if seen < 20 {
				t.Errorf("%d records seen", seen)
			}
		})
	}
}

// TestEventsOfRelease: an old release tells nothing of classes and fields that
// came later.
func TestEventsOfRelease(t *testing.T) {
	p := xapitest.Start(t, xapitest.Release("boston"), xapitest.Inventory(1, 1))
	for _, w := range p.Wires() {
		batch := xapitest.Login(t, w).Record(t, "event.from", []string{"*"}, "", 10.0)
		classes := map[string]bool{}
		for _, e := range batch["events"].([]any) {
			event := e.(map[string]any)
			class := fmt.Sprint(event["class"])
			classes[class] = true
			if snapshot := event["snapshot"].(map[string]any); class == "host" && (snapshot["virtual_hardware_platform_versions"] != nil || snapshot["software_version"] == nil) {
				t.Errorf("%s: a host is told as %v", w.Name(), snapshot)
			}
		}
		for class := range batch["valid_ref_counts"].(map[string]any) {
			classes[class] = true
		}
		boston, _ := model.FindRelease("boston")
		for _, c := range model.Classes() {
			if classes[c.Wire] && !boston.Known(c.Life) {
				t.Errorf("%s: %s is told of", w.Name(), c.Wire)
			}
		}
		if !classes["vm"] || !classes["pool"] {
			t.Errorf("%s: only %v are told of", w.Name(), classes)
		}
	}
}

// TestCallsOfRelease: messages that came later, are gone, or will go.
func TestCallsOfRelease(whole *testing.T) {
	pools := map[string]*xapitest.Pool{}
	const gone, unknown, count = "MESSAGE_REMOVED", "MESSAGE_METHOD_UNKNOWN", "MESSAGE_PARAMETER_COUNT_MISMATCH"
	for _, tt := range []struct {
		release, method string
		args            []any
		code            string
		params          []string
	}{
		{"boston", "VM.get_has_vendor_device", []any{"x"}, unknown, []string{"VM.get_has_vendor_device"}},
		{"boston", "Async.VM.migrate_send", nil, unknown, []string{"VM.migrate_send"}},
		{"tampa", "VM.migrate_send", nil, count, nil},
		{"boston", "VTPM.get_all", nil, unknown, []string{"VTPM.get_all"}},
		{"boston", "task.set_progress", []any{"x", 0.5}, unknown, []string{"task.set_progress"}},
		{"boston", "VUSB.get_all", nil, unknown, []string{"VUSB.get_all"}},
		{"boston", "PUSB_get_all", nil, unknown, []string{"PUSB_get_all"}},
		{"inverness", "VUSB.get_all", nil, "", nil},
		{"boston", "VMPP.get_all", nil, "", nil},
		{"boston", "VMPP.get_all_records", nil, "", nil},
		{"clearwater", "VMPP.get_all", nil, gone, nil},
		{"", "VMPP.get_all", nil, gone, nil},
		{"tampa", "VMPP.archive_now", []any{"OpaqueRef:x"}, "NOT_IMPLEMENTED", []string{"VMPP.archive_now"}},
		{"clearwater", "VMPP.archive_now", []any{"OpaqueRef:x"}, gone, nil},
		{"naples", "VM.snapshot_with_quiesce", []any{"OpaqueRef:x"}, count, []string{"VM.snapshot_with_quiesce", "2", "1"}},
		{"quebec", "VM.snapshot_with_quiesce", []any{"OpaqueRef:x", "quiet"}, gone, nil},
		{"clearwater", "host.license_apply", []any{"host", ""}, gone, nil},
		{"dundee", "host.set_cpu_features", []any{"host", ""}, gone, nil},
		// host.evacuate(host, network 1.297.0, evacuate_batch_size 23.27.0)
		{"boston", "host.evacuate", []any{"OpaqueRef:x", "y"}, count, []string{"host.evacuate", "1", "2"}},
		{"stockholm", "host.evacuate", []any{"OpaqueRef:x"}, "HANDLE_INVALID", []string{"host", "OpaqueRef:x"}},
		{"nile-preview", "host.evacuate", []any{"OpaqueRef:x", "OpaqueRef:NULL", "17"}, "HANDLE_INVALID", []string{"host", "OpaqueRef:x"}},
		{"", "host.evacuate", []any{"OpaqueRef:x", "OpaqueRef:NULL", "many"}, "INTERNAL_ERROR", nil},
		{"boston", "VM.get_all_where", []any{`field "has_vendor_device" = "false"`}, "INTERNAL_ERROR", nil},
		{"boston", "VM.get_all_where", []any{`field "is_a_snapshot" = "true"`}, "", nil},
		{"dundee", "VM.get_all_where", []any{`field "has_vendor_device" = "maybe"`}, "", nil},
		{"boston", "event.inject", []any{"VM", "x"}, unknown, []string{"event.inject"}},
		{"creedence", "event.inject", []any{"VUSB", "x"}, "HANDLE_INVALID", []string{"VUSB", "x"}},
	} {
		whole.Run(tt.release+" "+strings.ReplaceAll(tt.method, "_", "-"), func(t *testing.T) {
			if pools[tt.release] == nil {
				pools[tt.release] = xapitest.Start(whole, xapitest.Release(tt.release))
			}
			for _, w := range pools[tt.release].Wires() {
				c := xapitest.Login(t, w)
				if tt.code == "" {
					c.Call(t, tt.method, tt.args...)
					continue
				}
				_, err := c.Try(tt.method, tt.args...)
				xapitest.CheckError(t, err, tt.code, tt.params)
				if tt.code == unknown || tt.code == gone {
					_, err := w.Call(tt.method, append([]any{"OpaqueRef:nobody"}, tt.args...)...)
					xapitest.CheckError(t, err, "SESSION_INVALID", []string{"OpaqueRef:nobody"})
				}
			}
		})
	}
}

// TestRecordsOfRelease: a constructor passes over fields that came later, and a
// release that is not known is refused with the list of those that are.
func TestRecordsOfRelease(t *testing.T) {
	p := xapitest.Start(t, xapitest.Release("boston"))
	c := p.Login(t)
	fields := map[string]any{"value": "v", "other_config": map[string]any{}}
	if c.Text(t, "secret.create", fields) == "" {
		t.Error("no secret is made")
	}
	var refused []string
	for _, code := range []string{"cowley", "26.17.0", "windsor"} {
		cfg := p.Config
		cfg.Release = code
		if _, err := xapi.New(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "boston, tampa") {
			refused = append(refused, fmt.Sprint(code, ": ", err))
		}
	}
	if refused != nil {
		t.Error(refused)
	}
}

// TestOperationsOfRelease: objects allow what there was, and say what was said
// of it.
func TestOperationsOfRelease(t *testing.T) {
	for _, tt := range []struct {
		release    string
		none, some []string
		params     []string
	}{
		{"boston", []string{"apply_updates", "enable", "migrate_send", "vdi_enable_cbt", "enable_cbt", "cluster_create"}, []string{"evacuate", "clean_shutdown", "vdi_create"}, []string{}},
		{"tampa", []string{"apply_updates", "enable", "vdi_enable_cbt"}, []string{"migrate_send", "vdi_mirror"}, []string{}},
		{"", nil, []string{"apply_updates", "migrate_send", "vdi_enable_cbt", "cluster_create"}, []string{"*"}},
	} {
		t.Run(tt.release, func(t *testing.T) {
			p := xapitest.Start(t, xapitest.Release(tt.release), xapitest.Inventory(2, 6), xapitest.Quiet(), func(c *xapi.Config) { c.TimeScale = 1 })
			c := p.Login(t)
			host := ""
			for ref := range c.Record(t, "host.get_all_records") {
				if ref != c.Text(t, "pool.get_master", c.Refs(t, "pool.get_all")[0]) {
					host = ref
				}
			}
			c.Call(t, "host.disable", host)
			allowed := map[string]bool{}
			for _, class := range []string{"host", "VM", "VDI", "SR", "pool"} {
				for _, record := range c.Record(t, class+".get_all_records") {
					for _, op := range record.(map[string]any)["allowed_operations"].([]any) {
						allowed[fmt.Sprint(op)] = true
					}
				}
			}
			for _, op := range tt.none {
				if allowed[op] {
					t.Errorf("%s is allowed", op)
				}
			}
			for _, op := range tt.some {
				if !allowed[op] {
					t.Errorf("%s is not allowed: %v", op, slices.Sorted(maps.Keys(allowed)))
				}
			}
			c.Call(t, "host.reboot", host)
			c.Fail(t, "HOST_DISABLED_UNTIL_REBOOT", tt.params, "host.enable", host)
			c.Fail(t, "OTHER_OPERATION_IN_PROGRESS", append([]string{"host", host, "shutdown"}, tt.params...), "host.reboot", host)
		})
	}
}

// TestUpgrade: a host that starts as another release says so, and keeps its
// pool.
func TestUpgrade(t *testing.T) {
	dir := t.TempDir()
	told := func(release string) (version, api string, vms int) {
		p := xapitest.Start(t, xapitest.Release(release), xapitest.Durable(dir), xapitest.Inventory(1, 2))
		c := p.Login(t)
		host := c.Refs(t, "host.get_all")[0]
		version = fmt.Sprint(c.Record(t, "host.get_software_version", host)["product_version"])
		api = fmt.Sprint(c.Call(t, "host.get_API_version_major", host), ".", c.Call(t, "host.get_API_version_minor", host))
		vms = len(c.Refs(t, "VM.get_all"))
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		return version, api, vms
	}
	version, api, before := told("boston")
	if version != "6.0.0" || api != "1.9" {
		t.Errorf("boston says %s, API %s", version, api)
	}
	version, api, after := told("stockholm")
	if version != "8.2.0" || api != "2.15" || before != after {
		t.Errorf("upgraded to stockholm it says %s, API %s, and has %d VMs of %d", version, api, after, before)
	}
}

// TestSoftwareVersion: which keys there are, and what else a fresh host tells
// of its time.
func TestSoftwareVersion(t *testing.T) {
	for _, tt := range []struct {
		release, description string
		has, none            []string
	}{
		{"boston", "Default install of XenServer", []string{"product_version=6.0.0", "xencenter_max=1.9", "hg_id", "xs:main", "xs:linux", "package-linux=installed", "xapi=1.3", "network_backend=openvswitch"},
			[]string{"git_id", "dbv", "xapi_build", "db_schema"}},
		{"creedence", "Default install", []string{"product_version=6.5.0", "platform_version=1.9.0", "git_id", "dbv"}, []string{"hg_id", "xapi_build", "db_schema"}},
		{"nile", "Default install", []string{"platform_version=3.4.0", "xapi=24.3", "xapi_build=24.3.0", "db_schema", "xencenter_min=2.21"}, []string{"xs:main", "package-linux", "hg_id"}},
		{"", "Default install", []string{"product_version=9.0.0", "db_schema=5.909", "xencenter_max=2.23"}, []string{"xs:main", "hg_id"}},
	} {
		p := xapitest.Start(t, xapitest.Release(tt.release))
		c := p.Login(t)
		host := c.Record(t, "host.get_record", c.Refs(t, "host.get_all")[0])
		version := host["software_version"].(map[string]any)
		for _, want := range tt.has {
			key, value, exact := strings.Cut(want, "=")
			if got, ok := version[key]; !ok || exact && got != value {
				t.Errorf("%s: %s is %v, want %s", tt.release, key, got, value)
			}
		}
		for _, key := range tt.none {
			if got, ok := version[key]; ok {
				t.Errorf("%s: %s is %v", tt.release, key, got)
			}
		}
		if host["name_description"] != tt.description {
			t.Errorf("%s: %v", tt.release, host["name_description"])
		}
	}
}

// TestReleasesPage: docs/releases.md tells of every release what it is.
func TestReleasesPage(t *testing.T) {
	page, err := os.ReadFile("../docs/releases.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range model.Releases() {
		messages := 0
		for _, c := range model.Classes() {
			for _, m := range c.Methods {
				if r.Known(c.Life) && r.Known(m.Life) {
					messages++
				}
			}
		}
		row := fmt.Sprintf(" | %s | %d.%d | %s | %s | %d |\n", r.Version, r.APIMajor, r.APIMinor, r.Platform, r.Xapi, messages)
		_, after, found := strings.Cut(string(page), "| `"+r.Code+"` | ")
		if line, _, _ := strings.Cut(after, "\n"); !found || !strings.HasSuffix(line+"\n", row) {
			t.Errorf("%s: the page says %q, want %q at its end", r.Code, line, row)
		}
	}
}
