package model

import "time"

// CertificatePurpose is what a trusted certificate vouches for.
type CertificatePurpose string

// The labels of CertificatePurpose.
const (
	CertificatePurposeLicensing CertificatePurpose = "licensing"
	CertificatePurposeLdaps     CertificatePurpose = "ldaps"
)

var _ = enum("certificate_purpose", CertificatePurposeLicensing, CertificatePurposeLdaps)

// HelloReturn is how a master answers a member that says hello.
type HelloReturn string

// The labels of HelloReturn.
const (
	HelloReturnOk             HelloReturn = "ok"
	HelloReturnUnknownHost    HelloReturn = "unknown_host"
	HelloReturnCannotTalkBack HelloReturn = "cannot_talk_back"
)

var _ = enum("hello_return", HelloReturnOk, HelloReturnUnknownHost, HelloReturnCannotTalkBack)

// PoolAllowedOperations is what can go on with the pool as a whole.
type PoolAllowedOperations string

// The labels of PoolAllowedOperations.
const (
	PoolAllowedOperationsHAEnable                     PoolAllowedOperations = "ha_enable"
	PoolAllowedOperationsHADisable                    PoolAllowedOperations = "ha_disable"
	PoolAllowedOperationsClusterCreate                PoolAllowedOperations = "cluster_create"
	PoolAllowedOperationsDesignateNewMaster           PoolAllowedOperations = "designate_new_master"
	PoolAllowedOperationsConfigureRepositories        PoolAllowedOperations = "configure_repositories"
	PoolAllowedOperationsSyncUpdates                  PoolAllowedOperations = "sync_updates"
	PoolAllowedOperationsSyncBundle                   PoolAllowedOperations = "sync_bundle"
	PoolAllowedOperationsGetUpdates                   PoolAllowedOperations = "get_updates"
	PoolAllowedOperationsApplyUpdates                 PoolAllowedOperations = "apply_updates"
	PoolAllowedOperationsTLSVerificationEnable        PoolAllowedOperations = "tls_verification_enable"
	PoolAllowedOperationsCertRefresh                  PoolAllowedOperations = "cert_refresh"
	PoolAllowedOperationsExchangeCertificatesOnJoin   PoolAllowedOperations = "exchange_certificates_on_join"
	PoolAllowedOperationsExchangeCACertificatesOnJoin PoolAllowedOperations = "exchange_ca_certificates_on_join"
	PoolAllowedOperationsCopyPrimaryHostCerts         PoolAllowedOperations = "copy_primary_host_certs"
	PoolAllowedOperationsEject                        PoolAllowedOperations = "eject"
	PoolAllowedOperationsExchangeCrlsOnJoin           PoolAllowedOperations = "exchange_crls_on_join"
)

var _ = enum("pool_allowed_operations", PoolAllowedOperationsHAEnable, PoolAllowedOperationsHADisable, PoolAllowedOperationsClusterCreate, PoolAllowedOperationsDesignateNewMaster, PoolAllowedOperationsConfigureRepositories, PoolAllowedOperationsSyncUpdates, PoolAllowedOperationsSyncBundle, PoolAllowedOperationsGetUpdates, PoolAllowedOperationsApplyUpdates, PoolAllowedOperationsTLSVerificationEnable, PoolAllowedOperationsCertRefresh, PoolAllowedOperationsExchangeCertificatesOnJoin, PoolAllowedOperationsExchangeCACertificatesOnJoin, PoolAllowedOperationsCopyPrimaryHostCerts, PoolAllowedOperationsEject, PoolAllowedOperationsExchangeCrlsOnJoin)

// PoolGuestSecurebootReadiness is whether the pool has the keys that secure
// boot of guests needs.
type PoolGuestSecurebootReadiness string

// The labels of PoolGuestSecurebootReadiness.
const (
	PoolGuestSecurebootReadinessReady      PoolGuestSecurebootReadiness = "ready"
	PoolGuestSecurebootReadinessReadyNoDbx PoolGuestSecurebootReadiness = "ready_no_dbx"
	PoolGuestSecurebootReadinessNotReady   PoolGuestSecurebootReadiness = "not_ready"
)

var _ = enum("pool_guest_secureboot_readiness", PoolGuestSecurebootReadinessReady, PoolGuestSecurebootReadinessReadyNoDbx, PoolGuestSecurebootReadinessNotReady)

// TelemetryFrequency is how often telemetry is collected.
type TelemetryFrequency string

// The labels of TelemetryFrequency.
const (
	TelemetryFrequencyDaily   TelemetryFrequency = "daily"
	TelemetryFrequencyWeekly  TelemetryFrequency = "weekly"
	TelemetryFrequencyMonthly TelemetryFrequency = "monthly"
)

var _ = enum("telemetry_frequency", TelemetryFrequencyDaily, TelemetryFrequencyWeekly, TelemetryFrequencyMonthly)

// UpdateSyncFrequency is how often updates are fetched by themselves.
type UpdateSyncFrequency string

// The labels of UpdateSyncFrequency.
const (
	UpdateSyncFrequencyDaily  UpdateSyncFrequency = "daily"
	UpdateSyncFrequencyWeekly UpdateSyncFrequency = "weekly"
)

var _ = enum("update_sync_frequency", UpdateSyncFrequencyDaily, UpdateSyncFrequencyWeekly)

// Pool is the set of hosts that share a database and are managed as one. There
// is exactly one row.
type Pool struct {
	UUID                               string                           `api:"RO" life:"rio"`
	NameLabel                          string                           `api:"RW" life:"rio"` // empty after installation
	NameDescription                    string                           `api:"RW" life:"rio"`
	Master                             Ref[Host]                        `api:"RO" life:"rio"`
	DefaultSR                          Ref[SR]                          `name:"default_SR" api:"RW" life:"rio"` // where clients put disks unless told otherwise
	SuspendImageSR                     Ref[SR]                          `name:"suspend_image_SR" api:"RW" life:"rio"`
	CrashDumpSR                        Ref[SR]                          `name:"crash_dump_SR" api:"RW" life:"rio"`
	OtherConfig                        map[string]string                `api:"RW" life:"rio" keys:"folder=vm-operator XenCenter.CustomFields.*=vm-operator EMPTY_FOLDERS=vm-operator"`
	HAEnabled                          bool                             `api:"RO" default:"false" life:"orlando"`
	HAConfiguration                    map[string]string                `api:"RO" default:"{}" life:"orlando"` // timeouts and the like
	HAStatefiles                       []string                         `api:"RO" default:"[]" life:"orlando"`
	HAHostFailuresToTolerate           int64                            `api:"RO" default:"0" life:"orlando"` // for which restarts are planned
	HAPlanExistsFor                    int64                            `api:"RO" default:"0" life:"orlando"`
	HAAllowOvercommit                  bool                             `api:"RW" default:"false" life:"orlando"`
	HAOvercommitted                    bool                             `api:"RO" default:"false" life:"orlando"`
	Blobs                              map[string]Ref[Blob]             `api:"RO" default:"{}" life:"orlando"`
	Tags                               []string                         `api:"RW" default:"[]" life:"orlando" writers:"vm-operator"`
	GuiConfig                          map[string]string                `api:"RW" default:"{}" life:"orlando" writers:"vm-operator"`
	HealthCheckConfig                  map[string]string                `api:"RW" default:"{}" life:"dundee"`
	WLBURL                             string                           `name:"wlb_url" api:"RO" default:"" life:"george"` // empty: no workload balancing
	WLBUsername                        string                           `api:"RO" default:"" life:"george"`
	WLBPassword                        Ref[Secret]                      `api:"RO,internal" life:"george"`
	WLBEnabled                         bool                             `api:"RW" default:"false" life:"george" writers:"pool-operator+client-cert"`
	WLBVerifyCert                      bool                             `api:"RW" default:"false" life:"published:george,deprecated:1.290.0"`
	RedoLogEnabled                     bool                             `api:"RO" default:"false" life:"midnight-ride"`
	RedoLogVDI                         Ref[VDI]                         `api:"RO" default:"OpaqueRef:NULL" life:"midnight-ride"`
	VswitchController                  string                           `api:"RO" default:"" life:"published:midnight-ride,deprecated:falcon"`
	Restrictions                       map[string]string                `api:"RO" default:"{}" life:"midnight-ride"` // of the licences of all hosts
	MetadataVDIs                       []Ref[VDI]                       `name:"metadata_VDIs" api:"RO" life:"boston" of:"VDI.metadata_of_pool"`
	HAClusterStack                     string                           `api:"RO" default:"" life:"dundee"`
	AllowedOperations                  []PoolAllowedOperations          `api:"RO,volatile" default:"[]" life:"rio"`
	CurrentOperations                  map[string]PoolAllowedOperations `api:"RO,volatile" default:"{}" life:"rio"`
	GuestAgentConfig                   map[string]string                `api:"RO" default:"{}" life:"dundee"`
	CPUInfo                            map[string]string                `api:"RO" default:"{}" life:"dundee"` // what all hosts have in common
	PolicyNoVendorDevice               bool                             `api:"RW" default:"false" life:"published:dundee,deprecated:24.14.0"`
	LivePatchingDisabled               bool                             `api:"RW" default:"false" life:"ely"`
	IGMPSnoopingEnabled                bool                             `api:"RO" default:"false" life:"inverness"`
	UEFICertificates                   string                           `api:"CO" default:"" life:"published:quebec,changed:22.16.0"`
	CustomUEFICertificates             string                           `api:"CO" default:"" life:"prototyped:24.0.0"`
	IsPSRPending                       bool                             `api:"RW" default:"false" life:"stockholm_psr"`
	TLSVerificationEnabled             bool                             `api:"RO" default:"false" life:"1.290.0"`
	Repositories                       []Ref[Repository]                `api:"RO" default:"[]" life:"1.301.0"`
	ClientCertificateAuthEnabled       bool                             `api:"RO" default:"false" life:"1.318.0"`
	ClientCertificateAuthName          string                           `api:"RO" default:"" life:"1.318.0"`
	RepositoryProxyURL                 string                           `api:"RO" default:"" life:"21.3.0"`
	RepositoryProxyUsername            string                           `api:"RO" default:"" life:"21.3.0"`
	RepositoryProxyPassword            Ref[Secret]                      `api:"RO" default:"OpaqueRef:NULL" life:"published:21.3.0,changed:23.9.0"`
	MigrationCompression               bool                             `api:"RW" default:"false" life:"prototyped:22.33.0"`
	CoordinatorBias                    bool                             `api:"RW" default:"true" life:"prototyped:22.37.0,published:rio"`
	LocalAuthMaxThreads                int64                            `api:"CO" default:"8" life:"prototyped:23.27.0"`
	ExtAuthMaxThreads                  int64                            `api:"CO" default:"1" life:"prototyped:23.27.0"`
	ExtAuthCacheEnabled                bool                             `api:"RO" default:"true" life:"prototyped:24.31.0"`
	ExtAuthCacheSize                   int64                            `api:"RO" default:"50" life:"prototyped:24.31.0"`
	ExtAuthCacheExpiry                 int64                            `api:"RO" default:"300" life:"prototyped:24.31.0"`
	TelemetryUUID                      Ref[Secret]                      `api:"RO" default:"OpaqueRef:NULL" life:"prototyped:23.9.0"`
	TelemetryFrequency                 TelemetryFrequency               `api:"RO" default:"weekly" life:"prototyped:23.9.0"`
	TelemetryNextCollection            time.Time                        `api:"RO" default:"19700101T00:00:00Z" life:"prototyped:23.9.0"`
	LastUpdateSync                     time.Time                        `api:"RO" default:"19700101T00:00:00Z" life:"prototyped:23.18.0"`
	UpdateSyncFrequency                UpdateSyncFrequency              `api:"RO" default:"weekly" life:"prototyped:23.18.0"`
	UpdateSyncDay                      int64                            `api:"RO" default:"0" life:"prototyped:23.18.0"`
	UpdateSyncEnabled                  bool                             `api:"RO" default:"false" life:"prototyped:23.18.0"`
	Recommendations                    map[string]string                `api:"RO" default:"{}" life:"prototyped:24.19.1"`
	LicenseServer                      map[string]string                `api:"RW" default:"{}" life:"prototyped:25.6.0"`
	HARebootVMOnInternalShutdown       bool                             `api:"RW" default:"true" life:"prototyped:25.16.0"`
	LimitConsoleSessions               bool                             `api:"RW" default:"false" life:"prototyped:26.1.0"`
	VMConsoleIdleTimeout               int64                            `api:"RW" default:"0" life:"prototyped:26.1.0"`
	AutoUpdateVMSecurebootCertificates bool                             `api:"RW" default:"false" life:"prototyped:26.16.1"`
}

var _ = define[Pool](Def{
	Name:  "pool",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
join(master_address: string, master_username: string, master_password: string) -> void | rio pool-operator async
join_force(master_address: string, master_username: string, master_password: string) -> void | rio pool-operator async
eject(host: host ref) -> void | rio pool-operator async
initial_auth() -> string | rio pool-operator async hidden
exchange_certificates_on_join(uuid: string, certificate: string) -> (string -> string) map | 1.298.0 pool-operator async hidden
exchange_ca_certificates_on_join(import: (string -> string) map, export: Certificate ref set) -> (string -> string) map | 1.320.0 pool-operator async hidden
emergency_transition_to_master() -> void | rio pool-operator emergency slave-local
emergency_reset_master(master_address: string) -> void | rio pool-operator emergency slave-local
recover_slaves() -> host ref set | rio pool-operator async
hello(host_uuid: string, host_address: string) -> enum hello_return | rio pool-operator async hidden
is_slave(host: host ref) -> bool | rio pool-admin hidden emergency slave-local
create_VLAN(device: string, network: network ref, VLAN: int) -> PIF ref set | rio pool-operator async
management_reconfigure(network: network ref) -> void | inverness pool-operator async
create_VLAN_from_PIF(pif: PIF ref, network: network ref, VLAN: int) -> PIF ref set | rio pool-operator async
enable_ha(heartbeat_srs: SR ref set, configuration: (string -> string) map) -> void | miami pool-operator+client-cert async
disable_ha() -> void | miami pool-operator+client-cert async
sync_database() -> void | rio pool-operator async
designate_new_master(host: host ref) -> void | miami pool-operator async
ha_prevent_restarts_for(seconds: int) -> void | orlando-update-1 pool-operator
ha_failover_plan_exists(n: int) -> bool | orlando pool-operator
ha_compute_max_host_failures_to_tolerate() -> int | orlando pool-operator
ha_compute_hypothetical_max_host_failures_to_tolerate(configuration: (VM ref -> string) map) -> int | orlando read-only
ha_compute_vm_failover_plan(failed_hosts: host ref set, failed_vms: VM ref set) -> (VM ref -> (string -> string) map) map | orlando pool-operator
set_ha_host_failures_to_tolerate(self: pool ref, value: int) -> void | orlando pool-operator async
create_new_blob(pool: pool ref, name: string, mime_type: string, public?: bool = false @tampa) -> blob ref | orlando pool-operator async
ha_schedule_plan_recomputation() -> void | orlando local-root async hidden pool-internal
enable_binary_storage() -> void | orlando pool-operator async hidden
disable_binary_storage() -> void | orlando pool-operator async hidden
enable_external_auth(pool: pool ref, config: (string -> string) map, service_name: string, auth_type: string) -> void | george pool-admin
disable_external_auth(pool: pool ref, config?: (string -> string) map = {}) -> void | george pool-admin
external_auth_set_ldaps(pool: pool ref, ldaps: bool, force?: bool = false) -> void | 26.16.0 pool-admin
detect_nonhomogeneous_external_auth(pool: pool ref) -> void | george pool-operator
initialize_wlb(wlb_url: string, wlb_username: string, wlb_password: string, xenserver_username: string, xenserver_password: string) -> void | george pool-operator async
deconfigure_wlb() -> void | george pool-operator async
send_wlb_configuration(config: (string -> string) map) -> void | george pool-operator async
retrieve_wlb_configuration() -> (string -> string) map | george read-only async
retrieve_wlb_recommendations() -> (VM ref -> string set) map | george read-only async
send_test_post(host: string, port: int, body: string) -> string | george pool-admin async
certificate_install(name: string, cert: string) -> void | published:george,deprecated:1.290.0 pool-operator async
certificate_uninstall(name: string) -> void | published:george,deprecated:1.290.0 pool-operator async
certificate_list() -> string set | published:george,deprecated:1.290.0 pool-operator async
install_ca_certificate(name: string, cert: string) -> void | published:1.290.0,deprecated:26.13.0 pool-operator+client-cert async
uninstall_ca_certificate(name: string, force?: bool = false @24.35.0) -> void | published:1.290.0,changed:24.35.0,deprecated:26.13.0 pool-operator+client-cert async
crl_install(name: string, cert: string) -> void | george pool-operator async
crl_uninstall(name: string) -> void | george pool-operator async
crl_list() -> string set | george pool-operator async
certificate_sync() -> void | george pool-operator async
enable_tls_verification() -> void | 1.290.0 pool-admin
enable_redo_log(sr: SR ref) -> void | midnight-ride pool-operator async
disable_redo_log() -> void | midnight-ride pool-operator async
audit_log_append(line: string) -> void | midnight-ride pool-admin async hidden pool-internal
set_vswitch_controller(address: string) -> void | published:midnight-ride,extended:cowley,deprecated:falcon pool-operator async
test_archive_target(self: pool ref, config: (string -> string) map) -> string | cowley pool-operator
enable_local_storage_caching(self: pool ref) -> void | cowley pool-operator async
disable_local_storage_caching(self: pool ref) -> void | cowley pool-operator async
get_license_state(self: pool ref) -> (string -> string) map | clearwater read-only async
apply_edition(self: pool ref, edition: string) -> void | clearwater pool-operator async
enable_ssl_legacy(self: pool ref) -> void | published:dundee,deprecated:dundee,removed:stockholm pool-operator async
disable_ssl_legacy(self: pool ref) -> void | published:dundee,deprecated:stockholm pool-operator async
set_igmp_snooping_enabled(self: pool ref, value: bool) -> void | inverness pool-operator async
has_extension(self: pool ref, name: string) -> bool | dundee pool-admin async
add_to_guest_agent_config(self: pool ref, key: string, value: string) -> void | dundee pool-admin async
remove_from_guest_agent_config(self: pool ref, key: string) -> void | dundee pool-admin async
rotate_secret() -> void | stockholm_psr pool-admin async
set_repositories(self: pool ref, value: Repository ref set) -> void | 1.301.0 pool-operator+client-cert async
add_repository(self: pool ref, value: Repository ref) -> void | 1.301.0 pool-operator+client-cert async
remove_repository(self: pool ref, value: Repository ref) -> void | 1.301.0 pool-operator+client-cert async
sync_updates(self: pool ref, force: bool, token?: string = "", token_id?: string = "", username?: string = "" @25.7.0, password?: string = "" @25.7.0) -> string | published:1.329.0,changed:25.7.0 pool-operator+client-cert async
check_update_readiness(self: pool ref, requires_reboot: bool) -> string set set | 1.304.0 pool-operator+client-cert async
enable_client_certificate_auth(self: pool ref, name: string) -> void | 1.318.0 pool-operator+client-cert async
disable_client_certificate_auth(self: pool ref) -> void | 1.318.0 pool-operator+client-cert async
configure_repository_proxy(self: pool ref, url: string, username: string, password: string) -> void | 21.3.0 pool-operator+client-cert async
disable_repository_proxy(self: pool ref) -> void | 21.4.0 pool-operator+client-cert async
set_uefi_certificates(self: pool ref, value: string) -> void | published:22.16.0,deprecated:24.0.0 pool-admin async
set_custom_uefi_certificates(self: pool ref, value: string) -> void | prototyped:24.0.0 pool-admin async
set_https_only(self: pool ref, value: bool) -> void | prototyped:22.27.0 pool-operator async
set_telemetry_next_collection(self: pool ref, value: datetime) -> void | prototyped:23.9.0 pool-admin async
reset_telemetry_uuid(self: pool ref) -> void | prototyped:23.9.0 pool-admin async
configure_update_sync(self: pool ref, update_sync_frequency: enum update_sync_frequency, update_sync_day: int) -> void | prototyped:23.18.0 pool-operator async
set_update_sync_enabled(self: pool ref, value: bool) -> void | prototyped:23.18.0 pool-operator async
set_local_auth_max_threads(self: pool ref, value: int) -> void | prototyped:23.27.0 pool-operator
set_ext_auth_max_threads(self: pool ref, value: int) -> void | prototyped:23.27.0 pool-operator
set_ext_auth_cache_enabled(self: pool ref, value: bool) -> void | prototyped:24.31.0 pool-operator async
set_ext_auth_cache_size(self: pool ref, value: int) -> void | prototyped:24.31.0 pool-operator async
set_ext_auth_cache_expiry(self: pool ref, value: int) -> void | prototyped:24.31.0 pool-operator async
get_guest_secureboot_readiness(self: pool ref) -> enum pool_guest_secureboot_readiness | prototyped:24.17.0 pool-operator
enable_ssh(self: pool ref) -> void | prototyped:25.13.0 pool-admin async
disable_ssh(self: pool ref) -> void | prototyped:25.13.0 pool-admin async
set_ssh_enabled_timeout(self: pool ref, value: int) -> void | prototyped:25.21.0 pool-admin async
set_console_idle_timeout(self: pool ref, value: int) -> void | prototyped:25.21.0 pool-admin async
set_ssh_auto_mode(self: pool ref, value: bool) -> void | prototyped:25.27.0 pool-admin async
install_trusted_certificate(self: pool ref, ca: bool, cert: string, purpose: enum certificate_purpose set) -> void | prototyped:26.13.0 pool-operator+client-cert async
uninstall_trusted_certificate(self: pool ref, certificate: Certificate ref) -> void | prototyped:26.13.0 pool-operator+client-cert async
sync_trusted_certificates_from(self: pool ref, remote_pool: string, remote_session: session ref, remote_certificate: string, ca: bool) -> Certificate ref set | prototyped:26.16.0 pool-operator+client-cert async
exchange_trusted_certificates_on_join(self: pool ref, ca: bool, import: (string -> string set) map, export: Certificate ref set) -> (string -> string set) map | prototyped:26.13.0 pool-operator+client-cert async hidden
exchange_crls_on_join(self: pool ref, import: (string -> string) map, export: string set) -> (string -> string) map | prototyped:26.13.0 pool-operator+client-cert async hidden
`,
})
