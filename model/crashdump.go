package model

// Crashdump is the dump of a crashed VM, on a disk. Nothing makes them today.
type Crashdump struct {
	UUID        string            `api:"RO" life:"rio"`
	VM          Ref[VM]           `name:"VM" api:"CO" life:"rio"`
	VDI         Ref[VDI]          `name:"VDI" api:"CO" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"miami"`
}

var _ = define[Crashdump](Def{
	Name:  "crashdump",
	Life:  "published:rio,deprecated:inverness",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
destroy(self: crashdump ref) -> void | rio pool-operator async
`,
})
