package model

// PVSProxyStatus is how far the proxy of a VIF has come.
type PVSProxyStatus string

// The labels of PVSProxyStatus.
const (
	PVSProxyStatusStopped                     PVSProxyStatus = "stopped"
	PVSProxyStatusInitialised                 PVSProxyStatus = "initialised"
	PVSProxyStatusCaching                     PVSProxyStatus = "caching"
	PVSProxyStatusIncompatibleWriteCacheMode  PVSProxyStatus = "incompatible_write_cache_mode"
	PVSProxyStatusIncompatibleProtocolVersion PVSProxyStatus = "incompatible_protocol_version"
)

var _ = enum("pvs_proxy_status", PVSProxyStatusStopped, PVSProxyStatusInitialised, PVSProxyStatusCaching, PVSProxyStatusIncompatibleWriteCacheMode, PVSProxyStatusIncompatibleProtocolVersion)

// PVSProxy speeds up the boot of a VM from a PVS site by a cache on the host;
// one a VIF.
type PVSProxy struct {
	UUID              string         `api:"RO" life:"ely"`
	Site              Ref[PVSSite]   `api:"CO" default:"OpaqueRef:NULL" life:"ely"`
	VIF               Ref[VIF]       `name:"VIF" api:"CO" default:"OpaqueRef:NULL" life:"ely"`
	CurrentlyAttached bool           `api:"RO" default:"false" life:"ely"`
	Status            PVSProxyStatus `api:"RO" default:"stopped" life:"ely"`
}

var _ = define[PVSProxy](Def{
	Name:  "PVS_proxy",
	Life:  "ely",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(site: PVS_site ref, VIF: VIF ref) -> PVS_proxy ref | ely pool-operator async
destroy(self: PVS_proxy ref) -> void | ely pool-operator async
`,
})
