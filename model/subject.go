package model

// Subject is a user or a group of an external directory that may log in, with
// its roles.
type Subject struct {
	UUID              string            `api:"RO" life:"rio"`
	SubjectIdentifier string            `api:"CO" default:"" life:"george"`
	OtherConfig       map[string]string `api:"CO" default:"{}" life:"george"`
	Roles             []Ref[Role]       `api:"RO" default:"[\"OpaqueRef:0165f154-ba3e-034e-6b27-5d271af109ba\"]" life:"midnight-ride"`
}

var _ = define[Subject](Def{
	Name:  "subject",
	Life:  "george",
	Roles: "pool-admin",
	Flags: "database persist events constructor get_all",
	Messages: `
add_to_roles(self: subject ref, role: role ref) -> void | midnight-ride pool-admin
remove_from_roles(self: subject ref, role: role ref) -> void | midnight-ride pool-admin
get_permissions_name_label(self: subject ref) -> string set | midnight-ride read-only
`,
})
