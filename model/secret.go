package model

// Secret keeps a text that must not show up in other fields, like a storage
// password.
type Secret struct {
	UUID        string            `api:"RO" life:"rio"`
	Value       string            `api:"RW" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"rio"`
}

var _ = define[Secret](Def{
	Name:    "secret",
	Life:    "midnight-ride",
	Roles:   "pool-operator",
	Readers: "pool-operator",
	Flags:   "database persist constructor get_all",
	Messages: `
introduce(uuid: string, value: string, other_config?: (string -> string) map = {} @boston) -> secret ref | midnight-ride pool-operator hidden secret
`,
})
