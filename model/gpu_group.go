package model

// AllocationAlgorithm decides which physical GPU of a group the next virtual
// one goes to.
type AllocationAlgorithm string

// The labels of AllocationAlgorithm.
const (
	AllocationAlgorithmBreadthFirst AllocationAlgorithm = "breadth_first"
	AllocationAlgorithmDepthFirst   AllocationAlgorithm = "depth_first"
)

var _ = enum("allocation_algorithm", AllocationAlgorithmBreadthFirst, AllocationAlgorithmDepthFirst)

// GPUGroup is the set of interchangeable physical GPUs of a pool, from which
// VMs get virtual ones.
type GPUGroup struct {
	UUID                string              `api:"RO" life:"boston"`
	NameLabel           string              `api:"RW" default:"" life:"boston"`
	NameDescription     string              `api:"RW" default:"" life:"boston"`
	PGPUs               []Ref[PGPU]         `name:"PGPUs" api:"RO" life:"boston" of:"PGPU.GPU_group"`
	VGPUs               []Ref[VGPU]         `name:"VGPUs" api:"RO" life:"boston" of:"VGPU.GPU_group"`
	GPUTypes            []string            `name:"GPU_types" api:"RO" default:"[]" life:"boston"`
	OtherConfig         map[string]string   `api:"RW" default:"{}" life:"boston"`
	AllocationAlgorithm AllocationAlgorithm `api:"RW" default:"depth_first" life:"vgpu-tech-preview"`
	SupportedVGPUTypes  []Ref[VGPUType]     `name:"supported_VGPU_types" api:"RO" life:"vgpu-productisation"`
	EnabledVGPUTypes    []Ref[VGPUType]     `name:"enabled_VGPU_types" api:"RO" life:"vgpu-productisation"`
}

var _ = define[GPUGroup](Def{
	Name:  "GPU_group",
	Life:  "boston",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(name_label?: string = "", name_description?: string = "", other_config?: (string -> string) map = {}) -> GPU_group ref | boston pool-operator async
destroy(self: GPU_group ref) -> void | boston pool-operator async
update_enabled_VGPU_types(self: GPU_group ref) -> void | vgpu-productisation pool-operator async hidden
update_supported_VGPU_types(self: GPU_group ref) -> void | vgpu-productisation pool-operator async hidden
get_remaining_capacity(self: GPU_group ref, vgpu_type: VGPU_type ref) -> int | vgpu-tech-preview read-only async
`,
})
