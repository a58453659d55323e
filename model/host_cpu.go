package model

// HostCPU is one logical processor of a host. Rows are made anew at every
// start of the toolstack.
type HostCPU struct {
	UUID        string            `api:"RO" life:"rio"`
	Host        Ref[Host]         `api:"RO" life:"rio"`
	Number      int64             `api:"RO" life:"rio"`
	Vendor      string            `api:"RO" life:"rio"`
	Speed       int64             `api:"RO" life:"rio"`
	Modelname   string            `api:"RO" life:"rio"`
	Family      int64             `api:"RO" life:"rio"`
	Model       int64             `api:"RO" life:"rio"`
	Stepping    string            `api:"RO" life:"rio"`
	Flags       string            `api:"RO" life:"rio"`
	Features    string            `api:"RO" life:"rio"`
	Utilisation float64           `api:"RO,volatile" life:"rio"`
	OtherConfig map[string]string `api:"RW" default:"{}" life:"orlando"`
}

var _ = define[HostCPU](Def{
	Name:  "host_cpu",
	Life:  "published:rio,deprecated:midnight-ride",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
})
