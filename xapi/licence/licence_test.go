package licence_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/licence/server"
	"github.com/xapid/xapid/xapi/xapitest"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// lab is a pool on a clock of its own, with a licence server beside it.
type lab struct {
	*xapitest.Pool
	*xapitest.Client
	clock *emu.ManualClock
	hosts []string

	path, address string
	stop          func()
}

// write puts text into a file.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "licences")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func newLab(t *testing.T, release string, hosts int, licences string) *lab {
	t.Helper()
	l := &lab{clock: emu.NewManualClock(noon), path: write(t, licences), address: "127.0.0.1:0"}
	l.Pool = xapitest.Start(t, xapitest.Inventory(hosts, 0), func(c *xapi.Config) { c.Release, c.Clock = release, l.clock })
	l.Client = l.Login(t)
	l.hosts = l.Refs(t, "host.get_all")
	l.serve(t)
	t.Cleanup(func() { l.stop() })
	for _, h := range l.hosts {
		l.use(t, h, l.address)
	}
	return l
}

// serve starts the licence server, at its old address if it had one.
func (l *lab) serve(t *testing.T) {
	t.Helper()
	var clock emu.Clock = emu.RealClock()
	if l.clock != nil {
		clock = l.clock
	}
	s, err := server.Start(server.Config{Address: l.address, Licences: l.path, Clock: clock, Log: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	l.address = s.Address()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	l.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		l.stop = func() {}
	}
}

func (l *lab) use(t *testing.T, host, address string) {
	t.Helper()
	name, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	l.Call(t, "host.set_license_server", host, map[string]string{"address": name, "port": port})
}

// params is a key of a host's license_params.
func (l *lab) param(t *testing.T, host, key string) string {
	t.Helper()
	v, _ := l.Record(t, "host.get_license_params", host)[key].(string)
	return v
}

func (l *lab) pool(t *testing.T) string { return l.Refs(t, "pool.get_all")[0] }

func (l *lab) restriction(t *testing.T, key string) string {
	t.Helper()
	v, _ := l.Record(t, "pool.get_restrictions", l.pool(t))[key].(string)
	return v
}

// is checks what a host has, and what shows of it in the pool.
func (l *lab) is(t *testing.T, host, edition, expiry, grace string) {
	t.Helper()
	if got := l.Text(t, "host.get_edition", host); got != edition {
		t.Errorf("the edition is %s, want %s", got, edition)
	}
	if got := l.param(t, host, "expiry"); got != expiry {
		t.Errorf("it expires %s, want %s", got, expiry)
	}
	if got := l.param(t, host, "grace"); got != grace {
		t.Errorf("the grace is %q, want %q", got, grace)
	}
}

// told counts the messages of a name, and gives the priority of the last.
func (l *lab) told(name string) (n int, priority int64) {
	for _, m := range store.All[model.Message](l.DB().View()) {
		if m.Name == name {
			n, priority = n+1, m.Priority
		}
	}
	return n, priority
}

func (l *lab) wantTold(t *testing.T, name string, n int, priority int64) {
	t.Helper()
	if got, p := l.told(name); got != n || n > 0 && p != priority {
		t.Errorf("%s was told %d times, with priority %d; want %d, %d", name, got, p, n, priority)
	}
}

// forward turns the clock, and waits until the watch has seen that. One that was
// at work meanwhile sleeps from then on, so that the clock is turned for an hour
// more.
func (l *lab) forward(t *testing.T, d time.Duration, what string, cond func(h *model.Host) bool) {
	t.Helper()
	for range 10 {
		l.clock.Advance(d)
		d = time.Hour
		again := time.NewTimer(5 * time.Second)
		defer again.Stop()
		for waiting := true; waiting; {
			v := l.DB().View() // of a toolstack that may be another one soon
			if h, ok := store.Find(v, model.Ref[model.Host](l.hosts[0])); ok && cond(h) {
				return
			}
			soon := time.NewTimer(20 * time.Millisecond)
			select {
			case <-v.Changed():
			case <-soon.C:
			case <-again.C:
				waiting = false
			}
			soon.Stop()
		}
	}
	t.Fatalf("%s: never", what)
}

// TestFresh: what a host has that nobody has licensed.
func TestFresh(t *testing.T) {
	for _, tt := range []struct {
		release, expiry, state, grace string
		editions                      string
		restrictions                  map[string]string
	}{
		{"boston", "20260331T00:00:00Z", "", "no", "", map[string]string{
			"enable_xha": "false", "restrict_pooling": "false", "restrict_vlan": "false", "restrict_cpu_masking": "true", "restrict_dmc": "true",
			"restrict_rbac": "true", "restrict_dr": "true", "platform_filter": "true", "regular_nag_dialog": "true", "restrict_vswitch_controller": "true",
			"restrict_pool_size": "", "restrict_vm_start": "", "restrict_storage_xen_motion": "",
		}},
		{"tampa", "20260331T00:00:00Z", "", "no", "", map[string]string{"enable_xha": "false", "restrict_storage_xen_motion": "true", "restrict_pool_size": ""}},
		{"clearwater", "20991231T00:00:00Z", "never", "", "free per-socket xendesktop", map[string]string{"enable_xha": "true", "restrict_dr": "false", "restrict_hotfix_apply": "false", "restrict_pool_size": ""}},
		{"stockholm", "20991231T00:00:00Z", "never", "", "free express standard-per-socket desktop desktop-plus desktop-cloud premium-per-socket premium-per-user", map[string]string{"restrict_pool_size": "false", "restrict_vm_start": ""}},
		{"", "20991231T00:00:00Z", "never", "", "", map[string]string{
			"enable_xha": "true", "platform_filter": "false", "regular_nag_dialog": "false", "restrict_vm_start": "false", "restrict_pool_size": "false", "restrict_cbt": "false",
			"restrict_conversion": "false",
		}},
	} {
		t.Run("release "+tt.release, func(t *testing.T) {
			l := newLab(t, tt.release, 1, "")
			l.is(t, l.hosts[0], "free", tt.expiry, tt.grace)
			for key, want := range tt.restrictions {
				if got := l.restriction(t, key); got != want {
					t.Errorf("the pool's %s is %q, want %q", key, got, want)
				}
				if got := l.param(t, l.hosts[0], key); got != want {
					t.Errorf("the host's %s is %q, want %q", key, got, want)
				}
			}
			if r, err := model.FindRelease(tt.release); err != nil {
				t.Fatal(err)
			} else if got := strings.Join(licence.Names(r), " "); tt.editions != "" && got != tt.editions {
				t.Errorf("the editions are %s", got)
			}
			if tt.state != "" {
				if s := l.Record(t, "pool.get_license_state", l.pool(t)); s["edition"] != "free" || s["expiry"] != tt.state {
					t.Errorf("the pool's state is %v", s)
				}
			}
		})
	}
}

// TestNothingEnds: with the newest release nothing is over, however long one
// waits, and nobody is bothered.
func TestNothingEnds(t *testing.T) {
	l := newLab(t, "", 1, "")
	for range 3 {
		l.clock.Advance(365 * 24 * time.Hour)
	}
	c := l.Login(t)
	for key, v := range c.Record(t, "pool.get_restrictions", c.Refs(t, "pool.get_all")[0]) {
		if v != fmt.Sprint(key == "enable_xha") {
			t.Errorf("%s is %s", key, v)
		}
	}
	l.wantTold(t, "LICENSE_EXPIRES_SOON", 0, 0)
	l.wantTold(t, "LICENSE_EXPIRED", 0, 0)
}

// TestApplyOld: licences of XenServer 6.0, host by host.
func TestApplyOld(t *testing.T) {
	l := newLab(t, "boston", 3, "licence enterprise 2\nlicence platinum 1 2026-12-31\n")
	a, b, c := l.hosts[0], l.hosts[1], l.hosts[2]
	l.Fail(t, "HANDLE_INVALID", nil, "host.apply_edition", "OpaqueRef:nothing", "enterprise")
	l.Fail(t, "INVALID_EDITION", []string{"premium"}, "host.apply_edition", a, "premium")
	l.Fail(t, "INVALID_EDITION", []string{""}, "host.apply_edition", a, "")
	l.Call(t, "host.apply_edition", a, "enterprise")
	l.is(t, a, "enterprise", "20300101T00:00:00Z", "no")
	if got := l.param(t, a, "sku_marketing_name"); got != "Citrix XenServer Enterprise Edition" {
		t.Errorf("the product is %q", got)
	}
	if l.param(t, a, "enable_xha") != "true" || l.restriction(t, "enable_xha") != "false" {
		t.Error("the pool can more than its lowest host")
	}
	l.Call(t, "host.apply_edition", b, "enterprise")
	l.Fail(t, "LICENSE_CHECKOUT_ERROR", []string{"*"}, "host.apply_edition", c, "enterprise")
	l.Fail(t, "LICENSE_CHECKOUT_ERROR", []string{"*"}, "host.apply_edition", c, "advanced")
	l.wantTold(t, "LICENSE_NOT_AVAILABLE", 2, 1)
	l.is(t, c, "free", "20260331T00:00:00Z", "no")
	l.Call(t, "host.apply_edition", c, "platinum")
	l.is(t, c, "platinum", "20270101T00:00:00Z", "no")
	if l.restriction(t, "enable_xha") != "true" || l.restriction(t, "restrict_dr") != "true" || l.restriction(t, "restrict_rbac") != "false" {
		t.Error("the pool is not what its lowest host is")
	}
	// Back to free: a licence is there for another.
	l.Call(t, "host.apply_edition", b, "free")
	l.is(t, b, "free", "20260331T00:00:00Z", "no")
	if l.restriction(t, "enable_xha") != "false" {
		t.Error("the pool can more than its lowest host")
	}
	l.Call(t, "host.apply_edition", c, "enterprise")
	// No server, and none that answers.
	l.Call(t, "host.set_license_server", b, map[string]string{"address": "", "port": "27000"})
	l.Fail(t, "MISSING_CONNECTION_DETAILS", []string{}, "host.apply_edition", b, "advanced")
	l.Call(t, "host.set_license_server", b, map[string]string{})
	l.Fail(t, "MISSING_CONNECTION_DETAILS", []string{}, "host.apply_edition", b, "advanced")
	l.use(t, b, "127.0.0.1:1")
	l.Fail(t, "LICENSE_CHECKOUT_ERROR", []string{"*"}, "host.apply_edition", b, "enterprise")
	l.wantTold(t, "LICENSE_SERVER_UNREACHABLE", 1, 1)
	l.is(t, b, "free", "20260331T00:00:00Z", "no")
	// Nothing changes while HA is on.
	ref := model.Ref[model.Pool](l.pool(t))
	if err := l.DB().Update(t.Context(), func(tx *store.Tx) error {
		p, err := store.Edit(tx, ref)
		if err == nil {
			p.HAEnabled = true
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	l.Fail(t, "HA_IS_ENABLED", []string{}, "host.apply_edition", a, "nonsense")
}

// TestApplyToday: editions of the newest release, pool by pool.
func TestApplyToday(t *testing.T) {
	l := newLab(t, "", 3, "licence premium 3\nlicence standard 2\n")
	l.Fail(t, "INVALID_EDITION", []string{"enterprise"}, "pool.apply_edition", l.pool(t), "enterprise")
	l.Fail(t, "HANDLE_INVALID", nil, "pool.apply_edition", "OpaqueRef:nothing", "premium")
	l.Call(t, "pool.apply_edition", l.pool(t), "premium")
	for _, h := range l.hosts {
		l.is(t, h, "premium", "20991231T00:00:00Z", "")
	}
	// The third host cannot have what the others have: all are as before.
	l.Fail(t, "LICENSE_CHECKOUT_ERROR", []string{"LICENSE_NOT_AVAILABLE", "*"}, "pool.apply_edition", l.pool(t), "standard")
	l.wantTold(t, "LICENSE_NOT_AVAILABLE", 1, 2)
	for _, h := range l.hosts {
		l.is(t, h, "premium", "20991231T00:00:00Z", "")
	}
	// An edition takes away what it does not have, and free gives all back.
	l.Call(t, "host.apply_edition", l.hosts[0], "standard")
	if l.restriction(t, "restrict_cbt") != "true" || l.restriction(t, "enable_xha") != "true" || l.restriction(t, "restrict_vm_start") != "false" {
		t.Error("the pool is not what its lowest host is")
	}
	if s := l.Record(t, "pool.get_license_state", l.pool(t)); s["edition"] != "standard" || s["expiry"] != "never" {
		t.Errorf("the pool's state is %v", s)
	}
	l.Fail(t, "LICENCE_RESTRICTION", []string{"IGMP_snooping"}, "pool.set_igmp_snooping_enabled", l.pool(t), true)
	l.Call(t, "pool.apply_edition", l.pool(t), "free")
	if l.restriction(t, "restrict_cbt") != "false" {
		t.Error("free does not give all back")
	}
	l.Call(t, "pool.set_igmp_snooping_enabled", l.pool(t), true)
	// What a host does not say of its server, the pool does.
	l.Call(t, "host.set_license_server", l.hosts[0], map[string]string{})
	l.Fail(t, "MISSING_CONNECTION_DETAILS", []string{}, "host.apply_edition", l.hosts[0], "premium", true)
	_, port, _ := net.SplitHostPort(l.address)
	l.Call(t, "pool.set_license_server", l.pool(t), map[string]string{"address": "127.0.0.1", "port": port})
	l.Call(t, "host.apply_edition", l.hosts[0], "premium", true)
	l.use(t, l.hosts[1], "127.0.0.1:1")
	l.Fail(t, "LICENSE_CHECKOUT_ERROR", []string{"LICENSE_SERVER_UNREACHABLE", "*"}, "host.apply_edition", l.hosts[1], "premium")
	l.wantTold(t, "LICENSE_SERVER_UNREACHABLE", 1, 2)
}

// key makes one, as xe sends it.
func key(k licence.Key) string { return base64.StdEncoding.EncodeToString(k.Encode()) }

// TestActivate: keys for a free host of XenServer 6.0.
func TestActivate(t *testing.T) {
	l := newLab(t, "boston", 1, "licence enterprise 1\n")
	h := l.hosts[0]
	good := licence.Key{Host: l.UUID(), Edition: "free", SKU: "XE Express", Expires: noon.AddDate(1, 0, 0), Owner: map[string]string{"company": `A & "B"`}}
	other, paid, old := good, good, good
	other.Host = "11111111-2222-3333-4444-555555555555"
	paid.SKU = "XE Enterprise"
	old.Expires = noon
	whole := string(good.Encode())
	for name, tt := range map[string]struct{ contents, code string }{
		"no base64":   {"!", "LICENSE_PROCESSING_ERROR"},
		"nothing":     {"", "LICENSE_PROCESSING_ERROR"},
		"no XML":      {base64.StdEncoding.EncodeToString([]byte("hello")), "LICENSE_PROCESSING_ERROR"},
		"half":        {base64.StdEncoding.EncodeToString([]byte(whole[:len(whole)/2])), "LICENSE_PROCESSING_ERROR"},
		"tampered":    {base64.StdEncoding.EncodeToString([]byte(strings.Replace(whole, "20270301", "20370301", 1))), "LICENSE_PROCESSING_ERROR"},
		"twice":       {base64.StdEncoding.EncodeToString([]byte(whole + whole)), "LICENSE_PROCESSING_ERROR"},
		"another's":   {key(other), "LICENSE_PROCESSING_ERROR"},
		"another sku": {key(paid), "LICENSE_FILE_DEPRECATED"},
		"old":         {key(old), "LICENSE_EXPIRED"},
	} {
		t.Run(name, func(t *testing.T) { l.Fail(t, tt.code, []string{}, "host.license_apply", h, tt.contents) })
	}
	l.is(t, h, "free", "20260331T00:00:00Z", "no")
	l.Call(t, "host.license_apply", h, key(good))
	l.is(t, h, "free", "20270301T12:00:00Z", "no")
	if got := l.param(t, h, "company"); got != `A & "B"` {
		t.Errorf("the company is %q", got)
	}
	l.Call(t, "host.apply_edition", h, "enterprise")
	l.Fail(t, "ACTIVATION_WHILE_NOT_FREE", []string{}, "host.license_apply", h, key(good))
}

// TestKeyToday: a key may give an edition now.
func TestKeyToday(t *testing.T) {
	l := newLab(t, "", 1, "")
	h := l.hosts[0]
	k := licence.Key{Host: l.UUID(), Edition: "standard", SKU: "standard", Expires: noon.AddDate(0, 0, 40)}
	unknown, old := k, k
	unknown.Edition = "enterprise"
	old.Expires = noon
	l.Fail(t, "LICENSE_PROCESSING_ERROR", []string{}, "host.license_add", h, "!")
	l.Fail(t, "LICENSE_PROCESSING_ERROR", []string{}, "host.license_add", h, key(unknown))
	l.Fail(t, "LICENSE_EXPIRED", []string{}, "host.license_add", h, key(old))
	l.Call(t, "host.license_add", h, key(k))
	l.is(t, h, "standard", "20260410T12:00:00Z", "")
	l.Call(t, "VM.get_all")
	// It ends: first it is talked about, then features go.
	l.forward(t, 11*24*time.Hour, "a reminder", func(*model.Host) bool { n, _ := l.told("LICENSE_EXPIRES_SOON"); return n == 1 })
	l.wantTold(t, "LICENSE_EXPIRES_SOON", 1, 2)
	l.forward(t, 30*24*time.Hour, "the end", func(h *model.Host) bool { return h.LicenseParams["restrict_vm_start"] == "true" })
	l.Until(t, "the message", func(store.Reader) bool { n, _ := l.told("LICENSE_EXPIRED"); return n == 1 })
	l.Client = l.Login(t)
	vm := l.Text(t, "VM.clone", l.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	l.Call(t, "VM.provision", vm)
	l.Fail(t, "LICENCE_RESTRICTION", []string{"VM_start"}, "VM.start", vm, false, false)
	l.Call(t, "host.license_remove", h)
	l.is(t, h, "free", "20991231T00:00:00Z", "")
	l.Call(t, "VM.start", vm, false, false)
}

// TestExpired: before clearwater no VM begins to run on a host whose licence is
// over; those that run go on.
func TestExpired(t *testing.T) {
	l := newLab(t, "boston", 1, "licence advanced 1\n")
	template := l.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	var vms []string
	for i := range 4 {
		vm := l.Text(t, "VM.clone", template, fmt.Sprint("guest", i))
		l.Call(t, "VM.provision", vm)
		vms = append(vms, vm)
	}
	halted, running, paused, suspended := vms[0], vms[1], vms[2], vms[3]
	for _, vm := range vms[1:] {
		l.Call(t, "VM.start", vm, false, false)
	}
	l.Call(t, "VM.pause", paused)
	l.Call(t, "VM.suspend", suspended)
	l.forward(t, 30*24*time.Hour, "a message", func(*model.Host) bool { n, _ := l.told("LICENSE_EXPIRED"); return n == 1 })
	l.Client = l.Login(t)
	l.wantTold(t, "LICENSE_EXPIRED", 1, 1)
	for _, tt := range []struct {
		method string
		args   []any
		state  string
	}{
		{"VM.start", []any{halted, false, false}, "Halted"},
		{"VM.start_on", []any{halted, l.hosts[0], false, false}, "Halted"},
		{"VM.unpause", []any{paused}, "Paused"},
		{"VM.resume", []any{suspended, false, false}, "Suspended"},
		{"VM.clean_reboot", []any{running}, "Running"},
		{"VM.hard_reboot", []any{running}, "Running"},
	} {
		l.Fail(t, "LICENSE_EXPIRED", []string{}, tt.method, tt.args...)
		if got := l.Text(t, "VM.get_power_state", tt.args[0]); got != tt.state {
			t.Errorf("after %s the VM is %s", tt.method, got)
		}
	}
	l.Call(t, "VM.pause", running)
	l.Call(t, "VM.hard_shutdown", paused)
	l.Call(t, "host.apply_edition", l.hosts[0], "advanced")
	l.Call(t, "VM.unpause", running)
	l.Call(t, "VM.start", halted, false, false)
}

// TestGrace: a licence that cannot be renewed is good for 30 days; the server
// may come back.
func TestGrace(t *testing.T) {
	for _, tt := range []struct {
		release, edition, endless string
		none                      string
		urgent, connected         int64
	}{
		{"boston", "enterprise", "20300101T00:00:00Z", "no", 1, 1},
		{"", "premium", "20991231T00:00:00Z", "", 2, 4},
	} {
		t.Run("release "+tt.release, func(t *testing.T) {
			l := newLab(t, tt.release, 1, "licence "+tt.edition+" 1\n")
			h := l.hosts[0]
			l.Call(t, "host.apply_edition", h, tt.edition)
			l.stop()
			grace := func(h *model.Host) bool { return h.LicenseParams["grace"] == "regular grace" }
			l.forward(t, time.Hour, "grace", grace)
			l.is(t, h, tt.edition, l.clock.Now().Add(30*24*time.Hour).Format("20060102T15:04:05Z"), "regular grace")
			l.wantTold(t, "LICENSE_SERVER_UNREACHABLE", 1, tt.urgent)
			if l.restriction(t, "enable_xha") != "true" {
				t.Error("grace takes features away")
			}
			l.Call(t, "host.apply_edition", h, tt.edition) // it is granted, in grace
			l.wantTold(t, "GRACE_LICENSE", 1, map[bool]int64{true: 1, false: 3}[tt.release == "boston"])
			l.Fail(t, "LICENSE_CHECKOUT_ERROR", nil, "host.apply_edition", h, map[bool]string{true: "platinum", false: "standard"}[tt.release == "boston"])
			l.serve(t)
			l.forward(t, time.Hour, "no grace", func(h *model.Host) bool { return !grace(h) })
			l.is(t, h, tt.edition, tt.endless, tt.none)
			l.wantTold(t, "LICENSE_SERVER_CONNECTED", 1, tt.connected)
			// It stays away for good this time.
			l.stop()
			l.forward(t, time.Hour, "grace", grace)
			l.forward(t, 31*24*time.Hour, "the end", func(*model.Host) bool { n, _ := l.told("LICENSE_EXPIRED"); return n == 1 })
			l.Client = l.Login(t)
			l.Fail(t, "LICENSE_CHECKOUT_ERROR", nil, "host.apply_edition", h, tt.edition)
			if want := fmt.Sprint(tt.release == "boston"); l.restriction(t, "enable_xha") != want {
				t.Errorf("HA may be used: %s, want %s", l.restriction(t, "enable_xha"), want)
			}
			if tt.release == "boston" {
				// A toolstack that comes up without a server has nothing.
				l.Call(t, "host.restart_agent", h)
				l.forward(t, 0, "nothing", func(h *model.Host) bool { return h.LicenseParams["expiry"] == "19700101T00:00:00Z" })
				l.Client = l.Again(t)
				l.is(t, h, tt.edition, "19700101T00:00:00Z", "no")
				if l.restriction(t, "enable_xha") != "false" || l.restriction(t, "restrict_pooling") != "false" {
					t.Error("it has not what free has")
				}
			}
			l.serve(t)
			l.forward(t, time.Hour, "the licence", func(h *model.Host) bool { return h.LicenseParams["expiry"] == tt.endless })
			l.is(t, h, tt.edition, tt.endless, tt.none)
		})
	}
}

// TestPoolKeeps: if one host cannot have an edition, the others keep what they
// have, of a key, too.
func TestPoolKeeps(t *testing.T) {
	l := newLab(t, "", 2, "licence standard 1\n")
	h := l.hosts[0]
	contents := key(licence.Key{Host: l.Text(t, "host.get_uuid", h), Edition: "premium", Expires: noon.AddDate(1, 0, 0)})
	l.Call(t, "host.license_add", h, contents)
	before := xapitest.JSON(t, l.Call(t, "host.get_license_params", h))
	l.Fail(t, "LICENSE_CHECKOUT_ERROR", nil, "pool.apply_edition", l.pool(t), "standard")
	if got := l.Text(t, "host.get_edition", h); got != "premium" {
		t.Errorf("the edition is %s", got)
	}
	if after := xapitest.JSON(t, l.Call(t, "host.get_license_params", h)); after != before {
		t.Errorf("the licence is %s, was %s", after, before)
	}
	if _, err := server.Checkout(t.Context(), l.address, "somebody", "standard"); err != nil {
		t.Errorf("the licence is not given back: %v", err)
	}
}

// TestShortLease: a host asks as often as its server wants it to.
func TestShortLease(t *testing.T) {
	l := newLab(t, "", 1, "licence premium 1\nlease 10m\n")
	h := l.hosts[0]
	l.Call(t, "host.apply_edition", h, "premium")
	lease := func() time.Time {
		raw, err := os.ReadFile(l.path + ".state")
		if err != nil {
			t.Fatal(err)
		}
		var holds map[string]server.Grant
		if err := json.Unmarshal(raw, &holds); err != nil {
			t.Fatal(err)
		}
		return holds[l.Text(t, "host.get_uuid", h)].Lease
	}
	first := lease()
	for l.clock.Now().Before(first.Add(-time.Minute)) {
		l.clock.Advance(time.Minute)
		patience := time.Now().Add(300 * time.Millisecond)
		for time.Now().Before(patience) {
			if lease().After(first) {
				return
			}
			soon := time.NewTimer(20 * time.Millisecond)
			<-soon.C
		}
	}
	t.Errorf("the lease ends at %v, and nobody has asked again at %v", first, l.clock.Now())
}

// TestNobodyWaits: a licence is not lost that comes too late for who asked.
func TestNobodyWaits(t *testing.T) {
	l := newLab(t, "", 2, "licence premium 1\n")
	// What the second host is granted cannot be written, as it is gone meanwhile.
	ref := model.Ref[model.Host](l.hosts[1])
	h, err := store.Get(l.DB().View(), ref)
	if err != nil {
		t.Fatal(err)
	}
	release, address := make(chan struct{}), l.address
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	asked := make(chan struct{}, 8)
	go func() {
		for {
			in, err := proxy.Accept()
			if err != nil {
				return
			}
			go func() {
				defer in.Close()
				asked <- struct{}{}
				<-release
				out, err := net.Dial("tcp", address)
				if err != nil {
					return
				}
				defer out.Close()
				go func() { _, _ = io.Copy(out, in) }()
				_, _ = io.Copy(in, out)
			}()
		}
	}()
	l.use(t, l.hosts[1], proxy.Addr().String())
	failed := make(chan error, 1)
	go func() {
		_, err := l.Try("host.apply_edition", l.hosts[1], "premium")
		failed <- err
	}()
	<-asked
	if err := l.DB().Update(t.Context(), func(tx *store.Tx) error { return store.Delete(tx, ref) }); err != nil {
		t.Fatal(err)
	}
	close(release)
	if err := <-failed; err == nil {
		t.Fatal("a host that is gone has a licence")
	}
	if _, err := server.Checkout(t.Context(), l.address, "somebody", "premium"); err != nil {
		t.Errorf("%s holds a licence still: %v", h.UUID, err)
	}
}

// TestSetLicenseParams: the pool follows what a host is said to have.
func TestSetLicenseParams(t *testing.T) {
	l := newLab(t, "", 2, "")
	params := map[string]string{}
	for k, v := range l.Record(t, "host.get_license_params", l.hosts[1]) {
		params[k], _ = v.(string)
	}
	params["restrict_cbt"], params["enable_xha"] = "true", "false"
	delete(params, "restrict_dmc")  // not said: off
	delete(params, "restrict_ad")   // not said: on
	delete(params, "restrict_cifs") // the toolstack's no more than the master has it
	l.Call(t, "host.set_license_params", l.hosts[1], params)
	for key, want := range map[string]string{"restrict_cbt": "true", "enable_xha": "false", "restrict_dmc": "true", "restrict_ad": "false", "restrict_cifs": "true", "restrict_vlan": "false"} {
		if got := l.restriction(t, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	l.Fail(t, "LICENCE_RESTRICTION", []string{"HA"}, "pool.enable_ha", []string{}, map[string]string{})
}
