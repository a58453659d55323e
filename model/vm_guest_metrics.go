package model

import "time"

// TristateType is yes, no, or not known.
type TristateType string

// The labels of TristateType.
const (
	TristateTypeYes         TristateType = "yes"
	TristateTypeNo          TristateType = "no"
	TristateTypeUnspecified TristateType = "unspecified"
)

var _ = enum("tristate_type", TristateTypeYes, TristateTypeNo, TristateTypeUnspecified)

// VMGuestMetrics is what the agent in a guest reports. A new row takes its
// place at every boot.
type VMGuestMetrics struct {
	UUID              string            `api:"RO" life:"rio"`
	OsVersion         map[string]string `api:"RO" life:"rio"` // name, uname, distro, major, minor
	NetbiosName       map[string]string `api:"RO" default:"{}" life:"prototyped:24.28.0"`
	PVDriversVersion  map[string]string `name:"PV_drivers_version" api:"RO" life:"rio"` // empty: no drivers
	PVDriversUpToDate bool              `name:"PV_drivers_up_to_date" api:"RO" life:"published:rio,deprecated:dundee"`
	Memory            map[string]string `api:"RO" default:"{}" life:"published:rio,deprecated:george,removed:george"`
	Disks             map[string]string `api:"RO" default:"{}" life:"published:rio,deprecated:orlando,removed:orlando"`
	Networks          map[string]string `api:"RO" life:"rio"` // <device>/ip, <device>/ipv4/<n>, <device>/ipv6/<n>
	Other             map[string]string `api:"RO" life:"rio"` // features of the agent
	LastUpdated       time.Time         `api:"RO" life:"rio"`
	OtherConfig       map[string]string `api:"RW" default:"{}" life:"orlando"`
	Live              bool              `api:"RO" default:"false" life:"orlando"`      // the agent still reports
	CanUseHotplugVBD  TristateType      `api:"RO" default:"unspecified" life:"dundee"` // as the guest says
	CanUseHotplugVIF  TristateType      `api:"RO" default:"unspecified" life:"dundee"` // as the guest says
	PVDriversDetected bool              `name:"PV_drivers_detected" api:"RO" default:"false" life:"dundee"`
	Services          map[string]string `api:"RO" default:"{}" life:"prototyped:25.15.0"`
}

var _ = define[VMGuestMetrics](Def{
	Name:  "VM_guest_metrics",
	Life:  "rio",
	Roles: "vm-admin",
	Flags: "database persist events get_all",
})
