package pool

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
)

// luggage is what a joining host brings to the pool's database. References are
// the old pool's; every object gets a new one.
type luggage struct {
	Objects []item `json:"objects"`
}

type item struct {
	Class string          `json:"class"`
	Ref   string          `json:"ref"`
	Obj   json.RawMessage `json:"obj"`
}

// packer collects objects.
type packer struct {
	r store.Reader
	l luggage
}

// add packs the objects of a class that are wanted.
func add[T any](p *packer, want func(model.Ref[T], *T) bool) {
	c := model.ClassOf[T]()
	for ref, o := range store.All[T](p.r) {
		if !want(ref, o) {
			continue
		}
		raw, err := json.Marshal(o)
		if err != nil {
			continue // it holds nothing that JSON lacks
		}
		p.l.Objects = append(p.l.Objects, item{c.Name, string(ref), raw})
	}
}

// set holds references.
type set[T any] map[model.Ref[T]]bool

// pack collects what a host brings: itself and its hardware, its local
// storage, its networks, its VMs.
func pack(r store.Reader, self model.Ref[model.Host]) luggage {
	p := &packer{r: r}
	h, ok := store.Find(r, self)
	if !ok {
		return p.l
	}
	add(p, func(ref model.Ref[model.Host], _ *model.Host) bool { return ref == self })
	add(p, func(ref model.Ref[model.HostMetrics], _ *model.HostMetrics) bool { return ref == h.Metrics })
	add(p, func(_ model.Ref[model.HostCPU], o *model.HostCPU) bool { return o.Host == self })
	add(p, func(_ model.Ref[model.PCI], o *model.PCI) bool { return o.Host == self })
	add(p, func(_ model.Ref[model.Feature], o *model.Feature) bool { return o.Host == self })
	add(p, func(_ model.Ref[model.Certificate], o *model.Certificate) bool { return o.Host == self })
	add(p, func(model.Ref[model.SR], *model.SR) bool { return true })
	add(p, func(model.Ref[model.PBD], *model.PBD) bool { return true })
	add(p, func(model.Ref[model.VDI], *model.VDI) bool { return true })
	add(p, func(model.Ref[model.Network], *model.Network) bool { return true })
	add(p, func(model.Ref[model.PIF], *model.PIF) bool { return true })
	add(p, func(model.Ref[model.PIFMetrics], *model.PIFMetrics) bool { return true })
	add(p, func(model.Ref[model.VLAN], *model.VLAN) bool { return true })
	vms, metrics := set[model.VM]{}, set[model.VMMetrics]{}
	add(p, func(ref model.Ref[model.VM], o *model.VM) bool {
		if o.IsDefaultTemplate {
			return false
		}
		vms[ref], metrics[o.Metrics] = true, true
		return true
	})
	add(p, func(ref model.Ref[model.VMMetrics], _ *model.VMMetrics) bool { return metrics[ref] })
	add(p, func(_ model.Ref[model.VBD], o *model.VBD) bool { return vms[o.VM] })
	add(p, func(_ model.Ref[model.VIF], o *model.VIF) bool { return vms[o.VM] })
	add(p, func(_ model.Ref[model.Console], o *model.Console) bool { return vms[o.VM] })
	return p.l
}

// unpacker merges luggage into the pool.
type unpacker struct {
	release *model.Release // that the pool looks like
	tx      *store.Tx
	refs    map[string]string // old to new; "" drops the object
	objs    map[string]any
}

// unpack merges the luggage: as xapi, what is there by its uuid stays, networks
// are matched by their bridge, and PBDs and PIFs get new uuids.
func (l luggage) unpack(tx *store.Tx, release *model.Release) error {
	u := &unpacker{tx: tx, release: release, refs: map[string]string{}, objs: map[string]any{}}
	var order []item
	for _, it := range l.Objects {
		c := model.ClassByName(it.Class)
		if c == nil {
			continue
		}
		obj := reflect.New(c.Go).Interface()
		if err := json.Unmarshal(it.Obj, obj); err != nil {
			return fmt.Errorf("%s %s: %w", it.Class, it.Ref, err)
		}
		u.objs[it.Ref] = obj
		order = append(order, it)
	}
	for _, it := range order {
		if err := u.match(it.Ref); err != nil {
			return err
		}
	}
	for _, it := range order {
		obj := u.objs[it.Ref]
		if _, there := u.refs[it.Ref+" there"]; there {
			continue
		}
		u.translate(reflect.ValueOf(obj).Elem())
		u.adapt(obj)
		store.InsertAnyAs(tx, model.ClassByName(it.Class), u.refs[it.Ref], obj)
	}
	return licence.Recompute(tx)
}

// use maps an object of the luggage to one that is there.
func (u *unpacker) use(old, there string) {
	u.refs[old], u.refs[old+" there"] = there, ""
}

// match decides on an object's reference: a new one, or that of an object that
// stands for it.
func (u *unpacker) match(old string) error {
	u.refs[old] = "OpaqueRef:" + uuid.NewString()
	switch o := u.objs[old].(type) {
	case *model.Host:
		if ref, ok := store.ByUUID[model.Host](u.tx, o.UUID); ok {
			h, _ := store.Find(u.tx, ref)
			if ops.Alive(u.tx, h) {
				return model.ErrHostIsLive(ref)
			}
			return dropHost(u.tx, o.UUID) // what an earlier membership has left
		}
	case *model.SR:
		if o.IsToolsSR {
			for ref, sr := range store.All[model.SR](u.tx) {
				if sr.IsToolsSR {
					u.use(old, string(ref))
				}
			}
		} else if ref, ok := store.ByUUID[model.SR](u.tx, o.UUID); ok {
			u.use(old, string(ref))
		}
	case *model.VDI:
		if sr, ok := u.objs[string(o.SR)].(*model.SR); ok && sr.IsToolsSR {
			u.use(old, u.tool(o.NameLabel)) // the pool has its own
		} else if ref, ok := store.ByUUID[model.VDI](u.tx, o.UUID); ok {
			u.use(old, string(ref))
		}
	case *model.VM:
		if ref, ok := store.ByUUID[model.VM](u.tx, o.UUID); ok {
			u.use(old, string(ref))
			u.use(string(o.Metrics), model.NullRef)
		}
	case *model.VBD:
		u.leave(old, o.VM)
	case *model.VIF:
		u.leave(old, o.VM)
	case *model.Console:
		u.leave(old, o.VM)
	case *model.Network:
		u.matchNetwork(old, o)
	}
	return nil
}

// leave drops a device of a VM that the pool has already: it has its own.
func (u *unpacker) leave(old string, vm model.Ref[model.VM]) {
	if _, there := u.refs[string(vm)+" there"]; there {
		u.use(old, model.NullRef)
	}
}

// tool is the pool's disk of that name in its tools SR.
func (u *unpacker) tool(name string) string {
	for _, ref := range store.ByName[model.VDI](u.tx, name) {
		if vdi, ok := store.Find(u.tx, ref); ok {
			if sr, ok := store.Find(u.tx, vdi.SR); ok && sr.IsToolsSR {
				return string(ref)
			}
		}
	}
	return model.NullRef
}

func (u *unpacker) matchNetwork(old string, o *model.Network) {
	himn := o.OtherConfig["is_host_internal_management_network"] == "true"
	wired := slices.ContainsFunc(o.PIFs, func(p model.Ref[model.PIF]) bool { return u.objs[string(p)] != nil })
	taken := map[string]bool{}
	for ref, n := range store.All[model.Network](u.tx) {
		taken[n.Bridge] = true
		if n.Bridge == o.Bridge && (wired || himn) {
			u.use(old, string(ref))
			return
		}
	}
	if wired {
		return
	}
	for i := 0; ; i++ {
		if b := fmt.Sprintf("xapi%d", i); !taken[b] {
			o.Bridge, o.UUID = b, ""
			return
		}
	}
}

// translate replaces the references in v.
func (u *unpacker) translate(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				u.translate(v.Field(i))
			}
		}
	case reflect.String:
		if strings.HasPrefix(v.String(), "OpaqueRef:") {
			v.SetString(u.ref(v.String()))
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.String {
			return
		}
		kept := reflect.MakeSlice(v.Type(), 0, v.Len())
		for i := range v.Len() {
			e := v.Index(i)
			wasRef := strings.HasPrefix(e.String(), "OpaqueRef:")
			u.translate(e)
			if !wasRef || e.String() != model.NullRef {
				kept = reflect.Append(kept, e)
			}
		}
		v.Set(kept)
	}
}

func (u *unpacker) ref(old string) string {
	if ref := u.refs[old]; ref != "" {
		return ref
	}
	return model.NullRef
}

// adapt changes what does not arrive as it was packed.
func (u *unpacker) adapt(obj any) {
	switch o := obj.(type) {
	case *model.Host:
		o.Enabled = false
		o.NameDescription = u.release.InstallDescription()
		o.SuspendImageSR = o.CrashDumpSR // as xapi
		o.CurrentOperations = nil
	case *model.HostMetrics:
		o.Live = false
	case *model.SR:
		o.Shared, o.CurrentOperations = false, nil
	case *model.PBD:
		o.UUID, o.CurrentlyAttached, o.OtherConfig = "", false, nil
	case *model.PIF:
		o.UUID = ""
	case *model.VM:
		o.CurrentOperations = nil
		o.Groups, o.Appliance, o.SnapshotSchedule = nil, model.NullRef, model.NullRef
	case *model.VDI:
		o.CurrentOperations = nil
	}
}

// dropHost deletes a host's record, its control domains and what hangs on
// them, and the SRs that only it could reach. The rest is collected later.
func dropHost(tx *store.Tx, uuid string) error {
	ref, ok := store.ByUUID[model.Host](tx, uuid)
	if !ok {
		return nil
	}
	h, err := store.Get(tx, ref)
	if err != nil {
		return err
	}
	for _, vm := range h.ResidentVMs {
		if v, ok := store.Find(tx, vm); ok && v.IsControlDomain {
			dropDomain(tx, vm, v)
		}
	}
	for vm, v := range store.All[model.VM](tx) {
		if v.IsControlDomain && v.Affinity == ref {
			dropDomain(tx, vm, v)
		}
	}
	if err := store.Delete(tx, ref); err != nil {
		return err
	}
	level(tx)
	if err := licence.Recompute(tx); err != nil {
		return err
	}
	return ops.CollectHosts(tx)
}

// dropDomain deletes a VM record with its devices.
func dropDomain(tx *store.Tx, ref model.Ref[model.VM], v *model.VM) {
	for _, b := range v.VBDs {
		_ = store.Delete(tx, b) // it may be gone
	}
	for _, i := range v.VIFs {
		_ = store.Delete(tx, i)
	}
	for _, c := range v.Consoles {
		_ = store.Delete(tx, c)
	}
	_ = store.Delete(tx, v.Metrics)
	_ = store.Delete(tx, ref)
}
