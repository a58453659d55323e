package model

// Auth answers questions about the users of an external directory; it has no
// rows.
type Auth struct {
}

var _ = define[Auth](Def{
	Name:  "auth",
	Life:  "george",
	Roles: "read-only",
	Flags: "",
	Messages: `
get_subject_identifier(subject_name: string) -> string | george read-only
get_subject_information_from_identifier(subject_identifier: string) -> (string -> string) map | george read-only
get_group_membership(subject_identifier: string) -> string set | george read-only
`,
})
