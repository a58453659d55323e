package cli

import (
	"maps"
	"strings"
)

// observerActs are about who watches calls, and who is held back.
var observerActs = acts{
	"observer-create": makes("Observer", "create", fields("name_label", word("name-label", ""), "name_description", word("name-description", ""),
		"hosts", all("host", "host-uuids"), "attributes", given(attributes), "endpoints", words("endpoints"), "components", words("components"),
		"enabled", yes("enabled", false))),
	"observer-destroy": onUUID("Observer", "destroy"),

	"caller-create": makes("Caller", "create", fields("name_label", word("name-label", ""), "name_description", word("name-description", ""),
		"user_agent", word("user-agent", ""), "client_ip", word("client-ip", ""))),
	"caller-destroy":     onUUID("Caller", "destroy"),
	"caller-query-usage": callerUsage,
	"caller-list-usage":  callersUsage,

	"rate-limit-create":        rateLimitCreate,
	"rate-limit-destroy":       onUUID("Rate_limit", "destroy"),
	"rate-limit-add-caller":    does("Rate_limit.add_caller", the("Rate_limit", "uuid"), the("Caller", "caller-uuid")),
	"rate-limit-remove-caller": does("Rate_limit.remove_caller", the("Rate_limit", "uuid"), the("Caller", "caller-uuid")),
}

// attributes are given as attributes:key=value, or as key:value with commas
// between.
func attributes(c *command) (any, error) {
	m := c.pairs("attributes")
	more := map[string]string{}
	list, err := words("attributes")(c)
	if err != nil {
		return nil, err
	}
	for _, t := range list.([]string) {
		k, v, ok := strings.Cut(t, ":")
		if !ok {
			return nil, complaint("An attribute is key:value")
		}
		more[k] = v
	}
	maps.Copy(m, more)
	return m, nil
}

// callerUsage tells of one caller, or of a group of them.
func callerUsage(c *command) error {
	kind, of := "Caller.query_", any(nil)
	if id, ok := c.get("uuid"); ok {
		ref, err := c.ref("Caller", id)
		if err != nil {
			return err
		}
		of = ref
	} else if group, ok := c.get("group"); ok {
		kind, of = "Caller.query_group_", group
	} else {
		return complaint("Either uuid or group is needed")
	}
	tokens, err := c.call(kind+"token_usage", of)
	if err != nil {
		return err
	}
	calls, err := c.call(kind+"call_count", of)
	if err != nil {
		return err
	}
	c.record([]column{{"token-usage", text(tokens)}, {"call-count", text(calls)}})
	return nil
}

// callersUsage is a record of each caller.
func callersUsage(c *command) error {
	v, err := c.call("Caller.query_all_usage")
	if err != nil {
		return err
	}
	rows, _ := v.([][]string)
	labels := []string{"name", "user-agent", "client-ip", "token-usage", "call-count"}
	var records [][]column
	for _, row := range rows {
		var columns []column
		for i, t := range row {
			if i < len(labels) {
				columns = append(columns, column{labels[i], t})
			}
		}
		records = append(records, columns)
	}
	c.table(records)
	return nil
}

func rateLimitCreate(c *command) error {
	callers, err := all("Caller", "caller-uuids")(c)
	if err != nil {
		return err
	}
	v, err := c.with("Rate_limit.create", []given{fields("name_label", word("name-label", ""), "name_description", word("name-description", ""),
		"burst_size", decimal("burst-size", 0), "fill_rate", decimal("fill-rate", 0))})
	if err != nil {
		return err
	}
	for _, caller := range callers.([]string) {
		if err := c.do("Rate_limit.add_caller", v, caller); err != nil {
			return err
		}
	}
	return c.made("Rate_limit", v, nil)
}
