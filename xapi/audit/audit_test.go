package audit_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/xapi/audit"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/xapitest"
)

func fetch(t *testing.T, p *xapitest.Pool, c *xapitest.Client, since string) string {
	t.Helper()
	resp, err := p.HTTPClient().Get(p.URL() + "/audit_log?session_id=" + c.Session + "&since=" + since)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	return string(raw)
}

// TestLog: calls that change something are in the log, with who made them, about
// what, and how they ended; what they were given is not.
func TestLog(t *testing.T) {
	dir := t.TempDir()
	clock := emu.NewManualClock(time.Date(2026, 1, 31, 23, 59, 58, 0, time.UTC))
	p := xapitest.Start(t, xapitest.Durable(dir), func(c *xapitest.Config) { c.Clock = clock })
	c := p.Login(t)
	template := c.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	vm := c.Text(t, "VM.clone", template, "a 'quoted' name")
	clock.Advance(time.Minute)
	c.Call(t, "secret.create", map[string]any{"value": "hush", "other_config": map[string]string{}})
	c.Fail(t, "VM_BAD_POWER_STATE", nil, "VM.hard_shutdown", vm)
	c.Call(t, "VM.get_power_state", vm)
	id := c.Text(t, "VM.get_uuid", vm)
	c.Call(t, "VM.destroy", vm)
	resp, err := p.HTTPClient().Get(p.URL() + "/host_backup?session_id=" + c.Session)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if _ = resp.Body.Close(); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status, err)
	}
	text := fetch(t, p, c, "")
	line := regexp.MustCompile(`(?m)^\[20260131T23:59:58\.000Z\|audit\|[^|]*\|0 \|VM\.clone D:[0-9a-f]{12}\|audit\] \('trackid=[0-9a-f]+' 'LOCAL_SUPERUSER' 'root' 'ALLOWED' 'OK' 'API' 'VM\.clone' \(\('vm' 'Other install media' '[^']+' '` + template + `'\)\)\)$`)
	if !line.MatchString(text) {
		t.Errorf("no line of the clone in\n%s", text)
	}
	for _, want := range []string{`'ERROR:VM_BAD_POWER_STATE' 'API' 'VM.hard_shutdown'`, `'VM.destroy' (('self' 'a \'quoted\' name' '` + id + `' '` + vm + `'))`, `'API' 'secret.create' ()`, `'ALLOWED' 'OK' 'HTTP' 'http/get_host_backup' ()`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	for _, unwanted := range []string{"hush", c.Session, "get_power_state"} {
		if strings.Contains(text, unwanted) {
			t.Errorf("%s is in the log", unwanted)
		}
	}
	if late := fetch(t, p, c, "2026-02-01T00:00:00Z"); strings.Contains(late, "VM.clone") || !strings.Contains(late, "VM.destroy") {
		t.Errorf("since midnight:\n%s", late)
	}
	if on, err := os.ReadFile(filepath.Join(dir, "audit.log")); err != nil || !strings.HasPrefix(text, string(on[:100])) {
		t.Errorf("the file: %v", err)
	}
	if resp, err = p.HTTPClient().Get(p.URL() + "/audit_log"); err != nil {
		t.Fatal(err)
	}
	if _ = resp.Body.Close(); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("for a stranger: %s", resp.Status)
	}
}

func TestSince(t *testing.T) {
	l := &audit.Log{}
	for _, since := range []string{"", "2026", "x"} {
		if text, err := l.Text(since); err != nil || len(text) != 0 {
			t.Errorf("%q: %q, %v", since, text, err)
		}
	}
}
