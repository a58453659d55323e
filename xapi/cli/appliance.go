package cli

// applianceActs are what the commands of this file do: VMs that go together.
var applianceActs = acts{
	"appliance-create":   makes("VM_appliance", "create", fields("name_label", word("name-label", ""), "name_description", word("name-description", ""))),
	"appliance-destroy":  onUUID("VM_appliance", "destroy"),
	"appliance-start":    does("VM_appliance.start", the("VM_appliance", "uuid"), yes("paused", false)),
	"appliance-shutdown": forced("VM_appliance.clean_shutdown", "VM_appliance.hard_shutdown", the("VM_appliance", "uuid")),
	"vm-group-create": makes("VM_group", "create", fields("name_label", word("name-label", ""), "name_description", word("name-description", ""),
		"placement", label("placement_policy", "placement", "normal"))),
	"vm-group-destroy": onUUID("VM_group", "destroy"),
}
