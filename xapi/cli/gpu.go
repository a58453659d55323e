package cli

// gpuActs are what the commands of this file do: graphics processors, and other
// PCI devices.
var gpuActs = acts{
	"gpu-group-create":                 makes("GPU_group", "create", word("name-label", ""), word("name-description", ""), none),
	"gpu-group-destroy":                onUUID("GPU_group", "destroy"),
	"gpu-group-get-remaining-capacity": prints("GPU_group.get_remaining_capacity", the("GPU_group", "uuid"), the("VGPU_type", "vgpu-type-uuid")),
	"vgpu-create": makes("VGPU", "create", the("VM", "vm-uuid"), the("GPU_group", "gpu-group-uuid"), word("device", "0"), none,
		the("VGPU_type", "vgpu-type-uuid")),
	"vgpu-destroy":               onUUID("VGPU", "destroy"),
	"pgpu-enable-dom0-access":    prints("PGPU.enable_dom0_access", the("PGPU", "uuid")),
	"pgpu-disable-dom0-access":   prints("PGPU.disable_dom0_access", the("PGPU", "uuid")),
	"pci-enable-dom0-access":     prints("PCI.enable_dom0_access", the("PCI", "uuid")),
	"pci-disable-dom0-access":    prints("PCI.disable_dom0_access", the("PCI", "uuid")),
	"pci-get-dom0-access-status": prints("PCI.get_dom0_access_status", the("PCI", "uuid")),
}
