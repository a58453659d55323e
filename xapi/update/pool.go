package update

import (
	"strings"

	"github.com/google/uuid"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Pools handles the messages of the class pool that are about repositories.
type Pools struct {
	DB   *store.DB
	Gate *ops.Gate
}

func (s Pools) edit(c *rpc.Call, self poolRef, change func(*store.Tx, *model.Pool) error) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		return change(tx, p)
	})
}

// configure changes which repositories the pool has, while nobody uses them.
func (s Pools) configure(c *rpc.Call, self poolRef, change func(*store.Tx, *model.Pool) error) error {
	r := s.DB.View()
	if _, err := store.Get(r, self); err != nil {
		return err
	}
	if err := licence.Require(r, licence.Updates); err != nil {
		return err
	}
	claims := []ops.Claim{ops.Pool(self, model.PoolAllowedOperationsConfigureRepositories)}
	return s.Gate.Do(c, ops.Standard, claims, func() error { return s.edit(c, self, change) })
}

// SetRepositories says which repositories the pool gets its updates from. What
// was fetched from others no longer counts.
func (s Pools) SetRepositories(c *rpc.Call, self poolRef, value []repositoryRef) error {
	return s.configure(c, self, func(tx *store.Tx, p *model.Pool) error {
		for _, ref := range value {
			if err := forgetHash(tx, ref); err != nil {
				return err
			}
		}
		p.Repositories = value
		p.UpdateSyncEnabled = p.UpdateSyncEnabled && len(value) > 0
		return nil
	})
}

// forgetHash makes a repository one that was never fetched from.
func forgetHash(tx *store.Tx, ref repositoryRef) error {
	e, err := store.Edit(tx, ref)
	if err == nil {
		e.Hash, e.UpToDate = "", false
	}
	return err
}

// AddRepository adds one.
func (s Pools) AddRepository(c *rpc.Call, self poolRef, value repositoryRef) error {
	return s.configure(c, self, func(tx *store.Tx, p *model.Pool) error {
		for _, ref := range p.Repositories {
			if ref == value {
				return nil
			}
		}
		p.Repositories = append(append([]repositoryRef{}, p.Repositories...), value)
		return forgetHash(tx, value)
	})
}

// RemoveRepository takes one away.
func (s Pools) RemoveRepository(c *rpc.Call, self poolRef, value repositoryRef) error {
	return s.configure(c, self, func(tx *store.Tx, p *model.Pool) error {
		var rest []repositoryRef
		for _, ref := range p.Repositories {
			if ref != value {
				rest = append(rest, ref)
			}
		}
		p.Repositories = rest
		p.UpdateSyncEnabled = p.UpdateSyncEnabled && len(rest) > 0
		return forgetHash(tx, value)
	})
}

// ConfigureRepositoryProxy says through whom repositories are reached:
// INVALID_REPOSITORY_PROXY_URL [url], INVALID_REPOSITORY_PROXY_CREDENTIAL for a
// user without a password, or the reverse.
func (s Pools) ConfigureRepositoryProxy(c *rpc.Call, self poolRef, url, username, password string) error {
	switch {
	case !proxy(url):
		return model.ErrInvalidRepositoryProxyURL(url)
	case (username == "") != (password == ""), strings.ContainsAny(username+password, "\r\n\x00"):
		return model.ErrInvalidRepositoryProxyCredential()
	}
	return s.edit(c, self, func(tx *store.Tx, p *model.Pool) error { return setProxy(tx, p, url, username, password) })
}

// DisableRepositoryProxy has repositories reached directly.
func (s Pools) DisableRepositoryProxy(c *rpc.Call, self poolRef) error {
	return s.edit(c, self, func(tx *store.Tx, p *model.Pool) error { return setProxy(tx, p, "", "", "") })
}

func setProxy(tx *store.Tx, p *model.Pool, url, username, password string) error {
	if _, ok := store.Find(tx, p.RepositoryProxyPassword); ok {
		if err := store.Delete(tx, p.RepositoryProxyPassword); err != nil {
			return err
		}
	}
	p.RepositoryProxyURL, p.RepositoryProxyUsername, p.RepositoryProxyPassword = url, username, model.NullRef
	if password != "" {
		p.RepositoryProxyPassword = store.Insert(tx, &model.Secret{UUID: uuid.NewString(), Value: password})
	}
	return nil
}

// ConfigureUpdateSync says when updates are fetched: INVALID_UPDATE_SYNC_DAY
// [day], which is 0 for every day and 0 to 6 for a day of the week.
func (s Pools) ConfigureUpdateSync(c *rpc.Call, self poolRef, updateSyncFrequency model.UpdateSyncFrequency, updateSyncDay int64) error {
	last := int64(6)
	if updateSyncFrequency == model.UpdateSyncFrequencyDaily {
		last = 0
	}
	if updateSyncDay < 0 || updateSyncDay > last {
		return model.ErrInvalidUpdateSyncDay(updateSyncDay)
	}
	return s.edit(c, self, func(_ *store.Tx, p *model.Pool) error {
		p.UpdateSyncFrequency, p.UpdateSyncDay = updateSyncFrequency, updateSyncDay
		return nil
	})
}

// SetUpdateSyncEnabled has updates fetched by themselves:
// NO_REPOSITORIES_CONFIGURED, CAN_NOT_PERIODIC_SYNC_UPDATES if they come in
// bundles only.
func (s Pools) SetUpdateSyncEnabled(c *rpc.Call, self poolRef, value bool) error {
	return s.edit(c, self, func(tx *store.Tx, p *model.Pool) error {
		if value {
			if len(p.Repositories) == 0 {
				return model.ErrNoRepositoriesConfigured()
			}
			for _, ref := range p.Repositories {
				if r, ok := store.Find(tx, ref); ok && r.Origin == model.OriginBundle {
					return model.ErrCanNotPeriodicSyncUpdates()
				}
			}
		}
		p.UpdateSyncEnabled = value
		return nil
	})
}

// SyncUpdates fetches what repositories have: NO_REPOSITORIES_CONFIGURED,
// CAN_NOT_SYNC_UPDATES if they come in bundles only, and then REPOSYNC_FAILED.
func (s Pools) SyncUpdates(c *rpc.Call, self poolRef, force bool, token, tokenID, username, password string) (string, error) {
	r := s.DB.View()
	p, err := store.Get(r, self)
	if err == nil {
		err = licence.Require(r, licence.Updates)
	}
	if err != nil {
		return "", err
	}
	claims := []ops.Claim{ops.Pool(self, model.PoolAllowedOperationsSyncUpdates)}
	return "", s.Gate.Do(c, ops.Standard, claims, func() error {
		if len(p.Repositories) == 0 {
			return model.ErrNoRepositoriesConfigured()
		}
		for _, ref := range p.Repositories {
			if row, ok := store.Find(r, ref); ok && row.Origin == model.OriginBundle {
				return model.ErrCanNotSyncUpdates()
			}
		}
		return model.ErrReposyncFailed()
	})
}

// Hosts handles the messages of the class host that are about updates.
type Hosts struct {
	DB   *store.DB
	Gate *ops.Gate
}

// ApplyUpdates brings a host up to what was fetched, whose hash the caller
// knows: HOST_NOT_DISABLED, NO_REPOSITORIES_CONFIGURED,
// UPDATEINFO_HASH_MISMATCH, as nothing ever was.
func (s Hosts) ApplyUpdates(c *rpc.Call, self hostRef, hash string) ([][]string, error) {
	return nil, s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Host(self, model.HostAllowedOperationsApplyUpdates)}, func() error {
		for _, p := range store.All[model.Pool](s.DB.View()) {
			if len(p.Repositories) == 0 {
				return model.ErrNoRepositoriesConfigured()
			}
		}
		return model.ErrUpdateinfoHashMismatch()
	})
}

// RefreshPackInfo has a host look at the updates that it has.
func (s Hosts) RefreshPackInfo(c *rpc.Call, host hostRef) error {
	return Updates{DB: s.DB}.ResyncHost(c, host)
}
