package model

// SriovConfigurationMode is how the virtual functions of a NIC were enabled.
type SriovConfigurationMode string

// The labels of SriovConfigurationMode.
const (
	SriovConfigurationModeSysfs    SriovConfigurationMode = "sysfs"
	SriovConfigurationModeModprobe SriovConfigurationMode = "modprobe"
	SriovConfigurationModeManual   SriovConfigurationMode = "manual"
	SriovConfigurationModeUnknown  SriovConfigurationMode = "unknown"
)

var _ = enum("sriov_configuration_mode", SriovConfigurationModeSysfs, SriovConfigurationModeModprobe, SriovConfigurationModeManual, SriovConfigurationModeUnknown)

// NetworkSriov ties a NIC to the logical PIF that stands for its virtual
// functions.
type NetworkSriov struct {
	UUID              string                 `api:"RO" life:"rio"`
	PhysicalPIF       Ref[PIF]               `name:"physical_PIF" api:"CO" default:"" life:"kolkata"`
	LogicalPIF        Ref[PIF]               `name:"logical_PIF" api:"CO" default:"" life:"kolkata"`
	RequiresReboot    bool                   `api:"RO" default:"false" life:"kolkata"`
	ConfigurationMode SriovConfigurationMode `api:"RO" default:"unknown" life:"kolkata"`
}

var _ = define[NetworkSriov](Def{
	Name:  "network_sriov",
	Life:  "kolkata",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(pif: PIF ref, network: network ref) -> network_sriov ref | kolkata pool-operator async
destroy(self: network_sriov ref) -> void | kolkata pool-operator async
get_remaining_capacity(self: network_sriov ref) -> int | kolkata read-only async
`,
})
