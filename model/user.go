package model

// User is a local account. There is one, root.
type User struct {
	UUID        string            `api:"RO" life:"rio"`
	ShortName   string            `api:"CO" life:"rio"`
	Fullname    string            `api:"RW" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"orlando"`
}

var _ = define[User](Def{
	Name:  "user",
	Life:  "published:rio,deprecated:george",
	Roles: "pool-admin",
	Flags: "database persist constructor",
})
