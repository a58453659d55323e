package model

// PBD connects a host with an SR and says how that host finds it. A shared SR
// has one for each host.
type PBD struct {
	UUID              string            `api:"RO" life:"rio"`
	Host              Ref[Host]         `api:"CO" life:"rio"`
	SR                Ref[SR]           `name:"SR" api:"CO" life:"rio"`
	DeviceConfig      map[string]string `api:"CO" life:"rio"` // how the host finds the SR
	CurrentlyAttached bool              `api:"RO" life:"rio"` // disks of the SR can be used on the host
	OtherConfig       map[string]string `api:"RW" default:"{}" life:"miami"`
}

var _ = define[PBD](Def{
	Name:  "PBD",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events constructor get_all",
	Messages: `
plug(self: PBD ref) -> void | rio pool-operator async
unplug(self: PBD ref) -> void | rio pool-operator async
set_device_config(self: PBD ref, value: (string -> string) map) -> void | miami pool-operator async
`,
})
