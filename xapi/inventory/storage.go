package inventory

import (
	"fmt"

	"github.com/xapid/xapid/model"
)

// i18n is what clients translate the names of built-in SRs by.
func i18n(key, name, description string) map[string]string {
	m := map[string]string{"i18n-key": key, "i18n-original-value-name_label": name}
	if description != "" {
		m["i18n-original-value-name_description"] = description
	}
	return m
}

// makeLocalSRs makes the three SRs that every host has.
func (m *maker) makeLocalSRs(h *madeHost, i int) {
	h.local = m.sr(&model.SR{
		NameLabel: "Local storage", Type: "ext", ContentType: "user", PhysicalSize: h.plan.localSize,
		OtherConfig: i18n("local-storage", "Local storage", ""),
	}, map[string]string{"device": "/dev/disk/by-id/scsi-3600508b1001c" + h.plan.nics[0].mac[9:11] + "-part3"}, h)
	m.srs[localKey(i, "Local storage")] = h.local
	dvd := m.sr(&model.SR{
		NameLabel: "DVD drives", NameDescription: "Physical DVD drives", Type: "udev", ContentType: "iso",
		OtherConfig: i18n("local-hotplug-cd", "DVD drives", "Physical DVD drives"), SMConfig: map[string]string{"type": "cd"},
	}, map[string]string{"location": "/dev/xapi/cd"}, h)
	add(m, &model.VDI{
		UUID: m.uuid(), NameLabel: "SATA DVD drive", NameDescription: "xapid DVD-ROM", SR: dvd, Type: model.VDITypeUser, ReadOnly: true, Managed: true,
		Location: "/dev/xapi/cd/sr0", OnBoot: model.OnBootPersist, SMConfig: map[string]string{"hotplugged_at": m.o.Now.Format("2006-01-02T15:04:05Z")},
		SnapshotOf: model.NullRef, Parent: model.NullRef, MetadataOfPool: model.NullRef,
	})
	m.sr(&model.SR{
		NameLabel: "Removable storage", NameDescription: "Physical removable storage", Type: "udev", ContentType: "disk",
		OtherConfig: i18n("local-hotplug-disk", "Removable storage", "Physical removable storage"), SMConfig: map[string]string{"type": "block"},
	}, map[string]string{"location": "/dev/xapi/block"}, h)
}

func localKey(host int, name string) string { return fmt.Sprintf("%d/%s", host, name) }

// sr makes an SR, attached to the hosts given.
func (m *maker) sr(sr *model.SR, config map[string]string, hosts ...*madeHost) model.Ref[model.SR] {
	sr.UUID, sr.IntroducedBy = m.uuid(), model.NullRef
	if sr.OtherConfig == nil {
		sr.OtherConfig = map[string]string{}
	}
	ref := add(m, sr)
	for _, h := range hosts {
		add(m, &model.PBD{UUID: m.uuid(), Host: h.ref, SR: ref, DeviceConfig: config, CurrentlyAttached: true})
	}
	return ref
}

// toolsSR makes the one shared SR of a fresh pool, with the guest tools.
func (m *maker) toolsSR() {
	const size = 130 * mib
	name := toolsName(m.release)
	other := i18n("xenserver-tools", name, name+" ISOs")
	other["xensource_internal"], other["xenserver_tools_sr"] = "true", "true"
	sr := m.sr(&model.SR{
		NameLabel: name, NameDescription: name + " ISOs", Type: "iso", ContentType: "iso", Shared: true, IsToolsSR: true, OtherConfig: other,
		PhysicalSize: size, PhysicalUtilisation: size, VirtualAllocation: size,
	}, map[string]string{"location": "/opt/xensource/packages/iso", "path": "/opt/xensource/packages/iso", "legacy_mode": "true"}, m.hosts...)
	add(m, &model.VDI{
		UUID: m.uuid(), NameLabel: "guest-tools.iso", SR: sr, Type: model.VDITypeUser, VirtualSize: size, PhysicalUtilisation: size,
		ReadOnly: true, Sharable: true, Managed: true, Location: "guest-tools.iso", OnBoot: model.OnBootPersist, IsToolsISO: true,
		SMConfig: map[string]string{"xs-tools": "true"}, SnapshotOf: model.NullRef, Parent: model.NullRef, MetadataOfPool: model.NullRef,
	})
	m.srs[name] = sr
}

// makeSR makes an SR of the plan.
func (m *maker) makeSR(p srPlan) {
	row := &model.SR{NameLabel: p.name, Type: p.kind, ContentType: p.content, Shared: p.shared, PhysicalSize: p.size}
	hosts, key := m.hosts, p.name
	if !p.shared {
		hosts = m.hosts[p.host : p.host+1]
	}
	var config map[string]string
	switch p.kind {
	case "nfs":
		config = map[string]string{"server": "192.168.10.5", "serverpath": "/export/" + m.uuid()[:8], "nfsversion": "4.1"}
	case "iso":
		config = map[string]string{"location": "192.168.10.5:/export/iso", "type": "nfs_iso"}
	case "lvmoiscsi":
		config = map[string]string{"target": "192.168.10.6", "targetIQN": "iqn.2026-11.local:storage", "SCSIid": "36001405" + m.uuid()[:8]}
	default:
		config = map[string]string{"device": "/dev/disk/by-id/scsi-36001405" + m.uuid()[:8]}
	}
	m.srs[key] = m.sr(row, config, hosts...)
}
