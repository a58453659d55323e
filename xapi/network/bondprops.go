package network

import (
	"maps"
	"slices"
	"strconv"

	"github.com/xapid/xapid/model"
)

// lacpProperties are what a bond with LACP can be told; the other modes take
// nothing. The first value is the default; a property without values is a
// number, and has none.
var lacpProperties = map[string][]string{
	"hashing_algorithm":    {"tcpudp_ports", "src_mac"},
	"lacp-time":            {"slow", "fast"},
	"lacp-fallback-ab":     {"true", "false"},
	"lacp-aggregation-key": nil,
}

func validProperty(mode model.BondMode, name, value string) bool {
	values, known := lacpProperties[name]
	if mode != model.BondModeLacp || !known {
		return false
	}
	if values == nil {
		_, err := strconv.Atoi(value)
		return err == nil
	}
	return slices.Contains(values, value)
}

// bondProperties adds the defaults of a mode: INVALID_VALUE [properties, name =
// value] for what it does not know.
func bondProperties(mode model.BondMode, given map[string]string) (map[string]string, error) {
	all := map[string]string{}
	for _, k := range slices.Sorted(maps.Keys(given)) {
		if !validProperty(mode, k, given[k]) {
			return nil, model.ErrInvalidValue("properties", k+" = "+given[k])
		}
		all[k] = given[k]
	}
	if mode != model.BondModeLacp {
		return all, nil
	}
	for k, values := range lacpProperties {
		if _, ok := all[k]; !ok && values != nil {
			all[k] = values[0]
		}
	}
	return all, nil
}
