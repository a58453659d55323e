package cli

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// diagnosticActs look into the toolstack.
var diagnosticActs = acts{
	"diagnostic-compact":          on(hostSelector.one(), "Diagnostics.gc_compact", nil),
	"diagnostic-gc-stats":         asked(hostSelector.one(), "Diagnostics.gc_stats", nil),
	"diagnostic-db-stats":         prints("Diagnostics.db_stats"),
	"diagnostic-timing-stats":     timingStats,
	"host-get-thread-diagnostics": ofHost("host.get_thread_diagnostics"),
}

// timingStats is a record of each host: how long its calls took.
func timingStats(c *command) error {
	counts, err := c.flag("counts")
	if err != nil {
		return err
	}
	var records [][]column
	for ref, h := range store.All[model.Host](c.server.DB.View()) {
		v, err := c.call("host.get_diagnostic_timing_stats", string(ref), counts)
		if err != nil {
			return err
		}
		stats, _ := v.(map[string]string)
		records = append(records, append([]column{{"host-uuid", h.UUID}, {"host-name-label", h.NameLabel}}, sortedColumns(stats)...))
	}
	c.table(records)
	return nil
}
