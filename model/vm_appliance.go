package model

// VMApplianceOperation is what can go on with an appliance.
type VMApplianceOperation string

// The labels of VMApplianceOperation.
const (
	VMApplianceOperationStart         VMApplianceOperation = "start"
	VMApplianceOperationCleanShutdown VMApplianceOperation = "clean_shutdown"
	VMApplianceOperationHardShutdown  VMApplianceOperation = "hard_shutdown"
	VMApplianceOperationShutdown      VMApplianceOperation = "shutdown"
)

var _ = enum("vm_appliance_operation", VMApplianceOperationStart, VMApplianceOperationCleanShutdown, VMApplianceOperationHardShutdown, VMApplianceOperationShutdown)

// VMAppliance is a set of VMs that start and stop together, in the order that
// they say.
type VMAppliance struct {
	UUID              string                          `api:"RO" life:"rio"`
	NameLabel         string                          `api:"RW" default:"" life:"rio"`
	NameDescription   string                          `api:"RW" default:"" life:"rio"`
	AllowedOperations []VMApplianceOperation          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations map[string]VMApplianceOperation `api:"RO,volatile" default:"{}" life:"rio"`
	VMs               []Ref[VM]                       `name:"VMs" api:"RO" life:"rio" of:"VM.appliance"`
}

var _ = define[VMAppliance](Def{
	Name:  "VM_appliance",
	Life:  "boston",
	Roles: "pool-operator",
	Flags: "database persist events constructor get_all",
	Messages: `
start(self: VM_appliance ref, paused: bool) -> void | boston pool-operator async
clean_shutdown(self: VM_appliance ref) -> void | boston pool-operator async
hard_shutdown(self: VM_appliance ref) -> void | boston pool-operator async
shutdown(self: VM_appliance ref) -> void | boston pool-operator async
assert_can_be_recovered(self: VM_appliance ref, session_to: session ref) -> void | boston read-only async
get_SRs_required_for_recovery(self: VM_appliance ref, session_to: session ref) -> SR ref set | creedence read-only async
recover(self: VM_appliance ref, session_to: session ref, force: bool) -> void | boston read-only async
`,
})
