package vm

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// addKey adds to a map field: MAP_DUPLICATE_KEY [VM, field, vm, key] if the key
// is there.
func addKey[K ~string](vm ref, field string, m *map[K]string, key K, value string) error {
	if _, ok := (*m)[key]; ok {
		return model.ErrMapDuplicateKey("VM", field, vm, key)
	}
	if *m == nil {
		*m = map[K]string{}
	}
	(*m)[key] = value
	return nil
}

// SetOtherConfig replaces the map.
func (s *Service) SetOtherConfig(c *rpc.Call, self ref, value map[string]string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { v.OtherConfig = value; return nil })
}

// AddToOtherConfig adds a key.
func (s *Service) AddToOtherConfig(c *rpc.Call, self ref, key, value string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { return addKey(self, "other_config", &v.OtherConfig, key, value) })
}

// RemoveFromOtherConfig drops a key, if it is there.
func (s *Service) RemoveFromOtherConfig(c *rpc.Call, self ref, key string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { delete(v.OtherConfig, key); return nil })
}

// SetPlatform replaces the map.
func (s *Service) SetPlatform(c *rpc.Call, self ref, value map[string]string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { v.Platform = value; return nil })
}

// AddToPlatform adds a key.
func (s *Service) AddToPlatform(c *rpc.Call, self ref, key, value string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { return addKey(self, "platform", &v.Platform, key, value) })
}

// RemoveFromPlatform drops a key, if it is there.
func (s *Service) RemoveFromPlatform(c *rpc.Call, self ref, key string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { delete(v.Platform, key); return nil })
}

// SetNVRAM replaces the map; of a halted VM only.
func (s *Service) SetNVRAM(c *rpc.Call, self ref, value map[string]string) error {
	return s.gated(c, self, model.VMOperationsChangingNVRAM, func(_ *store.Tx, v *model.VM) error { v.NVRAM = value; return nil })
}

// AddToNVRAM adds a key; of a halted VM only.
func (s *Service) AddToNVRAM(c *rpc.Call, self ref, key, value string) error {
	return s.gated(c, self, model.VMOperationsChangingNVRAM, func(_ *store.Tx, v *model.VM) error {
		return addKey(self, "NVRAM", &v.NVRAM, key, value)
	})
}

// RemoveFromNVRAM drops a key, if it is there; of a halted VM only.
func (s *Service) RemoveFromNVRAM(c *rpc.Call, self ref, key string) error {
	return s.gated(c, self, model.VMOperationsChangingNVRAM, func(_ *store.Tx, v *model.VM) error { delete(v.NVRAM, key); return nil })
}

// SetBlockedOperations says which operations shall fail with
// OPERATION_BLOCKED, and with which reason.
func (s *Service) SetBlockedOperations(c *rpc.Call, self ref, value map[model.VMOperations]string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { v.BlockedOperations = value; return nil })
}

// AddToBlockedOperations blocks an operation.
func (s *Service) AddToBlockedOperations(c *rpc.Call, self ref, key model.VMOperations, value string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error {
		return addKey(self, "blocked_operations", &v.BlockedOperations, key, value)
	})
}

// RemoveFromBlockedOperations lets an operation through again.
func (s *Service) RemoveFromBlockedOperations(c *rpc.Call, self ref, key model.VMOperations) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { delete(v.BlockedOperations, key); return nil })
}

// SetXenstoreData replaces the map; keys below vm-data/ reach the guest.
func (s *Service) SetXenstoreData(c *rpc.Call, self ref, value map[string]string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { v.XenstoreData = value; return nil })
}

// AddToXenstoreData adds a key.
func (s *Service) AddToXenstoreData(c *rpc.Call, self ref, key, value string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error {
		return addKey(self, "xenstore_data", &v.XenstoreData, key, value)
	})
}

// RemoveFromXenstoreData drops a key, if it is there.
func (s *Service) RemoveFromXenstoreData(c *rpc.Call, self ref, key string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error { delete(v.XenstoreData, key); return nil })
}
