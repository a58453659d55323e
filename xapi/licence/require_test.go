package licence_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// TestRequire: what each message answers when its feature is off, and that it
// is this feature which makes the difference.
func TestRequire(t *testing.T) {
	l := newLab(t, "", 1, "")
	pool := l.pool(t)
	template := l.Refs(t, "VM.get_by_name_label", "Other install media")[0]
	vm := l.Text(t, "VM.clone", template, "guest")
	l.Call(t, "VM.provision", vm)
	halted := l.Text(t, "VM.clone", vm, "asleep")
	running := l.Text(t, "VM.clone", vm, "another")
	l.Call(t, "VM.start", running, false, false)
	local := l.Text(t, "pool.get_default_SR", pool)
	network := l.Refs(t, "network.get_all")[0]
	vif := l.Text(t, "VIF.create", map[string]any{
		"device": "0", "network": network, "VM": vm, "MAC": "", "MTU": 1500, "other_config": map[string]string{},
		"qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
	})
	disk := l.Text(t, "VDI.create", map[string]any{
		"name_label": "disk", "name_description": "", "SR": local, "virtual_size": 1 << 30, "type": "user", "sharable": false, "read_only": false,
		"other_config": map[string]string{},
	})
	l.Call(t, "VBD.create", map[string]any{
		"VM": running, "VDI": disk, "userdevice": "1", "bootable": false, "mode": "RW", "type": "Disk", "unpluggable": true, "empty": false,
		"other_config": map[string]string{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]string{},
	})
	appliance := l.Text(t, "VM_appliance.create", map[string]any{"name_label": "app", "name_description": ""})
	l.Call(t, "VM.set_appliance", vm, appliance)
	for _, tt := range []struct {
		key, code, param string
		method           string
		args             []any
	}{
		{"enable_xha", "LICENCE_RESTRICTION", "HA", "pool.enable_ha", []any{[]string{}, map[string]string{}}},
		{"restrict_igmp_snooping", "LICENCE_RESTRICTION", "IGMP_snooping", "pool.set_igmp_snooping_enabled", []any{pool, true}},
		{"restrict_pool_secret_rotation", "LICENCE_RESTRICTION", "Pool_secret_rotation", "pool.rotate_secret", nil},
		{"restrict_wlb", "LICENCE_RESTRICTION", "WLB", "pool.initialize_wlb", []any{"x", "", "", "", ""}},
		{"restrict_ad", "LICENCE_RESTRICTION", "AD", "host.enable_external_auth", []any{l.hosts[0], map[string]string{}, "x", "AD"}},
		{"restrict_updates", "LICENCE_RESTRICTION", "Updates", "pool.sync_updates", []any{pool, false, "", "", "", ""}},
		{"restrict_vm_start", "LICENCE_RESTRICTION", "VM_start", "VM.start", []any{vm, true, false}},
		{"restrict_vm_appliance_start", "LICENCE_RESTRICTION", "VM_appliance_start", "VM_appliance.start", []any{appliance, true}},
		{"restrict_checkpoint", "LICENCE_RESTRICTION", "Checkpoint", "VM.checkpoint", []any{vm, "x"}},
		{"restrict_dmc", "MEMORY_CONSTRAINT_VIOLATION_MAXPIN", "", "VM.set_memory_limits", []any{halted, 64 << 20, 256 << 20, 128 << 20, 256 << 20}},
		{"restrict_set_vcpus_number_live", "LICENCE_RESTRICTION", "Live_set_vcpus", "VM.set_VCPUs_number_live", []any{running, 1}},
		{"restrict_xen_motion", "LICENCE_RESTRICTION", "Xen_motion", "VM.pool_migrate", []any{running, l.hosts[0], map[string]string{}}},
		{"restrict_vm_groups", "LICENCE_RESTRICTION", "VM_groups", "VM.set_groups", []any{vm, []string{}}},
		{"restrict_vmss", "LICENCE_RESTRICTION", "VMSS", "VM.set_snapshot_schedule", []any{vm, "OpaqueRef:NULL"}},
		{"restrict_vtpm", "FEATURE_RESTRICTED", "restrict_vtpm", "VTPM.create", []any{vm, false}},
		{"restrict_vif_locking", "LICENCE_RESTRICTION", "VIF_locking", "VIF.set_locking_mode", []any{vif, "locked"}},
		{"restrict_storage_xen_motion", "LICENCE_RESTRICTION", "Storage_motion", "VDI.pool_migrate", []any{disk, local, map[string]string{}}},
		{"restrict_cbt", "LICENCE_RESTRICTION", "CBT", "VDI.enable_cbt", []any{"OpaqueRef:nothing"}},
		{"restrict_network_sriov", "LICENCE_RESTRICTION", "Network_sriov", "network_sriov.create", []any{"OpaqueRef:nothing", network}},
	} {
		set := func(value string) {
			t.Helper()
			err := l.DB().Update(t.Context(), func(tx *store.Tx) error {
				p, err := store.Edit(tx, model.Ref[model.Pool](pool))
				if err == nil {
					p.Restrictions[tt.key] = value
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		on, off := "false", "true"
		if tt.key == "enable_xha" {
			on, off = off, on
		}
		set(off)
		params := []string{tt.param}
		if tt.param == "" {
			params = nil
		}
		l.Fail(t, tt.code, params, tt.method, tt.args...)
		set(on)
		_, err := l.Try(tt.method, tt.args...)
		if e, ok := err.(*model.Error); ok && e.Code == tt.code {
			t.Errorf("%s is refused with its feature on: %v", tt.method, e)
		}
	}
}
