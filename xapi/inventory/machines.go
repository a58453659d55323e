package inventory

import (
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/cpu"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/network"
	"github.com/xapid/xapid/xapi/storage"
)

func overhead(v *model.VM) int64 {
	return emu.MemoryOverhead(string(v.DomainType), v.VCPUsMax, v.MemoryStaticMax, v.HVMShadowMultiplier)
}

// prototype is a machine made of a template, without anything of its own: its
// maps are shared by all that are made of it. Rows are immutable, so they may.
type prototype struct {
	vm    *model.VM
	other map[string]string
}

// machines makes the VMs of the plan.
func (m *maker) machines() {
	prototypes := map[string]*prototype{}
	for i := range m.plan.vms {
		p := &m.plan.vms[i]
		proto := prototypes[p.template]
		if proto == nil {
			if proto = m.prototype(p.template); proto == nil {
				m.fail("VM %s: there is no template %q", p.name, p.template)
				return
			}
			prototypes[p.template] = proto
		}
		m.machine(p, proto, i)
		if m.err != nil {
			return
		}
	}
	m.account()
}

func (m *maker) prototype(name string) *prototype {
	for _, b := range builtins {
		if b.name != name {
			continue
		}
		v := m.newVM()
		b.family.configure(v, b)
		v.ReferenceLabel = b.reference
		v.BIOSStrings = map[string]string{
			"bios-vendor": "Xen", "bios-version": "", "system-manufacturer": "Xen", "system-product-name": "HVM domU",
			"system-version": "", "system-serial-number": "", "hp-rombios": "", "oem-1": "Xen", "oem-2": "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d",
		}
		other := v.OtherConfig
		other["base_template_name"] = b.name
		v.OtherConfig = nil
		return &prototype{v, other}
	}
	return nil
}

// machine makes a VM with its devices, in the state that it is to be in, if a
// host has room for that.
func (m *maker) machine(p *vmPlan, proto *prototype, i int) {
	row := *proto.vm
	v, ref := &row, newRef[model.VM](m.source)
	v.UUID, v.NameLabel, v.NameDescription, v.Tags = m.uuid(), p.name, p.description, p.tags
	setMemory(v, p.memory, p.memory)
	v.VCPUsMax, v.VCPUsAtStartup = p.vcpus, p.vcpus
	if n, err := strconv.ParseInt(v.Platform["cores-per-socket"], 10, 64); err == nil && p.vcpus%n != 0 {
		v.VCPUsMax = p.vcpus + n - p.vcpus%n
		v.VCPUsAtStartup = v.VCPUsMax
	}
	v.MemoryOverhead = overhead(v)
	seed := m.uuid()
	v.OtherConfig = make(map[string]string, len(proto.other)+3+len(p.otherConfig))
	for k, x := range proto.other {
		v.OtherConfig[k] = x
	}
	v.OtherConfig["mac_seed"] = seed
	if p.guest != "" && p.guest != "linux" {
		v.OtherConfig[emu.GuestKey] = p.guest
	}
	for k, x := range p.otherConfig {
		v.OtherConfig[k] = x
	}
	h, runs := m.place(p, v, i)
	metrics := &model.VMMetrics{UUID: m.uuid(), InstallTime: m.o.Now, LastUpdated: m.o.Now, CurrentDomainType: model.DomainTypeUnspecified}
	if p.power == model.VMPowerStateRunning || p.power == model.VMPowerStatePaused {
		if runs {
			m.running(p, v, ref, h, metrics)
			v.PowerState = p.power
		}
	}
	active := v.PowerState != model.VMPowerStateHalted
	if p.power == model.VMPowerStateSuspended {
		active = true
		m.suspended(v, h, metrics)
	}
	v.Metrics = add(m, metrics)
	m.disks(p, ref, h, active)
	networks := m.interfaces(p, ref, seed, active)
	if v.Domid > 0 {
		v.GuestMetrics = m.guestMetrics(p.guest, networks)
	}
	addAs(m, ref, v)
}

// place finds the host of a VM: the one that is asked for, else one after the
// other, with room if it is to run.
func (m *maker) place(p *vmPlan, v *model.VM, i int) (h *madeHost, runs bool) {
	need := v.MemoryDynamicMin + v.MemoryOverhead
	if p.host >= 0 {
		h = m.hosts[p.host]
		if h.free < need && p.power == model.VMPowerStateRunning {
			m.fail("VM %s: host %s has no memory left for it", p.name, h.plan.name)
		}
		return h, true
	}
	for n := range m.hosts {
		if h := m.hosts[(i+n)%len(m.hosts)]; h.free >= need {
			return h, true
		}
	}
	return m.hosts[i%len(m.hosts)], false
}

// running puts a VM on a host.
func (m *maker) running(p *vmPlan, v *model.VM, ref model.Ref[model.VM], h *madeHost, metrics *model.VMMetrics) {
	h.free -= v.MemoryDynamicMin + v.MemoryOverhead
	h.domid++
	v.Domid, v.ResidentOn = h.domid, h.ref
	v.LastBootCPUFlags = m.bootFlags(v, h)
	v.LastBootedRecord = "()"
	metrics.StartTime, metrics.CurrentDomainType = m.o.Now, v.DomainType
	metrics.MemoryActual, metrics.VCPUsNumber = v.MemoryDynamicMax, v.VCPUsAtStartup
	metrics.HVM = v.DomainType == model.DomainTypeHVM
	protocols := []model.ConsoleProtocol{model.ConsoleProtocolRfb, model.ConsoleProtocolVt100}
	if !metrics.HVM {
		protocols = protocols[1:]
	}
	for _, protocol := range protocols {
		id := m.uuid()
		add(m, &model.Console{UUID: id, Protocol: protocol, VM: ref, Port: -1, Location: "https://" + h.plan.address + "/console?uuid=" + id})
	}
}

// bootFlags is what a VM remembers of the processor that it booted on.
func (m *maker) bootFlags(v *model.VM, h *madeHost) map[string]string {
	pv := v.DomainType == model.DomainTypePV
	if h.flags[pv] == nil {
		h.flags[pv] = cpu.Boot(m.level, h.info, pv)
	}
	return h.flags[pv]
}

// suspended gives a VM the image that it sleeps in.
func (m *maker) suspended(v *model.VM, h *madeHost, metrics *model.VMMetrics) {
	v.PowerState = model.VMPowerStateSuspended
	v.LastBootCPUFlags, v.LastBootedRecord = m.bootFlags(v, h), "()"
	metrics.StartTime, metrics.CurrentDomainType = m.o.Now, v.DomainType
	size := int64(float64(v.MemoryStaticMax)*1.2*1.05) + 100*mib
	v.SuspendVDI = m.disk(diskPlan{name: "Suspend image", size: size, used: v.MemoryStaticMax}, h, model.VDITypeSuspend)
}

// disk makes a VDI.
func (m *maker) disk(d diskPlan, h *madeHost, kind model.VDIType) model.Ref[model.VDI] {
	sr := h.local
	if d.sr != "" {
		sr = m.srs[d.sr]
	}
	const block = 2 * mib
	id := m.uuid()
	return add(m, &model.VDI{
		UUID: id, NameLabel: d.name, SR: sr, Type: kind, VirtualSize: (d.size + block - 1) / block * block, PhysicalUtilisation: max(d.used, block),
		Managed: true, Location: id, OnBoot: model.OnBootPersist, SnapshotOf: model.NullRef, Parent: model.NullRef, MetadataOfPool: model.NullRef,
	})
}

var ownerConfig = map[string]string{"owner": ""}

// disks makes a VM's disks and its empty CD drive.
func (m *maker) disks(p *vmPlan, ref model.Ref[model.VM], h *madeHost, active bool) {
	drive := func(n int, vbd model.VBD) {
		vbd.UUID, vbd.VM, vbd.Userdevice, vbd.CurrentlyAttached = m.uuid(), ref, strconv.Itoa(n), active
		if active {
			vbd.Device = storage.DiskName(vbd.Userdevice)
		}
		vbd.Metrics = model.NullRef
		add(m, &vbd)
	}
	for n, d := range p.disks {
		kind := model.VDITypeUser
		if n == 0 {
			kind = model.VDITypeSystem
		}
		drive(slot(n), model.VBD{
			VDI: m.disk(d, h, kind), Bootable: n == 0, Mode: model.VBDModeRW, Type: model.VBDTypeDisk, Unpluggable: n > 0, OtherConfig: ownerConfig,
		})
	}
	drive(cdSlot, model.VBD{VDI: model.NullRef, Mode: model.VBDModeRO, Type: model.VBDTypeCD, Unpluggable: true, Empty: true})
}

// cdSlot is the device of the CD drive; slot is the device of the nth disk.
const cdSlot = 3

func slot(n int) int {
	if n >= cdSlot {
		return n + 1
	}
	return n
}

// interfaces makes a VM's VIFs and tells what a guest would report of them.
func (m *maker) interfaces(p *vmPlan, ref model.Ref[model.VM], seed string, active bool) map[string]string {
	networks := make(map[string]string, 3*len(p.nics))
	for n, nic := range p.nics {
		net, ok := m.networks[nic.network]
		if !ok {
			m.fail("VM %s: there is no network %q", p.name, nic.network)
			return nil
		}
		mac, auto := nic.mac, nic.mac == ""
		if auto {
			mac = network.GenerateMAC(seed, n)
		}
		device := strconv.Itoa(n)
		add(m, &model.VIF{
			UUID: m.uuid(), Device: device, Network: net, VM: ref, MAC: mac, MTU: 1500, CurrentlyAttached: active, MACAutogenerated: auto,
			LockingMode: model.VIFLockingModeNetworkDefault, Metrics: model.NullRef, ReservedPCI: model.NullRef,
			IPv4ConfigurationMode: model.VIFIPv4ConfigurationModeNone, IPv6ConfigurationMode: model.VIFIPv6ConfigurationModeNone,
		})
		emu.GuestNetworks(networks, device, mac, nil, nil)
	}
	return networks
}

// guestMetrics makes the report of a running guest.
func (m *maker) guestMetrics(profile string, networks map[string]string) model.Ref[model.VMGuestMetrics] {
	g := &model.VMGuestMetrics{
		UUID: m.uuid(), LastUpdated: m.o.Now, Live: true,
		CanUseHotplugVBD: model.TristateTypeUnspecified, CanUseHotplugVIF: model.TristateTypeUnspecified,
	}
	if guest := emu.GuestOf(profile); guest.Agent {
		g.OsVersion, g.PVDriversVersion, g.Other, g.Networks = guest.OS, guest.Drivers, guest.Features, networks
		g.PVDriversDetected, g.PVDriversUpToDate = true, true
		g.CanUseHotplugVBD, g.CanUseHotplugVIF = model.TristateTypeYes, model.TristateTypeYes
	}
	return add(m, g)
}
