package model

// NetworkDefaultLockingMode is what the VIFs of a network do that follow the
// network's mode.
type NetworkDefaultLockingMode string

// The labels of NetworkDefaultLockingMode.
const (
	NetworkDefaultLockingModeUnlocked NetworkDefaultLockingMode = "unlocked"
	NetworkDefaultLockingModeDisabled NetworkDefaultLockingMode = "disabled"
)

var _ = enum("network_default_locking_mode", NetworkDefaultLockingModeUnlocked, NetworkDefaultLockingModeDisabled)

// NetworkOperations is what can go on with a network.
type NetworkOperations string

// The labels of NetworkOperations.
const (
	NetworkOperationsAttaching NetworkOperations = "attaching"
)

var _ = enum("network_operations", NetworkOperationsAttaching)

// NetworkPurpose is what a network is for beside carrying the traffic of VMs.
type NetworkPurpose string

// The labels of NetworkPurpose.
const (
	NetworkPurposeNBD         NetworkPurpose = "nbd"
	NetworkPurposeInsecureNBD NetworkPurpose = "insecure_nbd"
)

var _ = enum("network_purpose", NetworkPurposeNBD, NetworkPurposeInsecureNBD)

// Network is a virtual switch that spans the pool; PIFs connect it to the
// outside, VIFs to VMs. One without PIFs is internal to each host.
type Network struct {
	UUID               string                       `api:"RO" life:"rio"`
	NameLabel          string                       `api:"RW" default:"" life:"rio" writers:"pool-operator"`
	NameDescription    string                       `api:"RW" default:"" life:"rio" writers:"pool-operator"`
	AllowedOperations  []NetworkOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations  map[string]NetworkOperations `api:"RO,volatile" default:"{}" life:"rio"`
	VIFs               []Ref[VIF]                   `name:"VIFs" api:"RO" life:"rio" of:"VIF.network"`
	PIFs               []Ref[PIF]                   `name:"PIFs" api:"RO" life:"rio" of:"PIF.network"`
	MTU                int64                        `name:"MTU" api:"RW" default:"1500" life:"midnight-ride"` // bytes
	OtherConfig        map[string]string            `api:"RW" life:"rio" writers:"pool-operator" keys:"folder=vm-operator XenCenter.CustomFields.*=vm-operator XenCenterCreateInProgress=vm-operator"`
	Bridge             string                       `api:"CO" default:"" life:"published:rio,changed:falcon"` // its name on each host
	Managed            bool                         `api:"CO" default:"true" life:"falcon"`                   // the toolstack makes and removes the bridge
	Blobs              map[string]Ref[Blob]         `api:"RO" default:"{}" life:"orlando"`
	Tags               []string                     `api:"RW" default:"[]" life:"orlando" writers:"vm-operator"`
	DefaultLockingMode NetworkDefaultLockingMode    `api:"RO" default:"unlocked" life:"tampa"`
	AssignedIps        map[Ref[VIF]]string          `api:"RO" default:"{}" life:"creedence"` // on the internal network
	Purpose            []NetworkPurpose             `api:"RO" default:"[]" life:"inverness"` // e.g. nbd
}

var _ = define[Network](Def{
	Name:  "network",
	Life:  "rio",
	Roles: "vm-admin",
	Flags: "database persist events constructor get_all",
	Messages: `
attach(network: network ref, host: host ref) -> void | miami pool-operator async hidden
pool_introduce(name_label: string @miami, name_description: string @miami, MTU: int @miami, other_config: (string -> string) map @miami, bridge: string @miami, managed: bool @falcon, purpose: enum network_purpose set @inverness) -> network ref | rio pool-operator async hidden
create_new_blob(network: network ref, name: string, mime_type: string, public?: bool = false @tampa) -> blob ref | orlando pool-operator async
set_default_locking_mode(network: network ref, value: enum network_default_locking_mode) -> void | tampa pool-operator async
attach_for_vm(host: host ref, vm: VM ref) -> void | tampa vm-power-admin async hidden
detach_for_vm(host: host ref, vm: VM ref) -> void | tampa vm-power-admin async hidden
add_purpose(self: network ref, value: enum network_purpose) -> void | inverness pool-admin async
remove_purpose(self: network ref, value: enum network_purpose) -> void | inverness pool-admin async
`,
})
