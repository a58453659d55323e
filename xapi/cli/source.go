package cli

import "github.com/xapid/xapid/model"

// sourceActs are about what is measured of VMs, hosts and SRs.
var sourceActs = acts{
	"vm-data-source-list":     sources(vmOrControl.one(), "VM.get_data_sources"),
	"vm-data-source-query":    asked(vmOrControl.one(), "VM.query_data_source", source, word("data-source", "")),
	"vm-data-source-record":   on(vmOrControl.one(), "VM.record_data_source", source, word("data-source", "")),
	"vm-data-source-forget":   on(vmOrControl.one(), "VM.forget_data_source_archives", source, word("data-source", "")),
	"host-data-source-list":   sources(hostSelector.one(), "host.get_data_sources"),
	"host-data-source-query":  asked(hostSelector.one(), "host.query_data_source", source, word("data-source", "")),
	"host-data-source-record": on(hostSelector.one(), "host.record_data_source", source, word("data-source", "")),
	"host-data-source-forget": on(hostSelector.one(), "host.forget_data_source_archives", source, word("data-source", "")),
	"sr-data-source-list":     sources(srSelector.one(), "SR.get_data_sources"),
	"sr-data-source-query":    asked(srSelector.one(), "SR.query_data_source", source, word("data-source", "")),
	"sr-data-source-record":   on(srSelector.one(), "SR.record_data_source", source, word("data-source", "")),
	"sr-data-source-forget":   on(srSelector.one(), "SR.forget_data_source_archives", source, word("data-source", "")),
}

// source is the parameter that names a measurement; it selects nothing.
var source = []string{"data-source"}

// sources lists what is measured: a record each.
func sources(sel selector, method string) func(*command) error {
	return onEach(sel, nil, nil, func(c *command, object []any) error {
		v, err := c.call(method, object...)
		if err != nil {
			return err
		}
		list, _ := v.([]*model.DataSource)
		var records [][]column
		for _, s := range list {
			records = append(records, []column{{"name_label", s.NameLabel}, {"name_description", s.NameDescription}, {"enabled", text(s.Enabled)},
				{"standard", text(s.Standard)}, {"min", floatText(s.Min)}, {"max", floatText(s.Max)}, {"units", s.Units}})
		}
		c.table(records)
		return nil
	})
}
