package model

// RateLimit bounds how many calls a caller may make.
type RateLimit struct {
	UUID            string        `api:"RO" life:"prototyped:26.17.0"`
	NameLabel       string        `api:"RW" default:"" life:"prototyped:26.17.0"`
	NameDescription string        `api:"RW" default:"" life:"prototyped:26.17.0"`
	Callers         []Ref[Caller] `api:"RO" life:"prototyped:26.17.0" of:"Caller.rate_limit"`
	BurstSize       float64       `api:"CO" default:"0.0" life:"prototyped:26.17.0"`
	FillRate        float64       `api:"CO" default:"0.0" life:"prototyped:26.17.0"`
}

var _ = define[RateLimit](Def{
	Name:  "Rate_limit",
	Life:  "prototyped:26.17.0",
	Roles: "pool-admin",
	Flags: "database persist events constructor get_all",
	Messages: `
add_caller(self: Rate_limit ref, caller: Caller ref) -> void | prototyped:26.17.0 pool-admin async
remove_caller(self: Rate_limit ref, caller: Caller ref) -> void | prototyped:26.17.0 pool-admin async
set_burst_size(self: Rate_limit ref, value: float) -> void | prototyped:26.17.0 pool-admin async
set_fill_rate(self: Rate_limit ref, value: float) -> void | prototyped:26.17.0 pool-admin async
`,
})
