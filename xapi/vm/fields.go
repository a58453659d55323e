package vm

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// SetHARestartPriority says what HA does if the VM's host fails: restart,
// best-effort or "" (nothing).
func (s *Service) SetHARestartPriority(c *rpc.Call, self ref, value string) error {
	if !slices.Contains([]string{"restart", "best-effort", ""}, value) {
		return model.ErrInvalidValue("ha_restart_priority", value)
	}
	return s.edit(c, self, func(tx *store.Tx, v *model.VM) error {
		return ha.Guard(tx, func() error {
			v, err := store.Edit(tx, self)
			if err != nil {
				return err
			}
			v.HARestartPriority = value
			v.HAAlwaysRun = value == "restart" && live(v)
			return nil
		})
	})
}

// SetHAAlwaysRun is the deprecated way of choosing restart or nothing.
func (s *Service) SetHAAlwaysRun(c *rpc.Call, self ref, value bool) error {
	if value {
		return s.SetHARestartPriority(c, self, "restart")
	}
	return s.SetHARestartPriority(c, self, "")
}

// natural sets a field that must not be negative: INVALID_VALUE [field, n].
func (s *Service) natural(c *rpc.Call, self ref, name string, value int64, field func(*model.VM) *int64) error {
	if value < 0 {
		return model.ErrInvalidValue(name, value)
	}
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { *field(v) = value; return nil })
}

// SetStartDelay sets the seconds to wait after a start before the next VM's.
func (s *Service) SetStartDelay(c *rpc.Call, self ref, value int64) error {
	return s.natural(c, self, "start_delay", value, func(v *model.VM) *int64 { return &v.StartDelay })
}

// SetShutdownDelay sets the seconds to wait after a shutdown before the next
// VM's.
func (s *Service) SetShutdownDelay(c *rpc.Call, self ref, value int64) error {
	return s.natural(c, self, "shutdown_delay", value, func(v *model.VM) *int64 { return &v.ShutdownDelay })
}

// SetOrder sets the VM's place in the order of starts, 0 first.
func (s *Service) SetOrder(c *rpc.Call, self ref, value int64) error {
	return s.natural(c, self, "order", value, func(v *model.VM) *int64 { return &v.Order })
}

// plainVM refuses what is only for VMs proper.
func plainVM(v *model.VM) error {
	if v.IsControlDomain || v.IsATemplate || v.IsASnapshot {
		return model.ErrOperationNotAllowed("only for VMs that are neither control domains, templates nor snapshots")
	}
	return nil
}

// SetAppliance puts the VM into an appliance, or out of one with null.
func (s *Service) SetAppliance(c *rpc.Call, self ref, value model.Ref[model.VMAppliance]) error {
	return s.edit(c, self, func(tx *store.Tx, v *model.VM) error {
		if err := plainVM(v); err != nil {
			return err
		}
		if _, err := store.Get(tx, value); err != nil && !value.IsNull() {
			return err
		}
		v.Appliance = value
		return nil
	})
}

// SetGroups puts the VM into a group, or out of them all: TOO_MANY_GROUPS for
// more than one.
func (s *Service) SetGroups(c *rpc.Call, self ref, value []model.Ref[model.VMGroup]) error {
	return s.edit(c, self, func(tx *store.Tx, v *model.VM) error {
		if err := licence.Require(tx, licence.VMGroups); err != nil {
			return err
		}
		if err := plainVM(v); err != nil {
			return err
		}
		if len(value) > 1 {
			return model.ErrTooManyGroups()
		}
		for _, g := range value {
			if _, err := store.Get(tx, g); err != nil {
				return err
			}
		}
		v.Groups = value
		return nil
	})
}

// SetSnapshotSchedule puts the VM under a schedule, or under none with null.
func (s *Service) SetSnapshotSchedule(c *rpc.Call, self ref, value model.Ref[model.VMSS]) error {
	return s.edit(c, self, func(tx *store.Tx, v *model.VM) error {
		if err := licence.Require(tx, licence.VMSS); err != nil {
			return err
		}
		_, found := store.Find(tx, value)
		if v.IsControlDomain || !found && !value.IsNull() {
			return model.ErrInvalidValue(value)
		}
		if v.IsATemplate && !value.IsNull() {
			return model.ErrVMIsTemplate(self)
		}
		v.SnapshotSchedule = value
		return nil
	})
}

// SetHasVendorDevice gives the guest the device that brings Windows drivers;
// of a halted VM only.
func (s *Service) SetHasVendorDevice(c *rpc.Call, self ref, value bool) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error {
		if v.PowerState != model.VMPowerStateHalted {
			return model.ErrVMBadPowerState(self, "halted", ops.Lower(v.PowerState))
		}
		v.HasVendorDevice = value
		if value {
			v.HardwarePlatformVersion = max(v.HardwarePlatformVersion, 2)
		}
		return nil
	})
}

// SetActionsAfterCrash takes any value; what the VM's domain does not support
// is refused when it starts.
func (s *Service) SetActionsAfterCrash(c *rpc.Call, self ref, value model.OnCrashBehaviour) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { v.ActionsAfterCrash = value; return nil })
}

// SetDomainType chooses the kind of domain and the boot policy that goes with
// it.
func (s *Service) SetDomainType(c *rpc.Call, self ref, value model.DomainType) error {
	if value == model.DomainTypeUnspecified {
		return model.ErrInvalidValue("domain_type", value)
	}
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error {
		v.DomainType, v.HVMBootPolicy = value, ""
		if value == model.DomainTypeHVM {
			v.HVMBootPolicy = "BIOS order"
		}
		v.MemoryOverhead = overhead(v)
		return nil
	})
}

// SetHVMBootPolicy chooses the boot policy and the kind of domain that goes
// with it: pv if it is empty.
func (s *Service) SetHVMBootPolicy(c *rpc.Call, self ref, value string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error {
		v.HVMBootPolicy, v.DomainType = value, model.DomainTypeHVM
		if value == "" {
			v.DomainType = model.DomainTypePV
		}
		v.MemoryOverhead = overhead(v)
		return nil
	})
}
