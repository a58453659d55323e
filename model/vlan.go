package model

// VLAN ties the PIF that carries tagged traffic to the one where the tag is
// off.
type VLAN struct {
	UUID        string            `api:"RO" life:"rio"`
	TaggedPIF   Ref[PIF]          `name:"tagged_PIF" api:"CO" default:"" life:"miami"`
	UntaggedPIF Ref[PIF]          `name:"untagged_PIF" api:"RO" default:"" life:"miami"`
	Tag         int64             `api:"CO" default:"-1" life:"miami"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"miami"`
}

var _ = define[VLAN](Def{
	Name:  "VLAN",
	Life:  "miami",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
pool_introduce(tagged_PIF: PIF ref, untagged_PIF: PIF ref, tag: int, other_config: (string -> string) map) -> VLAN ref | inverness pool-operator async hidden
create(tagged_PIF: PIF ref, tag: int, network: network ref) -> VLAN ref | miami pool-operator async
destroy(self: VLAN ref) -> void | miami pool-operator async
`,
})
