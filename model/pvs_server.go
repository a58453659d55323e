package model

// PVSServer is a range of addresses and ports on which the servers of a PVS
// site listen.
type PVSServer struct {
	UUID      string       `api:"RO" life:"ely"`
	Addresses []string     `api:"CO" default:"[]" life:"ely"`
	FirstPort int64        `api:"CO" default:"0" life:"ely"`
	LastPort  int64        `api:"CO" default:"0" life:"ely"`
	Site      Ref[PVSSite] `api:"CO" default:"OpaqueRef:NULL" life:"ely"`
}

var _ = define[PVSServer](Def{
	Name:  "PVS_server",
	Life:  "ely",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
introduce(addresses: string set, first_port: int, last_port: int, site: PVS_site ref) -> PVS_server ref | ely pool-operator async
forget(self: PVS_server ref) -> void | ely pool-operator async
`,
})
