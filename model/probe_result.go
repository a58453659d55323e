package model

// ProbeResult is one thing that probing a storage target has found; it exists
// in answers only.
type ProbeResult struct {
	Configuration map[string]string `api:"RO" life:"prototyped:kolkata,published:lima"`
	Complete      bool              `api:"RO" life:"prototyped:kolkata,published:lima"`
	SR            *SRStat           `api:"RO" life:"prototyped:kolkata,published:lima"`
	ExtraInfo     map[string]string `api:"RO" life:"prototyped:kolkata,published:lima"`
}

var _ = define[ProbeResult](Def{
	Name:  "probe_result",
	Life:  "prototyped:kolkata,published:lima",
	Roles: "local-root",
	Flags: "",
})
