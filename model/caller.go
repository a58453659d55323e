package model

import "time"

// Caller is a client that was seen, by address or user agent, so that its
// calls can be limited.
type Caller struct {
	UUID            string         `api:"RO" life:"prototyped:26.17.0"`
	NameLabel       string         `api:"RW" default:"" life:"prototyped:26.17.0"`
	NameDescription string         `api:"RW" default:"" life:"prototyped:26.17.0"`
	UserAgent       string         `api:"CO" default:"" life:"prototyped:26.17.0"`
	ClientIP        string         `api:"CO" default:"" life:"prototyped:26.17.0"`
	LastAccess      time.Time      `api:"RO" default:"19700101T00:00:00Z" life:"prototyped:26.17.0"`
	Groups          []string       `api:"RO" default:"[]" life:"prototyped:26.17.0"`
	RateLimit       Ref[RateLimit] `api:"RO" default:"OpaqueRef:NULL" life:"prototyped:26.17.0"`
	AutoRegistered  bool           `api:"RO" default:"false" life:"prototyped:26.17.0"`
}

var _ = define[Caller](Def{
	Name:  "Caller",
	Life:  "prototyped:26.17.0",
	Roles: "pool-admin",
	Flags: "database persist events constructor get_all",
	Messages: `
add_group(self: Caller ref, group: string) -> void | prototyped:26.17.0 pool-operator async
remove_group(self: Caller ref, group: string) -> void | prototyped:26.17.0 pool-operator async
query_token_usage(self: Caller ref) -> float | prototyped:26.15.0 pool-operator async
query_call_count(self: Caller ref) -> int | prototyped:26.15.0 pool-operator async
query_group_token_usage(group: string) -> float | prototyped:26.15.0 pool-operator async
query_group_call_count(group: string) -> int | prototyped:26.15.0 pool-operator async
query_all_usage() -> string set set | prototyped:26.17.0 pool-operator async
`,
})
