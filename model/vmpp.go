package model

import "time"

// VMPPArchiveFrequency belonged to protection policies, which are gone.
type VMPPArchiveFrequency string

// The labels of VMPPArchiveFrequency.
const (
	VMPPArchiveFrequencyNever             VMPPArchiveFrequency = "never"
	VMPPArchiveFrequencyAlwaysAfterBackup VMPPArchiveFrequency = "always_after_backup"
	VMPPArchiveFrequencyDaily             VMPPArchiveFrequency = "daily"
	VMPPArchiveFrequencyWeekly            VMPPArchiveFrequency = "weekly"
)

var _ = enum("vmpp_archive_frequency", VMPPArchiveFrequencyNever, VMPPArchiveFrequencyAlwaysAfterBackup, VMPPArchiveFrequencyDaily, VMPPArchiveFrequencyWeekly)

// VMPPArchiveTargetType belonged to protection policies, which are gone.
type VMPPArchiveTargetType string

// The labels of VMPPArchiveTargetType.
const (
	VMPPArchiveTargetTypeNone VMPPArchiveTargetType = "none"
	VMPPArchiveTargetTypeCifs VMPPArchiveTargetType = "cifs"
	VMPPArchiveTargetTypeNfs  VMPPArchiveTargetType = "nfs"
)

var _ = enum("vmpp_archive_target_type", VMPPArchiveTargetTypeNone, VMPPArchiveTargetTypeCifs, VMPPArchiveTargetTypeNfs)

// VMPPBackupFrequency belonged to protection policies, which are gone.
type VMPPBackupFrequency string

// The labels of VMPPBackupFrequency.
const (
	VMPPBackupFrequencyHourly VMPPBackupFrequency = "hourly"
	VMPPBackupFrequencyDaily  VMPPBackupFrequency = "daily"
	VMPPBackupFrequencyWeekly VMPPBackupFrequency = "weekly"
)

var _ = enum("vmpp_backup_frequency", VMPPBackupFrequencyHourly, VMPPBackupFrequencyDaily, VMPPBackupFrequencyWeekly)

// VMPPBackupType belonged to protection policies, which are gone.
type VMPPBackupType string

// The labels of VMPPBackupType.
const (
	VMPPBackupTypeSnapshot   VMPPBackupType = "snapshot"
	VMPPBackupTypeCheckpoint VMPPBackupType = "checkpoint"
)

var _ = enum("vmpp_backup_type", VMPPBackupTypeSnapshot, VMPPBackupTypeCheckpoint)

// VMPP was a protection policy. Every message of it answers MESSAGE_REMOVED.
type VMPP struct {
	UUID                 string                `api:"RO" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	NameLabel            string                `api:"RW" default:"" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	NameDescription      string                `api:"RW" default:"" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	IsPolicyEnabled      bool                  `api:"RW" default:"true" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	BackupType           VMPPBackupType        `api:"RW" default:"snapshot" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	BackupRetentionValue int64                 `api:"CO" default:"7" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	BackupFrequency      VMPPBackupFrequency   `api:"CO" default:"daily" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	BackupSchedule       map[string]string     `api:"CO" default:"{}" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	IsBackupRunning      bool                  `api:"RO" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	BackupLastRunTime    time.Time             `api:"RO" default:"19700101T00:00:00Z" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	ArchiveTargetType    VMPPArchiveTargetType `api:"CO" default:"none" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	ArchiveTargetConfig  map[string]string     `api:"CO" default:"{}" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	ArchiveFrequency     VMPPArchiveFrequency  `api:"CO" default:"never" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	ArchiveSchedule      map[string]string     `api:"CO" default:"{}" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	IsArchiveRunning     bool                  `api:"RO" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	ArchiveLastRunTime   time.Time             `api:"RO" default:"19700101T00:00:00Z" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	VMs                  []Ref[VM]             `name:"VMs" api:"RO" life:"published:cowley,deprecated:clearwater,removed:clearwater" of:"VM.protection_policy"`
	IsAlarmEnabled       bool                  `api:"CO" default:"false" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	AlarmConfig          map[string]string     `api:"CO" default:"{}" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	RecentAlerts         []string              `api:"RO" default:"[]" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
}

var _ = define[VMPP](Def{
	Name:  "VMPP",
	Life:  "published:cowley,deprecated:clearwater,removed:clearwater",
	Roles: "pool-operator",
	Flags: "database persist events constructor get_all",
	Messages: `
protect_now(vmpp: VMPP ref) -> string | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
archive_now(snapshot: VM ref) -> string | published:cowley,deprecated:clearwater,removed:clearwater vm-power-admin
create_alert(vmpp: VMPP ref, name: string, priority: int, body: string, data: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater local-root hidden
get_alerts(vmpp: VMPP ref, hours_from_now: int) -> string set | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_backup_retention_value(self: VMPP ref, value: int) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_is_backup_running(self: VMPP ref, value: bool) -> void | published:cowley,deprecated:clearwater,removed:clearwater local-root hidden
set_is_archive_running(self: VMPP ref, value: bool) -> void | published:cowley,deprecated:clearwater,removed:clearwater local-root hidden
set_backup_frequency(self: VMPP ref, value: enum vmpp_backup_frequency) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_backup_schedule(self: VMPP ref, value: (string -> string) map) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_archive_frequency(self: VMPP ref, value: enum vmpp_archive_frequency) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_archive_schedule(self: VMPP ref, value: (string -> string) map) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_archive_target_type(self: VMPP ref, value: enum vmpp_archive_target_type) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_archive_target_config(self: VMPP ref, value: (string -> string) map) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_is_alarm_enabled(self: VMPP ref, value: bool) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_alarm_config(self: VMPP ref, value: (string -> string) map) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
add_to_backup_schedule(self: VMPP ref, key: string, value: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
add_to_archive_target_config(self: VMPP ref, key: string, value: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
add_to_archive_schedule(self: VMPP ref, key: string, value: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
add_to_alarm_config(self: VMPP ref, key: string, value: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
remove_from_backup_schedule(self: VMPP ref, key: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
remove_from_archive_target_config(self: VMPP ref, key: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
remove_from_archive_schedule(self: VMPP ref, key: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
remove_from_alarm_config(self: VMPP ref, key: string) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_backup_last_run_time(self: VMPP ref, value: datetime) -> void | published:cowley,deprecated:clearwater,removed:clearwater local-root
set_archive_last_run_time(self: VMPP ref, value: datetime) -> void | published:cowley,deprecated:clearwater,removed:clearwater local-root
`,
})
