// Package pvs handles the classes of Provisioning Services: sites, their
// servers, and the caches that hosts keep for the VMs that boot from them.
package pvs

import (
	"net/netip"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Sites handles the class PVS_site.
type Sites struct{ DB *store.DB }

// Servers handles the class PVS_server.
type Servers struct{ DB *store.DB }

type (
	siteRef   = model.Ref[model.PVSSite]
	serverRef = model.Ref[model.PVSServer]
)

// Introduce makes the record of a site.
func (s *Sites) Introduce(c *rpc.Call, name, description, id string) (siteRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (siteRef, error) {
		return store.Insert(tx, &model.PVSSite{NameLabel: name, NameDescription: description, PVSUUID: id}), nil
	})
}

// idle fails with PVS_SITE_CONTAINS_RUNNING_PROXIES [proxy...] while a VM boots
// from the site.
func idle(r store.Reader, site *model.PVSSite) error {
	var running []any
	for _, p := range site.Proxies {
		if proxy, ok := store.Find(r, p); ok && proxy.CurrentlyAttached {
			running = append(running, p)
		}
	}
	if len(running) > 0 {
		return model.ErrPVsSiteContainsRunningProxies(running...)
	}
	return nil
}

// Forget drops the record of a site, its proxies and its caches:
// PVS_SITE_CONTAINS_RUNNING_PROXIES, PVS_SITE_CONTAINS_SERVERS [server...].
func (s *Sites) Forget(c *rpc.Call, self siteRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		site, err := store.Get(tx, self)
		if err != nil {
			return err
		}
		if err := idle(tx, site); err != nil {
			return err
		}
		if len(site.Servers) > 0 {
			var servers []any
			for _, ref := range site.Servers {
				servers = append(servers, ref)
			}
			return model.ErrPVsSiteContainsServers(servers...)
		}
		for _, ref := range append([]proxyRef(nil), site.Proxies...) {
			if err := store.Delete(tx, ref); err != nil {
				return err
			}
		}
		for _, ref := range append([]cacheRef(nil), site.CacheStorage...) {
			if err := store.Delete(tx, ref); err != nil {
				return err
			}
		}
		return store.Delete(tx, self)
	})
}

// SetPVSUUID notes what the servers call the site:
// PVS_SITE_CONTAINS_RUNNING_PROXIES.
func (s *Sites) SetPVSUUID(c *rpc.Call, self siteRef, value string) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		site, err := store.Edit(tx, self)
		if err != nil || site.PVSUUID == value {
			return err
		}
		if err := idle(tx, site); err != nil {
			return err
		}
		site.PVSUUID = value
		return nil
	})
}

// Introduce makes the record of servers: INVALID_IP_ADDRESS_SPECIFIED
// [addresses], PVS_SERVER_ADDRESS_IN_USE [address], VALUE_NOT_SUPPORTED for the
// ports.
func (s *Servers) Introduce(c *rpc.Call, addresses []string, first, last int64, site siteRef) (serverRef, error) {
	return store.Make(c.Ctx, s.DB, func(tx *store.Tx) (serverRef, error) {
		used := map[string]bool{}
		for _, other := range store.All[model.PVSServer](tx) {
			for _, a := range other.Addresses {
				used[a] = true
			}
		}
		for _, text := range addresses {
			if _, err := netip.ParseAddr(text); err != nil {
				return "", model.ErrInvalidIPAddressSpecified("addresses")
			}
		}
		for _, text := range addresses {
			if used[text] {
				return "", model.ErrPVsServerAddressInUse(text)
			}
		}
		const maxPort = 65535
		switch {
		case first < 1 || first > maxPort:
			return "", model.ErrValueNotSupported("first_port", first, "a port is between 1 and 65535")
		case last < first || last > maxPort:
			return "", model.ErrValueNotSupported("last_port", last, "the last port is between the first one and 65535")
		}
		if _, err := store.Get(tx, site); err != nil {
			return "", err
		}
		return store.Insert(tx, &model.PVSServer{Addresses: addresses, FirstPort: first, LastPort: last, Site: site}), nil
	})
}

// Forget drops the record of servers.
func (s *Servers) Forget(c *rpc.Call, self serverRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, self) })
}
