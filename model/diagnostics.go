package model

// Diagnostics looks into the toolstack process itself; it has no rows.
type Diagnostics struct {
}

var _ = define[Diagnostics](Def{
	Name:  "Diagnostics",
	Life:  "stockholm",
	Roles: "pool-operator",
	Flags: "hidden",
	Messages: `
gc_compact(host: host ref) -> void | stockholm pool-operator async hidden
gc_stats(host: host ref) -> (string -> string) map | stockholm pool-operator async hidden
db_stats() -> (string -> string) map | stockholm pool-operator async hidden
network_stats(host: host ref, params: (string -> string) map) -> string set set | stockholm pool-operator async hidden
`,
})
