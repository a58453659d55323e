package model

import "time"

// VMSSFrequency is how often a schedule takes snapshots.
type VMSSFrequency string

// The labels of VMSSFrequency.
const (
	VMSSFrequencyHourly VMSSFrequency = "hourly"
	VMSSFrequencyDaily  VMSSFrequency = "daily"
	VMSSFrequencyWeekly VMSSFrequency = "weekly"
)

var _ = enum("vmss_frequency", VMSSFrequencyHourly, VMSSFrequencyDaily, VMSSFrequencyWeekly)

// VMSSType is what a schedule takes.
type VMSSType string

// The labels of VMSSType.
const (
	VMSSTypeSnapshot            VMSSType = "snapshot"
	VMSSTypeCheckpoint          VMSSType = "checkpoint"
	VMSSTypeSnapshotWithQuiesce VMSSType = "snapshot_with_quiesce"
)

var _ = enum("vmss_type", VMSSTypeSnapshot, VMSSTypeCheckpoint, VMSSTypeSnapshotWithQuiesce)

// VMSS is a schedule by which VMs are snapshotted.
type VMSS struct {
	UUID              string            `api:"RO" life:"rio"`
	NameLabel         string            `api:"RW" default:"" life:"rio"`
	NameDescription   string            `api:"RW" default:"" life:"rio"`
	Enabled           bool              `api:"RW" default:"true" life:"rio"`
	Type              VMSSType          `api:"CO" life:"rio"`
	RetainedSnapshots int64             `api:"CO" default:"7" life:"rio"`
	Frequency         VMSSFrequency     `api:"CO" life:"rio"`
	Schedule          map[string]string `api:"CO" default:"{}" life:"rio"`
	LastRunTime       time.Time         `api:"RO" default:"19700101T00:00:00Z" life:"rio"`
	VMs               []Ref[VM]         `name:"VMs" api:"RO" life:"rio" of:"VM.snapshot_schedule"`
}

var _ = define[VMSS](Def{
	Name:  "VMSS",
	Life:  "falcon",
	Roles: "pool-operator",
	Flags: "database persist events constructor get_all",
	Messages: `
snapshot_now(vmss: VMSS ref) -> string | falcon pool-operator
set_retained_snapshots(self: VMSS ref, value: int) -> void | falcon pool-operator
set_frequency(self: VMSS ref, value: enum vmss_frequency) -> void | falcon pool-operator
set_schedule(self: VMSS ref, value: (string -> string) map) -> void | falcon pool-operator
add_to_schedule(self: VMSS ref, key: string, value: string) -> void | falcon pool-operator
remove_from_schedule(self: VMSS ref, key: string) -> void | falcon pool-operator
set_last_run_time(self: VMSS ref, value: datetime) -> void | falcon local-root
set_type(self: VMSS ref, value: enum vmss_type) -> void | falcon pool-operator
`,
})
