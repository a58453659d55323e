package model

// PCIDom0Access is whether a host's own system uses a device, now and after
// the next boot.
type PCIDom0Access string

// The labels of PCIDom0Access.
const (
	PCIDom0AccessEnabled         PCIDom0Access = "enabled"
	PCIDom0AccessDisableOnReboot PCIDom0Access = "disable_on_reboot"
	PCIDom0AccessDisabled        PCIDom0Access = "disabled"
	PCIDom0AccessEnableOnReboot  PCIDom0Access = "enable_on_reboot"
)

var _ = enum("pci_dom0_access", PCIDom0AccessEnabled, PCIDom0AccessDisableOnReboot, PCIDom0AccessDisabled, PCIDom0AccessEnableOnReboot)

// PCI is a PCI device of a host that matters to the API: NICs, GPUs, storage
// controllers.
type PCI struct {
	UUID                    string            `api:"RO" life:"boston"`
	ClassID                 string            `api:"CO" default:"" life:"boston"`
	ClassName               string            `api:"CO" default:"" life:"boston"`
	VendorID                string            `api:"CO" default:"" life:"boston"`
	VendorName              string            `api:"CO" default:"" life:"boston"`
	DeviceID                string            `api:"CO" default:"" life:"boston"`
	DeviceName              string            `api:"CO" default:"" life:"boston"`
	Host                    Ref[Host]         `api:"CO" default:"OpaqueRef:NULL" life:"boston"`
	PCIID                   string            `name:"pci_id" api:"CO" default:"" life:"boston"`
	Functions               int64             `api:"RO,internal" default:"1" life:"boston"`
	VirtualFunctions        []Ref[PCI]        `api:"RO,internal" life:"falcon" of:"PCI.physical_function"`
	PhysicalFunction        Ref[PCI]          `api:"CO,internal" default:"OpaqueRef:NULL" life:"falcon"`
	AttachedVMs             []Ref[VM]         `name:"attached_VMs" api:"RO,internal" life:"boston"`
	Dependencies            []Ref[PCI]        `api:"RO" life:"boston"`
	OtherConfig             map[string]string `api:"RW" default:"{}" life:"boston"`
	SubsystemVendorID       string            `api:"CO" default:"" life:"clearwater-whetstone"`
	SubsystemVendorName     string            `api:"CO" default:"" life:"clearwater-whetstone"`
	SubsystemDeviceID       string            `api:"CO" default:"" life:"clearwater-whetstone"`
	SubsystemDeviceName     string            `api:"CO" default:"" life:"clearwater-whetstone"`
	ScheduledToBeAttachedTo Ref[VM]           `api:"RO,internal" default:"OpaqueRef:NULL" life:"falcon"`
	DriverName              string            `api:"CO" default:"" life:"kolkata"`
}

var _ = define[PCI](Def{
	Name:  "PCI",
	Life:  "boston",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
disable_dom0_access(self: PCI ref) -> enum pci_dom0_access | prototyped:24.14.0 pool-operator async
enable_dom0_access(self: PCI ref) -> enum pci_dom0_access | prototyped:24.14.0 pool-operator async
get_dom0_access_status(self: PCI ref) -> enum pci_dom0_access | prototyped:24.14.0 pool-operator async
`,
})
