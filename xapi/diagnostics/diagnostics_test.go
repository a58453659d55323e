package diagnostics_test

import (
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func TestDiagnostics(t *testing.T) {
	c := xapitest.Start(t, xapitest.Inventory(2, 0)).Login(t)
	h := c.Refs(t, "host.get_all")[0]
	c.Call(t, "Diagnostics.gc_compact", h)
	gc := c.Call(t, "Diagnostics.gc_stats", h).(map[string]any)
	if gc["heap_bytes"] == "0" || gc["collections"] == "0" {
		t.Errorf("memory: %v", gc)
	}
	if db := c.Call(t, "Diagnostics.db_stats").(map[string]any); db["objects host"] != "2" || db["objects VUSB"] != nil {
		t.Errorf("objects: %v", db)
	}
	timing := c.Call(t, "host.get_diagnostic_timing_stats", h, true).(map[string]any)
	if s, _ := timing["Diagnostics.gc_stats"].(string); !strings.Contains(s, "sd = ") || !strings.HasSuffix(s, "(1)") {
		t.Errorf("timing: %v", timing)
	}
	if s := c.Text(t, "host.get_thread_diagnostics", h); !strings.Contains(s, "GetThreadDiagnostics") {
		t.Errorf("threads: %.200s", s)
	}
	c.Fail(t, "HANDLE_INVALID", []string{"host", "x"}, "Diagnostics.gc_stats", "x")
}
