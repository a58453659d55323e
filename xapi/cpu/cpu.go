// Package cpu is what hosts say of their processors (host.cpu_info), and how
// the features of several compare. It is told differently in three ages:
//
//   - Hosts before 7.0 name four words of features. An administrator may hide
//     some of them with a mask, which counts from the next boot on, so that
//     unlike hosts become alike enough to join (host.set_cpu_features).
//   - Later ones name what virtual machines may see, and the pool has its
//     machines see what all hosts have (levelling).
//   - From 7.2 on they tell besides what newly started machines see, which may
//     be less than what a migration may bring.
package cpu

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/xapid/xapid/model"
)

// CPU is the processors of a host.
type CPU struct {
	Count   int    `json:"count"` // logical ones
	Sockets int    `json:"sockets"`
	Vendor  string `json:"vendor"`
	Name    string `json:"name"` // of the model
	MHz     int64  `json:"mhz"`
	Family  int64  `json:"family"`
	Model   int64  `json:"model"` // its number
	// Stepping is the revision.
	Stepping int64 `json:"stepping"`
	// Flags are names of features, with spaces between.
	Flags string `json:"flags"`
	// Physical are the four words of hosts before 7.0: ecx and edx of CPUID leaf
	// 1, then of leaf 80000001h.
	Physical Words `json:"physical"`
	// HVM and PV are what a machine may see that comes by migration, HVMHost and
	// PVHost what one sees that starts; edx and ecx of leaf 1 come first.
	HVM     Words `json:"hvm"`
	PV      Words `json:"pv"`
	HVMHost Words `json:"hvm_host"`
	PVHost  Words `json:"pv_host"`
	// Maskable is which words can be hidden before 7.0: No, Base or Full.
	Maskable string `json:"maskable"`
}

// The values of Maskable.
const (
	No   = "no"
	Base = "base" // those of leaf 1 only
	Full = "full"
)

// The keys of cpu_info that others look at.
const (
	Vendor      = "vendor"
	Features    = "features"
	AfterReboot = "features_after_reboot"
	Physical    = "physical_features"
	CanMask     = "maskable"
	HVM         = "features_hvm"
	PV          = "features_pv"
	HVMHost     = "features_hvm_host"
	PVHost      = "features_pv_host"
	CPUCount    = "cpu_count"
	SocketCount = "socket_count"
)

// Levelled are the keys that a pool has the common words of.
var Levelled = []string{HVMHost, PVHost, HVM, PV}

// Info is host.cpu_info as a release tells it.
func (c *CPU) Info(r *model.Release) map[string]string {
	info := map[string]string{
		CPUCount: strconv.Itoa(c.Count), Vendor: c.Vendor, "speed": fmt.Sprintf("%d.000", c.MHz), "modelname": c.Name,
		"family": strconv.FormatInt(c.Family, 10), "model": strconv.FormatInt(c.Model, 10), "stepping": strconv.FormatInt(c.Stepping, 10),
		"flags": c.Flags,
	}
	add := func(since, until string, more map[string]string) {
		if (since == "" || !r.Before(since)) && (until == "" || r.Before(until)) {
			maps.Copy(info, more)
		}
	}
	physical := c.Physical.String()
	add("", "dundee", map[string]string{Features: physical, AfterReboot: physical, Physical: physical, CanMask: c.Maskable})
	add("tampa", "", map[string]string{SocketCount: strconv.Itoa(c.Sockets)})
	add("dundee", "", map[string]string{HVM: c.HVM.String(), PV: c.PV.String()})
	add("dundee", "falcon", map[string]string{Features: physical})
	add("falcon", "", map[string]string{
		HVMHost: c.HVMHost.String(), PVHost: c.PVHost.String(), "threads_per_core": "2", "nr_nodes": strconv.Itoa(c.Sockets),
	})
	return info
}

// Masks tells whether cpu_info is of a host before 7.0.
func Masks(info map[string]string) bool {
	_, ok := info[Physical]
	return ok
}

// Booted is cpu_info after a boot with a mask, "" for none.
func Booted(info map[string]string, mask string) map[string]string {
	if !Masks(info) {
		return info
	}
	info = maps.Clone(info)
	info[Features] = info[Physical]
	if m, err := ParseMask(mask); err == nil {
		if all, err := ParseMask(info[Physical]); err == nil {
			info[Features] = all.And(m).String()
		}
	}
	info[AfterReboot] = info[Features]
	return info
}
