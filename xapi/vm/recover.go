package vm

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// srsOf lists the SRs of a VM's disks.
func srsOf(r store.Reader, vm ref) []model.Ref[model.SR] {
	list := []model.Ref[model.SR]{}
	v, ok := store.Find(r, vm)
	if !ok {
		return list
	}
	for _, b := range v.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok || vbd.Empty || vbd.Type == model.VBDTypeCD {
			continue
		}
		if vdi, ok := store.Find(r, vbd.VDI); ok && !slices.Contains(list, vdi.SR) {
			list = append(list, vdi.SR)
		}
	}
	return list
}

// srsThere fails with VM_REQUIRES_SR [vm, sr] if an SR of the VM's disks is
// attached nowhere.
func srsThere(r store.Reader, vm ref) error {
	for _, ref := range srsOf(r, vm) {
		sr, ok := store.Find(r, ref)
		plugged := ok && slices.ContainsFunc(sr.PBDs, func(b model.Ref[model.PBD]) bool {
			pbd, ok := store.Find(r, b)
			return ok && pbd.CurrentlyAttached
		})
		if !plugged {
			return model.ErrVMRequiresSR(vm, ref)
		}
	}
	return nil
}

// AssertCanBeRecovered fails with VM_IS_PART_OF_AN_APPLIANCE [vm, appliance],
// which is recovered as a whole, or with VM_REQUIRES_SR [vm, sr] if the pool of
// the session lacks an SR of the VM.
func (s *Service) AssertCanBeRecovered(c *rpc.Call, self ref, sessionTo model.Ref[model.Session]) error {
	r := s.DB.View()
	v, err := store.Get(r, self)
	if err != nil {
		return err
	}
	if _, err := store.Get(r, sessionTo); err != nil {
		return err
	}
	if _, ok := store.Find(r, v.Appliance); ok {
		return model.ErrVMIsPartOfAnAppliance(self, v.Appliance)
	}
	return srsThere(r, self)
}

// GetSRsRequiredForRecovery lists the SRs of the VM's disks.
func (s *Service) GetSRsRequiredForRecovery(c *rpc.Call, self ref, sessionTo model.Ref[model.Session]) ([]model.Ref[model.SR], error) {
	r := s.DB.View()
	if _, err := store.Get(r, self); err != nil {
		return nil, err
	}
	if _, err := store.Get(r, sessionTo); err != nil {
		return nil, err
	}
	return srsOf(r, self), nil
}
