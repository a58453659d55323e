package cli_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestComputed makes the objects that fields are computed of.
func TestComputed(t *testing.T) {
	xe := start(t, xapitest.Inventory(2, 1))
	r := xe.pool.DB().View()
	names := map[string]string{"POOL": xe.line("pool-list", "--minimal"), "GONE": "<not in database>"}
	var hosts []model.Ref[model.Host]
	for ref, h := range store.All[model.Host](r) {
		names[map[int]string{0: "HOST1", 1: "HOST2"}[len(hosts)]] = h.UUID
		hosts = append(hosts, ref)
	}
	var vm model.Ref[model.VM]
	for ref, v := range store.All[model.VM](r) {
		if !v.IsControlDomain && !v.IsATemplate {
			vm, names["VM"] = ref, v.UUID
		}
	}
	err := xe.pool.DB().Update(t.Context(), func(tx *store.Tx) error {
		first, err := store.Edit(tx, hosts[0])
		if err != nil {
			return err
		}
		first.SSHEnabled, first.HTTPSOnly, first.ConsoleIdleTimeout = false, true, 7
		second, err := store.Edit(tx, hosts[1])
		if err != nil {
			return err
		}
		second.SSHEnabled, second.HTTPSOnly, second.ConsoleIdleTimeout = true, false, 7
		// A driver with two variants.
		driver := store.Default[model.HostDriver]()
		driver.UUID, driver.Host, driver.Name = "driver", hosts[0], "nic"
		d := store.Insert(tx, driver)
		for _, v := range []model.DriverVariant{{UUID: "v1", Name: "generic", Version: "1.2", Status: "beta", Priority: 2, Driver: d},
			{UUID: "v2", Name: "new", Version: "2", Status: "production", HardwarePresent: true, Priority: 10.25, Driver: d}} {
			ref := store.Insert(tx, &v)
			if v.UUID == "v2" {
				e, err := store.Edit(tx, d)
				if err != nil {
					return err
				}
				e.ActiveVariant = ref
			}
		}
		kind := store.Default[model.VGPUType]()
		kind.UUID, kind.ModelName, kind.MaxResolutionX, kind.MaxResolutionY = "kind", "GRID", 1920, 1200
		gpu := store.Default[model.VGPU]()
		gpu.UUID, gpu.VM, gpu.CompatibilityMetadata = "gpu", vm, map[string]string{"b": "12345", "a": ""}
		gpu.Type = store.Insert(tx, kind)
		store.Insert(tx, gpu)
		lost := store.Default[model.VGPU]()
		lost.UUID, lost.VM, lost.Type = "lost", vm, "OpaqueRef:none"
		store.Insert(tx, lost)
		empty := store.Default[model.VBD]()
		empty.UUID, empty.VM, empty.Empty, empty.Type, empty.Mode, empty.Userdevice = "empty", vm, true, model.VBDTypeCD, model.VBDModeRO, "9"
		store.Insert(tx, empty)
		for _, ref := range []string{"sole", "both", "none"} {
			sr := store.Default[model.SR]()
			sr.UUID = ref
			s := store.Insert(tx, sr)
			for i, h := range hosts {
				if ref == "both" || ref == "sole" && i == 1 {
					store.Insert(tx, &model.PBD{UUID: ref + string(h), Host: h, SR: s})
				}
			}
		}
		task := store.Default[model.Task]()
		task.UUID, task.Progress, task.Status = "task", 0.5, model.TaskStatusTypePending
		task.CurrentOperations = map[string]model.TaskAllowedOperations{"x": model.TaskAllowedOperationsCancel}
		store.Insert(tx, task)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	names["NAME2"] = xe.line("host-param-get", "uuid="+names["HOST2"], "param-name=name-label")
	xe.check(names, []wants{
		{"pool-param-get|uuid=$POOL|param-name=ssh-enabled", "<inconsistent>\n", "", 0},
		{"pool-param-get|uuid=$POOL|param-name=console-idle-timeout", "7\n", "", 0},
		{"pool-param-get|uuid=$POOL|param-name=https-only", "false\n", "", 0},
		{"hostdriver-list|uuid=driver|params=active-variant|--minimal", "new\n", "", 0},
		{"hostdriver-list|uuid=driver|params=selected-variant|--minimal", "<none>\n", "", 0},
		{"hostdriver-list|uuid=driver|params=variants|--minimal", "generic/1.2; new/2\n", "", 0},
		{"hostdriver-list|uuid=driver|params=variants-dev-status|--minimal", "generic=beta; new=production\n", "", 0},
		{"hostdriver-list|uuid=driver|params=variants-uuid|--minimal", "generic/v1; new/v2\n", "", 0},
		{"hostdriver-list|uuid=driver|params=variants-hw-present|--minimal", "new\n", "", 0},
		{"hostdriver-variant-list|active=true|params=priority|--minimal", " 10.2\n", "", 0},
		{"hostdriver-variant-list|active=false|params=priority|--minimal", "  2.0\n", "", 0},
		{"vgpu-list|uuid=gpu|params=compatibility-metadata|--minimal", "a:(0 bytes); b:(5 bytes)\n", "", 0},
		{"vgpu-list|uuid=gpu|params=type-model-name|--minimal", "GRID\n", "", 0},
		{"vgpu-list|uuid=lost|params=type-model-name|--minimal", "$GONE\n", "", 0},
		{"vgpu-type-list|uuid=kind|params=max-resolution|--minimal", "1920x1200\n", "", 0},
		{"vbd-list|uuid=empty|params=vdi-name-label|--minimal", "<EMPTY>\n", "", 0},
		{"vbd-list|uuid=empty|params=vdi-uuid|--minimal", "$GONE\n", "", 0},
		{"vbd-list|uuid=empty|params=attachable|--minimal", "<expensive field>\n", "", 0},
		{"sr-list|uuid=sole|params=host|--minimal", "$NAME2\n", "", 0},
		{"sr-list|uuid=both|params=host|--minimal", "<shared>\n", "", 0},
		{"sr-list|uuid=none|params=host|--minimal", "$GONE\n", "", 0},
		{"task-list|uuid=task|params=progress|--minimal", "0.500\n", "", 0},
		{"task-list|uuid=task|params=current_operations|--minimal", "cancel\n", "", 0},
		{"task-list|uuid=task|progress=0.500|--minimal", "task\n", "", 0},
		{"vm-list|uuid=$VM|networks:0/ip=none|--minimal", "\n", "", 0},
		{"vm-list|is-control-domain=true|networks:0/ip=none|--minimal", "\n", "", 0},
	})
}
