package model

// StorageOperations is what can go on with an SR; the vdi_ ones are marked
// while one of its disks is made or changed.
type StorageOperations string

// The labels of StorageOperations.
const (
	StorageOperationsScan                 StorageOperations = "scan"
	StorageOperationsDestroy              StorageOperations = "destroy"
	StorageOperationsForget               StorageOperations = "forget"
	StorageOperationsPlug                 StorageOperations = "plug"
	StorageOperationsUnplug               StorageOperations = "unplug"
	StorageOperationsUpdate               StorageOperations = "update"
	StorageOperationsVDICreate            StorageOperations = "vdi_create"
	StorageOperationsVDIIntroduce         StorageOperations = "vdi_introduce"
	StorageOperationsVDIDestroy           StorageOperations = "vdi_destroy"
	StorageOperationsVDIResize            StorageOperations = "vdi_resize"
	StorageOperationsVDIClone             StorageOperations = "vdi_clone"
	StorageOperationsVDISnapshot          StorageOperations = "vdi_snapshot"
	StorageOperationsVDIMirror            StorageOperations = "vdi_mirror"
	StorageOperationsVDIEnableCBT         StorageOperations = "vdi_enable_cbt"
	StorageOperationsVDIDisableCBT        StorageOperations = "vdi_disable_cbt"
	StorageOperationsVDIDataDestroy       StorageOperations = "vdi_data_destroy"
	StorageOperationsVDIListChangedBlocks StorageOperations = "vdi_list_changed_blocks"
	StorageOperationsVDISetOnBoot         StorageOperations = "vdi_set_on_boot"
	StorageOperationsVDIBlocked           StorageOperations = "vdi_blocked"
	StorageOperationsVDICopy              StorageOperations = "vdi_copy"
	StorageOperationsVDIForceUnlock       StorageOperations = "vdi_force_unlock"
	StorageOperationsVDIForget            StorageOperations = "vdi_forget"
	StorageOperationsVDIGenerateConfig    StorageOperations = "vdi_generate_config"
	StorageOperationsVDIResizeOnline      StorageOperations = "vdi_resize_online"
	StorageOperationsVDIUpdate            StorageOperations = "vdi_update"
	StorageOperationsVDIRevert            StorageOperations = "vdi_revert"
	StorageOperationsPBDCreate            StorageOperations = "pbd_create"
	StorageOperationsPBDDestroy           StorageOperations = "pbd_destroy"
)

var _ = enum("storage_operations", StorageOperationsScan, StorageOperationsDestroy, StorageOperationsForget, StorageOperationsPlug, StorageOperationsUnplug, StorageOperationsUpdate, StorageOperationsVDICreate, StorageOperationsVDIIntroduce, StorageOperationsVDIDestroy, StorageOperationsVDIResize, StorageOperationsVDIClone, StorageOperationsVDISnapshot, StorageOperationsVDIMirror, StorageOperationsVDIEnableCBT, StorageOperationsVDIDisableCBT, StorageOperationsVDIDataDestroy, StorageOperationsVDIListChangedBlocks, StorageOperationsVDISetOnBoot, StorageOperationsVDIBlocked, StorageOperationsVDICopy, StorageOperationsVDIForceUnlock, StorageOperationsVDIForget, StorageOperationsVDIGenerateConfig, StorageOperationsVDIResizeOnline, StorageOperationsVDIUpdate, StorageOperationsVDIRevert, StorageOperationsPBDCreate, StorageOperationsPBDDestroy)

// SR is a place for disks: a file system, a volume group, a filer, a folder of
// CD images.
type SR struct {
	UUID                 string                       `api:"RO" life:"rio"`
	NameLabel            string                       `api:"CO" default:"" life:"rio"`
	NameDescription      string                       `api:"CO" default:"" life:"rio"`
	AllowedOperations    []StorageOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations    map[string]StorageOperations `api:"RO,volatile" default:"{}" life:"rio"`
	VDIs                 []Ref[VDI]                   `name:"VDIs" api:"RO" life:"rio" of:"VDI.SR"`
	PBDs                 []Ref[PBD]                   `name:"PBDs" api:"RO" life:"rio" of:"PBD.SR"`
	VirtualAllocation    int64                        `api:"RO" life:"rio"` // sum of the disks' sizes, bytes
	PhysicalUtilisation  int64                        `api:"RO" life:"rio"` // bytes that are taken
	PhysicalSize         int64                        `api:"CO" life:"rio"` // bytes; -1 until the SR was attached
	Type                 string                       `api:"CO" life:"rio"`
	ContentType          string                       `api:"CO" life:"rio"` // user, iso or disk
	Shared               bool                         `api:"RO" life:"rio"` // attached to all hosts
	OtherConfig          map[string]string            `api:"RW" life:"rio" keys:"folder=vm-operator XenCenter.CustomFields.*=vm-operator"`
	Tags                 []string                     `api:"RW" default:"[]" life:"orlando" writers:"vm-operator"`
	DefaultVDIVisibility bool                         `api:"RO,internal" life:"rio"`
	SMConfig             map[string]string            `api:"RW" default:"{}" life:"miami"`
	Blobs                map[string]Ref[Blob]         `api:"RO" default:"{}" life:"orlando"`
	LocalCacheEnabled    bool                         `api:"RO" default:"false" life:"cowley"`
	IntroducedBy         Ref[DRTask]                  `api:"RO" default:"OpaqueRef:NULL" life:"boston"`
	Clustered            bool                         `api:"RO" default:"false" life:"dundee"`
	IsToolsSR            bool                         `api:"RO" default:"false" life:"dundee"`
}

var _ = define[SR](Def{
	Name:  "SR",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(host: host ref, device_config: (string -> string) map, physical_size: int, name_label: string, name_description: string, type: string, content_type: string, shared: bool, sm_config?: (string -> string) map = {} @miami) -> SR ref | rio pool-operator async
introduce(uuid: string, name_label: string, name_description: string, type: string, content_type: string, shared: bool, sm_config?: (string -> string) map = {} @miami) -> SR ref | rio pool-operator async
make(host: host ref, device_config: (string -> string) map, physical_size: int, name_label: string, name_description: string, type: string, content_type: string, sm_config?: (string -> string) map = {} @miami) -> string | published:rio,deprecated:miami pool-operator async
destroy(sr: SR ref) -> void | rio pool-operator async
forget(sr: SR ref) -> void | rio pool-operator async
update(sr: SR ref) -> void | symc pool-operator async
get_supported_types() -> string set | rio read-only
scan(sr: SR ref) -> void | rio vm-power-admin async
probe(host: host ref @rio, device_config: (string -> string) map @rio, type: string, sm_config?: (string -> string) map = {}) -> string | miami pool-operator async
probe_ext(host: host ref, device_config: (string -> string) map, type: string, sm_config?: (string -> string) map = {}) -> probe_result record set | prototyped:kolkata,published:lima pool-operator async
set_shared(sr: SR ref, value: bool) -> void | rio pool-operator async
set_name_label(sr: SR ref, value: string) -> void | rio pool-operator async
set_name_description(sr: SR ref, value: string) -> void | rio pool-operator async
create_new_blob(sr: SR ref, name: string, mime_type: string, public?: bool = false @tampa) -> blob ref | orlando pool-operator async
set_physical_size(self: SR ref, value: int) -> void | miami pool-operator
set_virtual_allocation(self: SR ref, value: int) -> void | miami local-root hidden
set_physical_utilisation(self: SR ref, value: int) -> void | miami local-root hidden
assert_can_host_ha_statefile(sr: SR ref) -> void | orlando pool-operator async
assert_supports_database_replication(sr: SR ref) -> void | boston pool-operator async
enable_database_replication(sr: SR ref) -> void | boston pool-operator async
disable_database_replication(sr: SR ref) -> void | boston pool-operator async
get_data_sources(sr: SR ref) -> data_source record set | dundee read-only
record_data_source(sr: SR ref, data_source: string) -> void | dundee pool-operator
query_data_source(sr: SR ref, data_source: string) -> float | dundee read-only
forget_data_source_archives(sr: SR ref, data_source: string) -> void | dundee pool-operator
get_live_hosts(sr: SR ref) -> host ref set | stockholm pool-operator async hidden
`,
})
