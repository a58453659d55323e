package model

import "time"

// HostAllowedOperations is what can go on with a host; the vm_ ones are marked
// while a VM arrives there.
type HostAllowedOperations string

// The labels of HostAllowedOperations.
const (
	HostAllowedOperationsProvision    HostAllowedOperations = "provision"
	HostAllowedOperationsEvacuate     HostAllowedOperations = "evacuate"
	HostAllowedOperationsShutdown     HostAllowedOperations = "shutdown"
	HostAllowedOperationsReboot       HostAllowedOperations = "reboot"
	HostAllowedOperationsPowerOn      HostAllowedOperations = "power_on"
	HostAllowedOperationsVMStart      HostAllowedOperations = "vm_start"
	HostAllowedOperationsVMResume     HostAllowedOperations = "vm_resume"
	HostAllowedOperationsVMMigrate    HostAllowedOperations = "vm_migrate"
	HostAllowedOperationsApplyUpdates HostAllowedOperations = "apply_updates"
	HostAllowedOperationsEnable       HostAllowedOperations = "enable"
)

var _ = enum("host_allowed_operations", HostAllowedOperationsProvision, HostAllowedOperationsEvacuate, HostAllowedOperationsShutdown, HostAllowedOperationsReboot, HostAllowedOperationsPowerOn, HostAllowedOperationsVMStart, HostAllowedOperationsVMResume, HostAllowedOperationsVMMigrate, HostAllowedOperationsApplyUpdates, HostAllowedOperationsEnable)

// HostDisplay is whether a host shows a console on its own screen, now and
// after the next boot.
type HostDisplay string

// The labels of HostDisplay.
const (
	HostDisplayEnabled         HostDisplay = "enabled"
	HostDisplayDisableOnReboot HostDisplay = "disable_on_reboot"
	HostDisplayDisabled        HostDisplay = "disabled"
	HostDisplayEnableOnReboot  HostDisplay = "enable_on_reboot"
)

var _ = enum("host_display", HostDisplayEnabled, HostDisplayDisableOnReboot, HostDisplayDisabled, HostDisplayEnableOnReboot)

// HostNTPMode is where a host has its time servers from.
type HostNTPMode string

// The labels of HostNTPMode.
const (
	HostNTPModeDHCP     HostNTPMode = "DHCP"
	HostNTPModeCustom   HostNTPMode = "Custom"
	HostNTPModeFactory  HostNTPMode = "Factory"
	HostNTPModeDisabled HostNTPMode = "Disabled"
)

var _ = enum("host_ntp_mode", HostNTPModeDHCP, HostNTPModeCustom, HostNTPModeFactory, HostNTPModeDisabled)

// HostNUMAAffinityPolicy is how a host places the memory of VMs on its NUMA
// nodes.
type HostNUMAAffinityPolicy string

// The labels of HostNUMAAffinityPolicy.
const (
	HostNUMAAffinityPolicyAny           HostNUMAAffinityPolicy = "any"
	HostNUMAAffinityPolicyBestEffort    HostNUMAAffinityPolicy = "best_effort"
	HostNUMAAffinityPolicyDefaultPolicy HostNUMAAffinityPolicy = "default_policy"
)

var _ = enum("host_numa_affinity_policy", HostNUMAAffinityPolicyAny, HostNUMAAffinityPolicyBestEffort, HostNUMAAffinityPolicyDefaultPolicy)

// HostSchedGran is whether processors, cores or sockets are what the
// hypervisor schedules.
type HostSchedGran string

// The labels of HostSchedGran.
const (
	HostSchedGranCore   HostSchedGran = "core"
	HostSchedGranCPU    HostSchedGran = "cpu"
	HostSchedGranSocket HostSchedGran = "socket"
)

var _ = enum("host_sched_gran", HostSchedGranCore, HostSchedGranCPU, HostSchedGranSocket)

// LatestSyncedUpdatesAppliedState is whether a host has the newest updates
// that the pool has fetched.
type LatestSyncedUpdatesAppliedState string

// The labels of LatestSyncedUpdatesAppliedState.
const (
	LatestSyncedUpdatesAppliedStateYes     LatestSyncedUpdatesAppliedState = "yes"
	LatestSyncedUpdatesAppliedStateNo      LatestSyncedUpdatesAppliedState = "no"
	LatestSyncedUpdatesAppliedStateUnknown LatestSyncedUpdatesAppliedState = "unknown"
)

var _ = enum("latest_synced_updates_applied_state", LatestSyncedUpdatesAppliedStateYes, LatestSyncedUpdatesAppliedStateNo, LatestSyncedUpdatesAppliedStateUnknown)

// Host is a physical machine of the pool. Its uuid is that of the installation
// and outlives joining and leaving pools.
type Host struct {
	UUID                            string                           `api:"RO" life:"rio"`
	NameLabel                       string                           `api:"RW" default:"" life:"rio"`
	NameDescription                 string                           `api:"RW" default:"" life:"rio"`
	MemoryOverhead                  int64                            `api:"RO" default:"0" life:"rio"` // bytes that the hypervisor keeps
	AllowedOperations               []HostAllowedOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations               map[string]HostAllowedOperations `api:"RO,volatile" default:"{}" life:"rio"`
	APIVersionMajor                 int64                            `name:"API_version_major" api:"RO" life:"rio"`
	APIVersionMinor                 int64                            `name:"API_version_minor" api:"RO" life:"rio"`
	APIVersionVendor                string                           `name:"API_version_vendor" api:"RO" life:"rio"`
	APIVersionVendorImplementation  map[string]string                `name:"API_version_vendor_implementation" api:"RO" life:"rio"`
	Enabled                         bool                             `api:"RO" life:"rio"` // false: no VM starts here
	SoftwareVersion                 map[string]string                `api:"CO" life:"rio"` // product, platform, hypervisor, toolstack
	OtherConfig                     map[string]string                `api:"RW" life:"rio" keys:"folder=vm-operator XenCenter.CustomFields.*=vm-operator"`
	Capabilities                    []string                         `api:"CO" life:"rio"` // kinds of domains
	CPUConfiguration                map[string]string                `api:"RO" life:"rio"`
	SchedPolicy                     string                           `api:"RO" life:"rio"`
	SupportedBootloaders            []string                         `api:"RO" life:"rio"`
	ResidentVMs                     []Ref[VM]                        `name:"resident_VMs" api:"RO" life:"rio" of:"VM.resident_on"` // control domain included
	Logging                         map[string]string                `api:"RW" life:"rio"`
	PIFs                            []Ref[PIF]                       `name:"PIFs" api:"RO" life:"rio" of:"PIF.host"`
	SuspendImageSR                  Ref[SR]                          `api:"RW" life:"rio"`
	CrashDumpSR                     Ref[SR]                          `api:"RW" life:"rio"`
	Crashdumps                      []Ref[HostCrashdump]             `api:"RO" life:"rio" of:"host_crashdump.host"`
	Patches                         []Ref[HostPatch]                 `api:"RO" life:"published:rio,deprecated:ely" of:"host_patch.host"`
	Updates                         []Ref[PoolUpdate]                `api:"RO" life:"ely"`
	PBDs                            []Ref[PBD]                       `name:"PBDs" api:"RO" life:"rio" of:"PBD.host"`
	HostCPUs                        []Ref[HostCPU]                   `name:"host_CPUs" api:"RO" life:"rio" of:"host_cpu.host"`
	CPUInfo                         map[string]string                `api:"RO" default:"{}" life:"midnight-ride"` // model, counts and feature words
	Hostname                        string                           `api:"RW" life:"rio"`
	Address                         string                           `api:"RW" life:"rio"` // of the management interface
	Metrics                         Ref[HostMetrics]                 `api:"RO" life:"rio"`
	LicenseParams                   map[string]string                `api:"RO" life:"rio"` // restrictions and expiry
	BootFreeMem                     int64                            `api:"RO,internal" life:"rio"`
	HAStatefiles                    []string                         `api:"RO" default:"[]" life:"orlando"`
	HANetworkPeers                  []string                         `api:"RO" default:"[]" life:"orlando"`
	Blobs                           map[string]Ref[Blob]             `api:"RO" default:"{}" life:"orlando"`
	Tags                            []string                         `api:"RW" default:"[]" life:"orlando" writers:"vm-operator"`
	ExternalAuthType                string                           `api:"RO" default:"" life:"george"`
	ExternalAuthServiceName         string                           `api:"RO" default:"" life:"george"`
	ExternalAuthConfiguration       map[string]string                `api:"RO" default:"{}" life:"george"`
	Edition                         string                           `api:"RO" default:"" life:"midnight-ride"` // of the licence
	LicenseServer                   map[string]string                `api:"RW" default:"{\"address\":\"localhost\",\"port\":\"27000\"}" life:"midnight-ride"`
	BIOSStrings                     map[string]string                `api:"RO" default:"{}" life:"midnight-ride"`
	PowerOnMode                     string                           `api:"RO" default:"" life:"midnight-ride"` // empty: cannot be switched on from afar
	PowerOnConfig                   map[string]string                `api:"RO" default:"{}" life:"midnight-ride"`
	LocalCacheSR                    Ref[SR]                          `api:"CO" default:"OpaqueRef:NULL" life:"cowley"`
	ChipsetInfo                     map[string]string                `api:"RO" default:"{}" life:"boston"` // iommu
	PCIs                            []Ref[PCI]                       `name:"PCIs" api:"RO" life:"boston" of:"PCI.host"`
	PGPUs                           []Ref[PGPU]                      `name:"PGPUs" api:"RO" life:"boston" of:"PGPU.host"`
	PUSBs                           []Ref[PUSB]                      `name:"PUSBs" api:"RO" life:"inverness" of:"PUSB.host"`
	SSLLegacy                       bool                             `api:"CO" default:"true" life:"published:dundee,deprecated:stockholm"`
	GuestVCPUsParams                map[string]string                `name:"guest_VCPUs_params" api:"RW" default:"{}" life:"tampa"`
	Display                         HostDisplay                      `api:"RW" default:"enabled" life:"cream"`
	VirtualHardwarePlatformVersions []int64                          `api:"RO" default:"[0]" life:"cream"`
	ControlDomain                   Ref[VM]                          `api:"RO" default:"OpaqueRef:NULL" life:"ely"`
	UpdatesRequiringReboot          []Ref[PoolUpdate]                `api:"RO" life:"ely"`
	Features                        []Ref[Feature]                   `api:"RO" life:"falcon" of:"Feature.host"`
	ISCSIIqn                        string                           `api:"CO" default:"" life:"kolkata"`
	Multipathing                    bool                             `api:"CO" default:"false" life:"kolkata"`
	UEFICertificates                string                           `api:"CO" default:"" life:"published:quebec,deprecated:22.16.0"`
	Certificates                    []Ref[Certificate]               `api:"RO" life:"stockholm" of:"Certificate.host"`
	Editions                        []string                         `api:"RO" default:"[]" life:"stockholm"`
	PendingGuidances                []UpdateGuidances                `api:"RO" default:"[]" life:"1.303.0"`
	TLSVerificationEnabled          bool                             `api:"RO" default:"false" life:"1.313.0"`
	LastSoftwareUpdate              time.Time                        `api:"RO" default:"19700101T00:00:00Z" life:"prototyped:22.20.0"`
	HTTPSOnly                       bool                             `api:"RO" default:"false" life:"prototyped:22.27.0"`
	RecommendedGuidances            []UpdateGuidances                `api:"RO,internal" default:"[]" life:"prototyped:23.18.0,removed:23.24.0"`
	LatestSyncedUpdatesApplied      LatestSyncedUpdatesAppliedState  `api:"RO" default:"unknown" life:"prototyped:23.18.0"`
	NUMAAffinityPolicy              HostNUMAAffinityPolicy           `api:"RO" default:"default_policy" life:"prototyped:24.0.0"`
	PendingGuidancesRecommended     []UpdateGuidances                `api:"RO" default:"[]" life:"prototyped:24.10.0"`
	PendingGuidancesFull            []UpdateGuidances                `api:"RO" default:"[]" life:"prototyped:24.10.0"`
	LastUpdateHash                  string                           `api:"RO" default:"" life:"prototyped:24.10.0"`
	SSHEnabled                      bool                             `api:"RO" default:"true" life:"prototyped:25.21.0"`
	SSHEnabledTimeout               int64                            `api:"RO" default:"0" life:"prototyped:25.21.0"`
	SSHExpiry                       time.Time                        `api:"RO" default:"19700101T00:00:00Z" life:"prototyped:25.21.0"`
	ConsoleIdleTimeout              int64                            `api:"RO" default:"0" life:"prototyped:25.21.0"`
	SSHAutoMode                     bool                             `api:"RO" default:"false" life:"prototyped:25.27.0"`
	MaxCstate                       string                           `api:"RO" default:"" life:"prototyped:26.0.0"`
	SecureBoot                      bool                             `api:"RO" default:"false" life:"prototyped:25.31.0"`
	NTPMode                         HostNTPMode                      `api:"RO" default:"Factory" life:"prototyped:26.0.0"`
	NTPCustomServers                []string                         `api:"RO" default:"[]" life:"prototyped:26.0.0"`
	Timezone                        string                           `api:"RO" default:"UTC" life:"prototyped:26.0.0"`
}

var _ = define[Host](Def{
	Name:  "host",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
disable(host: host ref, auto_enable?: bool = true @25.31.0) -> void | published:rio,changed:25.31.0 pool-operator+client-cert async
enable(host: host ref) -> void | rio pool-operator+client-cert async
shutdown(host: host ref) -> void | rio pool-operator async
reboot(host: host ref) -> void | rio pool-operator async
prepare_for_poweroff(host: host ref) -> void | kolkata local-root async hidden
dmesg(host: host ref) -> string | rio pool-operator async
dmesg_clear(host: host ref) -> string | rio pool-operator async
get_log(host: host ref) -> string | rio read-only async
send_debug_keys(host: host ref, keys: string) -> void | rio pool-admin async
bugreport_upload(host: host ref, url: string, options: (string -> string) map) -> void | rio pool-operator async
list_methods() -> string set | rio read-only
license_apply(host: host ref, contents: string) -> void | published:rio,deprecated:clearwater,removed:clearwater pool-operator async
license_add(host: host ref, contents: string) -> void | indigo pool-operator async
license_remove(host: host ref) -> void | indigo pool-operator async
create(uuid: string, name_label: string, name_description: string, hostname: string, address: string, external_auth_type?: string = "" @george, external_auth_service_name?: string = "" @george, external_auth_configuration?: (string -> string) map = {} @george, license_params?: (string -> string) map = {} @midnight-ride, edition?: string = "" @midnight-ride, license_server?: (string -> string) map = {"address":"localhost","port":"27000"} @midnight-ride, local_cache_sr?: SR ref = "OpaqueRef:NULL" @cowley, chipset_info?: (string -> string) map = {} @boston, ssl_legacy?: bool = true @dundee, last_software_update?: datetime = "19700101T00:00:00Z" @dundee, last_update_hash?: string = "" @24.40.0, ssh_enabled?: bool = true @25.21.0, ssh_enabled_timeout?: int = 0 @25.21.0, ssh_expiry?: datetime = "19700101T00:00:00Z" @25.21.0, console_idle_timeout?: int = 0 @25.21.0, ssh_auto_mode?: bool = false @25.27.0, secure_boot?: bool = false @25.32.0, software_version?: (string -> string) map = {} @25.33.0, https_only?: bool = false @25.39.0, max_cstate?: string = "" @26.0.0, ntp_mode?: enum host_ntp_mode = "Factory" @26.0.0, ntp_custom_servers?: string set = [] @26.0.0, timezone?: string = "UTC" @26.0.0, numa_affinity_policy?: enum host_numa_affinity_policy = "default_policy" @26.0.0, latest_synced_updates_applied?: enum latest_synced_updates_applied_state = "unknown" @26.0.0, pending_guidances_full?: enum update_guidances set = [] @26.0.0, pending_guidances_recommended?: enum update_guidances set = [] @26.0.0) -> host ref | published:rio,changed:24.40.0,changed:25.21.0,changed:25.38.0-next pool-operator async hidden
destroy(self: host ref) -> void | rio pool-operator async
power_on(host: host ref) -> void | orlando pool-operator async
set_license_params(self: host ref, value: (string -> string) map) -> void | orlando local-root async hidden pool-internal
emergency_ha_disable(soft?: bool = false @ely) -> void | orlando pool-operator emergency slave-local
ha_disarm_fencing(host: host ref) -> void | orlando local-root async hidden pool-internal
preconfigure_ha(host: host ref, statefiles: VDI ref set, metadata_vdi: VDI ref, generation: string) -> void | miami local-root async hidden pool-internal
ha_join_liveset(host: host ref) -> void | orlando local-root async hidden pool-internal
ha_disable_failover_decisions(host: host ref) -> void | orlando local-root async hidden pool-internal
ha_wait_for_shutdown_via_statefile(host: host ref) -> void | orlando local-root async hidden pool-internal
ha_stop_daemon(host: host ref) -> void | orlando local-root async hidden pool-internal
ha_release_resources(host: host ref) -> void | orlando local-root async hidden pool-internal
ha_xapi_healthcheck() -> bool | orlando pool-admin hidden emergency slave-local
local_assert_healthy() -> void | miami local-root hidden pool-internal emergency slave-local
request_backup(host: host ref, generation: int, force: bool) -> void | rio local-root hidden pool-internal
request_config_file_sync(host: host ref, hash: string) -> void | rio local-root hidden pool-internal
propose_new_master(address: string, manual: bool) -> void | miami local-root hidden pool-internal emergency slave-local
commit_new_master(address: string) -> void | miami local-root hidden pool-internal emergency slave-local
abort_new_master(address: string) -> void | miami local-root hidden pool-internal emergency slave-local
get_data_sources(host: host ref) -> data_source record set | orlando read-only
record_data_source(host: host ref, data_source: string) -> void | orlando pool-operator
query_data_source(host: host ref, data_source: string) -> float | orlando read-only
forget_data_source_archives(host: host ref, data_source: string) -> void | orlando pool-operator
assert_can_evacuate(host: host ref) -> void | miami pool-operator async
get_vms_which_prevent_evacuation(self: host ref) -> (VM ref -> string set) map | orlando read-only async
get_uncooperative_resident_VMs(self: host ref) -> VM ref set | published:midnight-ride,deprecated:tampa read-only async
get_uncooperative_domains(self: host ref) -> string set | published:midnight-ride,deprecated:tampa local-root async hidden pool-internal
evacuate(host: host ref, network?: network ref = "OpaqueRef:NULL" @1.297.0, evacuate_batch_size?: int = 0 @23.27.0) -> void | published:miami,extended:1.297.0,extended:23.27.0 pool-operator+client-cert async
signal_networking_change() -> void | miami local-root hidden pool-internal emergency slave-local
notify(ty: string, params: string) -> void | miami local-root async hidden pool-internal
syslog_reconfigure(host: host ref) -> void | miami pool-operator async
management_reconfigure(pif: PIF ref) -> void | miami pool-operator async
local_management_reconfigure(interface: string) -> void | miami pool-operator emergency slave-local
management_disable() -> void | miami pool-operator emergency slave-local
get_management_interface(host: host ref) -> PIF ref | tampa pool-operator async
get_system_status_capabilities(host: host ref) -> string | miami read-only emergency slave-local
get_diagnostic_timing_stats(host: host ref, counts?: bool = false @25.33.0) -> (string -> string) map | miami read-only hidden
restart_agent(host: host ref) -> void | rio pool-operator async
shutdown_agent() -> void | orlando pool-operator emergency slave-local
set_hostname_live(host: host ref, hostname: string) -> void | miami pool-operator
is_in_emergency_mode() -> bool | miami read-only hidden emergency slave-local
compute_free_memory(host: host ref) -> int | orlando read-only async
compute_memory_overhead(host: host ref) -> int | midnight-ride read-only async
tickle_heartbeat(host: host ref, stuff: (string -> string) map) -> (string -> string) map | orlando local-root hidden pool-internal
sync_data(host: host ref) -> void | orlando pool-admin
backup_rrds(host: host ref, delay: float) -> void | orlando pool-admin
create_new_blob(host: host ref, name: string, mime_type: string, public?: bool = false @tampa) -> blob ref | orlando pool-operator async
call_plugin(host: host ref, plugin: string, fn: string, args: (string -> string) map) -> string | orlando pool-admin async
has_extension(host: host ref, name: string) -> bool | ely pool-admin async
call_extension(host: host ref, call: string) -> string | ely pool-admin
get_servertime(host: host ref) -> datetime | orlando read-only
get_server_localtime(host: host ref) -> datetime | cowley read-only
enable_binary_storage(host: host ref) -> void | orlando local-root async hidden pool-internal
disable_binary_storage(host: host ref) -> void | orlando local-root async hidden pool-internal
enable_external_auth(host: host ref, config: (string -> string) map, service_name: string, auth_type: string) -> void | george pool-admin
disable_external_auth(host: host ref, config?: (string -> string) map = {}, force?: bool = false @26.2.0-next) -> void | george pool-admin
external_auth_set_ldaps(host: host ref, ldaps: bool, force?: bool = false) -> void | 26.16.0 pool-admin
retrieve_wlb_evacuate_recommendations(self: host ref) -> (VM ref -> string set) map | george read-only async
install_ca_certificate(host: host ref, name: string, cert: string) -> void | 1.290.0 local-root async hidden pool-internal
uninstall_ca_certificate(host: host ref, name: string, force?: bool = false @24.35.0) -> void | published:1.290.0,changed:24.35.0 local-root async hidden pool-internal
certificate_list(host: host ref) -> string set | published:george,deprecated:1.290.0 local-root async hidden pool-internal
crl_install(host: host ref, name: string, crl: string) -> void | george local-root async hidden pool-internal
crl_uninstall(host: host ref, name: string) -> void | george local-root async hidden pool-internal
crl_list(host: host ref) -> string set | george local-root async hidden pool-internal
certificate_sync(host: host ref) -> void | george local-root async hidden pool-internal
get_server_certificate(host: host ref) -> string | published:george,changed:inverness read-only async
refresh_server_certificate(host: host ref) -> void | 1.307.0 pool-admin async
install_server_certificate(host: host ref, certificate: string, private_key: string, certificate_chain?: string = "") -> void | stockholm pool-admin async
emergency_reset_server_certificate() -> void | stockholm local-root emergency slave-local
reset_server_certificate(host: host ref) -> void | 1.290.0 pool-admin async
update_pool_secret(host: host ref, pool_secret!: string) -> void | midnight-ride local-root async hidden pool-internal
update_master(host: host ref, master_address: string) -> void | midnight-ride local-root async hidden pool-internal
attach_static_vdis(host: host ref, vdi_reason_map: (VDI ref -> string) map) -> void | midnight-ride local-root async hidden pool-internal
detach_static_vdis(host: host ref, vdis: VDI ref set) -> void | midnight-ride local-root async hidden pool-internal
set_localdb_key(host: host ref, key: string, value: string) -> void | midnight-ride local-root async hidden pool-internal
apply_edition(host: host ref, edition: string, force?: bool = false @clearwater) -> void | midnight-ride pool-operator
refresh_pack_info(host: host ref) -> void | published:midnight-ride,deprecated:ely pool-operator async
set_power_on_mode(self: host ref, power_on_mode: string, power_on_config: (string -> string) map) -> void | published:cowley,changed:stockholm,changed:24.19.0 pool-operator async
set_cpu_features(host: host ref, features: string) -> void | published:midnight-ride,deprecated:dundee,removed:dundee pool-operator
reset_cpu_features(host: host ref) -> void | published:midnight-ride,deprecated:dundee,removed:dundee pool-operator
reset_networking(host: host ref) -> void | boston pool-operator async hidden
enable_local_storage_caching(host: host ref, sr: SR ref) -> void | cowley pool-operator
disable_local_storage_caching(host: host ref) -> void | cowley pool-operator
get_sm_diagnostics(host: host ref) -> string | boston pool-operator hidden
get_thread_diagnostics(host: host ref) -> string | boston pool-operator hidden
sm_dp_destroy(host: host ref, dp: string, allow_leak: bool) -> void | boston pool-operator hidden
sync_vlans(host: host ref) -> void | boston pool-operator hidden pool-internal
sync_tunnels(host: host ref) -> void | boston pool-operator hidden pool-internal
sync_pif_currently_attached(host: host ref, bridges: string set) -> void | boston pool-operator hidden pool-internal
migrate_receive(host: host ref, network: network ref, options: (string -> string) map) -> (string -> string) map | tampa vm-power-admin async
declare_dead(host: host ref) -> void | clearwater pool-operator async
enable_display(host: host ref) -> enum host_display | cream pool-operator async
disable_display(host: host ref) -> enum host_display | cream pool-operator async
set_ssl_legacy(self: host ref, value: bool) -> void | published:dundee,changed:stockholm pool-operator async
apply_guest_agent_config(host: host ref) -> void | dundee pool-admin async hidden
mxgpu_vf_setup(host: host ref) -> void | falcon vm-operator async hidden pool-internal
nvidia_vf_setup(host: host ref, pf: PCI ref, enable: bool) -> void | quebec vm-operator async hidden pool-internal
allocate_resources_for_vm(self: host ref, vm: VM ref, live: bool) -> void | inverness vm-operator async hidden
set_iscsi_iqn(host: host ref, value: string) -> void | kolkata pool-operator async
set_multipathing(host: host ref, value: bool) -> void | kolkata pool-operator async
write_uefi_certificates_to_disk(host: host ref) -> void | 22.16.0 local-root async hidden pool-internal
set_uefi_certificates(host: host ref, value: string) -> void | published:quebec,deprecated:22.16.0 local-root async
notify_accept_new_pool_secret(host: host ref, old_ps!: string, new_ps!: string) -> void | stockholm_psr local-root async hidden
notify_send_new_pool_secret(host: host ref, old_ps!: string, new_ps!: string) -> void | stockholm_psr local-root async hidden
cleanup_pool_secret(host: host ref, old_ps!: string, new_ps!: string) -> void | stockholm_psr local-root async hidden
set_sched_gran(self: host ref, value: enum host_sched_gran) -> void | 1.271.0 local-root async
get_sched_gran(self: host ref) -> enum host_sched_gran | 1.271.0 local-root async
set_numa_affinity_policy(self: host ref, value: enum host_numa_affinity_policy) -> void | prototyped:24.0.0 pool-admin async
emergency_disable_tls_verification() -> void | 1.290.0 local-root emergency slave-local
emergency_reenable_tls_verification() -> void | 1.298.0 local-root emergency slave-local
cert_distrib_atom(host: host ref, command: string) -> string | 1.295.0 local-root async hidden pool-internal
apply_updates(self: host ref, hash: string) -> string set set | 1.301.0 pool-operator+client-cert async
rescan_drivers(self: host ref) -> void | prototyped:25.2.0 pool-admin async
copy_primary_host_certs(host: host ref) -> void | 1.307.0 pool-admin async hidden pool-internal
set_https_only(self: host ref, value: bool) -> void | prototyped:22.27.0 pool-operator async
apply_recommended_guidances(self: host ref) -> void | prototyped:23.18.0,removed:23.25.0 pool-operator async
emergency_clear_mandatory_guidance() -> void | prototyped:24.10.0 local-root emergency slave-local
enable_ssh(self: host ref) -> void | prototyped:25.13.0 pool-admin async
disable_ssh(self: host ref) -> void | prototyped:25.13.0 pool-admin async
set_ssh_enabled_timeout(self: host ref, value: int) -> void | prototyped:25.21.0 pool-admin async
set_console_idle_timeout(self: host ref, value: int) -> void | prototyped:25.21.0 pool-admin async
set_ssh_auto_mode(self: host ref, value: bool) -> void | prototyped:25.27.0 pool-admin async
get_tracked_user_agents(self: host ref) -> (string -> string) map | prototyped:25.34.0 read-only async
update_firewalld_service_status() -> void | prototyped:25.34.0 pool-operator hidden pool-internal emergency slave-local
set_max_cstate(self: host ref, value: string) -> void | prototyped:26.0.0 pool-operator async
set_ntp_mode(self: host ref, value: enum host_ntp_mode) -> void | prototyped:26.0.0 pool-operator async
set_ntp_custom_servers(self: host ref, value: string set) -> void | prototyped:26.0.0 pool-operator async
get_ntp_servers_status(self: host ref) -> (string -> string) map | prototyped:26.0.0 read-only async
set_timezone(self: host ref, value: string) -> void | prototyped:26.0.0 pool-operator async
list_timezones(self: host ref) -> string set | prototyped:26.0.0 read-only async
get_ntp_synchronized(self: host ref) -> bool | prototyped:26.0.0 read-only async
set_servertime(self: host ref, value: datetime) -> void | prototyped:26.0.0 pool-operator async
`,
})
