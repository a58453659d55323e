package model

// VBDMode is the enumeration vbd_mode.
type VBDMode string

// The labels of VBDMode.
const (
	VBDModeRO VBDMode = "RO"
	VBDModeRW VBDMode = "RW"
)

var _ = enum("vbd_mode", VBDModeRO, VBDModeRW)

// VBDOperations is the enumeration vbd_operations.
type VBDOperations string

// The labels of VBDOperations.
const (
	VBDOperationsAttach      VBDOperations = "attach"
	VBDOperationsEject       VBDOperations = "eject"
	VBDOperationsInsert      VBDOperations = "insert"
	VBDOperationsPlug        VBDOperations = "plug"
	VBDOperationsUnplug      VBDOperations = "unplug"
	VBDOperationsUnplugForce VBDOperations = "unplug_force"
	VBDOperationsPause       VBDOperations = "pause"
	VBDOperationsUnpause     VBDOperations = "unpause"
)

var _ = enum("vbd_operations", VBDOperationsAttach, VBDOperationsEject, VBDOperationsInsert, VBDOperationsPlug, VBDOperationsUnplug, VBDOperationsUnplugForce, VBDOperationsPause, VBDOperationsUnpause)

// VBDType is the enumeration vbd_type.
type VBDType string

// The labels of VBDType.
const (
	VBDTypeCD     VBDType = "CD"
	VBDTypeDisk   VBDType = "Disk"
	VBDTypeFloppy VBDType = "Floppy"
)

var _ = enum("vbd_type", VBDTypeCD, VBDTypeDisk, VBDTypeFloppy)

// VBD is the XenAPI class VBD.
type VBD struct {
	UUID                   string                   `api:"RO" life:"rio"`
	AllowedOperations      []VBDOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations      map[string]VBDOperations `api:"RO,volatile" default:"{}" life:"rio"`
	VM                     Ref[VM]                  `name:"VM" api:"CO" life:"rio"`
	VDI                    Ref[VDI]                 `name:"VDI" api:"CO" life:"rio"`
	Device                 string                   `api:"CO" default:"" life:"published:rio,changed:1.257.0"`
	Userdevice             string                   `api:"RW" life:"rio"`
	Bootable               bool                     `api:"RW" life:"rio"`
	Mode                   VBDMode                  `api:"CO" life:"rio"`
	Type                   VBDType                  `api:"RW" life:"rio"`
	Unpluggable            bool                     `api:"RW" default:"true" life:"miami"`
	StorageLock            bool                     `api:"RO" life:"rio"`
	Empty                  bool                     `api:"CO" life:"rio"`
	Reserved               bool                     `api:"RO,internal" default:"false" life:"rio"`
	OtherConfig            map[string]string        `api:"RW" life:"rio"`
	CurrentlyAttached      bool                     `api:"CO" default:"false" life:"published:rio,changed:1.257.0"`
	StatusCode             int64                    `api:"RO" life:"rio"`
	StatusDetail           string                   `api:"RO" life:"rio"`
	RuntimeProperties      map[string]string        `api:"RO" life:"rio"`
	QosAlgorithmType       string                   `api:"RW" life:"rio"`
	QosAlgorithmParams     map[string]string        `api:"RW" life:"rio"`
	QosSupportedAlgorithms []string                 `api:"RO" life:"rio"`
	Metrics                Ref[VBDMetrics]          `api:"RO" default:"OpaqueRef:NULL" life:"published:rio,deprecated:tampa,removed:tampa"`
}

var _ = define[VBD](Def{
	Name:  "VBD",
	Life:  "rio",
	Roles: "vm-admin",
	Flags: "database persist events constructor get_all",
	Messages: `
eject(vbd: VBD ref) -> void | rio vm-operator async
insert(vbd: VBD ref, vdi: VDI ref) -> void | rio vm-operator async
plug(self: VBD ref) -> void | rio vm-admin async
unplug(self: VBD ref) -> void | rio vm-admin async
unplug_force(self: VBD ref) -> void | rio vm-admin async
unplug_force_no_safety_check(self: VBD ref) -> void | published:symc,deprecated:ely vm-admin async hidden
assert_attachable(self: VBD ref) -> void | rio vm-admin async
pause(self: VBD ref) -> string | symc vm-admin async hidden
unpause(self: VBD ref, token?: string = "" @orlando) -> void | symc vm-admin async hidden
set_mode(self: VBD ref, value: enum vbd_mode) -> void | rio vm-admin async
`,
})
