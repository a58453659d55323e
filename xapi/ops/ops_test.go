package ops_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// world is a database with the hook, and hands to put things into it.
type world struct {
	t  *testing.T
	db *store.DB
}

func newWorld(t *testing.T) world {
	t.Helper()
	db, err := store.Open(store.Options{Derive: ops.Derive})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return world{t, db}
}

func (w world) update(fn func(tx *store.Tx)) {
	w.t.Helper()
	if err := w.db.Update(context.Background(), func(tx *store.Tx) error { fn(tx); return nil }); err != nil {
		w.t.Fatal(err)
	}
}

func insert[T any](w world, o *T) model.Ref[T] {
	w.t.Helper()
	var ref model.Ref[T]
	w.update(func(tx *store.Tx) { ref = store.Insert(tx, o) })
	return ref
}

func get[T any](w world, ref model.Ref[T]) *T {
	w.t.Helper()
	o, err := store.Get(w.db.View(), ref)
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func sorted[O ~string](list []O) string {
	words := make([]string, len(list))
	for i, o := range list {
		words[i] = string(o)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

// vm makes a VM in a state; agent tells whether a guest with drivers reported.
func (w world) vm(state model.VMPowerState, agent bool, change func(*model.VM)) model.Ref[model.VM] {
	w.t.Helper()
	var ref model.Ref[model.VM]
	w.update(func(tx *store.Tx) {
		m := store.Default[model.VMMetrics]()
		v := store.Default[model.VM]()
		v.PowerState, v.Domid, v.DomainType = state, -1, model.DomainTypeHVM
		if state == model.VMPowerStateRunning || state == model.VMPowerStatePaused {
			m.CurrentDomainType, v.Domid = model.DomainTypeHVM, 7
			g := store.Default[model.VMGuestMetrics]()
			if agent {
				g.PVDriversVersion = map[string]string{"major": "7", "minor": "20"}
				g.Other = map[string]string{"feature-vcpu-hotplug": "1"}
			}
			v.GuestMetrics = store.Insert(tx, g)
		}
		v.Metrics = store.Insert(tx, m)
		if change != nil {
			change(v)
		}
		ref = store.Insert(tx, v)
	})
	return ref
}

func TestAllowedVMOperations(t *testing.T) {
	template := func(v *model.VM) { v.IsATemplate = true }
	control := func(id int64) func(*model.VM) {
		return func(v *model.VM) { v.IsControlDomain, v.Domid = true, id }
	}
	snapshot := func(v *model.VM) { v.IsATemplate, v.IsASnapshot = true, true }
	for _, tt := range []struct {
		name   string
		state  model.VMPowerState
		agent  bool
		change func(*model.VM)
		want   string
	}{
		{"halted", "Halted", false, nil, "changing_NVRAM changing_dynamic_range changing_shadow_memory changing_static_range clone copy create_vtpm destroy export make_into_template metadata_export migrate_send snapshot start start_on"},
		{"running with drivers", "Running", true, nil, "changing_VCPUs_live changing_dynamic_range checkpoint clean_reboot clean_shutdown hard_reboot hard_shutdown metadata_export migrate_send pause pool_migrate snapshot suspend sysprep"},
		{"running without agent", "Running", false, nil, "changing_dynamic_range hard_reboot hard_shutdown metadata_export pause snapshot sysprep"},
		{"paused with drivers", "Paused", true, nil, "checkpoint hard_reboot hard_shutdown metadata_export snapshot unpause"},
		{"paused without agent", "Paused", false, nil, "hard_reboot hard_shutdown metadata_export snapshot unpause"},
		{"suspended", "Suspended", false, nil, "checkpoint destroy export hard_shutdown metadata_export migrate_send resume resume_on snapshot"},
		{"custom template", "Halted", false, template, "changing_NVRAM changing_dynamic_range changing_shadow_memory changing_static_range clone copy destroy export metadata_export migrate_send provision"},
		{"default template", "Halted", false, func(v *model.VM) { template(v); v.IsDefaultTemplate = true }, "changing_NVRAM changing_dynamic_range changing_shadow_memory changing_static_range clone copy export metadata_export provision"},
		{"snapshot", "Halted", false, snapshot, "clone copy destroy export metadata_export revert"},
		{"checkpoint", "Suspended", false, snapshot, "clone copy destroy export hard_shutdown metadata_export revert"},
		{"dom0", "Running", false, control(0), "changing_dynamic_range changing_static_range metadata_export"},
		{"driver domain, halted", "Halted", false, control(-1), "changing_dynamic_range changing_static_range destroy metadata_export start start_on"},
		{"driver domain, running", "Running", false, control(3), "changing_dynamic_range changing_static_range metadata_export"},
		{"blocked", "Halted", false, func(v *model.VM) { v.BlockedOperations = map[model.VMOperations]string{"destroy": "x", "start": "y"} }, "changing_NVRAM changing_dynamic_range changing_shadow_memory changing_static_range clone copy create_vtpm export make_into_template metadata_export migrate_send snapshot start_on"},
		{"immobile", "Suspended", false, func(v *model.VM) {
			v.Metrics, v.Platform = model.NullRef, map[string]string{"nomigrate": "true"}
		}, "destroy export hard_shutdown metadata_export resume resume_on snapshot"},
		{"cloning", "Halted", false, func(v *model.VM) { v.CurrentOperations = map[string]model.VMOperations{"t": "clone"} }, "clone copy export"},
		{"starting", "Running", true, func(v *model.VM) { v.CurrentOperations = map[string]model.VMOperations{"t": "start"} }, "hard_reboot hard_shutdown"},
		{"shutting down hard", "Running", true, func(v *model.VM) { v.CurrentOperations = map[string]model.VMOperations{"t": "hard_shutdown"} }, ""},
		{"moving", "Running", true, func(v *model.VM) { v.CurrentOperations = map[string]model.VMOperations{"t": "migrate_send"} }, "clean_reboot clean_shutdown hard_reboot hard_shutdown metadata_export"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			ref := w.vm(tt.state, tt.agent, tt.change)
			if got := sorted(get(w, ref).AllowedOperations); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAllowedOperationsFollow(t *testing.T) {
	w := newWorld(t)
	ref := w.vm(model.VMPowerStateRunning, false, nil)
	has := func(op model.VMOperations) bool { return slices.Contains(get(w, ref).AllowedOperations, op) }
	if has("clean_shutdown") {
		t.Error("clean_shutdown of an HVM guest without agent")
	}
	w.update(func(tx *store.Tx) {
		v, _ := store.Get(tx, ref)
		g, _ := store.Edit(tx, v.GuestMetrics)
		g.Other = map[string]string{"feature-shutdown": "1"}
		ops.New(w.db, nil).Refresh(tx, ref)
	})
	if !has("clean_shutdown") || has("suspend") {
		t.Errorf("with feature-shutdown: %v", get(w, ref).AllowedOperations)
	}
	w.update(func(tx *store.Tx) {
		v, _ := store.Edit(tx, ref)
		v.PowerState = model.VMPowerStateHalted
	})
	if !has("start") || has("clean_shutdown") {
		t.Errorf("halted: %v", get(w, ref).AllowedOperations)
	}
}

// storage makes an attached SR of a driver with these features, and a disk.
func (w world) storage(features ...string) (model.Ref[model.SR], model.Ref[model.PBD], model.Ref[model.VDI]) {
	w.t.Helper()
	m := map[string]int64{}
	for _, f := range features {
		m[f] = 1
	}
	insert(w, &model.SM{Type: "ext", Features: m})
	sr := insert(w, &model.SR{Type: "ext"})
	pbd := insert(w, &model.PBD{SR: sr, CurrentlyAttached: true})
	vdi := insert(w, &model.VDI{SR: sr, Managed: true, Type: model.VDITypeUser, OnBoot: model.OnBootPersist})
	return sr, pbd, vdi
}

var extFeatures = []string{"VDI_CREATE", "VDI_DELETE", "VDI_RESIZE", "VDI_SNAPSHOT", "VDI_CLONE", "VDI_MIRROR", "VDI_UPDATE",
	"VDI_CONFIG_CBT", "VDI_RESET_ON_BOOT", "SR_UPDATE"}

func TestAllowedStorageOperations(t *testing.T) {
	w := newWorld(t)
	sr, pbd, vdi := w.storage(extFeatures...)
	const idle = "clone copy destroy forget resize snapshot update"
	check := func(when, wantSR, wantVDI string) {
		t.Helper()
		if got := sorted(get(w, sr).AllowedOperations); got != wantSR {
			t.Errorf("%s, SR:\ngot  %s\nwant %s", when, got, wantSR)
		}
		if got := sorted(get(w, vdi).AllowedOperations); got != wantVDI {
			t.Errorf("%s, VDI: got %s, want %s", when, got, wantVDI)
		}
	}
	const attached = "pbd_create pbd_destroy plug scan unplug update vdi_clone vdi_create vdi_data_destroy vdi_destroy vdi_disable_cbt vdi_enable_cbt vdi_list_changed_blocks vdi_mirror vdi_resize vdi_set_on_boot vdi_snapshot"
	check("idle", attached, idle)

	vm := w.vm(model.VMPowerStateRunning, true, nil)
	vbd := insert(w, &model.VBD{VM: vm, VDI: vdi, Mode: model.VBDModeRW, Type: model.VBDTypeDisk, CurrentlyAttached: true, Unpluggable: true})
	check("plugged", attached, "clone snapshot")
	if got := sorted(get(w, vbd).AllowedOperations); got != "attach pause unpause unplug unplug_force" {
		t.Errorf("VBD: %s", got)
	}
	w.update(func(tx *store.Tx) {
		b, _ := store.Edit(tx, vbd)
		b.Mode = model.VBDModeRO
	})
	check("plugged read-only", attached, "clone copy snapshot")
	w.update(func(tx *store.Tx) {
		b, _ := store.Edit(tx, vbd)
		b.CurrentlyAttached = false
	})
	check("unplugged", attached, idle)
	w.update(func(tx *store.Tx) {
		p, _ := store.Edit(tx, pbd)
		p.CurrentlyAttached = false
	})
	check("detached", "forget pbd_create pbd_destroy plug scan unplug update vdi_clone vdi_create vdi_data_destroy vdi_destroy vdi_disable_cbt vdi_enable_cbt vdi_list_changed_blocks vdi_mirror vdi_resize vdi_set_on_boot vdi_snapshot",
		"clone copy destroy forget snapshot update")
}

func TestErrorsOfTheRules(t *testing.T) {
	w := newWorld(t)
	sr, _, vdi := w.storage(extFeatures...)
	halted := w.vm(model.VMPowerStateHalted, false, nil)
	running := w.vm(model.VMPowerStateRunning, true, nil)
	busy := w.vm(model.VMPowerStateHalted, false, func(v *model.VM) { v.CurrentOperations = map[string]model.VMOperations{"t": "start"} })
	twice := w.vm(model.VMPowerStateHalted, false, func(v *model.VM) {
		v.CurrentOperations = map[string]model.VMOperations{"t1": "clone", "t2": "copy"}
	})
	template := w.vm(model.VMPowerStateHalted, false, func(v *model.VM) { v.IsATemplate = true })
	first := insert(w, &model.VBD{VM: running, VDI: vdi, Mode: model.VBDModeRW, Type: model.VBDTypeDisk, CurrentlyAttached: true})
	second := insert(w, &model.VBD{VM: halted, VDI: vdi, Mode: model.VBDModeRW, Type: model.VBDTypeDisk})
	cd := insert(w, &model.VBD{VM: halted, Mode: model.VBDModeRO, Type: model.VBDTypeCD, Empty: true})
	vif := insert(w, &model.VIF{VM: halted, CurrentOperations: map[string]model.VIFOperations{"t": "attach"}})
	host := insert(w, &model.Host{Enabled: true})
	r := w.db.View()
	for _, tt := range []struct {
		name string
		got  error
		want *model.Error
	}{
		{"start running", ops.CheckVM(r, running, "start"), model.ErrVMBadPowerState(running, "halted", "running")},
		{"hard_shutdown halted", ops.CheckVM(r, halted, "hard_shutdown"), model.ErrVMBadPowerState(halted, "paused, suspended, running", "halted")},
		{"busy", ops.CheckVM(r, busy, "destroy"), model.ErrOtherOperationInProgress("VM", busy, "start", "t")},
		{"busy twice", ops.CheckVM(r, twice, "start"), model.ErrOtherOperationInProgress("VM", twice, "{clone,copy}", "{t1,t2}")},
		{"start template", ops.CheckVM(r, template, "start"), model.ErrVMIsTemplate(template, "start")},
		{"no template", ops.CheckVM(r, halted, "provision"), model.ErrProvisionOnlyAllowedOnTemplate()},
		{"no snapshot", ops.CheckVM(r, halted, "revert"), model.ErrRevertOnlyAllowedOnSnapshot()},
		{"clone beside clone", ops.CheckVM(r, twice, "clone"), nil},
		{"hard_shutdown beside all", ops.CheckVM(r, running, "hard_shutdown"), nil},
		{"no VM", ops.CheckVM(r, "x", "start"), model.ErrHandleInvalid("VM", "x")},
		{"second writer", ops.CheckVBD(r, second, "attach"), model.ErrVDIInUse(vdi)},
		{"first writer", ops.CheckVBD(r, first, "attach"), nil},
		{"plug halted", ops.CheckVBD(r, second, "plug"), model.ErrVMBadPowerState(halted, "running", "halted")},
		{"plug plugged", ops.CheckVBD(r, first, "plug"), model.ErrDeviceAlreadyAttached(first)},
		{"eject empty", ops.CheckVBD(r, cd, "eject"), model.ErrVBDIsEmpty(cd)},
		{"eject disk", ops.CheckVBD(r, first, "eject"), model.ErrVBDNotRemovableMedia(first)},
		{"VIF in braces", ops.CheckVIF(r, vif, "plug"), model.ErrOtherOperationInProgress("VIF", vif, "{attach}", "{t}")},
		{"destroy a disk in use", ops.CheckVDI(r, vdi, "destroy"), model.ErrVDIInUse(vdi, "destroy")},
		{"missing feature", ops.CheckVDI(r, vdi, "resize_online"), model.ErrSROperationNotSupported(sr)},
		{"destroy attached SR", ops.CheckSR(r, sr, "destroy"), model.ErrSRHasPBD(sr)},
		{"reboot enabled host", ops.CheckHost(r, host, "reboot"), model.ErrHostNotDisabled()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want == nil {
				if tt.got != nil {
					t.Errorf("got %v", tt.got)
				}
				return
			}
			if tt.got == nil || tt.got.Error() != tt.want.Error() {
				t.Errorf("got  %v\nwant %v", tt.got, tt.want)
			}
		})
	}
}

func call(t *testing.T, w world, name string) *rpc.Call {
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return rpc.Background(ctx, w.db, emu.RealClock(), name)
}

func TestGateQueues(t *testing.T) {
	w := newWorld(t)
	vm := w.vm(model.VMPowerStateHalted, false, nil)
	g := ops.New(w.db, emu.NewManualClock(time.Unix(0, 0)))
	const n = 8
	inside := make(chan struct{}, 1) // room for one
	done := make(chan error)
	for range n {
		go func() {
			done <- g.Do(call(t, w, "x"), ops.Standard, []ops.Claim{ops.VM(vm, "start")}, func() error {
				select {
				case inside <- struct{}{}:
				default:
					t.Error("two at once")
				}
				if got := get(w, vm); len(got.CurrentOperations) != 1 || slices.Contains(got.AllowedOperations, "start") {
					t.Errorf("meanwhile: %v, %v", got.CurrentOperations, got.AllowedOperations)
				}
				<-inside
				return nil
			})
		}()
	}
	for range n {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if got := get(w, vm); len(got.CurrentOperations) != 0 || !slices.Contains(got.AllowedOperations, "start") {
		t.Errorf("afterwards: %v, %v", got.CurrentOperations, got.AllowedOperations)
	}
}

func TestGateGivesUp(t *testing.T) {
	w := newWorld(t)
	vm := w.vm(model.VMPowerStateHalted, false, func(v *model.VM) { v.CurrentOperations = map[string]model.VMOperations{"t": "start"} })
	clock := emu.NewManualClock(time.Unix(0, 0))
	g := ops.New(w.db, clock)
	never := func() error { t.Error("it ran"); return nil }
	want := model.ErrOtherOperationInProgress("VM", vm, "start", "t").Error()

	err := g.Do(call(t, w, "x"), ops.FailAtOnce, []ops.Claim{ops.VM(vm, "start")}, never)
	if err == nil || err.Error() != want {
		t.Errorf("at once: %v", err)
	}
	done := make(chan error)
	go func() { done <- g.Do(call(t, w, "x"), ops.FailQuickly, []ops.Claim{ops.VM(vm, "start")}, never) }()
	for range 60 {
		if err := clock.WaitTimers(context.Background(), 1); err != nil {
			t.Fatal(err)
		}
		clock.Advance(2 * time.Second)
	}
	if err := <-done; err == nil || err.Error() != want {
		t.Errorf("quickly: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := rpc.Background(ctx, w.db, clock, "x")
	go func() { done <- g.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, "start")}, never) }()
	if err := clock.WaitTimers(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; err == nil || err.Error() != model.ErrTaskCancelled(c.TaskRef()).Error() {
		t.Errorf("cancelled: %v", err)
	}
}

func TestGateClaimsAllOrNothing(t *testing.T) {
	w := newWorld(t)
	_, _, vdi := w.storage(extFeatures...)
	vm := w.vm(model.VMPowerStateHalted, false, nil)
	other := w.vm(model.VMPowerStateRunning, true, nil)
	insert(w, &model.VBD{VM: other, VDI: vdi, Mode: model.VBDModeRW, Type: model.VBDTypeDisk, CurrentlyAttached: true})
	mine := insert(w, &model.VBD{VM: vm, VDI: vdi, Mode: model.VBDModeRW, Type: model.VBDTypeDisk})
	g := ops.New(w.db, emu.RealClock())
	err := g.Do(call(t, w, "x"), ops.Standard, []ops.Claim{ops.VM(vm, "start"), ops.Devices(vm, true)}, func() error {
		t.Error("it ran")
		return nil
	})
	if err == nil || err.Error() != model.ErrVDIInUse(vdi).Error() {
		t.Errorf("got %v", err)
	}
	if v, b := get(w, vm), get(w, mine); len(v.CurrentOperations)+len(b.CurrentOperations) > 0 {
		t.Errorf("left: %v, %v", v.CurrentOperations, b.CurrentOperations)
	}
}
