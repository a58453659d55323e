package vm

import (
	"fmt"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// SetVCPUsMax sets how many processors the VM may have; not below
// VCPUs_at_startup.
func (s *Service) SetVCPUsMax(c *rpc.Call, self ref, value int64) error {
	return s.gated(c, self, model.VMOperationsChangingVCPUs, func(tx *store.Tx, v *model.VM) error {
		if value < 1 || value < v.VCPUsAtStartup {
			return model.ErrInvalidValue(fmt.Sprintf("VCPU values must satisfy: 0 < VCPUs_at_startup (%d) <= VCPUs_max", v.VCPUsAtStartup), value)
		}
		v.VCPUsMax = value
		v.MemoryOverhead = overhead(v)
		return nil
	})
}

// SetVCPUsAtStartup sets with how many processors the VM boots; not above
// VCPUs_max. It may be set while the VM runs.
func (s *Service) SetVCPUsAtStartup(c *rpc.Call, self ref, value int64) error {
	return s.edit(c, self, func(tx *store.Tx, v *model.VM) error {
		if v.IsControlDomain && v.Domid == 0 {
			return model.ErrOperationNotAllowed("the processors of the host's control domain are the host's affair")
		}
		if value < 1 || value > v.VCPUsMax {
			return model.ErrInvalidValue(fmt.Sprintf("VCPU values must satisfy: 0 < VCPUs_at_startup <= VCPUs_max (%d)", v.VCPUsMax), value)
		}
		v.VCPUsAtStartup = value
		return nil
	})
}

// SetVCPUsNumberLive plugs or unplugs processors of a running VM; it boots
// with that number from then on, as xapi.
func (s *Service) SetVCPUsNumberLive(c *rpc.Call, self ref, nvcpu int64) error {
	return s.gated(c, self, model.VMOperationsChangingVCPUsLive, func(tx *store.Tx, v *model.VM) error {
		if err := licence.Require(tx, licence.LiveSetVCPUs); err != nil {
			return err
		}
		if nvcpu < 1 || nvcpu > v.VCPUsMax {
			return model.ErrInvalidValue(fmt.Sprintf("VCPU values must satisfy: 0 < VCPUs <= VCPUs_max (%d)", v.VCPUsMax), nvcpu)
		}
		v.VCPUsAtStartup = nvcpu
		m, err := metricsOf(tx, v)
		if err != nil {
			return err
		}
		m.VCPUsNumber = nvcpu
		return nil
	})
}
