package model

import "time"

// OnBoot is what becomes of a disk's content when its VM starts.
type OnBoot string

// The labels of OnBoot.
const (
	OnBootReset   OnBoot = "reset"
	OnBootPersist OnBoot = "persist"
)

var _ = enum("on_boot", OnBootReset, OnBootPersist)

// VDIOperations is what can go on with a disk.
type VDIOperations string

// The labels of VDIOperations.
const (
	VDIOperationsClone             VDIOperations = "clone"
	VDIOperationsCopy              VDIOperations = "copy"
	VDIOperationsResize            VDIOperations = "resize"
	VDIOperationsResizeOnline      VDIOperations = "resize_online"
	VDIOperationsSnapshot          VDIOperations = "snapshot"
	VDIOperationsMirror            VDIOperations = "mirror"
	VDIOperationsDestroy           VDIOperations = "destroy"
	VDIOperationsForget            VDIOperations = "forget"
	VDIOperationsUpdate            VDIOperations = "update"
	VDIOperationsForceUnlock       VDIOperations = "force_unlock"
	VDIOperationsGenerateConfig    VDIOperations = "generate_config"
	VDIOperationsEnableCBT         VDIOperations = "enable_cbt"
	VDIOperationsDisableCBT        VDIOperations = "disable_cbt"
	VDIOperationsDataDestroy       VDIOperations = "data_destroy"
	VDIOperationsListChangedBlocks VDIOperations = "list_changed_blocks"
	VDIOperationsSetOnBoot         VDIOperations = "set_on_boot"
	VDIOperationsBlocked           VDIOperations = "blocked"
	VDIOperationsRevertTo          VDIOperations = "revert_to"
	VDIOperationsRevertFrom        VDIOperations = "revert_from"
)

var _ = enum("vdi_operations", VDIOperationsClone, VDIOperationsCopy, VDIOperationsResize, VDIOperationsResizeOnline, VDIOperationsSnapshot, VDIOperationsMirror, VDIOperationsDestroy, VDIOperationsForget, VDIOperationsUpdate, VDIOperationsForceUnlock, VDIOperationsGenerateConfig, VDIOperationsEnableCBT, VDIOperationsDisableCBT, VDIOperationsDataDestroy, VDIOperationsListChangedBlocks, VDIOperationsSetOnBoot, VDIOperationsBlocked, VDIOperationsRevertTo, VDIOperationsRevertFrom)

// VDIType is what a disk is for.
type VDIType string

// The labels of VDIType.
const (
	VDITypeSystem      VDIType = "system"
	VDITypeUser        VDIType = "user"
	VDITypeEphemeral   VDIType = "ephemeral"
	VDITypeSuspend     VDIType = "suspend"
	VDITypeCrashdump   VDIType = "crashdump"
	VDITypeHAStatefile VDIType = "ha_statefile"
	VDITypeMetadata    VDIType = "metadata"
	VDITypeRedoLog     VDIType = "redo_log"
	VDITypeRRD         VDIType = "rrd"
	VDITypePVSCache    VDIType = "pvs_cache"
	VDITypeCBTMetadata VDIType = "cbt_metadata"
)

var _ = enum("vdi_type", VDITypeSystem, VDITypeUser, VDITypeEphemeral, VDITypeSuspend, VDITypeCrashdump, VDITypeHAStatefile, VDITypeMetadata, VDITypeRedoLog, VDITypeRRD, VDITypePVSCache, VDITypeCBTMetadata)

// VDI is a virtual disk, a snapshot of one, or a CD image, in an SR.
type VDI struct {
	UUID                string                   `api:"RO" life:"rio"`
	NameLabel           string                   `api:"CO" default:"" life:"rio"`
	NameDescription     string                   `api:"CO" default:"" life:"rio"`
	AllowedOperations   []VDIOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations   map[string]VDIOperations `api:"RO,volatile" default:"{}" life:"rio"`
	SR                  Ref[SR]                  `name:"SR" api:"CO" life:"rio"`
	VBDs                []Ref[VBD]               `name:"VBDs" api:"RO" life:"rio" of:"VBD.VDI"`
	CrashDumps          []Ref[Crashdump]         `api:"RO" life:"rio" of:"crashdump.VDI"`
	VirtualSize         int64                    `api:"CO" life:"rio"` // bytes that a guest sees
	PhysicalUtilisation int64                    `api:"RO" life:"rio"` // bytes that it takes in the SR
	Type                VDIType                  `api:"CO" life:"rio"`
	Sharable            bool                     `api:"CO" life:"rio"`
	ReadOnly            bool                     `api:"CO" life:"rio"`
	OtherConfig         map[string]string        `api:"RW" life:"rio" keys:"folder=vm-operator XenCenter.CustomFields.*=vm-operator"`
	StorageLock         bool                     `api:"RO" life:"rio"`
	Location            string                   `api:"RO" default:"" life:"miami"` // what the driver calls it
	Managed             bool                     `api:"RO" life:"rio"`              // false: it only serves other disks
	Missing             bool                     `api:"RO" life:"rio"`
	Parent              Ref[VDI]                 `api:"RO" life:"published:rio,deprecated:ely"`
	XenstoreData        map[string]string        `api:"RW" default:"{}" life:"miami"`
	SMConfig            map[string]string        `api:"RW" default:"{}" life:"miami"` // the driver's notes
	IsASnapshot         bool                     `api:"RO" default:"false" life:"orlando"`
	SnapshotOf          Ref[VDI]                 `api:"RO" default:"" life:"orlando"` // may be gone
	Snapshots           []Ref[VDI]               `api:"RO" life:"orlando" of:"VDI.snapshot_of"`
	SnapshotTime        time.Time                `api:"RO" default:"19700101T00:00:00Z" life:"orlando"` // the epoch unless it is a snapshot
	Tags                []string                 `api:"RW" default:"[]" life:"orlando" writers:"vm-operator"`
	AllowCaching        bool                     `api:"RO" default:"false" life:"cowley"`
	OnBoot              OnBoot                   `api:"RO" default:"persist" life:"cowley"` // reset: back to its content at every boot
	MetadataOfPool      Ref[Pool]                `api:"RO" default:"OpaqueRef:NULL" life:"boston"`
	MetadataLatest      bool                     `api:"RO" default:"false" life:"boston"`
	IsToolsISO          bool                     `api:"RO" default:"false" life:"dundee"`
	CBTEnabled          bool                     `api:"RO" default:"false" life:"inverness"`
}

var _ = define[VDI](Def{
	Name:  "VDI",
	Life:  "rio",
	Roles: "vm-admin",
	Flags: "database persist events constructor get_all",
	Messages: `
snapshot(vdi: VDI ref, driver_params?: (string -> string) map = {} @miami) -> VDI ref | rio vm-admin async
clone(vdi: VDI ref, driver_params?: (string -> string) map = {} @miami) -> VDI ref | rio vm-admin async
resize(vdi: VDI ref, size: int) -> void | rio vm-admin async
resize_online(vdi: VDI ref, size: int) -> void | published:rio,deprecated:inverness,removed:inverness,published:26.16.1-next vm-admin async
introduce(uuid: string @rio, name_label: string @rio, name_description: string @rio, SR: SR ref @rio, type: enum vdi_type @rio, sharable: bool @rio, read_only: bool @rio, other_config: (string -> string) map @rio, location: string @rio, xenstore_data?: (string -> string) map = {} @rio, sm_config?: (string -> string) map = {}, managed?: bool = true @tampa, virtual_size?: int = 0 @tampa, physical_utilisation?: int = 0 @tampa, metadata_of_pool?: pool ref = "" @tampa, is_a_snapshot?: bool = false @tampa, snapshot_time?: datetime = "19700101T00:00:00Z" @tampa, snapshot_of?: VDI ref = "" @tampa) -> VDI ref | miami vm-admin async
pool_introduce(uuid: string @miami, name_label: string @miami, name_description: string @miami, SR: SR ref @miami, type: enum vdi_type @miami, sharable: bool @miami, read_only: bool @miami, other_config: (string -> string) map @miami, location: string @miami, xenstore_data?: (string -> string) map = {} @miami, sm_config?: (string -> string) map = {} @miami, managed?: bool = true @tampa, virtual_size?: int = 0 @tampa, physical_utilisation?: int = 0 @tampa, metadata_of_pool?: pool ref = "" @tampa, is_a_snapshot?: bool = false @tampa, snapshot_time?: datetime = "19700101T00:00:00Z" @tampa, snapshot_of?: VDI ref = "" @tampa, cbt_enabled?: bool = false @inverness) -> VDI ref | rio vm-admin async hidden
db_introduce(uuid: string @miami, name_label: string @miami, name_description: string @miami, SR: SR ref @miami, type: enum vdi_type @miami, sharable: bool @miami, read_only: bool @miami, other_config: (string -> string) map @miami, location: string @miami, xenstore_data?: (string -> string) map = {} @miami, sm_config?: (string -> string) map = {} @miami, managed?: bool = true @tampa, virtual_size?: int = 0 @tampa, physical_utilisation?: int = 0 @tampa, metadata_of_pool?: pool ref = "" @tampa, is_a_snapshot?: bool = false @tampa, snapshot_time?: datetime = "19700101T00:00:00Z" @tampa, snapshot_of?: VDI ref = "" @tampa, cbt_enabled?: bool = false @inverness) -> VDI ref | rio local-root async hidden
db_forget(vdi: VDI ref) -> void | miami local-root async hidden
update(vdi: VDI ref) -> void | symc vm-admin async
copy(vdi: VDI ref, sr?: SR ref = "OpaqueRef:NULL", base_vdi?: VDI ref = "OpaqueRef:NULL" @clearwater-felton, into_vdi?: VDI ref = "OpaqueRef:NULL" @clearwater-felton) -> VDI ref | published:rio,extended:cowley,extended:clearwater-felton vm-admin async
force_unlock(vdi: VDI ref) -> void | published:rio,deprecated:miami vm-admin async hidden
set_managed(self: VDI ref, value: bool) -> void | rio local-root hidden
forget(vdi: VDI ref) -> void | rio vm-admin async
set_sharable(self: VDI ref, value: bool) -> void | george vm-admin
set_read_only(self: VDI ref, value: bool) -> void | rio vm-admin
set_missing(self: VDI ref, value: bool) -> void | miami local-root hidden
set_virtual_size(self: VDI ref, value: int) -> void | miami local-root hidden
set_physical_utilisation(self: VDI ref, value: int) -> void | miami local-root hidden
set_is_a_snapshot(self: VDI ref, value: bool) -> void | boston local-root hidden
set_snapshot_of(self: VDI ref, value: VDI ref) -> void | boston local-root hidden
set_snapshot_time(self: VDI ref, value: datetime) -> void | boston local-root hidden
set_metadata_of_pool(self: VDI ref, value: pool ref) -> void | boston local-root hidden
set_name_label(self: VDI ref, value: string) -> void | rio vm-admin async
set_name_description(self: VDI ref, value: string) -> void | rio vm-admin async
generate_config(host: host ref, vdi: VDI ref) -> string | orlando vm-admin async hidden
set_on_boot(self: VDI ref, value: enum on_boot) -> void | cowley vm-admin async
set_allow_caching(self: VDI ref, value: bool) -> void | cowley vm-admin async
open_database(self: VDI ref) -> session ref | boston pool-operator async
checksum(self: VDI ref) -> string | boston vm-admin async hidden
read_database_pool_uuid(self: VDI ref) -> string | boston read-only async
pool_migrate(vdi: VDI ref, sr: SR ref, options: (string -> string) map) -> VDI ref | tampa vm-power-admin async
enable_cbt(self: VDI ref) -> void | inverness vm-admin async
disable_cbt(self: VDI ref) -> void | inverness vm-admin async
set_cbt_enabled(self: VDI ref, value: bool) -> void | inverness local-root async hidden
data_destroy(self: VDI ref) -> void | inverness vm-admin async
list_changed_blocks(vdi_from: VDI ref, vdi_to: VDI ref) -> string | inverness vm-operator async
get_nbd_info(self: VDI ref) -> vdi_nbd_server_info record set | inverness vm-admin
revert(snapshot: VDI ref) -> void | prototyped:26.16.0 vm-power-admin async
`,
})
