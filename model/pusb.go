package model

// PUSB is a USB device plugged into a host.
type PUSB struct {
	UUID               string            `api:"RO" life:"inverness"`
	USBGroup           Ref[USBGroup]     `name:"USB_group" api:"CO" default:"OpaqueRef:NULL" life:"inverness"`
	Host               Ref[Host]         `api:"CO" default:"OpaqueRef:NULL" life:"inverness"`
	Path               string            `api:"CO" default:"" life:"inverness"`
	VendorID           string            `api:"CO" default:"" life:"inverness"`
	VendorDesc         string            `api:"CO" default:"" life:"inverness"`
	ProductID          string            `api:"CO" default:"" life:"inverness"`
	ProductDesc        string            `api:"CO" default:"" life:"inverness"`
	Serial             string            `api:"CO" default:"" life:"inverness"`
	Version            string            `api:"CO" default:"" life:"inverness"`
	Description        string            `api:"CO" default:"" life:"inverness"`
	PassthroughEnabled bool              `api:"RO" default:"false" life:"inverness"`
	OtherConfig        map[string]string `api:"RW" default:"{}" life:"inverness"`
	Speed              float64           `api:"CO" default:"-1.0" life:"stockholm"`
}

var _ = define[PUSB](Def{
	Name:  "PUSB",
	Life:  "inverness",
	Roles: "pool-admin",
	Flags: "database persist events get_all",
	Messages: `
scan(host: host ref) -> void | inverness pool-admin async
set_passthrough_enabled(self: PUSB ref, value: bool) -> void | inverness pool-admin async
`,
})
