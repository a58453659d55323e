package update

import (
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

type patchRef = model.Ref[model.PoolPatch]

// Patches handles the class pool_patch: the packages of old releases.
type Patches struct {
	DB    *store.DB
	Clock emu.Clock
}

// applied finds what a host knows of a patch.
func applied(r store.Reader, self patchRef, host hostRef) bool {
	for _, hp := range store.All[model.HostPatch](r) {
		if hp.PoolPatch == self && hp.Host == host && hp.Applied {
			return true
		}
	}
	return false
}

// Precheck tells whether a patch could be applied: PATCH_ALREADY_APPLIED
// [patch]. It has nothing to say if so.
func (s Patches) Precheck(c *rpc.Call, self patchRef, host hostRef) (string, error) {
	return "", checkPatch(s.DB.View(), self, host)
}

func checkPatch(r store.Reader, self patchRef, host hostRef) error {
	if _, err := store.Get(r, self); err != nil {
		return err
	}
	if _, err := store.Get(r, host); err != nil {
		return err
	}
	if applied(r, self, host) {
		return model.ErrPatchAlreadyApplied(self)
	}
	return nil
}

// Apply brings a patch to a host.
func (s Patches) Apply(c *rpc.Call, self patchRef, host hostRef) (string, error) {
	return "", s.DB.Update(c.Ctx, func(tx *store.Tx) error { return s.apply(tx, self, host) })
}

func (s Patches) apply(tx *store.Tx, self patchRef, host hostRef) error {
	if err := checkPatch(tx, self, host); err != nil {
		return err
	}
	p, err := store.Edit(tx, self)
	if err != nil {
		return err
	}
	store.Insert(tx, &model.HostPatch{
		NameLabel: p.NameLabel, NameDescription: p.NameDescription, Version: p.Version, Host: host, PoolPatch: self,
		Applied: true, TimestampApplied: s.Clock.Now().UTC().Truncate(time.Second), Size: p.Size, OtherConfig: map[string]string{},
	})
	p.PoolApplied = true
	for ref := range store.All[model.Host](tx) {
		p.PoolApplied = p.PoolApplied && applied(tx, self, ref)
	}
	return nil
}

// PoolApply brings a patch to the hosts that have it not.
func (s Patches) PoolApply(c *rpc.Call, self patchRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := store.Get(tx, self); err != nil {
			return err
		}
		for ref := range store.All[model.Host](tx) {
			if !applied(tx, self, ref) {
				if err := s.apply(tx, self, ref); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Clean deletes the file of a patch from the master.
func (s Patches) Clean(c *rpc.Call, self patchRef) error { return s.forgetFile(c, self) }

// PoolClean deletes the file of a patch from all hosts.
func (s Patches) PoolClean(c *rpc.Call, self patchRef) error { return s.forgetFile(c, self) }

// CleanOnHost deletes the file of a patch from a host.
func (s Patches) CleanOnHost(c *rpc.Call, self patchRef, host hostRef) error {
	if _, err := store.Get(s.DB.View(), host); err != nil {
		return err
	}
	return s.forgetFile(c, self)
}

func (s Patches) forgetFile(c *rpc.Call, self patchRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, self)
		if err == nil {
			p.Filename = ""
		}
		return err
	})
}

// Destroy deletes a patch: PATCH_IS_APPLIED.
func (s Patches) Destroy(c *rpc.Call, self patchRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for ref := range store.All[model.Host](tx) {
			if applied(tx, self, ref) {
				return model.ErrPatchIsApplied()
			}
		}
		return store.Delete(tx, self)
	})
}

// HostPatches handles the class host_patch.
type HostPatches struct{ DB *store.DB }

// Destroy drops the record of a patch that is not applied: PATCH_IS_APPLIED.
func (s HostPatches) Destroy(c *rpc.Call, self model.Ref[model.HostPatch]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		hp, err := store.Get(tx, self)
		switch {
		case err != nil:
			return err
		case hp.Applied:
			return model.ErrPatchIsApplied()
		}
		return store.Delete(tx, self)
	})
}

// Crashdumps handles the class host_crashdump.
type Crashdumps struct{ DB *store.DB }

// Destroy deletes what a crash has left.
func (s Crashdumps) Destroy(c *rpc.Call, self model.Ref[model.HostCrashdump]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, self) })
}
