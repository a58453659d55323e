package cli

// vmMemoryActs are what the commands of this file do.
var vmMemoryActs = acts{
	"vm-compute-memory-overhead":      noted(vmOrControl, "VM.compute_memory_overhead"),
	"vm-compute-maximum-memory":       asked(vmSelector, "VM.maximise_memory", []string{"total", "approximate"}, amount("total"), yes("approximate", false)),
	"vm-memory-balloon":               memoryRange,
	"vm-memory-target-set":            memoryRange,
	"vm-memory-dynamic-range-set":     memory("VM.set_memory_dynamic_range", "min", "max"),
	"vm-memory-static-range-set":      memory("VM.set_memory_static_range", "min", "max"),
	"vm-memory-limits-set":            memory("VM.set_memory_limits", "static-min", "static-max", "dynamic-min", "dynamic-max"),
	"vm-memory-set":                   memory("VM.set_memory", "memory"),
	"vm-memory-target-wait":           on(vmOrControl, "VM.wait_memory_target_live", nil),
	"vm-memory-shadow-multiplier-set": on(vmSelector, "VM.set_shadow_multiplier_live", []string{"multiplier"}, decimal("multiplier", 1)),
}

// memoryRange makes the least and the most memory the same; as xapi, of no
// template.
var memoryRange = on(vmOrControl, "VM.set_memory_dynamic_range", []string{"target"}, amount("target"), amount("target"))

// memory is a message about VMs of any kind with amounts of memory.
func memory(method string, keys ...string) func(*command) error {
	var amounts []given
	for _, k := range keys {
		amounts = append(amounts, amount(k))
	}
	return on(anyVM, method, keys, amounts...)
}
