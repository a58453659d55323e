package licence_test

import (
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// TestSchedule: a schedule that was made with a licence says so when its time
// comes without one, and takes nothing.
func TestSchedule(t *testing.T) {
	l := newLab(t, "", 1, "")
	vm := l.Text(t, "VM.clone", l.Refs(t, "VM.get_by_name_label", "Other install media")[0], "guest")
	l.Call(t, "VM.provision", vm)
	schedule := map[string]any{
		"name_label": "hourly", "name_description": "", "enabled": true, "type": "snapshot", "retained_snapshots": 2, "frequency": "hourly",
		"schedule": map[string]string{"min": "15"},
	}
	vmss := l.Text(t, "VMSS.create", schedule)
	l.Call(t, "VM.set_snapshot_schedule", vm, vmss)
	pool := model.Ref[model.Pool](l.pool(t))
	err := l.DB().Update(t.Context(), func(tx *store.Tx) error {
		p, err := store.Edit(tx, pool)
		if err == nil {
			p.Restrictions["restrict_vmss"] = "true"
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		method string
		args   []any
	}{
		{"VMSS.create", []any{schedule}}, {"VMSS.destroy", []any{vmss}}, {"VMSS.snapshot_now", []any{vmss}}, {"VMSS.set_frequency", []any{vmss, "daily"}},
	} {
		l.Fail(t, "LICENCE_RESTRICTION", []string{"VMSS"}, tt.method, tt.args...)
	}
	l.forward(t, 15*time.Minute, "the message", func(*model.Host) bool { n, _ := l.told("VMSS_LICENSE_ERROR"); return n == 1 })
	if l.Client = l.Login(t); len(l.Refs(t, "VM.get_snapshots", vm)) != 0 {
		t.Error("a snapshot was taken")
	}
}
