package vm

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/network"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

// GetAllowedVBDDevices lists the device numbers that are free for disks.
func (s *Service) GetAllowedVBDDevices(c *rpc.Call, vm ref) ([]string, error) {
	r := s.DB.View()
	if _, err := store.Get(r, vm); err != nil {
		return nil, err
	}
	return storage.AllowedVBDDevices(r, vm), nil
}

// GetAllowedVIFDevices lists the device numbers that are free for interfaces.
func (s *Service) GetAllowedVIFDevices(c *rpc.Call, vm ref) ([]string, error) {
	r := s.DB.View()
	if _, err := store.Get(r, vm); err != nil {
		return nil, err
	}
	return network.AllowedVIFDevices(r, vm), nil
}

// AssertOperationValid fails as the operation would.
func (s *Service) AssertOperationValid(c *rpc.Call, self ref, op model.VMOperations) error {
	return ops.CheckVM(s.DB.View(), self, op)
}

// UpdateAllowedOperations computes the VM's allowed_operations, and its
// devices', anew; they are always up to date.
func (s *Service) UpdateAllowedOperations(c *rpc.Call, self ref) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := store.Get(tx, self); err != nil {
			return err
		}
		s.Gate.Refresh(tx, self)
		return nil
	})
}

// GetBootRecord is the record that the VM was booted with: the present one, as
// xapi. It fails for halted VMs.
func (s *Service) GetBootRecord(c *rpc.Call, self ref) (*model.VM, error) {
	var v *model.VM
	err := s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(self, model.VMOperationsGetBootRecord)}, func() (err error) {
		v, err = store.Get(s.DB.View(), self)
		return err
	})
	return v, err
}

// SendSysrq fails with NOT_IMPLEMENTED once the VM would take it, as xapi.
func (s *Service) SendSysrq(c *rpc.Call, vm ref, key string) error {
	return s.refuse(c, vm, model.VMOperationsSendSysrq, "send_sysrq")
}

// SendTrigger fails with NOT_IMPLEMENTED once the VM would take it, as xapi.
func (s *Service) SendTrigger(c *rpc.Call, vm ref, trigger string) error {
	return s.refuse(c, vm, model.VMOperationsSendTrigger, "send_trigger")
}

func (s *Service) refuse(c *rpc.Call, vm ref, op model.VMOperations, name string) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, op)}, func() error { return model.ErrNotImplemented(name) })
}
