package cli

// vmssActs are what the commands of this file do: schedules of snapshots.
var vmssActs = acts{
	"vmss-create": makes("VMSS", "create", fields("name_label", word("name-label", ""), "name_description", word("name-description", ""),
		"enabled", yes("enabled", true), "type", oneOf("type", "", "snapshot", "checkpoint", "snapshot_with_quiesce"),
		"retained_snapshots", whole("retained-snapshots", 7), "frequency", oneOf("frequency", "", "hourly", "daily", "weekly"), "schedule", pairs("schedule"))),
	"vmss-destroy": onUUID("VMSS", "destroy"),
}
