package inventory

import (
	"strconv"
	"strings"

	"github.com/xapid/xapid/model"
)

// Sets of features that drivers share.
const (
	stdFeatures = "VDI_CREATE VDI_DELETE VDI_ATTACH VDI_DETACH "
	vhdFeatures = stdFeatures + "VDI_CLONE VDI_SNAPSHOT VDI_RESIZE VDI_MIRROR VDI_CONFIG_CBT VDI_ACTIVATE VDI_DEACTIVATE "
	srFeatures  = "SR_ATTACH SR_DETACH SR_SCAN SR_CREATE SR_DELETE "
	netFeatures = vhdFeatures + srFeatures + "SR_PROBE SR_UPDATE SR_CACHING VDI_UPDATE VDI_GENERATE_CONFIG VDI_RESET_ON_BOOT/2 THIN_PROVISIONING VDI_READ_CACHING"
	lunFeatures = vhdFeatures + srFeatures + "SR_PROBE SR_UPDATE SR_METADATA SR_TRIM SR_CACHING VDI_GENERATE_CONFIG VDI_RESET_ON_BOOT/2 VDI_UPDATE"
)

// driver is a storage driver. releases says which had it: "since", "-until", or
// "" for all.
type driver struct{ kind, label, description, features, config, releases string }

// driverTable lists the storage drivers of a fresh host. Their descriptions are
// our own words: what matters to clients is the type.
var driverTable = []driver{
	{"ext", "Local EXT4 VHD", "Disks as VHD files on a local ext4 filesystem", vhdFeatures + srFeatures + "SR_PROBE SR_UPDATE SR_SUPPORTS_LOCAL_CACHING VDI_UPDATE VDI_GENERATE_CONFIG VDI_RESET_ON_BOOT/2 THIN_PROVISIONING VDI_READ_CACHING", "device", ""},
	{"lvm", "Local VHD on LVM", "Disks as VHDs in logical volumes of a local volume group", vhdFeatures + srFeatures + "SR_PROBE SR_UPDATE SR_TRIM VDI_UPDATE VDI_RESET_ON_BOOT/2", "device allocation", ""},
	{"file", "Local Path VHD", "Disks as VHD files in a local directory", vhdFeatures + srFeatures + "SR_PROBE SR_UPDATE VDI_GENERATE_CONFIG THIN_PROVISIONING", "location", ""},
	{"nfs", "NFS VHD", "Disks as VHD files on an NFS server", netFeatures, "server serverpath nfsversion", ""},
	{"smb", "SMB VHD", "Disks as VHD files on an SMB server", netFeatures, "server username password", "dundee"},
	{"lvmoiscsi", "VHD over LVM over iSCSI", "Disks as VHDs in logical volumes on an iSCSI LUN", lunFeatures, "target targetIQN SCSIid port chapuser chappassword", ""},
	{"lvmohba", "VHD over LVM over HBA", "Disks as VHDs in logical volumes on a LUN behind an HBA", lunFeatures, "SCSIid allocation", ""},
	{"lvmofcoe", "VHD over LVM over FCoE", "Disks as VHDs in logical volumes on a LUN reached by FCoE", lunFeatures, "SCSIid allocation", "dundee"},
	{"iscsi", "iSCSI LUN", "Each LUN of an iSCSI target as a disk", srFeatures + "SR_PROBE VDI_INTRODUCE " + stdFeatures, "target targetIQN chapuser chappassword port", ""},
	{"hba", "HBA LUN", "Each LUN behind an HBA as a disk", srFeatures + "SR_PROBE VDI_INTRODUCE " + stdFeatures, "type", ""},
	{"iso", "ISO", "CD images of a directory", stdFeatures + "SR_SCAN SR_ATTACH SR_DETACH", "location type path", ""},
	{"udev", "udev", "The removable devices of a host", "SR_ATTACH SR_DETACH SR_SCAN VDI_INTRODUCE VDI_ATTACH VDI_DETACH VDI_UPDATE SR_UPDATE", "location", ""},
	{"dummy", "dummy", "Disks that are pretended, for tests", srFeatures + "SR_PROBE VDI_ACTIVATE VDI_DEACTIVATE VDI_CLONE VDI_SNAPSHOT VDI_RESIZE VDI_INTRODUCE VDI_MIRROR " + stdFeatures, "", ""},
	{"cslg", "CSLG", "Disks of arrays that StorageLink manages", vhdFeatures + srFeatures + "SR_PROBE", "target storageSystemId storagePoolId username password", "-creedence"},
	{"equal", "Dell EqualLogic", "A volume of an EqualLogic array for each disk", vhdFeatures + srFeatures + "SR_PROBE", "target username password storagepool", "-creedence"},
	{"netapp", "NetApp", "A LUN of a NetApp filer for each disk", vhdFeatures + srFeatures + "SR_PROBE", "target username password aggregate", "-creedence"},
	{"shm", "shared memory", "Disks in the memory of a host, for tests", "VDI_ATTACH VDI_DETACH VDI_CLONE VDI_SNAPSHOT SR_SCAN SR_ATTACH SR_DETACH", "location", ""},
}

// drivers makes the SM objects.
func (m *maker) drivers() {
	for _, d := range driversOf(m.release) {
		sm := &model.SM{
			UUID: m.uuid(), NameLabel: d.label, NameDescription: d.description, Type: d.kind, Vendor: "xapid", Copyright: "", Version: "3.0",
			RequiredAPIVersion: "1.1", Configuration: map[string]string{}, Features: map[string]int64{},
		}
		for _, f := range strings.Fields(d.features) {
			name, version, _ := strings.Cut(f, "/")
			n, err := strconv.ParseInt(version, 10, 64)
			if err != nil {
				n = 1
			}
			sm.Features[name] = n
			sm.Capabilities = append(sm.Capabilities, name)
		}
		for _, key := range strings.Fields(d.config) {
			sm.Configuration[key] = ""
		}
		sm.DriverFilename = "/opt/xensource/sm/" + strings.ToUpper(d.kind) + "SR"
		switch d.kind {
		case "iso", "iscsi", "hba", "udev", "shm":
			sm.SupportedImageFormats = []model.ImageFormatType{model.ImageFormatTypeRaw}
		default:
			sm.SupportedImageFormats = []model.ImageFormatType{model.ImageFormatTypeVhd, model.ImageFormatTypeRaw}
		}
		add(m, sm)
	}
}
