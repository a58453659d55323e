package model

// VBDMode is whether a drive can be written to.
type VBDMode string

// The labels of VBDMode.
const (
	VBDModeRO VBDMode = "RO"
	VBDModeRW VBDMode = "RW"
)

var _ = enum("vbd_mode", VBDModeRO, VBDModeRW)

// VBDOperations is what can go on with a drive.
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

// VBDType is what a VM takes a drive for.
type VBDType string

// The labels of VBDType.
const (
	VBDTypeCD     VBDType = "CD"
	VBDTypeDisk   VBDType = "Disk"
	VBDTypeFloppy VBDType = "Floppy"
)

var _ = enum("vbd_type", VBDTypeCD, VBDTypeDisk, VBDTypeFloppy)

// VBD is a drive of a VM: the connection with a disk, or an empty CD drive.
type VBD struct {
	UUID                   string                   `api:"RO" life:"rio"`
	AllowedOperations      []VBDOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations      map[string]VBDOperations `api:"RO,volatile" default:"{}" life:"rio"`
	VM                     Ref[VM]                  `name:"VM" api:"CO" life:"rio"`
	VDI                    Ref[VDI]                 `name:"VDI" api:"CO" life:"rio"`                           // null if empty
	Device                 string                   `api:"CO" default:"" life:"published:rio,changed:1.257.0"` // what the guest calls it, xvda; empty until plugged
	Userdevice             string                   `api:"RW" life:"rio"`                                      // number, or autodetect
	Bootable               bool                     `api:"RW" life:"rio"`
	Mode                   VBDMode                  `api:"CO" life:"rio"`
	Type                   VBDType                  `api:"RW" life:"rio"`
	Unpluggable            bool                     `api:"RW" default:"true" life:"miami"` // while the VM runs
	StorageLock            bool                     `api:"RO" life:"rio"`
	Empty                  bool                     `api:"CO" life:"rio"`                          // of a CD drive
	Reserved               bool                     `api:"RO,internal" default:"false" life:"rio"` // about to be attached
	OtherConfig            map[string]string        `api:"RW" life:"rio"`
	CurrentlyAttached      bool                     `api:"CO" default:"false" life:"published:rio,changed:1.257.0"` // stays true while suspended
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
