package model

import "time"

// HostMetrics is what is known of a host from outside: whether it lives and
// how much memory it has.
type HostMetrics struct {
	UUID        string            `api:"RO" life:"rio"`
	MemoryTotal int64             `api:"RO" life:"rio"`                                                              // bytes
	MemoryFree  int64             `api:"RO" default:"0" life:"published:rio,deprecated:midnight-ride,removed:tampa"` // bytes; not kept up to date
	Live        bool              `api:"RO" life:"rio"`                                                              // it answers heartbeats
	LastUpdated time.Time         `api:"RO" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"orlando"`
}

var _ = define[HostMetrics](Def{
	Name:  "host_metrics",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
})
