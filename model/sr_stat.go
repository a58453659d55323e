package model

// SRHealth is what a driver says of the state of an SR.
type SRHealth string

// The labels of SRHealth.
const (
	SRHealthHealthy     SRHealth = "healthy"
	SRHealthRecovering  SRHealth = "recovering"
	SRHealthUnreachable SRHealth = "unreachable"
	SRHealthUnavailable SRHealth = "unavailable"
)

var _ = enum("sr_health", SRHealthHealthy, SRHealthRecovering, SRHealthUnreachable, SRHealthUnavailable)

// SRStat is the state of an SR that was probed; it exists in answers only.
type SRStat struct {
	UUID            *string  `api:"RO" life:"prototyped:kolkata,published:lima,extended:24.17.0"`
	NameLabel       string   `api:"RO" life:"prototyped:kolkata,published:lima,extended:24.17.0"`
	NameDescription string   `api:"RO" life:"prototyped:kolkata,published:lima,extended:24.17.0"`
	FreeSpace       int64    `api:"RO" life:"prototyped:kolkata,published:lima,extended:24.17.0"`
	TotalSpace      int64    `api:"RO" life:"prototyped:kolkata,published:lima,extended:24.17.0"`
	Clustered       bool     `api:"RO" life:"prototyped:kolkata,published:lima,extended:24.17.0"`
	Health          SRHealth `api:"RO" life:"prototyped:kolkata,published:lima,extended:24.17.0"`
}

var _ = define[SRStat](Def{
	Name:  "sr_stat",
	Life:  "prototyped:kolkata,published:lima,extended:24.17.0",
	Roles: "local-root",
	Flags: "",
})
