package directory

import (
	"errors"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

// Hosts handles the messages of the class host that are about its domain.
type Hosts struct{ DB *store.DB }

// EnableExternalAuth makes a host a member of a domain: AUTH_ALREADY_ENABLED
// [type, domain], LICENCE_RESTRICTION [AD], AUTH_UNKNOWN_TYPE [type], and then
// AUTH_ENABLE_FAILED_UNAVAILABLE [message].
func (s Hosts) EnableExternalAuth(c *rpc.Call, host hostRef, config map[string]string, serviceName, authType string) error {
	return enable(s.DB.View(), host, authType)
}

func enable(r store.Reader, host hostRef, authType string) error {
	h, err := store.Get(r, host)
	switch {
	case err != nil:
		return err
	case h.ExternalAuthType != "":
		return model.ErrAuthAlreadyEnabled(h.ExternalAuthType, h.ExternalAuthServiceName)
	}
	if err := licence.Require(r, licence.AD); err != nil {
		return err
	}
	if authType != "AD" {
		return model.ErrAuthUnknownType(authType)
	}
	return model.ErrAuthEnableFailedUnavailable(noDirectory)
}

// DisableExternalAuth ends a host's membership, if it has one.
func (s Hosts) DisableExternalAuth(c *rpc.Call, host hostRef, config map[string]string, force bool) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return disable(tx, host) })
}

func disable(tx *store.Tx, host hostRef) error {
	h, err := store.Edit(tx, host)
	if err == nil {
		h.ExternalAuthType, h.ExternalAuthServiceName, h.ExternalAuthConfiguration = "", "", nil
	}
	return err
}

// ExternalAuthSetLdaps has a host talk to its directory over TLS:
// AUTH_IS_DISABLED if it has none, else AUTH_SET_LDAPS_FAILED [host, message].
func (s Hosts) ExternalAuthSetLdaps(c *rpc.Call, host hostRef, ldaps, force bool) error {
	h, err := store.Get(s.DB.View(), host)
	switch {
	case err != nil:
		return err
	case h.ExternalAuthType == "":
		return model.ErrAuthIsDisabled()
	}
	return model.ErrAuthSetLdapsFailed(host, noDirectory)
}

// Messages tells of what somebody should know.
type Messages interface {
	Raise(tx *store.Tx, name string, cls model.Cls, objUUID, body string) model.Ref[model.Message]
}

// Pools handles the messages of the class pool that are about domains.
type Pools struct {
	DB       *store.DB
	Messages Messages
}

// EnableExternalAuth makes all hosts members of a domain, the master first:
// POOL_AUTH_ALREADY_ENABLED [host], POOL_AUTH_ENABLE_FAILED_DUPLICATE_HOSTNAME
// [host, message], and what a host fails with, as POOL_AUTH_... [host, message].
func (s Pools) EnableExternalAuth(c *rpc.Call, pool poolRef, config map[string]string, serviceName, authType string) error {
	r := s.DB.View()
	p, err := store.Get(r, pool)
	if err != nil {
		return err
	}
	names := map[string]bool{}
	for ref, h := range store.All[model.Host](r) {
		if h.ExternalAuthType != "" {
			return model.ErrPoolAuthAlreadyEnabled(ref)
		}
	}
	for ref, h := range store.All[model.Host](r) {
		if names[h.Hostname] {
			return model.ErrPoolAuthEnableFailedDuplicateHostname(ref, "There are two hosts called "+h.Hostname)
		}
		names[h.Hostname] = true
	}
	err = enable(r, p.Master, authType)
	var api *model.Error
	if errors.As(err, &api) && strings.HasPrefix(api.Code, "AUTH_ENABLE_FAILED") {
		return &model.Error{Code: "POOL_" + api.Code, Params: append([]string{string(p.Master)}, api.Params...)}
	}
	return err
}

// DisableExternalAuth ends the membership of all hosts.
func (s Pools) DisableExternalAuth(c *rpc.Call, pool poolRef, config map[string]string) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if _, err := store.Get(tx, pool); err != nil {
			return err
		}
		for ref := range store.All[model.Host](tx) {
			if err := disable(tx, ref); err != nil {
				return err
			}
		}
		return nil
	})
}

// ExternalAuthSetLdaps is the host's for all: AUTH_IS_DISABLED.
func (s Pools) ExternalAuthSetLdaps(c *rpc.Call, pool poolRef, ldaps, force bool) error {
	p, err := store.Get(s.DB.View(), pool)
	if err != nil {
		return err
	}
	return Hosts{s.DB}.ExternalAuthSetLdaps(c, p.Master, ldaps, force)
}

// DetectNonhomogeneousExternalAuth leaves a message if hosts are in another
// domain than the master.
func (s Pools) DetectNonhomogeneousExternalAuth(c *rpc.Call, pool poolRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p, err := store.Get(tx, pool)
		if err != nil {
			return err
		}
		master, err := store.Get(tx, p.Master)
		if err != nil {
			return err
		}
		var odd []string
		for _, h := range store.All[model.Host](tx) {
			if h.ExternalAuthType != master.ExternalAuthType || h.ExternalAuthServiceName != master.ExternalAuthServiceName {
				odd = append(odd, h.NameLabel)
			}
		}
		if len(odd) > 0 {
			s.Messages.Raise(tx, "EXTAUTH_IN_POOL_IS_NON_HOMOGENEOUS", model.ClsPool, p.UUID,
				"In another domain than the master are: "+strings.Join(odd, ", "))
		}
		return nil
	})
}

// EnableClientCertificateAuth lets in who has a certificate for a name.
func (s Pools) EnableClientCertificateAuth(c *rpc.Call, self poolRef, name string) error {
	return s.certificates(c, self, true, name)
}

// DisableClientCertificateAuth ends that.
func (s Pools) DisableClientCertificateAuth(c *rpc.Call, self poolRef) error {
	return s.certificates(c, self, false, "")
}

func (s Pools) certificates(c *rpc.Call, self poolRef, on bool, name string) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p, err := store.Edit(tx, self)
		if err == nil {
			p.ClientCertificateAuthEnabled, p.ClientCertificateAuthName = on, name
		}
		return err
	})
}
