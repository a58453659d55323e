package model

// HostDriver is a kernel driver of a host that comes in several versions.
type HostDriver struct {
	UUID            string               `api:"RO" life:"prototyped:25.2.0"`
	Host            Ref[Host]            `api:"CO" default:"" life:"prototyped:25.2.0"`
	Name            string               `api:"RO" life:"prototyped:25.2.0"`
	FriendlyName    string               `api:"RO" life:"prototyped:25.2.0"`
	Variants        []Ref[DriverVariant] `api:"RO" life:"prototyped:25.2.0" of:"Driver_variant.driver"`
	ActiveVariant   Ref[DriverVariant]   `api:"RO" life:"prototyped:25.2.0"`
	SelectedVariant Ref[DriverVariant]   `api:"RO" life:"prototyped:25.2.0"`
	Type            string               `api:"RO" life:"prototyped:25.2.0"`
	Description     string               `api:"RO" life:"prototyped:25.2.0"`
	Info            string               `api:"RO" life:"prototyped:25.2.0"`
}

var _ = define[HostDriver](Def{
	Name:  "Host_driver",
	Life:  "prototyped:25.2.0",
	Roles: "pool-admin",
	Flags: "database persist events get_all",
	Messages: `
select(self: Host_driver ref, variant: Driver_variant ref) -> void | prototyped:25.2.0 pool-admin async
deselect(self: Host_driver ref) -> void | prototyped:25.2.0 pool-admin async
rescan(host: host ref) -> void | prototyped:25.2.0 pool-admin async
`,
})
