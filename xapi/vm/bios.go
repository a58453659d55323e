package vm

import (
	"maps"
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// settableBIOS are the strings that set_bios_strings takes.
var settableBIOS = []string{
	"bios-vendor", "bios-version", "system-manufacturer", "system-product-name", "system-version", "system-serial-number",
	"baseboard-manufacturer", "baseboard-product-name", "baseboard-version", "baseboard-serial-number",
	"baseboard-asset-tag", "baseboard-location-in-chassis", "enclosure-asset-tag",
}

// SetBIOSStrings sets what the VM's firmware says of the machine, once:
// VM_BIOS_STRINGS_ALREADY_SET. INVALID_VALUE [key, text] for unknown keys and
// for values that are not 1 to 512 printable ASCII characters.
func (s *Service) SetBIOSStrings(c *rpc.Call, self ref, value map[string]string) error {
	return s.edit(c, self, func(_ *store.Tx, v *model.VM) error {
		if len(v.BIOSStrings) > 0 {
			return model.ErrVMBIOSStringsAlreadySet()
		}
		for _, k := range slices.Sorted(maps.Keys(value)) {
			if !slices.Contains(settableBIOS, k) {
				return model.ErrInvalidValue(k, "unknown key")
			}
			text := value[k]
			if len(text) == 0 || len(text) > 512 {
				return model.ErrInvalidValue(k, "it must have 1 to 512 characters")
			}
			if slices.ContainsFunc([]byte(text), func(b byte) bool { return b < 32 || b > 126 }) {
				return model.ErrInvalidValue(k, "it must be printable ASCII")
			}
		}
		v.BIOSStrings = maps.Clone(genericBIOS)
		maps.Copy(v.BIOSStrings, value)
		return nil
	})
}

// CopyBIOSStrings takes a host's strings, and ties the VM to that host.
func (s *Service) CopyBIOSStrings(c *rpc.Call, vm ref, from hostRef) error {
	return s.edit(c, vm, func(tx *store.Tx, v *model.VM) error {
		h, err := store.Get(tx, from)
		if err != nil {
			return err
		}
		if len(v.BIOSStrings) > 0 {
			return model.ErrVMBIOSStringsAlreadySet()
		}
		v.BIOSStrings, v.Affinity = maps.Clone(h.BIOSStrings), from
		return nil
	})
}
