package pvs

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Proxies handles the class PVS_proxy.
type Proxies struct{ DB *store.DB }

// Caches handles the class PVS_cache_storage.
type Caches struct{ DB *store.DB }

type (
	proxyRef = model.Ref[model.PVSProxy]
	cacheRef = model.Ref[model.PVSCacheStorage]
)

// minCache is the least room that a site's cache can have, in bytes.
const minCache = 1 << 30

// Create caches what a VM reads from a site by its first interface:
// PVS_PROXY_ALREADY_PRESENT [proxy...], PVS_VIF_MUST_BE_FIRST_DEVICE.
func (s *Proxies) Create(c *rpc.Call, site siteRef, vif model.Ref[model.VIF]) (proxyRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (proxyRef, error) {
		if _, err := store.Get(tx, site); err != nil {
			return "", err
		}
		v, err := store.Get(tx, vif)
		if err != nil {
			return "", err
		}
		if v.Device != "0" {
			return "", model.ErrPVsVIFMustBeFirstDevice()
		}
		for ref, other := range store.All[model.PVSProxy](tx) {
			if other.VIF == vif {
				return "", model.ErrPVsProxyAlreadyPresent(ref)
			}
		}
		ref := store.Insert(tx, &model.PVSProxy{Site: site, VIF: vif, Status: model.PVSProxyStatusStopped})
		return ref, Follow(tx, vif, v.CurrentlyAttached)
	})
}

// Destroy ends that.
func (s *Proxies) Destroy(c *rpc.Call, self proxyRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, self) })
}

// Follow starts or stops the proxy of an interface, if it has one, as the
// interface is plugged or unplugged.
func Follow(tx *store.Tx, vif model.Ref[model.VIF], on bool) error {
	if store.Len[model.PVSProxy](tx) == 0 {
		return nil
	}
	for ref, p := range store.All[model.PVSProxy](tx) {
		if p.VIF != vif {
			continue
		}
		e, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		if e.CurrentlyAttached, e.Status = on, model.PVSProxyStatusStopped; on {
			e.Status = model.PVSProxyStatusInitialised
		}
	}
	return nil
}

// Drop ends the proxy of an interface that goes, if it has one.
func Drop(tx *store.Tx, vif model.Ref[model.VIF]) {
	if store.Len[model.PVSProxy](tx) == 0 {
		return
	}
	for ref, p := range store.All[model.PVSProxy](tx) {
		if p.VIF == vif {
			_ = store.Delete(tx, ref) // it is there: the loop has just seen it
		}
	}
}

// Create gives the caches of a site room on a host: VALUE_NOT_SUPPORTED [size,
// bytes, reason], PVS_CACHE_STORAGE_ALREADY_PRESENT [site, host],
// SR_NOT_ATTACHED [sr] if the host does not see the SR.
func (s *Caches) Create(c *rpc.Call, args *model.PVSCacheStorage) (cacheRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (cacheRef, error) {
		if _, err := store.Get(tx, args.Host); err != nil {
			return "", err
		}
		sr, err := store.Get(tx, args.SR)
		if err != nil {
			return "", err
		}
		site, err := store.Get(tx, args.Site)
		if err != nil {
			return "", err
		}
		if args.Size < minCache {
			return "", model.ErrValueNotSupported("size", args.Size, "a cache takes 1 GiB at least")
		}
		for _, ref := range site.CacheStorage {
			if other, ok := store.Find(tx, ref); ok && other.Host == args.Host {
				return "", model.ErrPVsCacheStorageAlreadyPresent(args.Site, args.Host)
			}
		}
		for _, p := range sr.PBDs {
			if pbd, ok := store.Find(tx, p); ok && pbd.Host == args.Host && pbd.CurrentlyAttached {
				return store.Insert(tx, &model.PVSCacheStorage{Host: args.Host, SR: args.SR, Site: args.Site, Size: args.Size, VDI: model.NullRef}), nil
			}
		}
		return "", model.ErrSRNotAttached(args.SR)
	})
}

// Destroy takes the room back: PVS_CACHE_STORAGE_IS_IN_USE [cache] while a VM of
// the host boots from the site.
func (s *Caches) Destroy(c *rpc.Call, self cacheRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		cache, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		for _, p := range store.All[model.PVSProxy](tx) {
			if p.Site != cache.Site || !p.CurrentlyAttached {
				continue
			}
			if vif, ok := store.Find(tx, p.VIF); ok {
				if vm, ok := store.Find(tx, vif.VM); ok && vm.ResidentOn == cache.Host {
					return model.ErrPVsCacheStorageIsInUse(self)
				}
			}
		}
		return store.Delete(tx, self)
	})
}
