package cli

import "fmt"

// vmSourceActs are what the commands of this file do.
var vmSourceActs = acts{
	"vm-data-source-list":   sources(vmOrControl, "VM.get_data_sources"),
	"vm-data-source-query":  sourceQuery(vmOrControl, "VM.query_data_source"),
	"vm-data-source-record": sourceChange(vmOrControl, "VM.record_data_source"),
	"vm-data-source-forget": sourceChange(vmOrControl, "VM.forget_data_source_archives"),
}

// sources lists what is measured of objects.
func sources(sel selector, method string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(sel, false)
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error {
			v, err := c.call(method, o.ref)
			if err != nil {
				return err
			}
			c.dataSources(v)
			return nil
		})
	}
}

// sourceQuery prints what is measured now.
func sourceQuery(sel selector, method string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(sel, false, "data-source")
		if err != nil {
			return err
		}
		return c.answers(list, func(o object) (string, error) {
			v, err := c.call(method, o.ref, c.text("data-source"))
			n, _ := v.(float64)
			return fmt.Sprintf("%f", n), err
		})
	}
}

// sourceChange says whether a measurement is kept.
func sourceChange(sel selector, method string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(sel, false, "data-source")
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error { return c.do(method, o.ref, c.text("data-source")) })
	}
}
