package cli

import (
	"strings"

	"github.com/xapid/xapid/model"
)

// spellings are the words for labels of enumerations that xe does not print as
// the API has them, nor in lower case.
var spellings = map[string]map[string]string{
	"allocation_algorithm": {"depth_first": "depth-first", "breadth_first": "breadth-first"},
	"console_protocol":     {"vt100": "VT100", "rfb": "RFB", "rdp": "RDP"},
	"domain_type":          {"pv_in_pvh": "pv-in-pvh"},
	"on_crash_behaviour": {"destroy": "Destroy", "coredump_and_destroy": "Core dump and destroy", "restart": "Restart",
		"coredump_and_restart": "Core dump and restart", "preserve": "Preserve", "rename_restart": "Rename restart"},
	"on_normal_exit":         {"destroy": "Destroy", "restart": "Restart"},
	"on_softreboot_behavior": {"destroy": "Destroy", "restart": "Restart", "preserve": "Preserve", "soft_reboot": "Soft reboot"},
	"placement_policy":       {"anti_affinity": "anti-affinity"},
	"pvs_proxy_status": {"incompatible_write_cache_mode": "incompatible-write-cache-mode",
		"incompatible_protocol_version": "incompatible-protocol-version"},
	"tristate_type": {"yes": "true", "no": "false"},
	"vdi_type": {"system": "System", "user": "User", "ephemeral": "Ephemeral", "suspend": "Suspend", "crashdump": "Crashdump",
		"ha_statefile": "HA statefile", "metadata": "Metadata", "redo_log": "Redo log", "pvs_cache": "PVS cache", "cbt_metadata": "CBT metadata"},
}

// spelled is a label as xe prints it.
func spelled(enum, label string) string {
	if word, ok := spellings[enum][label]; ok {
		return word
	}
	return strings.ToLower(label)
}

// enumLabel finds the label that the text of a parameter means, in whatever case.
func enumLabel(name, enum, text string) (string, error) {
	var words []string
	for _, label := range model.EnumByName(enum).Labels {
		if strings.EqualFold(label, text) || strings.EqualFold(spelled(enum, label), text) {
			return label, nil
		}
		words = append(words, spelled(enum, label))
	}
	return "", complaint("Parameter '" + name + "' must be one of: " + strings.Join(words, ", "))
}
