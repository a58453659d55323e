package vm

import (
	"fmt"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cpu"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/pvs"
	"github.com/xapid/xapid/xapi/storage"
)

// domainType is what a machine's domain will be.
func domainType(v *model.VM) model.DomainType {
	switch {
	case v.DomainType != model.DomainTypeUnspecified && v.DomainType != "":
		return v.DomainType
	case v.HVMBootPolicy == "":
		return model.DomainTypePV
	}
	return model.DomainTypeHVM
}

func overhead(v *model.VM) int64 {
	return emu.MemoryOverhead(string(domainType(v)), v.VCPUsMax, v.MemoryStaticMax, v.HVMShadowMultiplier)
}

// bounded is an amount of memory, in bytes, as it goes into sums: those of
// thousands of machines do not overflow, and it is more than any host has.
func bounded(bytes int64) int64 { return min(max(bytes, 0), 1<<50) }

// needs is the memory, in bytes, that a machine takes to boot.
func needs(v *model.VM) int64 {
	policy := v.MemoryDynamicMin
	if domainType(v) == model.DomainTypePVInPVH {
		policy = v.MemoryStaticMax
	}
	const mib = 1 << 20
	return (bounded(policy)+mib-1)/mib*mib + overhead(v)
}

// attachDevices marks what is plugged into a domain that has been built, and
// names the disks.
func attachDevices(tx *store.Tx, v *model.VM) error {
	hvm := domainType(v) == model.DomainTypeHVM
	for _, r := range v.VBDs {
		b, err := store.Edit(tx, r)
		if err != nil {
			return err
		}
		if b.Empty && !hvm {
			continue
		}
		b.CurrentlyAttached, b.Device = true, storage.DiskName(b.Userdevice)
	}
	for _, r := range v.VIFs {
		i, err := store.Edit(tx, r)
		if err != nil {
			return err
		}
		i.CurrentlyAttached = true
		if err := pvs.Follow(tx, r, true); err != nil {
			return err
		}
	}
	return nil
}

// detachDevices is the opposite, for a domain that is gone.
func detachDevices(tx *store.Tx, v *model.VM) error {
	for _, r := range v.VBDs {
		b, err := store.Edit(tx, r)
		if err != nil {
			return err
		}
		b.CurrentlyAttached, b.Reserved = false, false
	}
	for _, r := range v.VIFs {
		i, err := store.Edit(tx, r)
		if err != nil {
			return err
		}
		i.CurrentlyAttached, i.Reserved = false, false
		if err := pvs.Follow(tx, r, false); err != nil {
			return err
		}
	}
	return nil
}

// openConsoles makes the consoles of a domain: a screen for HVM, a serial line
// for all.
func openConsoles(tx *store.Tx, vm ref, v *model.VM, h *model.Host) {
	protocols := []model.ConsoleProtocol{model.ConsoleProtocolVt100}
	if domainType(v) == model.DomainTypeHVM {
		protocols = []model.ConsoleProtocol{model.ConsoleProtocolRfb, model.ConsoleProtocolVt100}
	}
	for _, p := range protocols {
		id := uuid.NewString()
		store.Insert(tx, &model.Console{
			UUID: id, Protocol: p, VM: vm, Port: -1,
			Location: fmt.Sprintf("https://%s/console?uuid=%s", h.Address, id),
		})
	}
}

func closeConsoles(tx *store.Tx, v *model.VM) error {
	for _, r := range v.Consoles {
		if err := store.Delete(tx, r); err != nil {
			return err
		}
	}
	return nil
}

// bootFlags is what a machine remembers of the processor that it boots on.
func bootFlags(r store.Reader, v *model.VM, on hostRef) map[string]string {
	h, ok := store.Find(r, on)
	if !ok {
		return nil
	}
	for _, p := range store.All[model.Pool](r) {
		return cpu.Boot(p.CPUInfo, h.CPUInfo, domainType(v) == model.DomainTypePV)
	}
	return nil
}

// record is the text kept as last_booted_record; clients do not read it.
func record(v *model.VM) string {
	return fmt.Sprintf("(('uuid' '%s')('name_label' %q)('memory_static_max' '%d')('VCPUs_max' '%d'))", v.UUID, v.NameLabel, v.MemoryStaticMax, v.VCPUsMax)
}

// metricsOf gives the VM's metrics for writing; a machine that has lost them
// (templates have none) gets new ones.
func metricsOf(tx *store.Tx, v *model.VM) (*model.VMMetrics, error) {
	if _, ok := store.Find(tx, v.Metrics); !ok {
		m := store.Default[model.VMMetrics]()
		v.Metrics = store.Insert(tx, m)
	}
	return store.Edit(tx, v.Metrics)
}
