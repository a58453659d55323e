package model

// LivepatchStatus is how far an update could be applied to a running host.
type LivepatchStatus string

// The labels of LivepatchStatus.
const (
	LivepatchStatusOkLivepatchComplete   LivepatchStatus = "ok_livepatch_complete"
	LivepatchStatusOkLivepatchIncomplete LivepatchStatus = "ok_livepatch_incomplete"
	LivepatchStatusOk                    LivepatchStatus = "ok"
)

var _ = enum("livepatch_status", LivepatchStatusOkLivepatchComplete, LivepatchStatusOkLivepatchIncomplete, LivepatchStatusOk)

// UpdateAfterApplyGuidance is what an update asks to be restarted.
type UpdateAfterApplyGuidance string

// The labels of UpdateAfterApplyGuidance.
const (
	UpdateAfterApplyGuidanceRestartHVM  UpdateAfterApplyGuidance = "restartHVM"
	UpdateAfterApplyGuidanceRestartPV   UpdateAfterApplyGuidance = "restartPV"
	UpdateAfterApplyGuidanceRestartHost UpdateAfterApplyGuidance = "restartHost"
	UpdateAfterApplyGuidanceRestartXAPI UpdateAfterApplyGuidance = "restartXAPI"
)

var _ = enum("update_after_apply_guidance", UpdateAfterApplyGuidanceRestartHVM, UpdateAfterApplyGuidanceRestartPV, UpdateAfterApplyGuidanceRestartHost, UpdateAfterApplyGuidanceRestartXAPI)

// PoolUpdate is an update package that was uploaded to the pool.
type PoolUpdate struct {
	UUID               string                     `api:"RO" life:"rio"`
	NameLabel          string                     `api:"CO" default:"" life:"rio"`
	NameDescription    string                     `api:"CO" default:"" life:"rio"`
	Version            string                     `api:"CO" default:"" life:"ely"`
	InstallationSize   int64                      `api:"CO" default:"0" life:"ely"`
	Key                string                     `api:"CO" default:"" life:"ely"`
	AfterApplyGuidance []UpdateAfterApplyGuidance `api:"CO" default:"[]" life:"ely"`
	VDI                Ref[VDI]                   `api:"CO" life:"rio"`
	Hosts              []Ref[Host]                `api:"RO" life:"ely" of:"host.updates"`
	OtherConfig        map[string]string          `api:"RW" default:"{}" life:"inverness"`
	EnforceHomogeneity bool                       `api:"CO" default:"false" life:"inverness"`
}

var _ = define[PoolUpdate](Def{
	Name:  "pool_update",
	Life:  "ely",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
introduce(vdi: VDI ref) -> pool_update ref | ely pool-operator async
precheck(self: pool_update ref, host: host ref) -> enum livepatch_status | ely pool-operator async
apply(self: pool_update ref, host: host ref) -> void | ely pool-operator async
pool_apply(self: pool_update ref) -> void | ely pool-operator async
pool_clean(self: pool_update ref) -> void | ely pool-operator async
destroy(self: pool_update ref) -> void | ely pool-operator async
attach(self: pool_update ref, use_localhost_proxy?: bool = false @naples) -> string | ely pool-operator async hidden
detach(self: pool_update ref) -> void | ely pool-operator async hidden
resync_host(host: host ref) -> void | ely pool-operator async hidden
`,
})
