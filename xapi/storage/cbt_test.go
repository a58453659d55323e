package storage_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
)

func TestCBT(t *testing.T) {
	l := newLab(t)
	vdi := l.Text(t, "VDI.create", vdiRecord(l.sr, fmt.Sprint(8<<20)))
	early := l.Text(t, "VDI.snapshot", vdi)
	l.Call(t, "VDI.enable_cbt", vdi)
	l.Call(t, "VDI.enable_cbt", vdi)
	l.Fail(t, "OPERATION_NOT_ALLOWED", nil, "VDI.enable_cbt", early)
	first := l.Text(t, "VDI.snapshot", vdi)
	l.Call(t, "VDI.resize", vdi, fmt.Sprint(10<<20))
	second := l.Text(t, "VDI.snapshot", vdi)
	if l.Call(t, "VDI.get_cbt_enabled", first) != true || l.Call(t, "VDI.get_cbt_enabled", l.Text(t, "VDI.clone", vdi)) != false {
		t.Error("snapshots are tracked, clones are not")
	}
	bitmap, err := base64.StdEncoding.DecodeString(l.Text(t, "VDI.list_changed_blocks", first, second))
	if want := append(make([]byte, 16), 0xff, 0xff, 0xff, 0xff); err != nil || !slices.Equal(bitmap, want) {
		t.Errorf("bitmap %x, %v", bitmap, err)
	}
	for _, from := range []string{second, early} {
		l.Fail(t, "SR_BACKEND_FAILURE_460", nil, "VDI.list_changed_blocks", from, second)
	}
	l.Fail(t, "SR_BACKEND_FAILURE_460", nil, "VDI.list_changed_blocks", l.vdi(), second)

	l.Fail(t, "OPERATION_NOT_ALLOWED", nil, "VDI.data_destroy", vdi)
	l.Fail(t, "VDI_NO_CBT_METADATA", []string{early}, "VDI.data_destroy", early)
	vm := l.vm()
	vbd := l.Text(t, "VBD.create", vbdRecord(vm, first, map[string]any{"mode": "RO"}))
	before := l.number("SR.get_physical_utilisation", l.sr)
	l.Call(t, "VDI.data_destroy", first)
	l.Call(t, "VDI.data_destroy", first)
	l.Fail(t, "HANDLE_INVALID", []string{"VBD", vbd}, "VBD.get_uuid", vbd)
	r := l.Record(t, "VDI.get_record", first)
	if r["type"] != "cbt_metadata" || fmt.Sprint(r["physical_utilisation"]) != "0" || l.number("SR.get_physical_utilisation", l.sr) == before {
		t.Errorf("after data_destroy %v", r)
	}
	l.Text(t, "VDI.list_changed_blocks", first, second)
	l.Call(t, "VDI.disable_cbt", vdi)
	if l.Call(t, "VDI.get_cbt_enabled", vdi) != false {
		t.Error("the disk is tracked still")
	}
}

// TestPoolMigrate: a disk moves with its snapshots while its VM runs.
func TestPoolMigrate(t *testing.T) {
	l := newLab(t)
	to := l.create("nfs", map[string]any{"server": "s", "serverpath": "/p"})
	vdi := l.vdi()
	snapshot := l.Text(t, "VDI.snapshot", vdi)
	id := l.Text(t, "VDI.get_uuid", vdi)
	free := l.number("SR.get_physical_utilisation", l.sr)
	l.Fail(t, "VDI_NEEDS_VM_FOR_MIGRATE", []string{vdi}, "VDI.pool_migrate", vdi, to, map[string]any{})
	vm := l.vm()
	vbd := l.Text(t, "VBD.create", vbdRecord(vm, vdi, nil))
	l.Call(t, "VM.start", vm, false, false)
	l.Fail(t, "SR_DOES_NOT_SUPPORT_MIGRATION", []string{l.iso, "*"}, "VDI.pool_migrate", vdi, l.iso, map[string]any{})
	l.Fail(t, "INVALID_VALUE", []string{"dest-img-format", "zip"}, "VDI.pool_migrate", vdi, to, map[string]any{"dest-img-format": "zip"})
	l.Call(t, "VDI.enable_cbt", vdi)
	l.Fail(t, "VDI_CBT_ENABLED", []string{vdi}, "VDI.pool_migrate", vdi, to, map[string]any{})
	l.Call(t, "VDI.disable_cbt", vdi)
	pbd := l.Refs(t, "SR.get_PBDs", to)[0]
	l.Call(t, "PBD.unplug", pbd)
	l.Fail(t, "VM_REQUIRES_SR", []string{vm, to}, "VDI.pool_migrate", vdi, to, map[string]any{})
	l.Call(t, "PBD.plug", pbd)

	moved := l.Text(t, "VDI.pool_migrate", vdi, to, map[string]any{})
	if l.Text(t, "VBD.get_VDI", vbd) != moved || l.Call(t, "VBD.get_currently_attached", vbd) != true || l.Text(t, "VDI.get_SR", moved) != to {
		t.Errorf("the drive holds %s, not %s", l.Text(t, "VBD.get_VDI", vbd), moved)
	}
	if l.Text(t, "VDI.get_uuid", moved) == id {
		t.Error("the disk is the old one")
	}
	l.Fail(t, "HANDLE_INVALID", []string{"VDI", vdi}, "VDI.get_uuid", vdi)
	l.Fail(t, "HANDLE_INVALID", []string{"VDI", snapshot}, "VDI.get_uuid", snapshot)
	if s := l.Refs(t, "VDI.get_snapshots", moved); len(s) != 1 || l.Text(t, "VDI.get_SR", s[0]) != to || l.Call(t, "VDI.get_is_a_snapshot", s[0]) != true {
		t.Errorf("snapshots %v", s)
	}
	if got := l.number("SR.get_physical_utilisation", l.sr); got == free {
		t.Errorf("the old SR still has %s bytes", got)
	}
}

func TestIntroduce(t *testing.T) {
	l := newLab(t)
	args := func(id, sr, location string) []any {
		return []any{id, "n", "d", sr, "user", false, false, map[string]any{}, location}
	}
	l.Fail(t, "SR_OPERATION_NOT_SUPPORTED", []string{l.sr}, "VDI.introduce", args("", l.sr, "x")...)
	luns := l.create("iscsi", map[string]any{"target": "t", "targetIQN": "i"})
	vdi := l.Text(t, "VDI.introduce", args("", luns, "lun0")...)
	l.Fail(t, "LOCATION_NOT_UNIQUE", []string{luns, "lun0"}, "VDI.introduce", args("", luns, "lun0")...)
	if r := l.Record(t, "VDI.get_record", vdi); r["SR"] != luns || r["location"] != "lun0" || r["name_label"] != "n" || r["managed"] != true {
		t.Errorf("introduced %v", r)
	}
	disk := l.vdi()
	l.Fail(t, "SR_OPERATION_NOT_SUPPORTED", []string{l.sr}, "VDI.resize_online", disk, "2000000000")
	if text := l.Text(t, "VDI.generate_config", l.host, disk); len(text) == 0 {
		t.Error("no configuration")
	}
	l.Fail(t, "HANDLE_INVALID", []string{"host", null}, "VDI.generate_config", null, disk)
}
