package model

// span is when there was something: from the release that it came with to the
// one that it went with, "" for always and never.
type span struct{ since, until string }

// labelSpans are the operations that not all releases knew, by enumeration.
// Most came with the message that they are called after, or with the one that
// they are part of; those of a host are guesses.
var labelSpans = map[string]map[string]span{
	"vm_operations": {
		"migrate_send": {"tampa", ""}, "query_services": {"tampa", ""}, "call_plugin": {"cream", ""}, "create_vtpm": {"22.26.0", ""},
		"sysprep": {"25.24.0", ""}, "changing_NVRAM": {"naples", ""}, "snapshot_with_quiesce": {"", "quebec"},
	},
	"host_allowed_operations": {"apply_updates": {"1.301.0", ""}, "enable": {"1.301.0", ""}},
	"vdi_operations": {
		"mirror": {"tampa", ""}, "enable_cbt": {"inverness", ""}, "disable_cbt": {"inverness", ""}, "data_destroy": {"inverness", ""},
		"list_changed_blocks": {"inverness", ""}, "revert_to": {"26.16.0", ""}, "revert_from": {"26.16.0", ""},
	},
	"storage_operations": {
		"vdi_mirror": {"tampa", ""}, "vdi_enable_cbt": {"inverness", ""}, "vdi_disable_cbt": {"inverness", ""}, "vdi_data_destroy": {"inverness", ""},
		"vdi_list_changed_blocks": {"inverness", ""}, "vdi_revert": {"26.16.0", ""},
	},
	"pool_allowed_operations": {
		"cluster_create": {"kolkata", ""}, "configure_repositories": {"1.301.0", ""}, "sync_updates": {"1.329.0", ""}, "sync_bundle": {"24.23.0", ""},
		"get_updates": {"1.301.0", ""}, "apply_updates": {"1.301.0", ""}, "tls_verification_enable": {"1.290.0", ""}, "cert_refresh": {"1.307.0", ""},
		"exchange_certificates_on_join": {"1.298.0", ""}, "exchange_ca_certificates_on_join": {"1.320.0", ""}, "copy_primary_host_certs": {"1.307.0", ""},
		"exchange_crls_on_join": {"26.13.0", ""},
	},
}

// HasLabel reports whether the release had a label of an enumeration.
func (r *Release) HasLabel(enum, label string) bool {
	s := labelSpans[enum][label]
	return r.Within(s.since, s.until)
}

// oldPriorities are the priorities of messages in 6.0 where they differ. The
// scale of today came with 6.2: a guess.
var oldPriorities = map[string]int64{
	"IP_CONFIGURED_PIF_CAN_UNPLUG": 5, "LICENSE_SERVER_CONNECTED": 1, "LICENSE_SERVER_UNAVAILABLE": 1, "GRACE_LICENSE": 1,
	"LICENSE_NOT_AVAILABLE": 1, "LICENSE_SERVER_UNREACHABLE": 1, "LICENSE_EXPIRES_SOON": 10,
}

// AlertPriority is the priority with which the release raises a message of its
// own.
func (r *Release) AlertPriority(name string) int64 {
	if p, ok := oldPriorities[name]; ok && r.Before("clearwater") {
		return p
	}
	if p, ok := AlertPriorities[name]; ok {
		return p
	}
	return 5
}
