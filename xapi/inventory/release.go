package inventory

import (
	"strings"

	"github.com/xapid/xapid/model"
)

// toolsName is what the SR of the guest tools is called.
func toolsName(r *model.Release) string { return r.Brand + " Tools" }

// driversOf lists the storage drivers of a release.
func driversOf(r *model.Release) []driver {
	var list []driver
	for _, d := range driverTable {
		since, until, _ := strings.Cut(d.releases, "-")
		if r.Within(since, until) {
			list = append(list, d)
		}
	}
	return list
}
