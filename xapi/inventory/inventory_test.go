package inventory_test

import (
	"bufio"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// TestSound: every reference leads somewhere or nowhere on purpose, every enum
// has a label that exists, every uuid is one.
func TestSound(t *testing.T) {
	o := options()
	o.Hosts, o.VMs = 3, 150
	r := fill(t, o).View()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	var check func(where string, typ *model.Type, v reflect.Value)
	check = func(where string, typ *model.Type, v reflect.Value) {
		switch typ.Kind {
		case model.RefKind:
			ref := v.String()
			if ref == "" || ref == model.NullRef {
				return
			}
			if _, ok := r.Row(model.ClassByName(typ.Name), ref); !ok {
				t.Errorf("%s leads to no %s: %s", where, typ.Name, ref)
			}
		case model.EnumKind:
			if label := v.String(); label != "" && !slices.Contains(model.EnumByName(typ.Name).Labels, label) {
				t.Errorf("%s is no %s: %q", where, typ.Name, label)
			}
		case model.SetKind:
			for i := range v.Len() {
				check(where, typ.Elem, v.Index(i))
			}
		case model.MapKind:
			for it := v.MapRange(); it.Next(); {
				check(where, typ.Key, it.Key())
				check(where, typ.Elem, it.Value())
			}
		}
	}
	for _, c := range model.Classes() {
		if !c.Stored() {
			continue
		}
		for row := range r.Rows(c) {
			v := reflect.ValueOf(row.Obj).Elem()
			for _, f := range c.Fields {
				check(c.Name+"."+f.Name, f.Type, v.Field(f.Index))
				if f.Name == "uuid" && !uuid.MatchString(v.Field(f.Index).String()) {
					t.Errorf("%s %s has uuid %q", c.Name, row.Ref, v.Field(f.Index))
				}
				// An enum that a client reads must not be empty.
				if f.Type.Kind == model.EnumKind && v.Field(f.Index).Len() == 0 && !f.Internal {
					t.Errorf("%s.%s is empty", c.Name, f.Name)
				}
			}
		}
	}
}

// TestPlausible: what runs has memory on its host, disks have room in their SR.
func TestPlausible(t *testing.T) {
	o := options()
	o.Hosts, o.VMs = 4, 300
	r := fill(t, o).View()
	states := map[model.VMPowerState]int{}
	for _, h := range store.All[model.Host](r) {
		m, _ := store.Find(r, h.Metrics)
		free := m.MemoryTotal - h.MemoryOverhead
		for _, ref := range h.ResidentVMs {
			vm, _ := store.Find(r, ref)
			free -= vm.MemoryDynamicMin + vm.MemoryOverhead
		}
		if free < 0 {
			t.Errorf("host %s lacks %d bytes", h.NameLabel, -free)
		}
	}
	domids := map[string]bool{}
	for _, vm := range store.All[model.VM](r) {
		if vm.IsATemplate || vm.IsControlDomain {
			continue
		}
		states[vm.PowerState]++
		running := vm.PowerState == model.VMPowerStateRunning
		if running != (vm.Domid > 0) || running != !vm.ResidentOn.IsNull() || running != (len(vm.Consoles) > 0) || vm.Metrics.IsNull() {
			t.Errorf("%s is %s with domid %d on %s", vm.NameLabel, vm.PowerState, vm.Domid, vm.ResidentOn)
		}
		if key := fmt.Sprint(vm.ResidentOn, vm.Domid); running && domids[key] {
			t.Errorf("%s shares its domid", vm.NameLabel)
		} else {
			domids[key] = true
		}
		if (vm.PowerState == model.VMPowerStateSuspended) != !vm.SuspendVDI.IsNull() {
			t.Errorf("%s is %s with image %s", vm.NameLabel, vm.PowerState, vm.SuspendVDI)
		}
	}
	if states[model.VMPowerStateRunning] < 150 || states[model.VMPowerStateHalted] < 30 || states[model.VMPowerStateSuspended] < 5 {
		t.Errorf("states %v", states)
	}
	for _, sr := range store.All[model.SR](r) {
		var used int64
		for _, ref := range sr.VDIs {
			vdi, _ := store.Find(r, ref)
			used += vdi.PhysicalUtilisation
		}
		if used != sr.PhysicalUtilisation || used > sr.PhysicalSize {
			t.Errorf("SR %s: %d used, says %d of %d", sr.NameLabel, used, sr.PhysicalUtilisation, sr.PhysicalSize)
		}
	}
}

// TestSeeds: one seed, one inventory.
func TestSeeds(t *testing.T) {
	print := func(seed string) string {
		o := options()
		o.Seed, o.VMs = seed, 20
		r := fill(t, o).View()
		var b strings.Builder
		for _, c := range model.Classes() {
			for row := range r.Rows(c) {
				fmt.Fprintln(&b, c.Name, row.Ref, row.Obj)
			}
		}
		return b.String()
	}
	first := print("a")
	if again := print("a"); again != first {
		t.Error("the same seed gives two inventories")
	}
	if other := print("b"); other == first {
		t.Error("two seeds give the same inventory")
	}
	random := print("")
	if again := print(""); again == random {
		t.Error("no seed gives the same inventory twice")
	}
}

// TestTemplates holds the built-in templates against the reference, where that
// is at hand.
func TestTemplates(t *testing.T) {
	f, err := os.Open("../../../shared/reference/behaviour-vm.md")
	if err != nil {
		t.Skip("the reference is not here")
	}
	defer f.Close()
	r := fill(t, options()).View()
	line := regexp.MustCompile(`^\| ([^|]+?) \| ([a-z0-9.-]+) \| ([0-9a-f-]{36}) \|`)
	n := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		m := line.FindStringSubmatch(s.Text())
		if m == nil {
			continue
		}
		n++
		ref, ok := store.ByUUID[model.VM](r, m[3])
		if !ok {
			t.Errorf("there is no template %s", m[1])
			continue
		}
		vm, _ := store.Find(r, ref)
		if vm.NameLabel != m[1] || vm.ReferenceLabel != m[2] || !vm.IsATemplate || !vm.IsDefaultTemplate || vm.MemoryStaticMax != 2*vm.MemoryStaticMin {
			t.Errorf("%s: %+v", m[1], vm)
		}
	}
	if n < 50 {
		t.Errorf("only %d templates were compared", n)
	}
}
