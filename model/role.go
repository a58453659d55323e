package model

// Role is a permission or a named set of them. Rows follow from the datamodel
// and never change.
type Role struct {
	UUID            string      `api:"RO" life:"rio"`
	NameLabel       string      `api:"CO" default:"" life:"midnight-ride"`
	NameDescription string      `api:"CO" default:"" life:"midnight-ride"`
	Subroles        []Ref[Role] `api:"CO" default:"[]" life:"midnight-ride"`
	IsInternal      bool        `api:"RO" default:"false" life:"22.5.0"`
}

var _ = define[Role](Def{
	Name:  "role",
	Life:  "midnight-ride",
	Roles: "pool-admin",
	Flags: "database persist events get_all",
	Messages: `
get_permissions(self: role ref) -> role ref set | midnight-ride read-only
get_permissions_name_label(self: role ref) -> string set | midnight-ride read-only
get_by_permission(permission: role ref) -> role ref set | midnight-ride read-only
get_by_permission_name_label(label: string) -> role ref set | midnight-ride read-only
`,
})
