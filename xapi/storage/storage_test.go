package storage_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/xapid/xapid/xapi/storage"
	"github.com/xapid/xapid/xapi/xapitest"
)

const null = "OpaqueRef:NULL"

// lab is a pool with what the tests need of it.
type lab struct {
	*xapitest.Client
	t             *testing.T
	sr, iso, host string
}

func newLab(t *testing.T) lab {
	t.Helper()
	c := xapitest.Start(t, xapitest.Inventory(1, 0)).Login(t)
	return lab{c, t, c.Refs(t, "SR.get_by_name_label", "Local storage")[0], c.Refs(t, "SR.get_by_name_label", "XenServer Tools")[0], c.Refs(t, "host.get_all")[0]}
}

func vdiRecord(sr, size string) map[string]any {
	return map[string]any{
		"name_label": "disk", "name_description": "", "SR": sr, "virtual_size": size, "type": "user", "sharable": false, "read_only": false, "other_config": map[string]any{"k": "v"},
	}
}

func (l lab) vdi() string { return l.Text(l.t, "VDI.create", vdiRecord(l.sr, "1000000000")) }

func (l lab) vm() string {
	vm := l.Text(l.t, "VM.clone", l.Refs(l.t, "VM.get_by_name_label", "Other install media")[0], "vm")
	l.Call(l.t, "VM.provision", vm)
	return vm
}

func vbdRecord(vm, vdi string, with map[string]any) map[string]any {
	r := map[string]any{
		"VM": vm, "VDI": vdi, "userdevice": "autodetect", "bootable": false, "mode": "RW", "type": "Disk", "empty": false, "unpluggable": true,
		"other_config": map[string]any{}, "qos_algorithm_type": "", "qos_algorithm_params": map[string]any{},
	}
	for k, v := range with {
		r[k] = v
	}
	return r
}

// number reads a field that is an int on the wire.
func (l lab) number(method, ref string) string { return fmt.Sprint(l.Call(l.t, method, ref)) }

func TestSizes(t *testing.T) {
	l := newLab(t)
	before := l.Record(t, "SR.get_record", l.sr)
	vdi := l.vdi()
	if got := l.number("VDI.get_virtual_size", vdi); got != "1000341504" { // up to 2 MiB
		t.Errorf("size %s", got)
	}
	for _, tt := range []struct{ size, code string }{{"-1", "SR_BACKEND_FAILURE_79"}, {"9999999999999", "SR_BACKEND_FAILURE_79"}} {
		l.Fail(t, tt.code, nil, "VDI.create", vdiRecord(l.sr, tt.size))
	}
	l.Fail(t, "SR_OPERATION_NOT_SUPPORTED", []string{l.iso}, "VDI.create", vdiRecord(l.iso, "1000"))
	l.Fail(t, "HANDLE_INVALID", []string{"SR", null}, "VDI.create", vdiRecord(null, "1000"))
	l.Call(t, "VDI.resize", vdi, "2000000000")
	l.Fail(t, "SR_BACKEND_FAILURE_79", nil, "VDI.resize", vdi, "1000")
	snapshot := l.Text(t, "VDI.snapshot", vdi)
	clone := l.Text(t, "VDI.clone", vdi)
	copied := l.Text(t, "VDI.copy", vdi, l.sr)
	r := l.Record(t, "VDI.get_record", snapshot)
	if r["is_a_snapshot"] != true || r["snapshot_of"] != vdi || r["other_config"].(map[string]any)["k"] != "v" {
		t.Errorf("snapshot %v", r)
	}
	if got := l.Refs(t, "VDI.get_snapshots", vdi); !slices.Equal(got, []string{snapshot}) {
		t.Errorf("snapshots %v", got)
	}
	for _, v := range []string{clone, copied} {
		if r := l.Record(t, "VDI.get_record", v); r["is_a_snapshot"] != false || r["virtual_size"] == "0" {
			t.Errorf("copy %v", r)
		}
	}
	for _, v := range []string{vdi, snapshot, clone, copied} {
		l.Call(t, "VDI.destroy", v)
		l.Fail(t, "HANDLE_INVALID", []string{"VDI", v}, "VDI.destroy", v)
	}
	after := l.Record(t, "SR.get_record", l.sr)
	for _, k := range []string{"physical_utilisation", "virtual_allocation"} {
		if fmt.Sprint(before[k]) != fmt.Sprint(after[k]) {
			t.Errorf("%s went from %v to %v", k, before[k], after[k])
		}
	}
}

func TestVBDCreate(t *testing.T) {
	l := newLab(t)
	vm, vdi := l.vm(), l.vdi()
	for _, tt := range []struct {
		name   string
		with   map[string]any
		code   string
		params []string
	}{
		{"CD that writes", map[string]any{"type": "CD"}, "VBD_CDS_MUST_BE_READONLY", []string{}},
		{"empty disk", map[string]any{"empty": true}, "VBD_NOT_REMOVABLE_MEDIA", nil},
		{"no VDI", map[string]any{"VDI": null}, "HANDLE_INVALID", []string{"VDI", null}},
		{"no VM", map[string]any{"VM": null}, "HANDLE_INVALID", []string{"VM", null}},
		{"odd device", map[string]any{"userdevice": "first"}, "INVALID_DEVICE", []string{"first"}},
		{"negative device", map[string]any{"userdevice": "-1"}, "INVALID_DEVICE", []string{"-1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l.Fail(t, tt.code, tt.params, "VBD.create", vbdRecord(vm, vdi, tt.with))
		})
	}
	first := l.Text(t, "VBD.create", vbdRecord(vm, vdi, nil))
	if got := l.Text(t, "VBD.get_userdevice", first); got != "0" {
		t.Errorf("device %s", got)
	}
	for _, name := range []string{"0", "xvda", "hda", "sda", "d0p0"} {
		l.Fail(t, "DEVICE_ALREADY_EXISTS", []string{name}, "VBD.create", vbdRecord(vm, vdi, map[string]any{"userdevice": name}))
	}
	if got := l.Refs(t, "VM.get_allowed_VBD_devices", vm); len(got) != 254 || got[0] != "1" {
		t.Errorf("%d devices are free, the first is %s", len(got), got[0])
	}
	if got := l.Refs(t, "VM.get_VBDs", vm); !slices.Equal(got, []string{first}) {
		t.Errorf("the VM has %v", got)
	}
	l.Call(t, "VBD.destroy", first)
}

func TestPlug(t *testing.T) {
	l := newLab(t)
	vm, other, vdi := l.vm(), l.vm(), l.vdi()
	vbd := l.Text(t, "VBD.create", vbdRecord(vm, vdi, nil))
	l.Fail(t, "VM_BAD_POWER_STATE", []string{vm, "running", "halted"}, "VBD.plug", vbd)
	l.Call(t, "VM.start", vm, false, false)
	l.Fail(t, "DEVICE_ALREADY_ATTACHED", []string{vbd}, "VBD.plug", vbd)
	l.Fail(t, "OPERATION_NOT_ALLOWED", nil, "VBD.destroy", vbd)
	// The disk is in use: nobody else may write to it, nor destroy it.
	second := l.Text(t, "VBD.create", vbdRecord(other, vdi, nil))
	l.Fail(t, "VDI_IN_USE", []string{vdi}, "VM.start", other, false, false)
	if s := l.Text(t, "VM.get_power_state", other); s != "Halted" {
		t.Errorf("the other VM is %s", s)
	}
	l.Fail(t, "VDI_IN_USE", []string{vdi, "destroy"}, "VDI.destroy", vdi)
	l.Fail(t, "VDI_IN_USE", []string{vdi, "resize"}, "VDI.resize", vdi, "2000000000")
	l.Call(t, "VBD.destroy", second)
	for _, pbd := range l.Refs(t, "SR.get_PBDs", l.sr) {
		l.Fail(t, "VDI_IN_USE", []string{vdi}, "PBD.unplug", pbd)
	}
	// A CD drive: discs come and go while the VM runs.
	cd := l.Text(t, "VBD.create", vbdRecord(vm, null, map[string]any{"type": "CD", "mode": "RO", "empty": true, "userdevice": "3"}))
	disc := l.Refs(t, "SR.get_VDIs", l.iso)[0]
	l.Call(t, "VBD.insert", cd, disc)
	l.Fail(t, "VBD_NOT_EMPTY", []string{cd}, "VBD.insert", cd, disc)
	l.Call(t, "VBD.eject", cd)
	l.Fail(t, "VBD_IS_EMPTY", []string{cd}, "VBD.eject", cd)
	l.Fail(t, "VBD_NOT_REMOVABLE_MEDIA", []string{vbd}, "VBD.eject", vbd)
	l.Call(t, "VM.hard_shutdown", vm)
	l.Call(t, "VDI.destroy", vdi)
	l.Fail(t, "HANDLE_INVALID", []string{"VBD", vbd}, "VBD.get_uuid", vbd)
}

func TestSRAndPBD(t *testing.T) {
	l := newLab(t)
	pbd := l.Refs(t, "SR.get_PBDs", l.sr)[0]
	l.Fail(t, "SR_HAS_PBD", []string{l.sr}, "SR.forget", l.sr)
	l.Fail(t, "SR_HAS_PBD", []string{l.sr}, "SR.destroy", l.sr)
	l.Fail(t, "OPERATION_NOT_ALLOWED", nil, "PBD.destroy", pbd)
	l.Fail(t, "PBD_EXISTS", []string{l.sr, l.host, pbd}, "PBD.create", map[string]any{"host": l.host, "SR": l.sr, "device_config": map[string]any{}})
	vdi := l.vdi()
	l.Call(t, "PBD.unplug", pbd)
	l.Fail(t, "SR_HAS_NO_PBDS", []string{l.sr}, "VDI.create", vdiRecord(l.sr, "1000"))
	l.Fail(t, "SR_HAS_NO_PBDS", []string{l.sr}, "SR.scan", l.sr)
	l.Fail(t, "SR_NOT_EMPTY", []string{}, "SR.destroy", l.sr)
	l.Call(t, "PBD.plug", pbd)
	l.Call(t, "SR.scan", l.sr)
	l.Call(t, "VDI.destroy", vdi)
	l.Call(t, "PBD.unplug", pbd)
	uuid := l.Text(t, "SR.get_uuid", l.sr)
	l.Call(t, "SR.forget", l.sr)
	l.Fail(t, "HANDLE_INVALID", []string{"PBD", pbd}, "PBD.get_uuid", pbd)
	again := l.Text(t, "SR.introduce", uuid, "back", "", "EXT", "user", false, map[string]any{})
	if l.Text(t, "SR.get_uuid", again) != uuid || l.Text(t, "SR.get_type", again) != "ext" {
		t.Error("introduced under another uuid or type")
	}
	l.Fail(t, "SR_UUID_EXISTS", []string{uuid}, "SR.introduce", uuid, "twice", "", "ext", "user", false, map[string]any{})
	l.Call(t, "PBD.plug", l.Text(t, "PBD.create", map[string]any{"host": l.host, "SR": again, "device_config": map[string]any{"device": "/dev/sdb"}}))
}

func TestDiskName(t *testing.T) {
	for device, want := range map[string]string{"0": "xvda", "3": "xvdd", "25": "xvdz", "26": "xvdaa", "xvdb": "xvdb", "hdc": "xvdc", "d2p1": "xvdc", "odd": "odd", "": ""} {
		if got := storage.DiskName(device); got != want {
			t.Errorf("%q is %q, want %q", device, got, want)
		}
	}
}
