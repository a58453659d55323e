package devices

import (
	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// USBGroups handles the class USB_group.
type USBGroups struct{ DB *store.DB }

type usbGroupRef = model.Ref[model.USBGroup]

// Create makes an empty group.
func (s *USBGroups) Create(c *rpc.Call, nameLabel, nameDescription string, otherConfig map[string]string) (usbGroupRef, error) {
	g := store.Default[model.USBGroup]()
	g.UUID, g.NameLabel, g.NameDescription, g.OtherConfig = uuid.NewString(), nameLabel, nameDescription, otherConfig
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (usbGroupRef, error) { return store.Insert(tx, g), nil })
}

// Destroy deletes a group that nothing belongs to: USB_GROUP_CONTAINS_VUSB
// [vusbs], USB_GROUP_CONTAINS_PUSB [pusbs].
func (s *USBGroups) Destroy(c *rpc.Call, self usbGroupRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		g, err := store.Get(tx, self)
		switch {
		case err != nil:
			return err
		case len(g.VUSBs) > 0:
			return model.ErrUSBGroupContainsVUSB(list(g.VUSBs)...)
		case len(g.PUSBs) > 0:
			return model.ErrUSBGroupContainsPUSB(list(g.PUSBs)...)
		}
		return store.Delete(tx, self)
	})
}

// PUSBs handles the class PUSB.
type PUSBs struct{ DB *store.DB }

// Scan looks for USB devices of a host. Nothing is ever plugged into an
// emulated one, so what is known stays as it is.
func (s *PUSBs) Scan(c *rpc.Call, host model.Ref[model.Host]) error {
	_, err := store.Get(s.DB.View(), host)
	return err
}

// SetPassthroughEnabled lets VMs have a device, or not any more:
// USB_ALREADY_ATTACHED [pusb, vm] while one has it.
func (s *PUSBs) SetPassthroughEnabled(c *rpc.Call, self model.Ref[model.PUSB], value bool) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if g, ok := store.Find(tx, p.USBGroup); ok && !value {
			for _, r := range g.VUSBs {
				if v, ok := store.Find(tx, r); ok {
					return model.ErrUSBAlreadyAttached(self, v.VM)
				}
			}
		}
		p.PassthroughEnabled = value
		return nil
	})
}

// VUSBs handles the class VUSB.
type VUSBs struct{ DB *store.DB }

// maxVUSBs is how many a VM can have.
const maxVUSBs = 6

// Create passes a device of a group on to a VM: USB_GROUP_CONTAINS_NO_PUSBS
// [group] if the group is empty, USB_GROUP_CONFLICT [group] if its device is
// taken, TOO_MANY_VUSBS [6].
func (s *VUSBs) Create(c *rpc.Call, vm model.Ref[model.VM], group usbGroupRef, otherConfig map[string]string) (model.Ref[model.VUSB], error) {
	u := store.Default[model.VUSB]()
	u.UUID, u.VM, u.USBGroup, u.OtherConfig = uuid.NewString(), vm, group, otherConfig
	var made model.Ref[model.VUSB]
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		v, err := store.Get(tx, vm)
		if err != nil {
			return err
		}
		g, err := store.Get(tx, group)
		switch {
		case err != nil:
			return err
		case len(g.PUSBs) == 0:
			return model.ErrUSBGroupContainsNoPusbs(group)
		case len(g.VUSBs) > 0:
			return model.ErrUSBGroupConflict(group)
		case len(v.VUSBs) >= maxVUSBs:
			return model.ErrTooManyVusbs(maxVUSBs)
		case v.PowerState != model.VMPowerStateHalted:
			return model.ErrVMBadPowerState(vm, "halted", ops.Lower(v.PowerState))
		}
		made = store.Insert(tx, u)
		return nil
	})
	return made, err
}

// Unplug takes a device out of a running VM.
func (s *VUSBs) Unplug(c *rpc.Call, self model.Ref[model.VUSB]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		u, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if v, ok := store.Find(tx, u.VM); ok && v.PowerState != model.VMPowerStateRunning {
			return model.ErrVMBadPowerState(u.VM, "running", ops.Lower(v.PowerState))
		}
		if !u.CurrentlyAttached {
			return model.ErrDeviceAlreadyDetached(self)
		}
		u.CurrentlyAttached = false
		return nil
	})
}

// Destroy ends the passing on of a device that is not plugged in.
func (s *VUSBs) Destroy(c *rpc.Call, self model.Ref[model.VUSB]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		u, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if u.CurrentlyAttached {
			return model.ErrOperationNotAllowed("the device is plugged into the VM")
		}
		return store.Delete(tx, self)
	})
}
