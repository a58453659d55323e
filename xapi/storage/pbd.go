package storage

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ha"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Create connects a host with an SR, unplugged: PBD_EXISTS [sr, host, pbd] if
// they are connected, VALUE_NOT_SUPPORTED for the key SRmaster.
func (s *PBDs) Create(c *rpc.Call, args *model.PBD) (ref pbdRef, err error) {
	err = s.Gate.Do(c, ops.Standard, []ops.Claim{ops.SR(args.SR, model.StorageOperationsPBDCreate)}, func() error {
		ref, err = made(c.Ctx, s.DB, func(tx *store.Tx) (pbdRef, error) {
			if _, err := store.Get(tx, args.Host); err != nil {
				return "", err
			}
			sr, err := store.Get(tx, args.SR)
			if err != nil {
				return "", err
			}
			for _, p := range sr.PBDs {
				if pbd, ok := store.Find(tx, p); ok && pbd.Host == args.Host {
					return "", model.ErrPBDExists(args.SR, args.Host, p)
				}
			}
			if v, ok := args.DeviceConfig["SRmaster"]; ok {
				return "", model.ErrValueNotSupported("SRmaster", v, "the toolstack sets it")
			}
			pbd := store.Default[model.PBD]()
			pbd.Host, pbd.SR, pbd.DeviceConfig, pbd.OtherConfig = args.Host, args.SR, secrets(tx, args.DeviceConfig), args.OtherConfig
			return store.Insert(tx, pbd), nil
		})
		return err
	})
	return ref, err
}

// Destroy drops an unplugged PBD: OPERATION_NOT_ALLOWED while it is attached.
func (s *PBDs) Destroy(c *rpc.Call, self pbdRef) error {
	return s.onSR(c, self, model.StorageOperationsPBDDestroy, func(tx *store.Tx, pbd *model.PBD) error {
		if pbd.CurrentlyAttached {
			return model.ErrOperationNotAllowed("the PBD is attached")
		}
		forgetSecrets(tx, pbd.DeviceConfig)
		return store.Delete(tx, self)
	})
}

// onSR does something with a PBD while its SR is marked.
func (s *PBDs) onSR(c *rpc.Call, self pbdRef, op model.StorageOperations, fn func(tx *store.Tx, pbd *model.PBD) error) error {
	row, err := store.Get(s.DB.View(), self)
	if err != nil {
		return err
	}
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.SR(row.SR, op)}, func() error {
		return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
			pbd, err := store.Get(tx, self)
			if err != nil {
				return err
			}
			return fn(tx, pbd)
		})
	})
}

// Plug attaches the SR to the host: SR_NOT_SHARABLE [sr, host] if a local SR
// is attached elsewhere. It is no error if it is attached.
func (s *PBDs) Plug(c *rpc.Call, self pbdRef) error {
	taken := func() {}
	err := s.onSR(c, self, model.StorageOperationsPlug, func(tx *store.Tx, pbd *model.PBD) error {
		if pbd.CurrentlyAttached {
			return nil
		}
		sr, err := store.Get(tx, pbd.SR)
		if err != nil {
			return err
		}
		for _, p := range sr.PBDs {
			if other, ok := store.Find(tx, p); ok && other.CurrentlyAttached && !sr.Shared {
				return model.ErrSRNotSharable(pbd.SR, other.Host)
			}
		}
		e, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		e.CurrentlyAttached = true
		taken, err = s.Media.found(tx, pbd.SR)
		return err
	})
	if err == nil {
		taken()
	}
	return err
}

// Unplug detaches the SR from the host: VDI_IN_USE [vdi...] if VMs of the host
// use disks of it, OTHER_OPERATION_IN_PROGRESS while something goes on with one,
// HA_IS_ENABLED if HA has its statefile there,
// HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN.
func (s *PBDs) Unplug(c *rpc.Call, self pbdRef) error {
	return s.onSR(c, self, model.StorageOperationsUnplug, func(tx *store.Tx, pbd *model.PBD) error {
		if !pbd.CurrentlyAttached {
			return nil
		}
		sr, err := store.Get(tx, pbd.SR)
		if err != nil {
			return err
		}
		var busy []any
		for _, v := range sr.VDIs {
			vdi, ok := store.Find(tx, v)
			if !ok {
				continue
			}
			for task, op := range vdi.CurrentOperations {
				return model.ErrOtherOperationInProgress("VDI", v, op, task)
			}
			if vdi.Type == model.VDITypeHAStatefile && beating(tx, v) {
				return model.ErrHAIsEnabled()
			}
			if usedOn(tx, vdi, pbd.Host) {
				busy = append(busy, v)
			}
		}
		if len(busy) > 0 {
			return model.ErrVDIInUse(busy...)
		}
		return ha.Guard(tx, func() error {
			e, err := store.Edit(tx, self)
			if err == nil {
				e.CurrentlyAttached = false
			}
			return err
		})
	})
}

// beating tells whether HA goes by that statefile.
func beating(r store.Reader, statefile vdiRef) bool {
	for _, p := range store.All[model.Pool](r) {
		return p.HAEnabled && slices.Contains(p.HAStatefiles, string(statefile))
	}
	return false
}

// usedOn reports whether a VM on a host has the disk plugged.
func usedOn(r store.Reader, vdi *model.VDI, host model.Ref[model.Host]) bool {
	for _, b := range vdi.VBDs {
		vbd, ok := store.Find(r, b)
		if !ok || !vbd.CurrentlyAttached && !vbd.Reserved {
			continue
		}
		if vm, ok := store.Find(r, vbd.VM); ok && vm.ResidentOn == host {
			return true
		}
	}
	return false
}

// SetDeviceConfig changes how the host finds the SR; a driver's affair.
func (s *PBDs) SetDeviceConfig(c *rpc.Call, self pbdRef, value map[string]string) error {
	return edit(c, s.DB, self, func(_ *store.Tx, e *model.PBD) error { e.DeviceConfig = value; return nil })
}
