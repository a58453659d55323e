package model

// AfterApplyGuidance is what an old-style patch asks to be restarted.
type AfterApplyGuidance string

// The labels of AfterApplyGuidance.
const (
	AfterApplyGuidanceRestartHVM  AfterApplyGuidance = "restartHVM"
	AfterApplyGuidanceRestartPV   AfterApplyGuidance = "restartPV"
	AfterApplyGuidanceRestartHost AfterApplyGuidance = "restartHost"
	AfterApplyGuidanceRestartXAPI AfterApplyGuidance = "restartXAPI"
)

var _ = enum("after_apply_guidance", AfterApplyGuidanceRestartHVM, AfterApplyGuidanceRestartPV, AfterApplyGuidanceRestartHost, AfterApplyGuidanceRestartXAPI)

// PoolPatch is an old-style patch of the pool. Updates have replaced it.
type PoolPatch struct {
	UUID               string               `api:"RO" life:"rio"`
	NameLabel          string               `api:"CO" default:"" life:"rio"`
	NameDescription    string               `api:"CO" default:"" life:"rio"`
	Version            string               `api:"CO" default:"" life:"miami"`
	Filename           string               `api:"RO,internal" default:"" life:"miami"`
	Size               int64                `api:"RO" default:"0" life:"miami"`
	PoolApplied        bool                 `api:"RO" default:"false" life:"miami"`
	HostPatches        []Ref[HostPatch]     `api:"RO" life:"miami" of:"host_patch.pool_patch"`
	AfterApplyGuidance []AfterApplyGuidance `api:"RO" default:"[]" life:"miami"`
	PoolUpdate         Ref[PoolUpdate]      `api:"CO" default:"OpaqueRef:NULL" life:"ely"`
	OtherConfig        map[string]string    `api:"RW" default:"{}" life:"miami"`
}

var _ = define[PoolPatch](Def{
	Name:  "pool_patch",
	Life:  "published:miami,deprecated:ely",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
apply(self: pool_patch ref, host: host ref) -> string | published:miami,deprecated:ely pool-operator async
pool_apply(self: pool_patch ref) -> void | published:miami,deprecated:ely pool-operator async
precheck(self: pool_patch ref, host: host ref) -> string | published:miami,deprecated:ely pool-operator async
clean(self: pool_patch ref) -> void | published:miami,deprecated:ely pool-operator async
pool_clean(self: pool_patch ref) -> void | published:tampa,deprecated:ely pool-operator async
destroy(self: pool_patch ref) -> void | published:miami,deprecated:ely pool-operator async
clean_on_host(self: pool_patch ref, host: host ref) -> void | published:tampa,deprecated:ely pool-operator async
`,
})
