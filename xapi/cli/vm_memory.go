package cli

// vmMemoryActs are what the commands of this file do.
var vmMemoryActs = acts{
	"vm-compute-memory-overhead":      asked(anyVM, "VM.compute_memory_overhead"),
	"vm-compute-maximum-memory":       vmMaximumMemory,
	"vm-memory-balloon":               memory("VM.set_memory_dynamic_range", "target", "target"),
	"vm-memory-target-set":            memory("VM.set_memory_dynamic_range", "target", "target"),
	"vm-memory-dynamic-range-set":     memory("VM.set_memory_dynamic_range", "min", "max"),
	"vm-memory-static-range-set":      memory("VM.set_memory_static_range", "min", "max"),
	"vm-memory-limits-set":            memory("VM.set_memory_limits", "static-min", "static-max", "dynamic-min", "dynamic-max"),
	"vm-memory-set":                   memory("VM.set_memory", "memory"),
	"vm-memory-target-wait":           toVMs(vmOrControl, "VM.wait_memory_target_live", nil),
	"vm-memory-shadow-multiplier-set": toVMs(vmSelector, "VM.set_shadow_multiplier_live", []string{"multiplier"}, decimal("multiplier", 1)),
}

// memory is a message about VMs of any kind with amounts of memory.
func memory(method string, keys ...string) func(*command) error {
	var amounts []given
	for _, k := range keys {
		amounts = append(amounts, amount(k))
	}
	return toVMs(anyVM, method, keys, amounts...)
}

// toVMs is a message about each VM that a selector finds, with the values of
// the parameters own.
func toVMs(sel selector, method string, own []string, args ...given) func(*command) error {
	return func(c *command) error {
		values, err := c.read(args)
		if err != nil {
			return err
		}
		list, err := c.chosen(sel, false, own...)
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error { return c.do(method, append([]any{o.ref}, values...)...) })
	}
}

// vmMaximumMemory tells how much memory a VM can have if it is to take no more
// than a total with all that comes on top.
func vmMaximumMemory(c *command) error {
	limits, err := c.read([]given{amount("total"), yes("approximate", false)})
	if err != nil {
		return err
	}
	list, err := c.chosen(vmSelector, false, "total", "approximate")
	if err != nil {
		return err
	}
	return c.answers(list, func(o object) (string, error) {
		v, err := c.call("VM.maximise_memory", append([]any{o.ref}, limits...)...)
		return text(v), err
	})
}
