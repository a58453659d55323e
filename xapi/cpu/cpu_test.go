package cpu_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/cpu"
)

func release(t *testing.T, code string) *model.Release {
	t.Helper()
	r, err := model.FindRelease(code)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestInfo: each age tells its own keys.
func TestInfo(t *testing.T) {
	c := cpu.Default("")
	old, levelled, today := "features features_after_reboot physical_features maskable", "features_hvm features_pv", "features_hvm_host features_pv_host"
	for _, tt := range []struct{ release, there, missing string }{
		{"boston", old, "socket_count " + levelled + " " + today},
		{"tampa", old + " socket_count", levelled + " " + today},
		{"creedence", old, levelled},
		{"dundee", "socket_count features " + levelled, "physical_features maskable " + today},
		{"ely", "features " + levelled, today},
		{"falcon", levelled + " " + today, old},
		{"", levelled + " " + today, old},
	} {
		info := c.Info(release(t, tt.release))
		for _, k := range strings.Fields(tt.there + " cpu_count vendor speed modelname family model stepping flags") {
			if info[k] == "" {
				t.Errorf("%s: no %s", tt.release, k)
			}
		}
		for _, k := range strings.Fields(tt.missing) {
			if v, ok := info[k]; ok {
				t.Errorf("%s: %s is %q", tt.release, k, v)
			}
		}
	}
}

func TestMaskable(t *testing.T) {
	for _, tt := range []struct {
		vendor                  string
		family, model, stepping int64
		want                    string
	}{
		{"GenuineIntel", 6, 0x1d, 0, cpu.Base},
		{"GenuineIntel", 6, 0x17, 3, cpu.No},
		{"GenuineIntel", 6, 0x17, 4, cpu.Base},
		{"GenuineIntel", 6, 0x1a, 2, cpu.No},
		{"GenuineIntel", 6, 0x1a, 3, cpu.Full},
		{"GenuineIntel", 6, 0x2c, 0, cpu.Full},
		{"GenuineIntel", 15, 0x2c, 0, cpu.No},
		{"GenuineIntel", 6, 0x8f, 8, cpu.No},
		{"AuthenticAMD", 15, 1, 1, cpu.No},
		{"AuthenticAMD", 0x10, 2, 3, cpu.Full},
		{"AuthenticAMD", 0x19, 1, 1, cpu.Full},
		{"HygonGenuine", 0x18, 1, 1, cpu.No},
	} {
		if got := cpu.Maskable(tt.vendor, tt.family, tt.model, tt.stepping); got != tt.want {
			t.Errorf("%s family %d model %#x stepping %d: %s, want %s", tt.vendor, tt.family, tt.model, tt.stepping, got, tt.want)
		}
	}
}

// TestWords: words pass through text, and what is missing is zero.
func TestWords(t *testing.T) {
	for _, tt := range []struct {
		a, b, and string
		in        bool
	}{
		{"0000000f", "0000000a", "0000000a", false},
		{"0000000a", "0000000f", "0000000a", true},
		{"ffffffff", "ffffffff-ffffffff", "ffffffff-00000000", true},
		{"ffffffff-00000000", "ffffffff", "ffffffff-00000000", true},
		{"ffffffff-00000001", "ffffffff", "ffffffff-00000000", false},
		{"", "ffffffff", "00000000", true},
		{"01230123-5a5a5a5a", "ffff1111-a5a56666", "01230101-00004242", false},
	} {
		a, err1 := cpu.Parse(tt.a)
		b, err2 := cpu.Parse(tt.b)
		if err1 != nil || err2 != nil || a.String() != tt.a || b.String() != tt.b {
			t.Errorf("%s, %s: read as %s (%v), %s (%v)", tt.a, tt.b, a, err1, b, err2)
		}
		if got := a.And(b).String(); got != tt.and || a.In(b) != tt.in {
			t.Errorf("%s and %s: %s, in it: %v", tt.a, tt.b, got, a.In(b))
		}
	}
	for _, bad := range []string{"-", "1", "0123456g", "012345678", "+1234567", "00000000-", strings.Repeat("00000000-", 64) + "00000000"} {
		if w, err := cpu.Parse(bad); err == nil {
			t.Errorf("%q is read as %s", bad, w)
		}
	}
}

func host(hvm bool, pairs ...string) cpu.Host {
	h := cpu.Host{Info: map[string]string{}, HVM: hvm}
	for i := 0; i < len(pairs); i += 2 {
		h.Info[pairs[i]] = pairs[i+1]
	}
	return h
}

// TestLevel: a pool has what all hosts have.
func TestLevel(t *testing.T) {
	big := host(true, "vendor", "V", "cpu_count", "8", "socket_count", "2", "features_hvm", "0000000f-00000001", "features_hvm_host", "0000000e", "features_pv", "00000007", "features_pv_host", "00000006")
	dundee := host(true, "vendor", "V", "cpu_count", "4", "socket_count", "1", "features", "ffffffff", "features_hvm", "0000000b", "features_pv", "00000003")
	pvOnly := host(false, "vendor", "V", "cpu_count", "1", "socket_count", "x", "features_hvm", "00000000", "features_hvm_host", "00000000", "features_pv", "00000002", "features_pv_host", "00000002")
	empty := host(true, "vendor", "W", "cpu_count", "1", "socket_count", "1", "features_hvm", "", "features_hvm_host", "", "features_pv", "", "features_pv_host", "")
	old := host(true, "vendor", "V", "physical_features", "0", "features", "0")
	for _, tt := range []struct {
		hosts []cpu.Host
		want  map[string]string
	}{
		{[]cpu.Host{big}, map[string]string{"vendor": "V", "cpu_count": "8", "socket_count": "2", "features_hvm": "0000000f-00000001", "features_hvm_host": "0000000e", "features_pv": "00000007", "features_pv_host": "00000006"}},
		{[]cpu.Host{big, dundee}, map[string]string{"vendor": "V", "cpu_count": "12", "socket_count": "3", "features_hvm": "0000000b-00000000", "features_hvm_host": "0000000a", "features_pv": "00000003", "features_pv_host": "00000002"}},
		{[]cpu.Host{pvOnly, big}, map[string]string{"vendor": "V", "cpu_count": "9", "socket_count": "2", "features_hvm": "0000000f-00000001", "features_hvm_host": "0000000e", "features_pv": "00000002", "features_pv_host": "00000002"}},
		{[]cpu.Host{empty, big}, map[string]string{"vendor": "W", "cpu_count": "9", "socket_count": "3", "features_hvm": "0000000f-00000001", "features_hvm_host": "0000000e", "features_pv": "00000007", "features_pv_host": "00000006"}},
		{[]cpu.Host{dundee}, map[string]string{"vendor": "V", "cpu_count": "4", "socket_count": "1", "features_hvm": "0000000b", "features_pv": "00000003"}},
		{[]cpu.Host{old}, map[string]string{}},
	} {
		if got := cpu.Level(tt.hosts); !maps.Equal(got, tt.want) {
			t.Errorf("%v:\ngot  %v\nwant %v", tt.hosts, got, tt.want)
		}
	}
}

// TestBoot: a machine that starts sees the pool's level for its kind, on a
// pool of 7.0 all that it may ever see, before that what its host has.
func TestBoot(t *testing.T) {
	now := map[string]string{"vendor": "V", "features_hvm": "0000000f", "features_hvm_host": "00000001", "features_pv": "00000007", "features_pv_host": "00000002"}
	dundee := map[string]string{"vendor": "V", "features_hvm": "0000000f", "features_pv": "00000007"}
	old := map[string]string{"vendor": "V", "physical_features": "0000000f", "features": "00000003"}
	for _, tt := range []struct {
		pool, host map[string]string
		pv         bool
		want       string
	}{
		{now, now, false, "00000001"}, {now, now, true, "00000002"}, {dundee, dundee, false, "0000000f"}, {dundee, dundee, true, "00000007"},
		{nil, old, false, "00000003"}, {nil, old, true, "00000003"},
	} {
		if got := cpu.Boot(tt.pool, tt.host, tt.pv); got["features"] != tt.want || got["vendor"] != "V" || len(got) != 2 {
			t.Errorf("%v: %v, want %s", tt.pool, got, tt.want)
		}
	}
}

// FuzzWords: whatever is read comes out as it went in, and nothing that an
// administrator types gets past what the processor has.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"", "17bae3ff-bfebfbff-00000001-28100800", "17BAE3FF bfebfbff0000000128100800", "-", "0000000g"} {
		f.Add(s)
	}
	physical, _ := cpu.Parse("17bae3ff-bfebfbff-00000001-28100800")
	f.Fuzz(func(t *testing.T, s string) {
		if w, err := cpu.Parse(s); err == nil && !strings.EqualFold(w.String(), s) {
			t.Errorf("%q is read as %s", s, w)
		}
		for _, kind := range []string{cpu.Full, cpu.Base, cpu.No} {
			mask, unable, err := cpu.CheckMask(map[string]string{"physical_features": physical.String(), "maskable": kind}, s)
			if (mask == "") != (err != nil) || unable && err == nil {
				t.Fatalf("%s %q: %q, %v, %v", kind, s, mask, unable, err)
			}
			if w, err := cpu.Parse(mask); err != nil || !w.In(physical) {
				t.Errorf("%s %q: %s", kind, s, mask)
			}
		}
	})
}

// TestRefusal: a machine goes where its processor's features are.
func TestRefusal(t *testing.T) {
	now := map[string]string{"vendor": "V", "features_hvm": "0000000f-00000001", "features_hvm_host": "00000001", "features_pv": "00000007", "features_pv_host": "00000001"}
	old := map[string]string{"vendor": "V", "physical_features": "ffffffff", "features": "0000000f"}
	flags := func(vendor, features string) map[string]string {
		return map[string]string{"vendor": vendor, "features": features}
	}
	for _, tt := range []struct {
		what        string
		flags, host map[string]string
		pv          bool
		want        string
	}{
		{"all of it", flags("V", "0000000f-00000001"), now, false, ""},
		{"less", flags("V", "00000001"), now, false, ""},
		{"words of zeros", flags("V", "00000001-00000000-00000000"), now, false, ""},
		{"more", flags("V", "0000000f-00000003"), now, false, "VM last booted on a CPU with features this host's CPU does not have."},
		{"a word more", flags("V", "0000000f-00000001-00000001"), now, false, "VM last booted on a CPU with features this host's CPU does not have."},
		{"paravirtual", flags("V", "00000007"), now, true, ""},
		{"paravirtual, more", flags("V", "0000000f"), now, true, "VM last booted on a CPU with features this host's CPU does not have."},
		{"vendor", flags("W", "00000001"), now, false, "VM last booted on a host which had a CPU from a different vendor."},
		{"nothing known", nil, now, false, ""},
		{"no keys", flags("V", "00000001"), map[string]string{"vendor": "V"}, false, "Host does not have new leveling feature keys - not comparing VM's flags"},
		{"6.0", flags("V", "0000000f"), old, false, ""},
		{"6.0, paravirtual", flags("V", "0000000f"), old, true, ""},
		{"6.0, more than is left by the mask", flags("V", "0000001f"), old, false, "VM was last booted on a CPU with features this host's CPU does not have."},
		{"6.0, vendor", flags("W", "00000001"), old, false, "VM was last booted on a host which had a CPU from a different vendor."},
		{"6.0, nothing known", nil, old, false, ""},
	} {
		if got := cpu.Refusal(tt.flags, tt.host, tt.pv); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.what, got, tt.want)
		}
	}
}

// TestMask: what may be hidden, and how it is written.
func TestMask(t *testing.T) {
	const physical = "17bae3ff-bfebfbff-00000001-28100800"
	for _, tt := range []struct {
		what, maskable, text, want string
		unable                     bool
	}{
		{"as it is", "full", physical, physical, false},
		{"a tab", "full", "17bae3ff bfebfbff 00000001\t28100800", "", false},
		{"spaces, no hyphens", "full", " 17BAE3FF bfebfbff00000001 2810 0800", physical, false},
		{"less", "full", "00000001-00000001-00000000-00000000", "00000001-00000001-00000000-00000000", false},
		{"more", "full", "ffffffff-bfebfbff-00000001-28100800", "", false},
		{"short", "full", "17bae3ff-bfebfbff-00000001", "", false},
		{"long", "full", physical + "0", "", false},
		{"no digits", "full", "17bae3ff-bfebfbff-00000001-2810080x", "", false},
		{"base", "base", "00000001-00000001-00000001-28100800", "00000001-00000001-00000001-28100800", false},
		{"base, too much", "base", "00000001-00000001-00000000-28100800", "", false},
		{"not at all", "no", physical, "", true},
		{"not at all, and wrong", "no", "x", "", false},
	} {
		got, unable, err := cpu.CheckMask(map[string]string{"physical_features": physical, "maskable": tt.maskable}, tt.text)
		if got != tt.want || unable != tt.unable || (err == nil) != (tt.want != "") {
			t.Errorf("%s: %q, %v, %v", tt.what, got, unable, err)
		}
	}
}

// TestBooted: a mask counts from the boot on, and never adds anything.
func TestBooted(t *testing.T) {
	info := map[string]string{"physical_features": "0000000f-0000000f-00000000-00000000", "features": "x", "features_after_reboot": "y"}
	for mask, want := range map[string]string{
		"": "0000000f-0000000f-00000000-00000000", "ffffffff-00000001-ffffffff-00000000": "0000000f-00000001-00000000-00000000",
	} {
		got := cpu.Booted(info, mask)
		if got["features"] != want || got["features_after_reboot"] != want || info["features"] != "x" {
			t.Errorf("mask %q: %v, of %v", mask, got, info)
		}
	}
	today := map[string]string{"features_hvm": "0000000f"}
	if got := cpu.Booted(today, "00000000-00000000-00000000-00000000"); !maps.Equal(got, today) {
		t.Errorf("a host of today: %v", got)
	}
}

// TestAlike: the join's comparison, as far as the pool looks.
func TestAlike(t *testing.T) {
	a := map[string]string{"vendor": "V", "features": "000000ff-00000000-00000000-00000000"}
	b := map[string]string{"vendor": "V", "features": "0000007f-00000000-00000000-00000000"}
	other := map[string]string{"vendor": "W", "features": a["features"]}
	for _, tt := range []struct {
		what string
		b    map[string]string
		mask string
		want bool
		bad  bool
	}{
		{"the same", a, "", true, false},
		{"one less", b, "", false, false},
		{"one less, not looked at", b, "ffffff7f-ffffffff-ffffffff-ffffffff", true, false},
		{"one less, looked at", b, "ffffffff-ffffffff-ffffffff-ffffffff", false, false},
		{"vendor", other, "00000000-00000000-00000000-00000000", false, false},
		{"no mask", b, "all", false, true},
	} {
		if got, err := cpu.Alike(a, tt.b, tt.mask); got != tt.want || (err != nil) != tt.bad {
			t.Errorf("%s: %v, %v", tt.what, got, err)
		}
	}
}

// TestDescribe: what is not told follows from what is.
func TestDescribe(t *testing.T) {
	w, err := cpu.ParseMask("17bae3ff-bfebfbff-00000001-28100800")
	if err != nil {
		t.Fatal(err)
	}
	hvm := cpu.FromPhysical(w)
	if got := hvm.String(); got != "bfebfbff-17bae3ff-28100800-00000001" || cpu.ToPhysical(hvm).String() != w.String() {
		t.Errorf("%s, and back %s", got, cpu.ToPhysical(hvm))
	}
	if pv := cpu.ToPV(hvm); !pv.In(hvm) || hvm.In(pv) {
		t.Errorf("paravirtual machines see %s of %s", pv, hvm)
	}
	flags := " " + cpu.FlagsOf(w) + " "
	for _, f := range []string{"fpu", "pni", "sse4_2", "lm", "nx", "fma"} {
		if has := strings.Contains(flags, " "+f+" "); has != (f != "fma") {
			t.Errorf("%s in %q: %v", f, flags, has)
		}
	}
}
