package model

// DriverVariant is one version of a host driver that could be loaded.
type DriverVariant struct {
	UUID            string          `api:"RO" life:"prototyped:25.2.0"`
	Name            string          `api:"RO" life:"prototyped:25.2.0"`
	Driver          Ref[HostDriver] `api:"RO" life:"prototyped:25.2.0"`
	Version         string          `api:"RO" life:"prototyped:25.2.0"`
	HardwarePresent bool            `api:"RO" life:"prototyped:25.2.0"`
	Priority        float64         `api:"RO" life:"prototyped:25.2.0"`
	Status          string          `api:"RO" life:"prototyped:25.2.0"`
}

var _ = define[DriverVariant](Def{
	Name:  "Driver_variant",
	Life:  "prototyped:25.2.0",
	Roles: "pool-admin",
	Flags: "database persist events get_all",
	Messages: `
select(self: Driver_variant ref) -> void | prototyped:25.2.0 pool-admin async
`,
})
