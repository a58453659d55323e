package host

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// FreeMemory is the memory, in bytes, that new virtual machines could have on a
// host: the total without the hypervisor's share and without the dynamic
// minimum and overhead of each machine that runs there or is about to. except
// is not counted among the latter.
func FreeMemory(r store.Reader, host model.Ref[model.Host], except model.Ref[model.VM]) int64 {
	h, ok := store.Find(r, host)
	if !ok {
		return 0
	}
	m, ok := store.Find(r, h.Metrics)
	if !ok {
		return 0
	}
	free := m.MemoryTotal - h.MemoryOverhead
	for _, ref := range h.ResidentVMs {
		if vm, ok := store.Find(r, ref); ok {
			free -= vm.MemoryDynamicMin + vm.MemoryOverhead
		}
	}
	for ref, vm := range store.All[model.VM](r) {
		if vm.ScheduledToBeResidentOn == host && vm.ResidentOn != host && ref != except {
			free -= vm.MemoryDynamicMin + vm.MemoryOverhead
		}
	}
	return max(free, 0)
}
