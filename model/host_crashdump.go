package model

import "time"

// HostCrashdump is a dump that a crashed host has left.
type HostCrashdump struct {
	UUID        string            `api:"RO" life:"rio"`
	Host        Ref[Host]         `api:"CO" life:"rio"`
	Timestamp   time.Time         `api:"RO" life:"rio"`
	Size        int64             `api:"RO" life:"rio"`
	Filename    string            `api:"CO,internal" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"miami"`
}

var _ = define[HostCrashdump](Def{
	Name:  "host_crashdump",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
destroy(self: host_crashdump ref) -> void | rio pool-operator async
upload(self: host_crashdump ref, url: string, options: (string -> string) map) -> void | rio pool-operator async
`,
})
