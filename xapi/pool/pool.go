// Package pool handles the class pool.
package pool

import (
	"time"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// The is the one pool of a database.
func The(r store.Reader) (model.Ref[model.Pool], *model.Pool) {
	for ref, p := range store.All[model.Pool](r) {
		return ref, p
	}
	return model.NullRef, nil
}

// HasExtension reports whether the pool's hosts know an extension; none is
// installed.
func (s *Service) HasExtension(c *rpc.Call, self model.Ref[model.Pool], name string) (bool, error) {
	_, err := store.Get(s.DB.View(), self)
	return false, err
}

func (s *Service) edit(c *rpc.Call, self model.Ref[model.Pool], change func(*model.Pool) error) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		return change(p)
	})
}

// ResetTelemetryUUID draws a new identity for usage reports.
func (s *Service) ResetTelemetryUUID(c *rpc.Call, self model.Ref[model.Pool]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if old := p.TelemetryUUID; !old.IsNull() {
			if _, ok := store.Find(tx, old); ok {
				if err := store.Delete(tx, old); err != nil {
					return err
				}
			}
		}
		p.TelemetryUUID = store.Insert(tx, &model.Secret{Value: uuid.NewString()})
		return nil
	})
}

// SetTelemetryNextCollection tells when usage is reported next.
func (s *Service) SetTelemetryNextCollection(c *rpc.Call, self model.Ref[model.Pool], value time.Time) error {
	return s.edit(c, self, func(p *model.Pool) error {
		p.TelemetryNextCollection = value
		return nil
	})
}

// AddToGuestAgentConfig adds a setting that guests read; MAP_DUPLICATE_KEY if
// it is there.
func (s *Service) AddToGuestAgentConfig(c *rpc.Call, self model.Ref[model.Pool], key, value string) error {
	return s.edit(c, self, func(p *model.Pool) error {
		if _, ok := p.GuestAgentConfig[key]; ok {
			return model.ErrMapDuplicateKey("pool", "guest_agent_config", self, key)
		}
		if p.GuestAgentConfig == nil {
			p.GuestAgentConfig = map[string]string{}
		}
		p.GuestAgentConfig[key] = value
		return nil
	})
}

// RemoveFromGuestAgentConfig drops a setting, if it is there.
func (s *Service) RemoveFromGuestAgentConfig(c *rpc.Call, self model.Ref[model.Pool], key string) error {
	return s.edit(c, self, func(p *model.Pool) error {
		delete(p.GuestAgentConfig, key)
		return nil
	})
}

// SetIGMPSnoopingEnabled switches IGMP snooping on all bridges:
// LICENCE_RESTRICTION [IGMP_snooping].
func (s *Service) SetIGMPSnoopingEnabled(c *rpc.Call, self model.Ref[model.Pool], value bool) error {
	if err := licence.Require(s.DB.View(), licence.IGMPSnooping); err != nil {
		return err
	}
	return s.edit(c, self, func(p *model.Pool) error {
		p.IGMPSnoopingEnabled = value
		return nil
	})
}

// positive guards a number that must be at least 1.
func positive(field string, value int64) error {
	if value < 1 {
		return model.ErrInvalidValue(field, value)
	}
	return nil
}

// SetLocalAuthMaxThreads bounds how many local logins are checked at once.
func (s *Service) SetLocalAuthMaxThreads(c *rpc.Call, self model.Ref[model.Pool], value int64) error {
	return s.edit(c, self, func(p *model.Pool) error {
		p.LocalAuthMaxThreads = value
		return positive("local_auth_max_threads", value)
	})
}

// SetExtAuthMaxThreads bounds how many directory logins are checked at once.
func (s *Service) SetExtAuthMaxThreads(c *rpc.Call, self model.Ref[model.Pool], value int64) error {
	return s.edit(c, self, func(p *model.Pool) error {
		p.ExtAuthMaxThreads = value
		return positive("ext_auth_max_threads", value)
	})
}

// SetExtAuthCacheEnabled switches the cache of directory logins.
func (s *Service) SetExtAuthCacheEnabled(c *rpc.Call, self model.Ref[model.Pool], value bool) error {
	return s.edit(c, self, func(p *model.Pool) error {
		p.ExtAuthCacheEnabled = value
		return nil
	})
}

// SetExtAuthCacheSize bounds the cache of directory logins, in entries.
func (s *Service) SetExtAuthCacheSize(c *rpc.Call, self model.Ref[model.Pool], value int64) error {
	return s.edit(c, self, func(p *model.Pool) error {
		p.ExtAuthCacheSize = value
		return positive("ext_auth_cache_size", value)
	})
}

// SetExtAuthCacheExpiry tells how long the cache of directory logins holds
// good, in seconds.
func (s *Service) SetExtAuthCacheExpiry(c *rpc.Call, self model.Ref[model.Pool], value int64) error {
	return s.edit(c, self, func(p *model.Pool) error {
		p.ExtAuthCacheExpiry = value
		return positive("ext_auth_cache_expiry", value)
	})
}

// SetCustomUefiCertificates replaces the UEFI certificates of the pool's own.
func (s *Service) SetCustomUefiCertificates(c *rpc.Call, self model.Ref[model.Pool], value string) error {
	return s.edit(c, self, func(p *model.Pool) error {
		p.CustomUEFICertificates = value
		return nil
	})
}
