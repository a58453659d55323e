package model

// VGPUTypeImplementation is whose mechanism a type of virtual GPU uses.
type VGPUTypeImplementation string

// The labels of VGPUTypeImplementation.
const (
	VGPUTypeImplementationPassthrough VGPUTypeImplementation = "passthrough"
	VGPUTypeImplementationNvidia      VGPUTypeImplementation = "nvidia"
	VGPUTypeImplementationNvidiaSriov VGPUTypeImplementation = "nvidia_sriov"
	VGPUTypeImplementationGvtG        VGPUTypeImplementation = "gvt_g"
	VGPUTypeImplementationMxgpu       VGPUTypeImplementation = "mxgpu"
)

var _ = enum("vgpu_type_implementation", VGPUTypeImplementationPassthrough, VGPUTypeImplementationNvidia, VGPUTypeImplementationNvidiaSriov, VGPUTypeImplementationGvtG, VGPUTypeImplementationMxgpu)

// VGPUType is a size of virtual GPU that some physical GPU can offer.
type VGPUType struct {
	UUID                  string                 `api:"RO" life:"vgpu-tech-preview"`
	VendorName            string                 `api:"CO" default:"" life:"vgpu-tech-preview"`
	ModelName             string                 `api:"CO" default:"" life:"vgpu-tech-preview"`
	FramebufferSize       int64                  `api:"CO" default:"0" life:"vgpu-tech-preview"`
	MaxHeads              int64                  `api:"CO" default:"0" life:"vgpu-tech-preview"`
	MaxResolutionX        int64                  `api:"CO" default:"0" life:"vgpu-productisation"`
	MaxResolutionY        int64                  `api:"CO" default:"0" life:"vgpu-productisation"`
	Size                  int64                  `api:"CO,internal" default:"0" life:"vgpu-tech-preview"`
	SupportedOnPGPUs      []Ref[PGPU]            `name:"supported_on_PGPUs" api:"RO" life:"vgpu-tech-preview" of:"PGPU.supported_VGPU_types"`
	EnabledOnPGPUs        []Ref[PGPU]            `name:"enabled_on_PGPUs" api:"RO" life:"vgpu-tech-preview" of:"PGPU.enabled_VGPU_types"`
	VGPUs                 []Ref[VGPU]            `name:"VGPUs" api:"RO" life:"vgpu-tech-preview" of:"VGPU.type"`
	InternalConfig        map[string]string      `api:"CO,internal" default:"{}" life:"vgpu-tech-preview"`
	SupportedOnGPUGroups  []Ref[GPUGroup]        `name:"supported_on_GPU_groups" api:"RO" life:"vgpu-productisation" of:"GPU_group.supported_VGPU_types"`
	EnabledOnGPUGroups    []Ref[GPUGroup]        `name:"enabled_on_GPU_groups" api:"RO" life:"vgpu-productisation" of:"GPU_group.enabled_VGPU_types"`
	Implementation        VGPUTypeImplementation `api:"CO" default:"passthrough" life:"dundee"`
	Identifier            string                 `api:"CO" default:"" life:"dundee"`
	Experimental          bool                   `api:"CO" default:"false" life:"dundee"`
	CompatibleTypesInVM   []Ref[VGPUType]        `api:"RO" default:"[]" life:"quebec"`
	CompatibleTypesOnPGPU []Ref[VGPUType]        `api:"RO,internal" default:"[]" life:"quebec"`
}

var _ = define[VGPUType](Def{
	Name:  "VGPU_type",
	Life:  "vgpu-tech-preview",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
})
