package model

// BondMode is how a bond spreads traffic over its members.
type BondMode string

// The labels of BondMode.
const (
	BondModeBalanceSlb   BondMode = "balance-slb"
	BondModeActiveBackup BondMode = "active-backup"
	BondModeLacp         BondMode = "lacp"
)

var _ = enum("bond_mode", BondModeBalanceSlb, BondModeActiveBackup, BondModeLacp)

// Bond ties NICs of one host together; its master is a PIF of its own, the
// members are slaves of it.
type Bond struct {
	UUID          string            `api:"RO" life:"rio"`
	Master        Ref[PIF]          `api:"CO" default:"" life:"miami"`
	Slaves        []Ref[PIF]        `api:"RO" life:"miami" of:"PIF.bond_slave_of"`
	OtherConfig   map[string]string `api:"RW" default:"{}" life:"miami"`
	PrimarySlave  Ref[PIF]          `api:"RO" default:"OpaqueRef:NULL" life:"boston"`
	Mode          BondMode          `api:"RO" default:"balance-slb" life:"boston"`
	Properties    map[string]string `api:"RO" default:"{}" life:"tampa"`
	LinksUp       int64             `api:"RO" default:"0" life:"tampa"`
	AutoUpdateMAC bool              `api:"RO" default:"true" life:"quebec"`
}

var _ = define[Bond](Def{
	Name:  "Bond",
	Life:  "miami",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(network: network ref, members: PIF ref set, MAC: string, mode?: enum bond_mode = "balance-slb" @boston, properties?: (string -> string) map = {} @tampa) -> Bond ref | miami pool-operator async
destroy(self: Bond ref) -> void | miami pool-operator async
set_mode(self: Bond ref, value: enum bond_mode) -> void | boston pool-operator async
set_property(self: Bond ref, name: string, value: string) -> void | tampa pool-operator async
`,
})
