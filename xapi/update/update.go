package update

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/storage"
)

type (
	updateRef = model.Ref[model.PoolUpdate]
	vdiRef    = model.Ref[model.VDI]
)

// Updates handles the class pool_update.
type Updates struct{ DB *store.DB }

// Introduce takes a disk for an update: INVALID_UPDATE [why], as disks hold no
// packages.
func (s Updates) Introduce(c *rpc.Call, vdi vdiRef) (updateRef, error) {
	if _, err := store.Get(s.DB.View(), vdi); err != nil {
		return "", err
	}
	return "", model.ErrInvalidUpdate("The disk holds no update")
}

// Precheck tells whether an update could be applied: UPDATE_ALREADY_APPLIED
// [update], CANNOT_FIND_UPDATE once its disk is gone.
func (s Updates) Precheck(c *rpc.Call, self updateRef, host hostRef) (model.LivepatchStatus, error) {
	return model.LivepatchStatusOk, check(s.DB.View(), self, host)
}

func check(r store.Reader, self updateRef, host hostRef) error {
	u, err := store.Get(r, self)
	if err != nil {
		return err
	}
	h, err := store.Get(r, host)
	if err != nil {
		return err
	}
	if slices.Contains(u.Hosts, host) {
		return model.ErrUpdateAlreadyApplied(self)
	}
	if !ops.Alive(r, h) {
		return model.ErrHostOffline(host)
	}
	if _, ok := store.Find(r, u.VDI); !ok {
		return model.ErrCannotFindUpdate()
	}
	return nil
}

// Apply brings an update to a host; whether it wants a reboot shows there.
func (s Updates) Apply(c *rpc.Call, self updateRef, host hostRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return apply(tx, self, host) })
}

func apply(tx *store.Tx, self updateRef, host hostRef) error {
	if err := check(tx, self, host); err != nil {
		return err
	}
	u, err := store.Get(tx, self)
	if err != nil {
		return err
	}
	h, err := store.Edit(tx, host)
	if err != nil {
		return err
	}
	// The update's hosts follow from this.
	h.Updates = append(h.Updates, self)
	if slices.Contains(u.AfterApplyGuidance, model.UpdateAfterApplyGuidanceRestartHost) {
		h.UpdatesRequiringReboot = append(h.UpdatesRequiringReboot, self)
	}
	return nil
}

// resync drops what a host has of updates that are gone.
func resync(tx *store.Tx, host hostRef) error {
	h, err := store.Edit(tx, host)
	if err != nil {
		return err
	}
	gone := func(u updateRef) bool {
		_, ok := store.Find(tx, u)
		return !ok
	}
	h.Updates = slices.DeleteFunc(h.Updates, gone)
	h.UpdatesRequiringReboot = slices.DeleteFunc(h.UpdatesRequiringReboot, gone)
	return nil
}

// PoolApply brings an update to the hosts that have it not:
// UPDATE_ALREADY_APPLIED_IN_POOL [update].
func (s Updates) PoolApply(c *rpc.Call, self updateRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		u, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		var rest []hostRef
		for ref := range store.All[model.Host](tx) {
			if !slices.Contains(u.Hosts, ref) {
				rest = append(rest, ref)
			}
		}
		if len(rest) == 0 {
			return model.ErrUpdateAlreadyAppliedInPool(self)
		}
		for _, ref := range rest {
			if err := apply(tx, self, ref); err != nil {
				return err
			}
		}
		return nil
	})
}

// PoolClean deletes the disk of an update; what is applied stays.
func (s Updates) PoolClean(c *rpc.Call, self updateRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return clean(tx, self) })
}

func clean(tx *store.Tx, self updateRef) error {
	u, err := store.Edit(tx, self)
	if err != nil {
		return err
	}
	vdi := u.VDI
	u.VDI = model.NullRef
	if _, ok := store.Find(tx, vdi); ok {
		return storage.DestroyVDI(tx, vdi)
	}
	return nil
}

// Destroy deletes an update and its disk: UPDATE_IS_APPLIED.
func (s Updates) Destroy(c *rpc.Call, self updateRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		u, err := store.Get(tx, self)
		switch {
		case err != nil:
			return err
		case len(u.Hosts) > 0:
			return model.ErrUpdateIsApplied()
		}
		if err := clean(tx, self); err != nil {
			return err
		}
		return store.Delete(tx, self)
	})
}

// ResyncHost has a host look at what updates it has.
func (s Updates) ResyncHost(c *rpc.Call, host hostRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return resync(tx, host) })
}
