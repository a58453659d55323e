package model

import "time"

// HostPatch is an old-style patch on one host. Updates have replaced it.
type HostPatch struct {
	UUID             string            `api:"RO" life:"rio"`
	NameLabel        string            `api:"CO" default:"" life:"rio"`
	NameDescription  string            `api:"CO" default:"" life:"rio"`
	Version          string            `api:"CO" life:"rio"`
	Host             Ref[Host]         `api:"CO" life:"rio"`
	Filename         string            `api:"RO,internal" life:"rio"`
	Applied          bool              `api:"RO" life:"rio"`
	TimestampApplied time.Time         `api:"RO" life:"rio"`
	Size             int64             `api:"RO" life:"rio"`
	PoolPatch        Ref[PoolPatch]    `api:"CO" default:"" life:"miami"`
	OtherConfig      map[string]string `api:"RW" default:"{}" life:"miami"`
}

var _ = define[HostPatch](Def{
	Name:  "host_patch",
	Life:  "published:rio,deprecated:ely",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
destroy(self: host_patch ref) -> void | published:rio,deprecated:miami pool-operator async
apply(self: host_patch ref) -> string | published:rio,deprecated:miami pool-operator async
`,
})
