package inventory

import (
	"fmt"
	"maps"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// family is what templates of one kind share.
type family struct {
	policy   string
	params   map[string]string
	platform map[string]string
	other    map[string]string
	// limits of the recommendations beside the memory.
	vcpus, minVCPUs, vbds, vifs int
	bios, uefi, secureBoot      bool
	vendorDevice                bool
	bootloader                  string
	args                        func(name string) string
}

var linuxOther = map[string]string{"linux_template": "true", "install-methods": "cdrom,nfs,http,ftp"}

var linuxBIOS = family{
	policy: "BIOS order", params: map[string]string{"firmware": "bios", "order": "cdn"},
	platform: map[string]string{"vga": "std", "videoram": "8", "viridian": "false", "device_id": "0001", "device-model": "qemu-upstream-compat", "secureboot": "false"},
	other:    linuxOther, vcpus: 64, minVCPUs: 1, vbds: 255, vifs: 7, bios: true,
}

var linuxUEFI = family{
	policy: "BIOS order", params: map[string]string{"firmware": "uefi", "order": "cdn"},
	platform: map[string]string{"vga": "std", "videoram": "8", "viridian": "false", "device_id": "0001", "secureboot": "auto"},
	other:    linuxOther, vcpus: 64, minVCPUs: 1, vbds: 255, vifs: 7, bios: true, uefi: true, secureBoot: true,
}

var legacyPV = family{
	other: map[string]string{"linux_template": "true", "install-methods": "cdrom,nfs,http,ftp"},
	vcpus: 32, minVCPUs: 1, vbds: 255, vifs: 7, bios: true, bootloader: "eliloader",
	args: func(name string) string {
		switch {
		case strings.Contains(name, "SUSE Linux Enterprise") && strings.Contains(name, " 11"):
			return "console=ttyS0 xencons=ttyS"
		case strings.Contains(name, "SUSE Linux Enterprise"):
			return "console=hvc0 xencons=hvc"
		}
		return "graphical utf8"
	},
}

var windowsUEFI = family{
	policy: "BIOS order", params: map[string]string{"firmware": "uefi", "order": "cd"},
	platform: map[string]string{
		"cores-per-socket": "2", "device_id": "0002", "vga": "std", "videoram": "8", "secureboot": "auto", "viridian": "true",
		"viridian_time_ref_count": "true", "viridian_reference_tsc": "true", "viridian_apic_assist": "true", "viridian_crash_ctl": "true", "viridian_stimer": "true",
	},
	other: map[string]string{"install-methods": "cdrom"}, vcpus: 64, minVCPUs: 2, vbds: 255, vifs: 7,
	bios: true, uefi: true, secureBoot: true, vendorDevice: true,
}

var otherMedia = family{
	policy: "BIOS order", params: map[string]string{"firmware": "bios", "order": "cd"},
	platform: map[string]string{"viridian": "true", "secureboot": "false"},
	other:    map[string]string{"install-methods": "cdrom"}, vcpus: 64, minVCPUs: 1, vbds: 255, vifs: 7, bios: true, uefi: true,
}

// templates makes the built-in templates.
func (m *maker) templates() {
	for _, b := range builtins {
		addAs(m, newRef[model.VM](m.source), m.template(b))
	}
}

// newVM is a machine with what all have in common.
func (m *maker) newVM() *model.VM {
	v := store.Default[model.VM]()
	v.PowerState, v.Domid = model.VMPowerStateHalted, -1
	v.ResidentOn, v.Affinity, v.Metrics, v.GuestMetrics = model.NullRef, model.NullRef, model.NullRef, model.NullRef
	v.SnapshotOf, v.Parent = model.NullRef, model.NullRef
	v.ActionsAfterShutdown, v.ActionsAfterReboot, v.ActionsAfterCrash = model.OnNormalExitDestroy, model.OnNormalExitRestart, model.OnCrashBehaviourRestart
	v.HVMShadowMultiplier = 1
	v.HasVendorDevice = false
	return v
}

func (m *maker) template(b builtin) *model.VM {
	v := m.newVM()
	v.UUID, v.NameLabel, v.ReferenceLabel = b.uuid, b.name, b.reference
	v.NameDescription = templateDescription(b)
	v.IsATemplate, v.IsDefaultTemplate, v.UserVersion = true, true, 1
	b.family.configure(v, b)
	v.OtherConfig["default_template"], v.OtherConfig["mac_seed"] = "true", m.uuid()
	if b.disk > 0 {
		v.OtherConfig["disks"] = fmt.Sprintf(`<provision><disk device="0" size="%d" sr="" bootable="true" type="system"/></provision>`, b.disk*gib)
	}
	setMemory(v, b.memory*mib, 2*b.memory*mib)
	v.VCPUsMax, v.VCPUsAtStartup = b.vcpus, b.vcpus
	v.MemoryOverhead = overhead(v)
	return v
}

func templateDescription(b builtin) string {
	if b.family == &otherMedia {
		return "Template for guest operating systems that have no template of their own"
	}
	return "Clone this template to make a VM for " + b.name
}

func setMemory(v *model.VM, low, high int64) {
	v.MemoryStaticMin, v.MemoryDynamicMin, v.MemoryDynamicMax, v.MemoryStaticMax, v.MemoryTarget = low, high, high, high, high
}

// configure gives a machine what a template of the family has.
func (f *family) configure(v *model.VM, b builtin) {
	v.Platform = map[string]string{"nx": "true", "acpi": "1", "apic": "true", "pae": "true", "hpet": "true"}
	maps.Copy(v.Platform, f.platform)
	v.HVMBootPolicy, v.HVMBootParams = f.policy, maps.Clone(f.params)
	v.OtherConfig = maps.Clone(f.other)
	v.DomainType = model.DomainTypeHVM
	v.GenerationID = ""
	v.Recommendations = f.recommend(b)
	switch f {
	case &legacyPV:
		v.DomainType = model.DomainTypePVInPVH
		v.PVBootloader, v.PVArgs = f.bootloader, f.args(b.name)
		v.OtherConfig["install-distro"] = "rhlike"
		if strings.Contains(b.name, "SUSE Linux Enterprise") {
			v.OtherConfig["install-distro"] = "sleslike"
		}
		if strings.Contains(b.reference, "-6-") {
			v.OtherConfig["rhel6"] = "true"
		}
		if strings.Contains(b.reference, "-5-") {
			v.OtherConfig["rhel5"] = "true"
		}
		v.OtherConfig["install-arch"] = "x86_64"
		if strings.HasSuffix(b.reference, "32bit") {
			v.OtherConfig["install-arch"] = "i386"
		}
	case &windowsUEFI:
		v.GenerationID = "0:0"
		if !strings.Contains(b.name, "Server") {
			v.Platform["acpi_laptop_slate"] = "1"
		}
		if b.reference == "windows-11" {
			v.Platform["vtpm"] = "true"
		}
	}
}

// recommend is the document that tells clients the limits.
func (f *family) recommend(b builtin) string {
	var s strings.Builder
	s.WriteString("<restrictions>")
	field := func(name, key string, value any) {
		fmt.Fprintf(&s, `<restriction field=%q %s="%v"/>`, name, key, value)
	}
	yes := func(v bool) string { return map[bool]string{true: "yes", false: "no"}[v] }
	field("memory-static-max", "max", b.limit*gib)
	field("vcpus-max", "max", f.vcpus)
	if f.minVCPUs > 1 {
		field("vcpus-min", "min", f.minVCPUs)
	}
	field("has-vendor-device", "value", f.vendorDevice)
	field("allow-gpu-passthrough", "value", 1)
	field("allow-vgpu", "value", 1)
	field("allow-network-sriov", "value", 1)
	field("supports-bios", "value", yes(f.bios))
	field("supports-uefi", "value", yes(f.uefi))
	field("supports-secure-boot", "value", yes(f.secureBoot))
	fmt.Fprintf(&s, `<restriction max="%d" property="number-of-vbds"/><restriction max="%d" property="number-of-vifs"/>`, f.vbds, f.vifs)
	s.WriteString("</restrictions>")
	return s.String()
}
