package model

// USBGroup is the set of interchangeable USB devices of a pool.
type USBGroup struct {
	UUID            string            `api:"RO" life:"inverness"`
	NameLabel       string            `api:"RW" default:"" life:"inverness"`
	NameDescription string            `api:"RW" default:"" life:"inverness"`
	PUSBs           []Ref[PUSB]       `name:"PUSBs" api:"RO" life:"inverness" of:"PUSB.USB_group"`
	VUSBs           []Ref[VUSB]       `name:"VUSBs" api:"RO" life:"inverness" of:"VUSB.USB_group"`
	OtherConfig     map[string]string `api:"RW" default:"{}" life:"inverness"`
}

var _ = define[USBGroup](Def{
	Name:  "USB_group",
	Life:  "inverness",
	Roles: "pool-admin",
	Flags: "database persist events get_all",
	Messages: `
create(name_label?: string = "", name_description?: string = "", other_config?: (string -> string) map = {}) -> USB_group ref | inverness pool-admin async
destroy(self: USB_group ref) -> void | inverness pool-admin async
`,
})
