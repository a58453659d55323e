package model

import "time"

// Session is a client that has logged in. Its reference is what every call
// shows, so it is as good as a password.
type Session struct {
	UUID              string            `api:"RO" life:"rio"`
	ThisHost          Ref[Host]         `api:"RO" life:"rio"` // that it was made on
	ThisUser          Ref[User]         `api:"RO" life:"rio"`
	LastActive        time.Time         `api:"RO" life:"rio"` // calls move it
	Pool              bool              `api:"RO" life:"rio"` // of a member, not of a user
	OtherConfig       map[string]string `api:"RW" default:"{}" life:"miami"`
	IsLocalSuperuser  bool              `api:"RO" default:"false" life:"george"`
	Subject           Ref[Subject]      `api:"RO" default:"OpaqueRef:NULL" life:"george"`
	ValidationTime    time.Time         `api:"RO" default:"19700101T00:00:00Z" life:"george"` // of the external user
	AuthUserSID       string            `api:"RO" default:"" life:"george"`
	AuthUserName      string            `api:"RO" default:"" life:"midnight-ride"`
	RbacPermissions   []string          `api:"CO" default:"[]" life:"midnight-ride"`
	Tasks             []Ref[Task]       `api:"RO" life:"midnight-ride" of:"task.session"`
	Parent            Ref[Session]      `api:"CO" default:"OpaqueRef:NULL" life:"midnight-ride"` // of the session that made it
	Originator        string            `api:"RO" default:"" life:"clearwater"`
	ClientCertificate bool              `api:"RO" default:"false" life:"21.2.0"`
}

var _ = define[Session](Def{
	Name:  "session",
	Life:  "rio",
	Roles: "pool-admin",
	Flags: "database",
	Messages: `
login_with_password(uname: string, pwd: string, version?: string = "1.1" @miami, originator?: string = "" @clearwater) -> session ref | rio read-only secret slave-local nosession
logout() -> void | rio read-only
change_password(old_pwd: string, new_pwd: string) -> void | rio local-root
slave_login(host: host ref, psecret!: string) -> session ref | rio pool-admin hidden secret slave-local nosession
slave_local_login(psecret!: string) -> session ref | miami pool-admin hidden secret emergency slave-local nosession
slave_local_login_with_password(uname: string, pwd: string) -> session ref | miami pool-admin secret emergency slave-local nosession
create_from_db_file(filename: string) -> session ref | dundee local-root async
local_logout() -> void | miami pool-admin emergency slave-local
get_all_subject_identifiers() -> string set | george read-only async
logout_subject_identifier(subject_identifier: string) -> void | george pool-operator async
`,
})
