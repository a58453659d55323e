package role

import "github.com/xapid/xapid/model"

// httpAction is the permission to use an HTTP path, or a part of one.
type httpAction struct {
	name  string
	roles model.RoleSet
}

// httpActions lists the guarded HTTP paths by the names of their handlers.
var httpActions = []httpAction{
	{"connect_console", mustParse("vm-operator")},
	{"connect_console/host_console", mustParse("pool-admin")},
	{"connect_console_ws", mustParse("vm-operator")},
	{"connect_console_ws/host_console_ws", mustParse("pool-admin")},
	{"connect_remotecmd", mustParse("pool-admin")},
	{"get_audit_log", mustParse("read-only")},
	{"get_blob", mustParse("read-only")},
	{"get_config_sync", mustParse("pool-admin")},
	{"get_enabled_repository", mustParse("pool-operator+client-cert")},
	{"get_export", mustParse("vm-admin")},
	{"get_export_metadata", mustParse("vm-admin")},
	{"get_export_raw_vdi", mustParse("vm-admin")},
	{"get_host_backup", mustParse("pool-admin")},
	{"get_host_logs_download", mustParse("pool-operator")},
	{"get_host_rrds", mustParse("read-only")},
	{"get_host_updates", mustParse("pool-operator+client-cert")},
	{"get_pool_update_download", mustParse("read-only")},
	{"get_pool_xml_db_sync", mustParse("pool-admin")},
	{"get_repository", model.NoRole},
	{"get_root", mustParse("read-only")},
	{"get_services", mustParse("read-only")},
	{"get_services_sm", mustParse("vm-power-admin")},
	{"get_services_xenops", mustParse("vm-power-admin")},
	{"get_system_status", mustParse("pool-operator")},
	{"get_updates", mustParse("pool-operator+client-cert")},
	{"get_vm_rrds", mustParse("read-only")},
	{"get_vncsnapshot", mustParse("vm-operator")},
	{"get_vncsnapshot/host_console", mustParse("pool-admin")},
	{"get_wlb_diagnostics", mustParse("read-only")},
	{"get_wlb_report", mustParse("read-only")},
	{"host_rrd", mustParse("read-only")},
	{"post_RPC2", mustParse("read-only")},
	{"post_cli", mustParse("read-only")},
	{"post_json", mustParse("read-only")},
	{"post_json_options", mustParse("read-only")},
	{"post_jsonrpc", mustParse("read-only")},
	{"post_jsonrpc_options", mustParse("read-only")},
	{"post_remote_db_access", mustParse("pool-admin")},
	{"post_remote_db_access_v2", mustParse("pool-admin")},
	{"post_root", mustParse("read-only")},
	{"post_root_options", mustParse("read-only")},
	{"post_services", mustParse("pool-admin")},
	{"post_services_sm", mustParse("vm-power-admin")},
	{"post_services_xenops", mustParse("vm-power-admin+client-cert")},
	{"put_blob", mustParse("vm-power-admin")},
	{"put_bundle", mustParse("pool-operator")},
	{"put_host_restore", mustParse("pool-admin")},
	{"put_import", mustParse("vm-admin")},
	{"put_import_metadata", mustParse("vm-admin")},
	{"put_import_raw_vdi", mustParse("vm-admin")},
	{"put_messages", mustParse("vm-power-admin")},
	{"put_pool_patch_upload", mustParse("pool-operator")},
	{"put_pool_xml_db_sync", mustParse("pool-admin")},
	{"put_services", mustParse("pool-admin")},
	{"put_services_sm", mustParse("vm-power-admin")},
	{"put_services_xenops", mustParse("vm-power-admin+client-cert")},
	{"rrd", mustParse("pool-admin")},
	{"rrd_updates", mustParse("read-only")},
	{"sr_rrd", mustParse("read-only")},
	{"vm_rrd", mustParse("read-only")},
}

func mustParse(s string) model.RoleSet {
	set, err := model.ParseRoles(s)
	if err != nil {
		panic(err)
	}
	return set
}

// OfHTTP gives the roles that may use an HTTP action, and whether it is known.
func OfHTTP(name string) (model.RoleSet, bool) {
	for _, a := range httpActions {
		if a.name == name {
			return a.roles, true
		}
	}
	return 0, false
}
