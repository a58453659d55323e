package model

// LVHD repairs the data of LVM-based SRs; it has no rows.
type LVHD struct {
	UUID string `api:"RO" life:"rio"`
}

var _ = define[LVHD](Def{
	Name:  "LVHD",
	Life:  "dundee",
	Roles: "pool-admin",
	Flags: "database persist events",
	Messages: `
enable_thin_provisioning(host: host ref, SR: SR ref, initial_allocation: int, allocation_quantum: int) -> string | dundee pool-admin async
`,
})
