package model

import "time"

// PIFMetrics is what a NIC says of itself.
type PIFMetrics struct {
	UUID        string            `api:"RO" life:"rio"`
	IOReadKbs   float64           `api:"RO,volatile" default:"0.0" life:"published:rio,deprecated:tampa,removed:tampa"`
	IOWriteKbs  float64           `api:"RO,volatile" default:"0.0" life:"published:rio,deprecated:tampa,removed:tampa"`
	Carrier     bool              `api:"RO" life:"rio"`
	VendorID    string            `api:"RO" life:"rio"`
	VendorName  string            `api:"RO" life:"rio"`
	DeviceID    string            `api:"RO" life:"rio"`
	DeviceName  string            `api:"RO" life:"rio"`
	Speed       int64             `api:"RO" life:"rio"`
	Duplex      bool              `api:"RO" life:"rio"`
	PCIBusPath  string            `api:"RO" life:"rio"`
	LastUpdated time.Time         `api:"RO" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"orlando"`
}

var _ = define[PIFMetrics](Def{
	Name:  "PIF_metrics",
	Life:  "rio",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
})
