package model

import "time"

// VBDMetrics held the traffic of a drive. It is empty since long.
type VBDMetrics struct {
	UUID        string            `api:"RO" life:"rio"`
	IOReadKbs   float64           `api:"RO" default:"0.0" life:"published:rio,deprecated:tampa,removed:tampa"`
	IOWriteKbs  float64           `api:"RO" default:"0.0" life:"published:rio,deprecated:tampa,removed:tampa"`
	LastUpdated time.Time         `api:"RO" default:"19700101T00:00:00Z" life:"published:rio,deprecated:tampa,removed:tampa"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"published:orlando,deprecated:tampa,removed:tampa"`
}

var _ = define[VBDMetrics](Def{
	Name:  "VBD_metrics",
	Life:  "published:rio,deprecated:tampa,removed:tampa",
	Roles: "vm-admin",
	Flags: "database events get_all",
})
