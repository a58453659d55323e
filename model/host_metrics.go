package model

import "time"

// HostMetrics is the XenAPI class host_metrics.
type HostMetrics struct {
	UUID        string            `api:"RO" life:"rio"`
	MemoryTotal int64             `api:"RO" life:"rio"`
	MemoryFree  int64             `api:"RO" default:"0" life:"published:rio,deprecated:midnight-ride,removed:tampa"`
	Live        bool              `api:"RO" life:"rio"`
	LastUpdated time.Time         `api:"RO" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"orlando"`
}

var _ = define[HostMetrics](Def{
	Name:  "host_metrics",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
})
