package ops

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// CollectHosts drops what hosts have left behind that are gone.
func CollectHosts(tx *store.Tx) error {
	hosts := map[model.Ref[model.Host]]bool{}
	metrics := map[model.Ref[model.HostMetrics]]bool{}
	for ref, h := range store.All[model.Host](tx) {
		hosts[ref], metrics[h.Metrics] = true, true
	}
	collect(tx, func(o *model.PBD) bool { return !hosts[o.Host] })
	pifMetrics := map[model.Ref[model.PIFMetrics]]bool{}
	collect(tx, func(o *model.PIF) bool {
		if hosts[o.Host] {
			pifMetrics[o.Metrics] = true
		}
		return !hosts[o.Host]
	})
	for ref := range store.All[model.PIFMetrics](tx) {
		if !pifMetrics[ref] {
			_ = store.Delete(tx, ref) // it is there: the loop has just seen it
		}
	}
	collect(tx, func(o *model.VLAN) bool {
		_, ok := store.Find(tx, o.UntaggedPIF)
		return !ok
	})
	collect(tx, func(o *model.Bond) bool {
		_, ok := store.Find(tx, o.Master)
		return !ok
	})
	collect(tx, func(o *model.HostCPU) bool { return !hosts[o.Host] })
	for ref := range store.All[model.HostMetrics](tx) {
		if !metrics[ref] {
			_ = store.Delete(tx, ref)
		}
	}
	collect(tx, func(o *model.PCI) bool { return !hosts[o.Host] })
	collect(tx, func(o *model.PGPU) bool { return !hosts[o.Host] })
	collect(tx, func(o *model.PUSB) bool { return !hosts[o.Host] })
	collect(tx, func(o *model.Feature) bool { return !hosts[o.Host] })
	collect(tx, func(o *model.Certificate) bool { return !o.Host.IsNull() && !hosts[o.Host] })
	collect(tx, func(o *model.Console) bool {
		_, ok := store.Find(tx, o.VM)
		return !ok
	})
	return CollectVBDs(tx)
}

// CollectVBDs drops the devices of disks that are gone; a drive for CDs is empty
// then.
func CollectVBDs(tx *store.Tx) error {
	for ref, o := range store.All[model.VBD](tx) {
		if _, ok := store.Find(tx, o.VDI); ok || o.Empty {
			continue
		}
		if o.Type != model.VBDTypeCD {
			_ = store.Delete(tx, ref) // it is there: the loop has just seen it
			continue
		}
		e, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		e.VDI, e.Empty = model.NullRef, true
	}
	return nil
}

// collect deletes the objects of a class that are litter.
func collect[T any](tx *store.Tx, litter func(*T) bool) {
	for ref, o := range store.All[T](tx) {
		if litter(o) {
			_ = store.Delete(tx, ref) // it is there: the loop has just seen it
		}
	}
}
