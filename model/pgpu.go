package model

// PGPU is a physical GPU of a host.
type PGPU struct {
	UUID                       string                  `api:"RO" life:"boston"`
	PCI                        Ref[PCI]                `name:"PCI" api:"CO" default:"OpaqueRef:NULL" life:"boston"`
	GPUGroup                   Ref[GPUGroup]           `name:"GPU_group" api:"CO" default:"OpaqueRef:NULL" life:"boston"`
	Host                       Ref[Host]               `api:"RO" default:"OpaqueRef:NULL" life:"boston"`
	OtherConfig                map[string]string       `api:"RW" default:"{}" life:"boston"`
	SupportedVGPUTypes         []Ref[VGPUType]         `name:"supported_VGPU_types" api:"RO" life:"vgpu-tech-preview"`
	EnabledVGPUTypes           []Ref[VGPUType]         `name:"enabled_VGPU_types" api:"RO" life:"vgpu-tech-preview"`
	ResidentVGPUs              []Ref[VGPU]             `name:"resident_VGPUs" api:"RO" life:"vgpu-tech-preview" of:"VGPU.resident_on"`
	Size                       int64                   `api:"CO,internal" default:"1048576" life:"vgpu-tech-preview"`
	SupportedVGPUMaxCapacities map[Ref[VGPUType]]int64 `name:"supported_VGPU_max_capacities" api:"RO" default:"{}" life:"vgpu-productisation"`
	Dom0Access                 PCIDom0Access           `api:"RO" default:"enabled" life:"published:cream,deprecated:24.14.0"`
	IsSystemDisplayDevice      bool                    `api:"RO" default:"false" life:"cream"`
	CompatibilityMetadata      map[string]string       `api:"RO" default:"{}" life:"inverness"`
}

var _ = define[PGPU](Def{
	Name:  "PGPU",
	Life:  "boston",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
add_enabled_VGPU_types(self: PGPU ref, value: VGPU_type ref) -> void | vgpu-tech-preview pool-operator async
remove_enabled_VGPU_types(self: PGPU ref, value: VGPU_type ref) -> void | vgpu-tech-preview pool-operator async
set_enabled_VGPU_types(self: PGPU ref, value: VGPU_type ref set) -> void | vgpu-tech-preview pool-operator async
set_GPU_group(self: PGPU ref, value: GPU_group ref) -> void | vgpu-tech-preview pool-operator async
get_remaining_capacity(self: PGPU ref, vgpu_type: VGPU_type ref) -> int | vgpu-tech-preview read-only async
enable_dom0_access(self: PGPU ref) -> enum pci_dom0_access | published:cream,deprecated:24.14.0 pool-operator async
disable_dom0_access(self: PGPU ref) -> enum pci_dom0_access | published:cream,deprecated:24.14.0 pool-operator async
`,
})
