package model

// Observer says what parts of the toolstack trace calls, and where the traces
// go.
type Observer struct {
	UUID            string            `api:"RO" life:"prototyped:23.14.0"`
	NameLabel       string            `api:"RW" default:"" life:"rio"`
	NameDescription string            `api:"RW" default:"" life:"rio"`
	Hosts           []Ref[Host]       `api:"CO" default:"[]" life:"prototyped:23.14.0"`
	Attributes      map[string]string `api:"CO" default:"{}" life:"prototyped:23.14.0"`
	Endpoints       []string          `api:"CO" default:"[]" life:"prototyped:23.14.0"`
	Components      []string          `api:"CO" default:"[]" life:"prototyped:23.14.0"`
	Enabled         bool              `api:"CO" default:"false" life:"prototyped:23.14.0"`
}

var _ = define[Observer](Def{
	Name:  "Observer",
	Life:  "prototyped:23.14.0",
	Roles: "pool-admin",
	Flags: "database persist events constructor get_all",
	Messages: `
register(self: Observer ref, host: host ref) -> void | prototyped:23.14.0 pool-admin async hidden
unregister(self: Observer ref, host: host ref) -> void | prototyped:23.14.0 pool-admin async hidden
set_hosts(self: Observer ref, value: host ref set) -> void | prototyped:23.14.0 pool-admin async
set_enabled(self: Observer ref, value: bool) -> void | prototyped:23.14.0 pool-admin async
set_attributes(self: Observer ref, value: (string -> string) map) -> void | prototyped:23.14.0 pool-admin async
set_endpoints(self: Observer ref, value: string set) -> void | prototyped:23.14.0 pool-admin async
set_components(self: Observer ref, value: string set) -> void | prototyped:23.14.0 pool-admin async
`,
})
