package inventory

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/licence"
)

// hypervisorOverhead is what the hypervisor keeps to itself.
func hypervisorOverhead(memory int64) int64 { return (512*mib + memory/128) / mib * mib }

// dom0Memory grows with the host, as the installer has it.
func dom0Memory(memory int64) int64 {
	return min(max(memory/20/gib, 1)*gib, 8*gib)
}

// makeHost makes a host with all that belongs to it.
func (m *maker) makeHost(i int) {
	p := m.plan.hosts[i]
	h := &madeHost{plan: p, ref: newRef[model.Host](m.source), info: p.cpu.Info(m.release), flags: map[bool]map[string]string{}}
	m.hosts = append(m.hosts, h)
	id, dom0ID := m.uuid(), m.uuid()
	if i == 0 {
		id, dom0ID = m.o.HostUUID, m.o.ControlDomainUUID
	}
	overhead := hypervisorOverhead(p.memory)
	h.dom0 = dom0Memory(p.memory)
	h.free = p.memory - overhead - h.dom0
	metrics := add(m, &model.HostMetrics{UUID: m.uuid(), MemoryTotal: p.memory, MemoryFree: h.free, Live: true, LastUpdated: m.o.Now})
	dom0 := newRef[model.VM](m.source)
	m.makePIFs(h)
	m.makeLocalSRs(h, i)
	for n := range p.cpu.Count {
		add(m, &model.HostCPU{
			UUID: m.uuid(), Host: h.ref, Number: int64(n), Vendor: p.cpu.Vendor, Speed: p.cpu.MHz, Modelname: p.cpu.Name,
			Family: p.cpu.Family, Model: p.cpu.Model, Stepping: strconv.FormatInt(p.cpu.Stepping, 10), Flags: p.cpu.Flags,
		})
	}
	iqn := fmt.Sprintf("iqn.2026-11.local:%s", id[:8])
	row := &model.Host{
		UUID: id, NameLabel: p.name, NameDescription: m.release.InstallDescription(), MemoryOverhead: overhead,
		APIVersionVendorImplementation: map[string]string{}, Enabled: true,
		OtherConfig: map[string]string{
			"boot_time": stamp(m.o.Now.Unix() - 120), "agent_start_time": stamp(m.o.Now.Unix()), "iscsi_iqn": iqn, "multipathing": "true", "multipathhandle": "dmp",
		},
		Capabilities: []string{"xen-3.0-x86_64", "xen-3.0-x86_32p", "hvm-3.0-x86_32", "hvm-3.0-x86_32p", "hvm-3.0-x86_64"},
		SchedPolicy:  "credit", SupportedBootloaders: []string{"pygrub", "eliloader"}, Logging: map[string]string{},
		SuspendImageSR: h.local, CrashDumpSR: h.local, CPUInfo: h.info, CPUConfiguration: map[string]string{},
		Hostname: p.name, Address: p.address, Metrics: metrics, BootFreeMem: h.free,
		Editions: licence.Names(m.release), LicenseServer: map[string]string{"address": "localhost", "port": "27000"},
		BIOSStrings: map[string]string{
			"bios-vendor": "xapid", "bios-version": "1.0", "system-manufacturer": "xapid", "system-product-name": "Emulated server",
			"system-version": "1", "system-serial-number": id[:8], "baseboard-manufacturer": "xapid", "baseboard-product-name": "Emulated board",
			"baseboard-version": "1", "baseboard-serial-number": id[:8], "baseboard-asset-tag": "", "baseboard-location-in-chassis": "",
			"enclosure-asset-tag": "", "oem-1": "Xen", "oem-2": "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d", "hp-rombios": "",
		},
		LocalCacheSR: model.NullRef, ChipsetInfo: map[string]string{"iommu": "true"}, Display: model.HostDisplayEnabled,
		VirtualHardwarePlatformVersions: []int64{0, 1, 2}, ControlDomain: dom0, ISCSIIqn: iqn, Multipathing: true,
		LatestSyncedUpdatesApplied: model.LatestSyncedUpdatesAppliedStateUnknown, NUMAAffinityPolicy: model.HostNUMAAffinityPolicyDefaultPolicy,
		SSHEnabled: true, NTPMode: model.HostNTPModeFactory, Timezone: "UTC", TLSVerificationEnabled: true,
	}
	if p.build != "" {
		row.OtherConfig[model.BuildKey] = p.build
	}
	m.release.Describe(row)
	m.license(row, p)
	for _, name := range p.updates {
		row.Updates = append(row.Updates, m.update(name))
	}
	addAs(m, h.ref, row)
	m.makeDom0(h, dom0, dom0ID)
}

// license gives a host what it is planned to be licensed for.
func (m *maker) license(h *model.Host, p hostPlan) {
	e := licence.FindEdition(m.release, cmp.Or(p.licence.edition, licence.Free))
	if e == nil {
		m.fail("host %q has no edition %q in this release: it has %s", p.name, p.licence.edition, strings.Join(h.Editions, ", "))
		return
	}
	expires := licence.Endless(m.release)
	switch {
	case !p.licence.expires.IsZero():
		expires = p.licence.expires
	case p.licence.days != 0:
		expires = m.o.Now.AddDate(0, 0, p.licence.days)
	case !e.Server:
		expires = licence.Fresh(m.release, m.o.Now)
	}
	h.Edition = e.Name
	h.LicenseParams = licence.Start(m.release, e, expires, m.o.Now, p.cpu.Sockets)
}

// stamp is a Unix time as hosts write it.
func stamp(unix int64) string { return strconv.FormatInt(unix, 10) + "." }

// makeDom0 makes a host's control domain.
func (m *maker) makeDom0(h *madeHost, ref model.Ref[model.VM], id string) {
	vcpus := int64(min(h.plan.cpu.Count, 16))
	metrics := add(m, &model.VMMetrics{
		UUID: m.uuid(), MemoryActual: h.dom0, VCPUsNumber: vcpus, StartTime: m.o.Now, InstallTime: m.o.Now, LastUpdated: m.o.Now,
		CurrentDomainType: model.DomainTypePV,
	})
	vm := m.newVM()
	vm.UUID, vm.NameLabel = id, "Control domain on host: "+h.plan.name
	vm.NameDescription = "The domain which manages physical devices and manages other domains"
	vm.PowerState, vm.Domid, vm.IsControlDomain, vm.DomainType = model.VMPowerStateRunning, 0, true, model.DomainTypePV
	vm.ResidentOn, vm.Affinity, vm.Metrics = h.ref, h.ref, metrics
	vm.MemoryTarget, vm.MemoryStaticMax, vm.MemoryStaticMin, vm.MemoryDynamicMax, vm.MemoryDynamicMin = h.dom0, h.dom0, h.dom0, h.dom0, h.dom0
	vm.VCPUsMax, vm.VCPUsAtStartup = vcpus, vcpus
	vm.ActionsAfterShutdown, vm.ActionsAfterReboot, vm.ActionsAfterCrash = model.OnNormalExitDestroy, model.OnNormalExitDestroy, model.OnCrashBehaviourDestroy
	vm.HasVendorDevice, vm.GenerationID = false, ""
	vm.OtherConfig = map[string]string{"storage_driver_domain": "OpaqueRef:NULL", "is_system_domain": "true"}
	addAs(m, ref, vm)
	for _, c := range []struct {
		protocol model.ConsoleProtocol
		port     int64
	}{{model.ConsoleProtocolRfb, 5900}, {model.ConsoleProtocolVt100, 9500}} {
		console := newRef[model.Console](m.source)
		addAs(m, console, &model.Console{
			UUID: m.uuid(), Protocol: c.protocol, VM: ref, Port: c.port, OtherConfig: map[string]string{},
			Location: "https://" + h.plan.address + "/console?ref=" + string(console),
		})
	}
}
