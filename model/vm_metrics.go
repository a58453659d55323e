package model

import "time"

// VMMetrics is the XenAPI class VM_metrics.
type VMMetrics struct {
	UUID              string             `api:"RO" life:"rio"`
	MemoryActual      int64              `api:"RO,volatile" life:"rio"`
	VCPUsNumber       int64              `name:"VCPUs_number" api:"RO" life:"rio"`
	VCPUsUtilisation  map[int64]float64  `name:"VCPUs_utilisation" api:"RO,volatile" default:"{}" life:"published:rio,deprecated:tampa,removed:tampa"`
	VCPUsCPU          map[int64]int64    `name:"VCPUs_CPU" api:"RO,volatile" life:"rio"`
	VCPUsParams       map[string]string  `name:"VCPUs_params" api:"RO,volatile" life:"rio"`
	VCPUsFlags        map[int64][]string `name:"VCPUs_flags" api:"RO,volatile" life:"rio"`
	State             []string           `api:"RO,volatile" life:"rio"`
	StartTime         time.Time          `api:"RO" life:"rio"`
	InstallTime       time.Time          `api:"RO" life:"rio"`
	LastUpdated       time.Time          `api:"RO,volatile" life:"rio"`
	OtherConfig       map[string]string  `api:"RW,volatile" default:"{}" life:"orlando"`
	HVM               bool               `api:"RO,volatile" default:"false" life:"ely"`
	NestedVirt        bool               `api:"RO,volatile" default:"false" life:"ely"`
	Nomigrate         bool               `api:"RO,volatile" default:"false" life:"ely"`
	CurrentDomainType DomainType         `api:"RO" default:"unspecified" life:"prototyped:jura,published:kolkata"`
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
