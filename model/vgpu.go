package model

// VGPU is the virtual GPU of a VM.
type VGPU struct {
	UUID                    string            `api:"RO" life:"boston"`
	VM                      Ref[VM]           `name:"VM" api:"RO" life:"boston"`
	GPUGroup                Ref[GPUGroup]     `name:"GPU_group" api:"RO" life:"boston"`
	Device                  string            `api:"RO" default:"0" life:"boston"`
	CurrentlyAttached       bool              `api:"RO" default:"false" life:"boston"`
	OtherConfig             map[string]string `api:"RW" default:"{}" life:"boston"`
	Type                    Ref[VGPUType]     `api:"RO" default:"OpaqueRef:NULL" life:"vgpu-tech-preview"`
	ResidentOn              Ref[PGPU]         `api:"RO" default:"OpaqueRef:NULL" life:"vgpu-tech-preview"`
	ScheduledToBeResidentOn Ref[PGPU]         `api:"RO" default:"OpaqueRef:NULL" life:"dundee"`
	CompatibilityMetadata   map[string]string `api:"RO" default:"{}" life:"inverness"`
	ExtraArgs               string            `api:"RW" default:"" life:"quebec"`
	PCI                     Ref[PCI]          `name:"PCI" api:"RO" default:"OpaqueRef:NULL" life:"quebec"`
}

var _ = define[VGPU](Def{
	Name:  "VGPU",
	Life:  "boston",
	Roles: "pool-operator",
	Flags: "database persist events get_all",
	Messages: `
create(VM: VM ref, GPU_group: GPU_group ref, device?: string = "0", other_config?: (string -> string) map = {}, type?: VGPU_type ref = "OpaqueRef:NULL" @vgpu-tech-preview) -> VGPU ref | boston pool-operator async
destroy(self: VGPU ref) -> void | boston pool-operator async
atomic_set_resident_on(self: VGPU ref, value: PGPU ref) -> void | dundee local-root async hidden pool-internal
`,
})
