package model

// DRTask holds the storage that a disaster recovery has attached, until it is
// destroyed.
type DRTask struct {
	UUID          string    `api:"RO" life:"rio"`
	IntroducedSRs []Ref[SR] `name:"introduced_SRs" api:"RO" life:"rio" of:"SR.introduced_by"`
}

var _ = define[DRTask](Def{
	Name:  "DR_task",
	Life:  "boston",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(type: string, device_config: (string -> string) map, whitelist: string set) -> DR_task ref | boston pool-operator async
destroy(self: DR_task ref) -> void | boston pool-operator async
`,
})
