package storage

import (
	"fmt"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Hosts handles the messages of the class host that are about storage.
type Hosts struct{ DB *store.DB }

// Pools handles those of the class pool.
type Pools struct{ DB *store.DB }

type hostRef = model.Ref[model.Host]

// EnableLocalStorageCaching lets a host keep blocks of shared disks in a local
// SR: SR_OPERATION_NOT_SUPPORTED [sr] unless it is local and its driver can,
// SR_NOT_ATTACHED [sr].
func (s *Hosts) EnableLocalStorageCaching(c *rpc.Call, host hostRef, sr srRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := store.Get(tx, host); err != nil {
			return err
		}
		row, err := store.Get(tx, sr)
		if err != nil {
			return err
		}
		if row.Shared || !ops.HasFeature(tx, sr, "SR_SUPPORTS_LOCAL_CACHING") {
			return model.ErrSROperationNotSupported(sr)
		}
		if !seenBy(tx, sr, host) {
			return model.ErrSRNotAttached(sr)
		}
		return cacheIn(tx, host, sr)
	})
}

// DisableLocalStorageCaching ends that.
func (s *Hosts) DisableLocalStorageCaching(c *rpc.Call, host hostRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return cacheIn(tx, host, model.NullRef) })
}

func cacheIn(tx *store.Tx, host hostRef, sr srRef) error {
	h, err := store.Edit(tx, host)
	if err != nil {
		return err
	}
	if old, err := store.Edit(tx, h.LocalCacheSR); err == nil {
		old.LocalCacheEnabled = false
	}
	h.LocalCacheSR = sr
	if sr.IsNull() {
		return nil
	}
	e, err := store.Edit(tx, sr)
	if err == nil {
		e.LocalCacheEnabled = true
	}
	return err
}

// EnableLocalStorageCaching does it on each host that has an SR for it.
func (s *Pools) EnableLocalStorageCaching(c *rpc.Call, self poolRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for h := range store.All[model.Host](tx) {
			for ref, sr := range store.All[model.SR](tx) {
				if sr.Shared || !seenBy(tx, ref, h) || !ops.HasFeature(tx, ref, "SR_SUPPORTS_LOCAL_CACHING") {
					continue
				}
				if err := cacheIn(tx, h, ref); err != nil {
					return err
				}
				break
			}
		}
		return nil
	})
}

// DisableLocalStorageCaching ends it on each host.
func (s *Pools) DisableLocalStorageCaching(c *rpc.Call, self poolRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for h := range store.All[model.Host](tx) {
			if err := cacheIn(tx, h, model.NullRef); err != nil {
				return err
			}
		}
		return nil
	})
}

// GetSmDiagnostics lists the SRs that a host has attached, and the disks of them
// that its VMs use.
func (s *Hosts) GetSmDiagnostics(c *rpc.Call, host hostRef) (string, error) {
	r := s.DB.View()
	if _, err := store.Get(r, host); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, pbd := range store.All[model.PBD](r) {
		sr, ok := store.Find(r, pbd.SR)
		if !ok || pbd.Host != host || !pbd.CurrentlyAttached {
			continue
		}
		fmt.Fprintf(&b, "SR %s (%s) is attached\n", sr.UUID, sr.Type)
		for _, v := range sr.VDIs {
			vdi, ok := store.Find(r, v)
			if ok && usedOn(r, vdi, host) {
				fmt.Fprintf(&b, "  VDI %s is activated\n", vdi.UUID)
			}
		}
	}
	return b.String(), nil
}
