package cli

import (
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// diagnosticActs look into the toolstack.
var diagnosticActs = acts{
	"diagnostic-compact":          chosenHosts("Diagnostics.gc_compact", false, nil),
	"diagnostic-gc-stats":         chosenHosts("Diagnostics.gc_stats", true, nil),
	"diagnostic-db-stats":         shows("Diagnostics.db_stats"),
	"diagnostic-timing-stats":     timingStats,
	"host-get-thread-diagnostics": shows("host.get_thread_diagnostics", the("host", "uuid")),

	"host-data-source-list":   hostDataSources,
	"host-data-source-record": chosenHosts("host.record_data_source", false, []string{"data-source"}, word("data-source", "")),
	"host-data-source-query":  chosenHosts("host.query_data_source", true, []string{"data-source"}, word("data-source", "")),
	"host-data-source-forget": chosenHosts("host.forget_data_source_archives", false, []string{"data-source"}, word("data-source", "")),
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

func hostDataSources(c *command) error {
	hosts, err := c.chosen(hostSelector, false)
	if err != nil {
		return err
	}
	return c.each(hosts, func(o object) error {
		v, err := c.call("host.get_data_sources", o.ref)
		if err == nil {
			c.dataSources(v)
		}
		return err
	})
}

// dataSources is a record of each thing that is measured about an object.
func (c *command) dataSources(v any) {
	sources, _ := v.([]*model.DataSource)
	var records [][]column
	for _, s := range sources {
		records = append(records, []column{{"name_label", s.NameLabel}, {"name_description", s.NameDescription}, {"enabled", text(s.Enabled)}, {"standard", text(s.Standard)},
			{"min", decimals(s.Min)}, {"max", decimals(s.Max)}, {"units", s.Units}})
	}
	c.table(records)
}

// decimals is a number of a data source as it is printed.
func decimals(f float64) string { return strconv.FormatFloat(f, 'f', 3, 64) }
