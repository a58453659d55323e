package model

// VUSBOperations is what can go on with a passed-through USB device.
type VUSBOperations string

// The labels of VUSBOperations.
const (
	VUSBOperationsAttach VUSBOperations = "attach"
	VUSBOperationsPlug   VUSBOperations = "plug"
	VUSBOperationsUnplug VUSBOperations = "unplug"
)

var _ = enum("vusb_operations", VUSBOperationsAttach, VUSBOperationsPlug, VUSBOperationsUnplug)

// VUSB passes a USB device of the host on to a VM.
type VUSB struct {
	UUID              string                    `api:"RO" life:"inverness"`
	AllowedOperations []VUSBOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations map[string]VUSBOperations `api:"RO,volatile" default:"{}" life:"rio"`
	VM                Ref[VM]                   `name:"VM" api:"RO" life:"inverness"`
	USBGroup          Ref[USBGroup]             `name:"USB_group" api:"RO" life:"inverness"`
	OtherConfig       map[string]string         `api:"RW" default:"{}" life:"inverness"`
	CurrentlyAttached bool                      `api:"RO" default:"false" life:"rio"`
}

var _ = define[VUSB](Def{
	Name:  "VUSB",
	Life:  "inverness",
	Roles: "pool-admin",
	Flags: "database persist events get_all",
	Messages: `
create(VM: VM ref, USB_group: USB_group ref, other_config?: (string -> string) map = {}) -> VUSB ref | inverness pool-admin async
unplug(self: VUSB ref) -> void | inverness pool-admin async
destroy(self: VUSB ref) -> void | inverness pool-admin async
`,
})
