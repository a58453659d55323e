package storage_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
)

func (l lab) create(kind string, config map[string]any) string {
	l.t.Helper()
	return l.Text(l.t, "SR.create", l.host, config, "100000000000", kind, "", kind, "user", false, map[string]any{})
}

// TestFoundAgain: what an SR held that was forgotten comes back with it.
func TestFoundAgain(t *testing.T) {
	l := newLab(t)
	config := map[string]any{"server": "10.0.0.9", "serverpath": "/export/vms"}
	sr := l.create("nfs", config)
	id := l.Text(t, "SR.get_uuid", sr)
	vdi := l.Text(t, "VDI.create", vdiRecord(sr, "1000000000"))
	disk := l.Text(t, "VDI.get_uuid", vdi)
	used := l.number("SR.get_physical_utilisation", sr)

	l.Call(t, "VDI.forget", vdi)
	l.Fail(t, "HANDLE_INVALID", []string{"VDI", vdi}, "VDI.get_uuid", vdi)
	l.Call(t, "SR.scan", sr)
	l.Text(t, "VDI.get_by_uuid", disk)

	for _, pbd := range l.Refs(t, "SR.get_PBDs", sr) {
		l.Call(t, "PBD.unplug", pbd)
	}
	l.Call(t, "SR.forget", sr)
	l.Fail(t, "UUID_INVALID", []string{"VDI", disk}, "VDI.get_by_uuid", disk)
	if text := l.Text(t, "SR.probe", l.host, config, "nfs"); !strings.Contains(text, id) {
		t.Errorf("the probe finds %s", text)
	}
	if text := l.Text(t, "SR.probe", l.host, map[string]any{"server": "10.0.0.9", "serverpath": "/other"}, "nfs"); strings.Contains(text, id) {
		t.Errorf("the probe finds it elsewhere: %s", text)
	}
	sr = l.Text(t, "SR.introduce", id, "back", "", "nfs", "user", false, map[string]any{})
	if size := l.number("SR.get_physical_size", sr); size != "-1" {
		t.Errorf("the size is known: %s", size)
	}
	l.Call(t, "PBD.plug", l.Text(t, "PBD.create", map[string]any{"host": l.host, "SR": sr, "device_config": config}))
	if got := l.Refs(t, "SR.get_VDIs", sr); len(got) != 1 || l.Text(t, "VDI.get_uuid", got[0]) != disk {
		t.Errorf("the SR holds %v", got)
	}
	if got := l.number("SR.get_physical_utilisation", sr); got != used {
		t.Errorf("%s bytes are used, %s before", got, used)
	}
	if text := l.Text(t, "SR.probe", l.host, config, "nfs"); strings.Count(text, id) != 1 {
		t.Errorf("the probe finds %s", text)
	}
	l.Call(t, "VDI.destroy", l.Text(t, "VDI.get_by_uuid", disk))
	l.Call(t, "SR.scan", sr)
	l.Fail(t, "UUID_INVALID", []string{"VDI", disk}, "VDI.get_by_uuid", disk) // destroyed, not forgotten
	for _, pbd := range l.Refs(t, "SR.get_PBDs", sr) {
		l.Call(t, "PBD.unplug", pbd)
	}
	l.Call(t, "SR.destroy", sr)
	if text := l.Text(t, "SR.probe", l.host, config, "nfs"); strings.Contains(text, id) {
		t.Errorf("the probe finds what was destroyed: %s", text)
	}
}

func TestProbe(t *testing.T) {
	l := newLab(t)
	for _, tt := range []struct {
		kind   string
		config map[string]any
		code   string
		holds  string // of the last parameter
	}{
		{"nfs", map[string]any{}, "SR_BACKEND_FAILURE_102", ""},
		{"nfs", map[string]any{"server": "s"}, "SR_BACKEND_FAILURE_101", "<nfs-exports>"},
		{"nfs", map[string]any{"server": "s", "serverpath": "/p", "nfsversion": "5"}, "SR_BACKEND_FAILURE_72", ""},
		{"lvmoiscsi", map[string]any{}, "SR_BACKEND_FAILURE_95", ""},
		{"lvmoiscsi", map[string]any{"target": "t"}, "SR_BACKEND_FAILURE_96", "<TargetIQN>"},
		{"lvmoiscsi", map[string]any{"target": "t", "targetIQN": "i"}, "SR_BACKEND_FAILURE_107", "<SCSIid>"},
		{"lvmohba", map[string]any{}, "SR_BACKEND_FAILURE_107", "<BlockDevice>"},
		{"ext", map[string]any{}, "SR_BACKEND_FAILURE_90", ""},
		{"ext", map[string]any{"device": "sdb"}, "SR_BACKEND_FAILURE_91", ""},
		{"iso", map[string]any{"location": "/x"}, "SR_BACKEND_FAILURE", ""},
		{"floppy", map[string]any{}, "SR_UNKNOWN_DRIVER", ""},
	} {
		_, err := l.Try("SR.probe", l.host, tt.config, tt.kind, map[string]any{})
		e, ok := err.(*model.Error)
		if !ok || e.Code != tt.code || !strings.Contains(e.Params[len(e.Params)-1], tt.holds) {
			t.Errorf("%s %v: %v, want %s with %s", tt.kind, tt.config, err, tt.code, tt.holds)
		}
		if tt.kind == "iso" {
			continue
		}
		l.Fail(t, tt.code, nil, "SR.create", l.host, tt.config, "0", "n", "", tt.kind, "user", false, map[string]any{})
	}
	l.Fail(t, "SR_OPERATION_NOT_SUPPORTED", []string{}, "SR.probe_ext", l.host, map[string]any{}, "nfs")

	// A password becomes a secret, which goes with the PBD.
	secrets := len(l.Refs(t, "secret.get_all"))
	sr := l.create("smb", map[string]any{"server": `\\filer\vms`, "username": "u", "password": "hidden"})
	pbd := l.Refs(t, "SR.get_PBDs", sr)[0]
	if c := l.Record(t, "PBD.get_device_config", pbd); c["password"] != nil || c["password_secret"] == nil {
		t.Errorf("device_config %v", c)
	}
	l.Call(t, "PBD.unplug", pbd)
	l.Call(t, "SR.forget", sr)
	if n := len(l.Refs(t, "secret.get_all")); n != secrets {
		t.Errorf("%d secrets, %d before", n, secrets)
	}
}

func TestReplicationAndCaching(t *testing.T) {
	l := newLab(t)
	l.Fail(t, "SR_OPERATION_NOT_SUPPORTED", []string{l.sr}, "SR.enable_database_replication", l.sr)
	size := l.number("SR.get_physical_size", l.sr)
	if got, err := strconv.ParseFloat(fmt.Sprint(l.Call(t, "SR.query_data_source", l.sr, "size")), 64); err != nil || fmt.Sprintf("%.0f", got) != size {
		t.Errorf("the size is measured as %v, not %s", got, size)
	}
	l.Fail(t, "INTERNAL_ERROR", nil, "SR.record_data_source", l.sr, "luck")
	enabled := func() (list []any) {
		all, _ := l.Call(t, "SR.get_data_sources", l.sr).([]any)
		for _, d := range all {
			list = append(list, d.(map[string]any)["enabled"])
		}
		return list
	}
	l.Call(t, "SR.forget_data_source_archives", l.sr, "size")
	if got := fmt.Sprint(enabled()); got != "[false true]" {
		t.Errorf("recorded are %s", got)
	}
	l.Call(t, "SR.record_data_source", l.sr, "size")
	if got := fmt.Sprint(enabled()); got != "[true true]" {
		t.Errorf("recorded are %s", got)
	}
	snapshot := l.Text(t, "VDI.snapshot", l.vdi())
	l.Fail(t, "SR_OPERATION_NOT_SUPPORTED", []string{l.sr}, "VDI.revert", snapshot)
	lun := l.create("lvmohba", map[string]any{"SCSIid": "36001"})
	l.Call(t, "SR.assert_supports_database_replication", lun)
	l.Call(t, "SR.enable_database_replication", lun)
	l.Call(t, "SR.enable_database_replication", lun)
	disks := l.Refs(t, "SR.get_VDIs", lun)
	if len(disks) != 1 || l.Text(t, "VDI.get_type", disks[0]) != "metadata" {
		t.Fatalf("disks %v", disks)
	}
	pool := l.Refs(t, "pool.get_all")[0]
	if got := l.Text(t, "VDI.read_database_pool_uuid", disks[0]); got != l.Text(t, "pool.get_uuid", pool) {
		t.Errorf("the database of %s", got)
	}
	l.Call(t, "SR.disable_database_replication", lun)
	if got := l.Refs(t, "SR.get_VDIs", lun); len(got) != 0 {
		t.Errorf("disks %v", got)
	}
	l.Call(t, "PBD.unplug", l.Refs(t, "SR.get_PBDs", lun)[0])
	l.Fail(t, "SR_HAS_NO_PBDS", []string{lun}, "SR.enable_database_replication", lun)
	l.Fail(t, "SR_HAS_NO_PBDS", []string{lun}, "SR.assert_can_host_ha_statefile", lun)

	l.Fail(t, "SR_OPERATION_NOT_SUPPORTED", []string{lun}, "host.enable_local_storage_caching", l.host, lun)
	l.Call(t, "pool.enable_local_storage_caching", pool)
	if l.Text(t, "host.get_local_cache_sr", l.host) != l.sr || l.Call(t, "SR.get_local_cache_enabled", l.sr) != true {
		t.Error("the local SR is no cache")
	}
	l.Call(t, "host.disable_local_storage_caching", l.host)
	if l.Text(t, "host.get_local_cache_sr", l.host) != null || l.Call(t, "SR.get_local_cache_enabled", l.sr) != false {
		t.Error("the local SR is a cache still")
	}
	l.Call(t, "host.enable_local_storage_caching", l.host, l.sr)
	if text := l.Text(t, "host.get_sm_diagnostics", l.host); !strings.Contains(text, l.Text(t, "SR.get_uuid", l.sr)) {
		t.Errorf("diagnostics: %s", text)
	}
}

// TestForgottenDevices: a VM has no devices of disks that are forgotten, whether
// alone or with their SR.
func TestForgottenDevices(t *testing.T) {
	l := newLab(t)
	vm := l.vm()
	sr := l.create("nfs", map[string]any{"server": "10.0.0.9", "serverpath": "/export/vms"})
	alone := l.Text(t, "VDI.create", vdiRecord(sr, "1000000000"))
	along := l.Text(t, "VDI.create", vdiRecord(sr, "1000000000"))
	kept := l.Text(t, "VBD.create", vbdRecord(vm, l.vdi(), nil))
	gone := []string{l.Text(t, "VBD.create", vbdRecord(vm, alone, nil)), l.Text(t, "VBD.create", vbdRecord(vm, along, nil))}
	l.Call(t, "VDI.forget", alone)
	l.Fail(t, "HANDLE_INVALID", []string{"VBD", gone[0]}, "VBD.get_uuid", gone[0])
	l.Text(t, "VBD.get_uuid", gone[1])
	for _, pbd := range l.Refs(t, "SR.get_PBDs", sr) {
		l.Call(t, "PBD.unplug", pbd)
	}
	l.Call(t, "SR.forget", sr)
	l.Fail(t, "HANDLE_INVALID", []string{"VBD", gone[1]}, "VBD.get_uuid", gone[1])
	if got := l.Refs(t, "VM.get_VBDs", vm); !slices.Contains(got, kept) || slices.Contains(got, gone[0]) || slices.Contains(got, gone[1]) {
		t.Errorf("the VM has %v", got)
	}
}
