package model

import "time"

// VIFMetrics held the traffic of an interface. It is empty since long.
type VIFMetrics struct {
	UUID        string            `api:"RO" life:"rio"`
	IOReadKbs   float64           `api:"RO" default:"0.0" life:"published:rio,deprecated:tampa,removed:tampa"`
	IOWriteKbs  float64           `api:"RO" default:"0.0" life:"published:rio,deprecated:tampa,removed:tampa"`
	LastUpdated time.Time         `api:"RO" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"orlando"`
}

var _ = define[VIFMetrics](Def{
	Name:  "VIF_metrics",
	Life:  "published:rio,deprecated:tampa,removed:tampa",
	Roles: "vm-admin",
	Flags: "database events get_all",
})
