package model

import "time"

// DomainType is the kind of domain that a VM runs in.
type DomainType string

// The labels of DomainType.
const (
	DomainTypeHVM         DomainType = "hvm"
	DomainTypePV          DomainType = "pv"
	DomainTypePVInPVH     DomainType = "pv_in_pvh"
	DomainTypePVH         DomainType = "pvh"
	DomainTypeUnspecified DomainType = "unspecified"
)

var _ = enum("domain_type", DomainTypeHVM, DomainTypePV, DomainTypePVInPVH, DomainTypePVH, DomainTypeUnspecified)

// OnCrashBehaviour is what is done when a guest crashes.
type OnCrashBehaviour string

// The labels of OnCrashBehaviour.
const (
	OnCrashBehaviourDestroy            OnCrashBehaviour = "destroy"
	OnCrashBehaviourCoredumpAndDestroy OnCrashBehaviour = "coredump_and_destroy"
	OnCrashBehaviourRestart            OnCrashBehaviour = "restart"
	OnCrashBehaviourCoredumpAndRestart OnCrashBehaviour = "coredump_and_restart"
	OnCrashBehaviourPreserve           OnCrashBehaviour = "preserve"
	OnCrashBehaviourRenameRestart      OnCrashBehaviour = "rename_restart"
)

var _ = enum("on_crash_behaviour", OnCrashBehaviourDestroy, OnCrashBehaviourCoredumpAndDestroy, OnCrashBehaviourRestart, OnCrashBehaviourCoredumpAndRestart, OnCrashBehaviourPreserve, OnCrashBehaviourRenameRestart)

// OnNormalExit is what is done when a guest shuts down or reboots.
type OnNormalExit string

// The labels of OnNormalExit.
const (
	OnNormalExitDestroy OnNormalExit = "destroy"
	OnNormalExitRestart OnNormalExit = "restart"
)

var _ = enum("on_normal_exit", OnNormalExitDestroy, OnNormalExitRestart)

// OnSoftrebootBehavior is what is done when a guest asks for a soft reboot.
type OnSoftrebootBehavior string

// The labels of OnSoftrebootBehavior.
const (
	OnSoftrebootBehaviorSoftReboot OnSoftrebootBehavior = "soft_reboot"
	OnSoftrebootBehaviorDestroy    OnSoftrebootBehavior = "destroy"
	OnSoftrebootBehaviorRestart    OnSoftrebootBehavior = "restart"
	OnSoftrebootBehaviorPreserve   OnSoftrebootBehavior = "preserve"
)

var _ = enum("on_softreboot_behavior", OnSoftrebootBehaviorSoftReboot, OnSoftrebootBehaviorDestroy, OnSoftrebootBehaviorRestart, OnSoftrebootBehaviorPreserve)

// UpdateGuidances is what has to be restarted before an update takes effect.
type UpdateGuidances string

// The labels of UpdateGuidances.
const (
	UpdateGuidancesRebootHost                         UpdateGuidances = "reboot_host"
	UpdateGuidancesRebootHostOnLivepatchFailure       UpdateGuidances = "reboot_host_on_livepatch_failure"
	UpdateGuidancesRebootHostOnKernelLivepatchFailure UpdateGuidances = "reboot_host_on_kernel_livepatch_failure"
	UpdateGuidancesRebootHostOnXenLivepatchFailure    UpdateGuidances = "reboot_host_on_xen_livepatch_failure"
	UpdateGuidancesRestartToolstack                   UpdateGuidances = "restart_toolstack"
	UpdateGuidancesRestartDeviceModel                 UpdateGuidances = "restart_device_model"
	UpdateGuidancesRestartVM                          UpdateGuidances = "restart_vm"
)

var _ = enum("update_guidances", UpdateGuidancesRebootHost, UpdateGuidancesRebootHostOnLivepatchFailure, UpdateGuidancesRebootHostOnKernelLivepatchFailure, UpdateGuidancesRebootHostOnXenLivepatchFailure, UpdateGuidancesRestartToolstack, UpdateGuidancesRestartDeviceModel, UpdateGuidancesRestartVM)

// UpdateStatus is how the guest's firmware variables came to change.
type UpdateStatus string

// The labels of UpdateStatus.
const (
	UpdateStatusYes         UpdateStatus = "yes"
	UpdateStatusNo          UpdateStatus = "no"
	UpdateStatusUnspecified UpdateStatus = "unspecified"
)

var _ = enum("update_status", UpdateStatusYes, UpdateStatusNo, UpdateStatusUnspecified)

// VMOperations is what can go on with a VM, and what blocked_operations can
// forbid.
type VMOperations string

// The labels of VMOperations.
const (
	VMOperationsSnapshot                 VMOperations = "snapshot"
	VMOperationsClone                    VMOperations = "clone"
	VMOperationsCopy                     VMOperations = "copy"
	VMOperationsCreateTemplate           VMOperations = "create_template"
	VMOperationsRevert                   VMOperations = "revert"
	VMOperationsCheckpoint               VMOperations = "checkpoint"
	VMOperationsSnapshotWithQuiesce      VMOperations = "snapshot_with_quiesce"
	VMOperationsProvision                VMOperations = "provision"
	VMOperationsStart                    VMOperations = "start"
	VMOperationsStartOn                  VMOperations = "start_on"
	VMOperationsPause                    VMOperations = "pause"
	VMOperationsUnpause                  VMOperations = "unpause"
	VMOperationsCleanShutdown            VMOperations = "clean_shutdown"
	VMOperationsCleanReboot              VMOperations = "clean_reboot"
	VMOperationsHardShutdown             VMOperations = "hard_shutdown"
	VMOperationsPowerStateReset          VMOperations = "power_state_reset"
	VMOperationsHardReboot               VMOperations = "hard_reboot"
	VMOperationsSuspend                  VMOperations = "suspend"
	VMOperationsCsvm                     VMOperations = "csvm"
	VMOperationsResume                   VMOperations = "resume"
	VMOperationsResumeOn                 VMOperations = "resume_on"
	VMOperationsPoolMigrate              VMOperations = "pool_migrate"
	VMOperationsMigrateSend              VMOperations = "migrate_send"
	VMOperationsGetBootRecord            VMOperations = "get_boot_record"
	VMOperationsSendSysrq                VMOperations = "send_sysrq"
	VMOperationsSendTrigger              VMOperations = "send_trigger"
	VMOperationsQueryServices            VMOperations = "query_services"
	VMOperationsShutdown                 VMOperations = "shutdown"
	VMOperationsCallPlugin               VMOperations = "call_plugin"
	VMOperationsChangingMemoryLive       VMOperations = "changing_memory_live"
	VMOperationsAwaitingMemoryLive       VMOperations = "awaiting_memory_live"
	VMOperationsChangingDynamicRange     VMOperations = "changing_dynamic_range"
	VMOperationsChangingStaticRange      VMOperations = "changing_static_range"
	VMOperationsChangingMemoryLimits     VMOperations = "changing_memory_limits"
	VMOperationsChangingShadowMemory     VMOperations = "changing_shadow_memory"
	VMOperationsChangingShadowMemoryLive VMOperations = "changing_shadow_memory_live"
	VMOperationsChangingVCPUs            VMOperations = "changing_VCPUs"
	VMOperationsChangingVCPUsLive        VMOperations = "changing_VCPUs_live"
	VMOperationsChangingNVRAM            VMOperations = "changing_NVRAM"
	VMOperationsAssertOperationValid     VMOperations = "assert_operation_valid"
	VMOperationsDataSourceOp             VMOperations = "data_source_op"
	VMOperationsUpdateAllowedOperations  VMOperations = "update_allowed_operations"
	VMOperationsMakeIntoTemplate         VMOperations = "make_into_template"
	VMOperationsImport                   VMOperations = "import"
	VMOperationsExport                   VMOperations = "export"
	VMOperationsMetadataExport           VMOperations = "metadata_export"
	VMOperationsReverting                VMOperations = "reverting"
	VMOperationsDestroy                  VMOperations = "destroy"
	VMOperationsCreateVTPM               VMOperations = "create_vtpm"
	VMOperationsSysprep                  VMOperations = "sysprep"
)

var _ = enum("vm_operations", VMOperationsSnapshot, VMOperationsClone, VMOperationsCopy, VMOperationsCreateTemplate, VMOperationsRevert, VMOperationsCheckpoint, VMOperationsSnapshotWithQuiesce, VMOperationsProvision, VMOperationsStart, VMOperationsStartOn, VMOperationsPause, VMOperationsUnpause, VMOperationsCleanShutdown, VMOperationsCleanReboot, VMOperationsHardShutdown, VMOperationsPowerStateReset, VMOperationsHardReboot, VMOperationsSuspend, VMOperationsCsvm, VMOperationsResume, VMOperationsResumeOn, VMOperationsPoolMigrate, VMOperationsMigrateSend, VMOperationsGetBootRecord, VMOperationsSendSysrq, VMOperationsSendTrigger, VMOperationsQueryServices, VMOperationsShutdown, VMOperationsCallPlugin, VMOperationsChangingMemoryLive, VMOperationsAwaitingMemoryLive, VMOperationsChangingDynamicRange, VMOperationsChangingStaticRange, VMOperationsChangingMemoryLimits, VMOperationsChangingShadowMemory, VMOperationsChangingShadowMemoryLive, VMOperationsChangingVCPUs, VMOperationsChangingVCPUsLive, VMOperationsChangingNVRAM, VMOperationsAssertOperationValid, VMOperationsDataSourceOp, VMOperationsUpdateAllowedOperations, VMOperationsMakeIntoTemplate, VMOperationsImport, VMOperationsExport, VMOperationsMetadataExport, VMOperationsReverting, VMOperationsDestroy, VMOperationsCreateVTPM, VMOperationsSysprep)

// VMPowerState is whether a VM runs.
type VMPowerState string

// The labels of VMPowerState.
const (
	VMPowerStateHalted    VMPowerState = "Halted"
	VMPowerStatePaused    VMPowerState = "Paused"
	VMPowerStateRunning   VMPowerState = "Running"
	VMPowerStateSuspended VMPowerState = "Suspended"
)

var _ = enum("vm_power_state", VMPowerStateHalted, VMPowerStatePaused, VMPowerStateRunning, VMPowerStateSuspended)

// VMSecurebootCertificatesState is whether the keys in a VM's firmware are
// current.
type VMSecurebootCertificatesState string

// The labels of VMSecurebootCertificatesState.
const (
	VMSecurebootCertificatesStateOk              VMSecurebootCertificatesState = "ok"
	VMSecurebootCertificatesStateUpdateAvailable VMSecurebootCertificatesState = "update_available"
	VMSecurebootCertificatesStateUpdateOnBoot    VMSecurebootCertificatesState = "update_on_boot"
)

var _ = enum("vm_secureboot_certificates_state", VMSecurebootCertificatesStateOk, VMSecurebootCertificatesStateUpdateAvailable, VMSecurebootCertificatesStateUpdateOnBoot)

// VMSecurebootReadiness is whether a VM could boot securely.
type VMSecurebootReadiness string

// The labels of VMSecurebootReadiness.
const (
	VMSecurebootReadinessNotSupported    VMSecurebootReadiness = "not_supported"
	VMSecurebootReadinessDisabled        VMSecurebootReadiness = "disabled"
	VMSecurebootReadinessFirstBoot       VMSecurebootReadiness = "first_boot"
	VMSecurebootReadinessReady           VMSecurebootReadiness = "ready"
	VMSecurebootReadinessReadyNoDbx      VMSecurebootReadiness = "ready_no_dbx"
	VMSecurebootReadinessSetupMode       VMSecurebootReadiness = "setup_mode"
	VMSecurebootReadinessCertsIncomplete VMSecurebootReadiness = "certs_incomplete"
)

var _ = enum("vm_secureboot_readiness", VMSecurebootReadinessNotSupported, VMSecurebootReadinessDisabled, VMSecurebootReadinessFirstBoot, VMSecurebootReadinessReady, VMSecurebootReadinessReadyNoDbx, VMSecurebootReadinessSetupMode, VMSecurebootReadinessCertsIncomplete)

// VMUEFIMode is whether a VM's firmware takes new keys.
type VMUEFIMode string

// The labels of VMUEFIMode.
const (
	VMUEFIModeSetup VMUEFIMode = "setup"
	VMUEFIModeUser  VMUEFIMode = "user"
)

var _ = enum("vm_uefi_mode", VMUEFIModeSetup, VMUEFIModeUser)

// VM is a virtual machine, a template or a snapshot of one, or a host's
// control domain.
type VM struct {
	UUID                        string                        `api:"RO" life:"rio"`
	AllowedOperations           []VMOperations                `api:"RO,volatile" default:"[]" life:"rio"` // computed, never written by a client
	CurrentOperations           map[string]VMOperations       `api:"RO,volatile" default:"{}" life:"rio"` // by task
	NameLabel                   string                        `api:"RW" default:"" life:"rio"`
	NameDescription             string                        `api:"RW" default:"" life:"rio"`
	PowerState                  VMPowerState                  `api:"CO" default:"Halted" life:"published:rio,changed:1.257.0"`
	UserVersion                 int64                         `api:"RW" life:"rio"` // for clients; 1 by custom
	IsATemplate                 bool                          `api:"RW,effect" life:"rio"`
	IsDefaultTemplate           bool                          `api:"RO" default:"false" life:"falcon"`
	SuspendVDI                  Ref[VDI]                      `name:"suspend_VDI" api:"CO" default:"OpaqueRef:NULL" life:"published:rio,changed:1.257.0"` // holds the memory while suspended
	ResidentOn                  Ref[Host]                     `api:"RO" life:"rio"`                                                                       // null unless it runs
	ScheduledToBeResidentOn     Ref[Host]                     `api:"RO" default:"OpaqueRef:NULL" life:"rio"`                                              // set while it is on its way to a host
	Affinity                    Ref[Host]                     `api:"RW" life:"rio" writers:"vm-power-admin"`                                              // where it starts if it can
	MemoryOverhead              int64                         `api:"RO" default:"0" life:"rio"`                                                           // bytes beside its own memory
	MemoryTarget                int64                         `api:"CO" default:"0" life:"published:rio,deprecated:midnight-ride"`                        // bytes
	MemoryStaticMax             int64                         `api:"CO" life:"rio"`                                                                       // bytes, as the others
	MemoryDynamicMax            int64                         `api:"CO" life:"rio"`
	MemoryDynamicMin            int64                         `api:"CO" life:"rio"`
	MemoryStaticMin             int64                         `api:"CO" life:"rio"`
	VCPUsParams                 map[string]string             `name:"VCPUs_params" api:"RW" life:"rio"`
	VCPUsMax                    int64                         `name:"VCPUs_max" api:"CO" life:"rio"`
	VCPUsAtStartup              int64                         `name:"VCPUs_at_startup" api:"CO" life:"rio"` // not above VCPUs_max
	ActionsAfterSoftreboot      OnSoftrebootBehavior          `api:"RW" default:"soft_reboot" life:"prototyped:23.1.0"`
	ActionsAfterShutdown        OnNormalExit                  `api:"RW" life:"rio"`
	ActionsAfterReboot          OnNormalExit                  `api:"RW" life:"rio"`
	ActionsAfterCrash           OnCrashBehaviour              `api:"CO" life:"rio"`
	Consoles                    []Ref[Console]                `api:"RO" life:"rio" of:"console.VM"`
	VIFs                        []Ref[VIF]                    `name:"VIFs" api:"RO" life:"rio" of:"VIF.VM"`
	VBDs                        []Ref[VBD]                    `name:"VBDs" api:"RO" life:"rio" of:"VBD.VM"`
	VUSBs                       []Ref[VUSB]                   `name:"VUSBs" api:"RO" life:"rio" of:"VUSB.VM"`
	CrashDumps                  []Ref[Crashdump]              `api:"RO" life:"rio" of:"crashdump.VM"`
	VTPMs                       []Ref[VTPM]                   `name:"VTPMs" api:"RO" life:"rio" of:"VTPM.VM"`
	PVBootloader                string                        `name:"PV_bootloader" api:"RW" life:"rio"`
	PVKernel                    string                        `name:"PV_kernel" api:"RW" life:"rio"`
	PVRamdisk                   string                        `name:"PV_ramdisk" api:"RW" life:"rio"`
	PVArgs                      string                        `name:"PV_args" api:"RW" life:"rio"`
	PVBootloaderArgs            string                        `name:"PV_bootloader_args" api:"RW" life:"rio"`
	PVLegacyArgs                string                        `name:"PV_legacy_args" api:"RW" life:"rio"`
	HVMBootPolicy               string                        `name:"HVM_boot_policy" api:"CO" life:"published:rio,deprecated:kolkata"` // empty for PV, else "BIOS order"
	HVMBootParams               map[string]string             `name:"HVM_boot_params" api:"RW" life:"rio"`                              // order: c disk, d CD, n network; firmware: bios or uefi
	HVMShadowMultiplier         float64                       `name:"HVM_shadow_multiplier" api:"CO" default:"1.0" life:"miami"`        // 1 or more
	Platform                    map[string]string             `api:"CO" life:"rio" keys:"hvm_serial=pool-admin"`                        // flags for the device model
	PCIBus                      string                        `name:"PCI_bus" api:"RW" life:"published:rio,deprecated:boston"`
	OtherConfig                 map[string]string             `api:"CO" life:"rio" keys:"pci=pool-admin hvm_serial=pool-admin folder=vm-operator XenCenter.CustomFields.*=vm-operator"`
	Domid                       int64                         `api:"RO" life:"rio"` // -1 unless it runs; another at every boot
	Domarch                     string                        `api:"RO" life:"rio"`
	LastBootCPUFlags            map[string]string             `name:"last_boot_CPU_flags" api:"CO" default:"{}" life:"rio"` // of the host it booted on
	IsControlDomain             bool                          `api:"RO" life:"rio"`
	Metrics                     Ref[VMMetrics]                `api:"RO" life:"rio"` // null for templates
	GuestMetrics                Ref[VMGuestMetrics]           `api:"RO" life:"rio"` // null until the first boot
	LastBootedRecord            string                        `api:"CO" default:"" life:"published:miami,changed:1.257.0"`
	Recommendations             string                        `api:"RW" life:"rio"`                                                 // XML: limits for clients
	XenstoreData                map[string]string             `api:"RW,effect" default:"{}" life:"miami"`                           // keys below vm-data/ reach the guest
	HAAlwaysRun                 bool                          `api:"CO" default:"false" life:"published:orlando,deprecated:boston"` // the toolstack's note that HA keeps it up
	HARestartPriority           string                        `api:"CO" default:"" life:"orlando"`                                  // restart, best-effort or empty
	IsASnapshot                 bool                          `api:"RO" default:"false" life:"orlando"`
	SnapshotOf                  Ref[VM]                       `api:"RO" default:"" life:"orlando"`
	Snapshots                   []Ref[VM]                     `api:"RO" life:"orlando" of:"VM.snapshot_of"`
	SnapshotTime                time.Time                     `api:"RO" default:"19700101T00:00:00Z" life:"orlando"`
	TransportableSnapshotID     string                        `api:"RO" default:"" life:"orlando"`
	Blobs                       map[string]Ref[Blob]          `api:"RO" default:"{}" life:"orlando"`
	Tags                        []string                      `api:"RW" default:"[]" life:"orlando" writers:"vm-operator"`
	BlockedOperations           map[VMOperations]string       `api:"CO" default:"{}" life:"orlando"`       // the reason by operation
	SnapshotInfo                map[string]string             `api:"RO" default:"{}" life:"midnight-ride"` // of a snapshot
	SnapshotMetadata            string                        `api:"RO" default:"" life:"midnight-ride"`
	Parent                      Ref[VM]                       `api:"RO" default:"" life:"midnight-ride"` // the snapshot it comes from
	Children                    []Ref[VM]                     `api:"RO" life:"midnight-ride" of:"VM.parent"`
	BIOSStrings                 map[string]string             `api:"RO" default:"{}" life:"midnight-ride"` // set once, at first boot at the latest
	ProtectionPolicy            Ref[VMPP]                     `api:"CO" default:"OpaqueRef:NULL" life:"published:cowley,deprecated:clearwater"`
	IsSnapshotFromVMPP          bool                          `api:"CO" default:"false" life:"published:cowley,deprecated:clearwater,removed:clearwater"`
	SnapshotSchedule            Ref[VMSS]                     `api:"CO" default:"OpaqueRef:NULL" life:"falcon"`
	IsVMSSSnapshot              bool                          `api:"CO" default:"false" life:"falcon"`
	Appliance                   Ref[VMAppliance]              `api:"CO" default:"OpaqueRef:NULL" life:"rio"`
	StartDelay                  int64                         `api:"CO" default:"0" life:"boston"` // seconds
	ShutdownDelay               int64                         `api:"CO" default:"0" life:"boston"` // seconds
	Order                       int64                         `api:"CO" default:"0" life:"boston"` // in an appliance; 0 first
	VGPUs                       []Ref[VGPU]                   `name:"VGPUs" api:"RO" life:"boston" of:"VGPU.VM"`
	AttachedPCIs                []Ref[PCI]                    `name:"attached_PCIs" api:"RO" life:"boston" of:"PCI.attached_VMs"`
	SuspendSR                   Ref[SR]                       `name:"suspend_SR" api:"RW" default:"OpaqueRef:NULL" life:"boston"` // null: the pool's choice
	Version                     int64                         `api:"CO" default:"0" life:"boston"`
	GenerationID                string                        `api:"CO" default:"0:0" life:"clearwater"` // empty: the guest gets none
	HardwarePlatformVersion     int64                         `api:"RW" default:"0" life:"cream"`        // 0 to 2; hosts list what they support
	HasVendorDevice             bool                          `api:"CO" default:"true" life:"published:dundee,changed:24.14.0"`
	RequiresReboot              bool                          `api:"RO" default:"false" life:"ely"`
	ReferenceLabel              string                        `api:"CO" default:"" life:"ely"`
	DomainType                  DomainType                    `api:"CO" default:"unspecified" life:"prototyped:jura,published:kolkata"` // settled at first boot
	NVRAM                       map[string]string             `name:"NVRAM" api:"CO" default:"{}" life:"naples"`
	PendingGuidances            []UpdateGuidances             `api:"RO" default:"[]" life:"1.303.0"`
	RecommendedGuidances        []UpdateGuidances             `api:"RO,internal" default:"[]" life:"prototyped:23.18.0,removed:23.24.0"`
	PendingGuidancesRecommended []UpdateGuidances             `api:"RO" default:"[]" life:"prototyped:24.10.0"`
	PendingGuidancesFull        []UpdateGuidances             `api:"RO" default:"[]" life:"prototyped:24.10.0"`
	Groups                      []Ref[VMGroup]                `api:"RO" life:"prototyped:24.19.1"`
	SecurebootCertificatesState VMSecurebootCertificatesState `api:"RO" default:"ok" life:"prototyped:26.14.0"`
}

var _ = define[VM](Def{
	Name:  "VM",
	Life:  "published:rio,changed:1.257.0",
	Roles: "vm-admin",
	Flags: "database persist events constructor get_all",
	Messages: `
snapshot(vm: VM ref, new_name: string, ignore_vdis?: VDI ref set = [] @21.4.0) -> VM ref | orlando vm-power-admin async
snapshot_with_quiesce(vm: VM ref, new_name: string) -> VM ref | published:orlando,deprecated:quebec,removed:quebec vm-power-admin async
clone(vm: VM ref, new_name: string) -> VM ref | rio vm-admin async
copy(vm: VM ref, new_name: string, sr: SR ref) -> VM ref | published:rio,extended:cowley vm-admin async
revert(snapshot: VM ref) -> void | midnight-ride vm-power-admin async
checkpoint(vm: VM ref, new_name: string) -> VM ref | midnight-ride vm-power-admin async
provision(vm: VM ref) -> void | rio vm-admin async
start(vm: VM ref, start_paused: bool, force: bool) -> void | rio vm-operator async
start_on(vm: VM ref, host: host ref, start_paused: bool, force: bool) -> void | rio vm-power-admin+client-cert async
pause(vm: VM ref) -> void | rio vm-operator async
unpause(vm: VM ref) -> void | rio vm-operator async
clean_shutdown(vm: VM ref) -> void | rio vm-operator async
shutdown(vm: VM ref) -> void | clearwater vm-operator+client-cert async
clean_reboot(vm: VM ref) -> void | rio vm-operator async
hard_shutdown(vm: VM ref) -> void | rio vm-operator async
power_state_reset(vm: VM ref) -> void | rio pool-operator async
hard_reboot(vm: VM ref) -> void | rio vm-operator async
suspend(vm: VM ref) -> void | rio vm-operator+client-cert async
csvm(vm: VM ref) -> VM ref | published:rio,deprecated:miami vm-admin async hidden
resume(vm: VM ref, start_paused: bool, force: bool) -> void | rio vm-operator async
set_is_default_template(vm: VM ref, value: bool) -> void | falcon pool-admin async hidden
hard_reboot_internal(vm: VM ref) -> void | published:orlando,deprecated:midnight-ride local-root async hidden pool-internal
resume_on(vm: VM ref, host: host ref, start_paused: bool, force: bool) -> void | rio vm-power-admin+client-cert async
pool_migrate(vm: VM ref, host: host ref, options: (string -> string) map) -> void | rio vm-power-admin+client-cert async
pool_migrate_complete(vm: VM ref, host: host ref) -> void | tampa vm-power-admin+client-cert async hidden
set_VCPUs_number_live(self: VM ref, nvcpu: int) -> void | published:rio,changed:ely vm-admin async
add_to_VCPUs_params_live(self: VM ref, key: string, value: string) -> void | rio vm-admin async
set_NVRAM(self: VM ref, value: (string -> string) map) -> void | naples vm-admin
add_to_NVRAM(self: VM ref, key: string, value: string) -> void | naples vm-admin
remove_from_NVRAM(self: VM ref, key: string) -> void | naples vm-admin
set_ha_restart_priority(self: VM ref, value: string) -> void | orlando pool-operator
set_ha_always_run(self: VM ref, value: bool) -> void | published:orlando,deprecated:boston pool-operator
compute_memory_overhead(vm: VM ref) -> int | midnight-ride read-only async
set_memory_dynamic_max(self: VM ref, value: int) -> void | midnight-ride vm-power-admin
set_memory_dynamic_min(self: VM ref, value: int) -> void | midnight-ride vm-power-admin
set_memory_dynamic_range(self: VM ref, min: int, max: int) -> void | midnight-ride vm-power-admin async
set_memory_static_max(self: VM ref, value: int) -> void | orlando vm-power-admin
set_memory_static_min(self: VM ref, value: int) -> void | midnight-ride vm-power-admin
set_memory_static_range(self: VM ref, min: int, max: int) -> void | midnight-ride vm-power-admin async
set_memory_limits(self: VM ref, static_min: int, static_max: int, dynamic_min: int, dynamic_max: int) -> void | midnight-ride vm-power-admin async
set_memory(self: VM ref, value: int) -> void | ely vm-power-admin async
set_memory_target_live(self: VM ref, target: int) -> void | published:rio,deprecated:midnight-ride vm-power-admin async
wait_memory_target_live(self: VM ref) -> void | published:orlando,deprecated:midnight-ride read-only async
get_cooperative(self: VM ref) -> bool | published:midnight-ride,deprecated:tampa read-only async
set_HVM_shadow_multiplier(self: VM ref, value: float) -> void | midnight-ride vm-power-admin
set_shadow_multiplier_live(self: VM ref, multiplier: float) -> void | rio vm-power-admin async
set_VCPUs_max(self: VM ref, value: int) -> void | midnight-ride vm-admin
set_VCPUs_at_startup(self: VM ref, value: int) -> void | midnight-ride vm-admin
send_sysrq(vm: VM ref, key: string) -> void | rio pool-admin async
send_trigger(vm: VM ref, trigger: string) -> void | rio pool-admin async
maximise_memory(self: VM ref, total: int, approximate: bool) -> int | miami read-only async
migrate_send(vm: VM ref, dest: (string -> string) map, live: bool, vdi_map: (VDI ref -> SR ref) map, vif_map: (VIF ref -> network ref) map, options: (string -> string) map, vgpu_map?: (VGPU ref -> GPU_group ref) map = {} @inverness, vdi_format_map?: (VDI ref -> string) map = {} @26.14.0-next) -> VM ref | tampa vm-power-admin async
assert_can_migrate(vm: VM ref, dest: (string -> string) map, live: bool, vdi_map: (VDI ref -> SR ref) map, vif_map: (VIF ref -> network ref) map, options: (string -> string) map, vgpu_map?: (VGPU ref -> GPU_group ref) map = {} @inverness) -> void | tampa vm-power-admin async
assert_can_migrate_sender(vm: VM ref, dest: (string -> string) map, live: bool, vdi_map: (VDI ref -> SR ref) map, vif_map: (VIF ref -> network ref) map, vgpu_map: (VGPU ref -> GPU_group ref) map, options: (string -> string) map) -> void | inverness vm-power-admin async hidden
get_boot_record(self: VM ref) -> VM record | published:rio,deprecated:inverness read-only
get_data_sources(self: VM ref) -> data_source record set | orlando read-only
record_data_source(self: VM ref, data_source: string) -> void | orlando vm-admin
query_data_source(self: VM ref, data_source: string) -> float | orlando read-only
forget_data_source_archives(self: VM ref, data_source: string) -> void | orlando vm-admin
assert_operation_valid(self: VM ref, op: enum vm_operations) -> void | rio read-only async
update_allowed_operations(self: VM ref) -> void | rio pool-admin async
get_allowed_VBD_devices(vm: VM ref) -> string set | rio read-only
get_allowed_VIF_devices(vm: VM ref) -> string set | rio read-only
get_possible_hosts(vm: VM ref) -> host ref set | rio read-only async
assert_can_boot_here(self: VM ref, host: host ref) -> void | published:rio,changed:quebec read-only async
atomic_set_resident_on(vm: VM ref, host: host ref) -> void | rio local-root async hidden pool-internal
create_new_blob(vm: VM ref, name: string, mime_type: string, public?: bool = false @tampa) -> blob ref | orlando vm-power-admin async
s3_suspend(vm: VM ref) -> void | midnight-ride vm-operator async hidden
s3_resume(vm: VM ref) -> void | midnight-ride vm-operator async hidden
assert_agile(self: VM ref) -> void | orlando read-only async
update_snapshot_metadata(vm: VM ref, snapshot_of: VM ref, snapshot_time: datetime, transportable_snapshot_id: string) -> void | published:george,deprecated:midnight-ride pool-operator async hidden
retrieve_wlb_recommendations(vm: VM ref) -> (host ref -> string set) map | george read-only async
set_bios_strings(self: VM ref, value: (string -> string) map) -> void | inverness vm-admin async
copy_bios_strings(vm: VM ref, host: host ref) -> void | midnight-ride vm-admin async
set_protection_policy(self: VM ref, value: VMPP ref) -> void | published:cowley,deprecated:clearwater,removed:clearwater pool-operator
set_snapshot_schedule(self: VM ref, value: VMSS ref) -> void | falcon pool-operator
set_start_delay(self: VM ref, value: int) -> void | boston pool-operator async
set_shutdown_delay(self: VM ref, value: int) -> void | boston pool-operator async
set_order(self: VM ref, value: int) -> void | boston pool-operator async
set_suspend_VDI(self: VM ref, value: VDI ref) -> void | boston pool-operator async
assert_can_be_recovered(self: VM ref, session_to: session ref) -> void | boston read-only async
get_SRs_required_for_recovery(self: VM ref, session_to: session ref) -> SR ref set | creedence read-only async
recover(self: VM ref, session_to: session ref, force: bool) -> void | boston read-only async
import_convert(type: string, username: string, password: string, sr: SR ref, remote_config: (string -> string) map) -> void | tampa vm-admin async
set_appliance(self: VM ref, value: VM_appliance ref) -> void | boston pool-operator async
set_groups(self: VM ref, value: VM_group ref set) -> void | prototyped:24.19.1 vm-admin async
query_services(self: VM ref) -> (string -> string) map | tampa pool-admin async
call_plugin(vm: VM ref, plugin: string, fn: string, args: (string -> string) map) -> string | cream vm-operator async
call_host_plugin(vm: VM ref, plugin: string, fn: string, args: (string -> string) map) -> string | prototyped:25.22.0 vm-operator async
set_has_vendor_device(self: VM ref, value: bool) -> void | dundee vm-admin async
import(url: string, sr: SR ref, full_restore: bool, force: bool) -> VM ref set | dundee pool-operator async
set_actions_after_crash(self: VM ref, value: enum on_crash_behaviour) -> void | rio vm-admin async
set_domain_type(self: VM ref, value: enum domain_type) -> void | kolkata vm-admin
set_HVM_boot_policy(self: VM ref, value: string) -> void | published:rio,deprecated:kolkata vm-admin
set_NVRAM_EFI_variables(self: VM ref, value: string, update?: enum update_status = "unspecified" @26.12.0) -> void | naples local-root hidden
restart_device_models(self: VM ref) -> void | prototyped:23.30.0 vm-power-admin+client-cert async
set_uefi_mode(self: VM ref, mode: enum vm_uefi_mode) -> string | prototyped:24.17.0 pool-admin async
get_secureboot_readiness(self: VM ref) -> enum vm_secureboot_readiness | prototyped:24.17.0 pool-admin async
update_secureboot_certificates_on_boot(self: VM ref, mark: bool) -> void | prototyped:26.14.0 vm-admin async
set_blocked_operations(self: VM ref, value: (enum vm_operations -> string) map) -> void | orlando vm-admin async
add_to_blocked_operations(self: VM ref, key: enum vm_operations, value: string) -> void | orlando vm-admin async
remove_from_blocked_operations(self: VM ref, key: enum vm_operations) -> void | orlando vm-admin async
sysprep(self: VM ref, unattend!: string, timeout: float) -> void | prototyped:25.24.0 vm-admin async
add_to_other_config(self: VM ref, key: string, value: string) -> void | rio vm-admin
remove_from_other_config(self: VM ref, key: string) -> void | rio vm-admin
set_other_config(self: VM ref, value: (string -> string) map) -> void | rio vm-admin
add_to_platform(self: VM ref, key: string, value: string) -> void | rio vm-admin
remove_from_platform(self: VM ref, key: string) -> void | rio vm-admin
set_platform(self: VM ref, value: (string -> string) map) -> void | rio vm-admin
`,
})
