package model

import "time"

// VMMetrics is what the hypervisor says of a VM's domain.
type VMMetrics struct {
	UUID              string             `api:"RO" life:"rio"`
	MemoryActual      int64              `api:"RO,volatile" life:"rio"`            // bytes
	VCPUsNumber       int64              `name:"VCPUs_number" api:"RO" life:"rio"` // plugged now
	VCPUsUtilisation  map[int64]float64  `name:"VCPUs_utilisation" api:"RO,volatile" default:"{}" life:"published:rio,deprecated:tampa,removed:tampa"`
	VCPUsCPU          map[int64]int64    `name:"VCPUs_CPU" api:"RO,volatile" life:"rio"`
	VCPUsParams       map[string]string  `name:"VCPUs_params" api:"RO,volatile" life:"rio"`
	VCPUsFlags        map[int64][]string `name:"VCPUs_flags" api:"RO,volatile" life:"rio"`
	State             []string           `api:"RO,volatile" life:"rio"`
	StartTime         time.Time          `api:"RO" life:"rio"` // of the last boot
	InstallTime       time.Time          `api:"RO" life:"rio"` // when it ceased to be a template
	LastUpdated       time.Time          `api:"RO,volatile" life:"rio"`
	OtherConfig       map[string]string  `api:"RW,volatile" default:"{}" life:"orlando"`
	HVM               bool               `api:"RO,volatile" default:"false" life:"ely"`
	NestedVirt        bool               `api:"RO,volatile" default:"false" life:"ely"`
	Nomigrate         bool               `api:"RO,volatile" default:"false" life:"ely"`
	CurrentDomainType DomainType         `api:"RO" default:"unspecified" life:"prototyped:jura,published:kolkata"` // unspecified unless there is a domain
	NUMAOptimised     bool               `api:"CO" default:"false" life:"prototyped:26.2.0"`
	NUMANodes         int64              `api:"CO" default:"0" life:"prototyped:26.2.0"`
	NUMANodeMemory    map[int64]int64    `api:"RO" default:"{}" life:"prototyped:26.2.0"`
}

var _ = define[VMMetrics](Def{
	Name:  "VM_metrics",
	Life:  "rio",
	Roles: "vm-admin",
	Flags: "database persist events get_all",
})
