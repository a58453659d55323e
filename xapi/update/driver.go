package update

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

type (
	driverRef  = model.Ref[model.HostDriver]
	variantRef = model.Ref[model.DriverVariant]
)

// Drivers handles the class Host_driver. Emulated hosts have drivers of one
// kind only; those of a pool that was read from elsewhere can be chosen.
type Drivers struct{ DB *store.DB }

// Select chooses the variant that the next boot loads: INVALID_VALUE if it is
// another driver's.
func (s Drivers) Select(c *rpc.Call, self driverRef, variant variantRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		d, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if _, err := store.Get(tx, variant); err != nil {
			return err
		}
		if !slices.Contains(d.Variants, variant) {
			return model.ErrInvalidValue("variant", variant)
		}
		d.SelectedVariant = variant
		return nil
	})
}

// Deselect leaves the choice to the host.
func (s Drivers) Deselect(c *rpc.Call, self driverRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		d, err := store.Edit(tx, self)
		if err == nil {
			d.SelectedVariant = model.NullRef
		}
		return err
	})
}

// Variants handles the class Driver_variant.
type Variants struct{ DB *store.DB }

// Select chooses the variant for its driver: HOST_DRIVER_NO_HARDWARE [variant]
// if the host has nothing that it would drive.
func (s Variants) Select(c *rpc.Call, self variantRef) error {
	v, err := store.Get(s.DB.View(), self)
	switch {
	case err != nil:
		return err
	case !v.HardwarePresent:
		return model.ErrHostDriverNoHardware(self)
	}
	return Drivers(s).Select(c, v.Driver, self)
}
