package pool

import (
	"context"
	"strings"

	"go.uber.org/zap"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// This file is about the certificates and revocation lists that an operator
// installs on all hosts.

// Kinds of libraries.
const (
	libraryCA      = "ca"
	libraryTrusted = "trusted"
	libraryCRL     = "crl"
)

func (s *Service) library(kind string) *certs.Library {
	switch kind {
	case libraryCRL:
		return s.Certs.CRLs()
	case libraryTrusted:
		return s.Certs.Trusted()
	}
	return s.Certs.CAs()
}

// libraryOrder puts a text into a member's library, or takes it out.
type libraryOrder struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Text   string `json:"text"`
	Remove bool   `json:"remove"`
	Force  bool   `json:"force"`
}

// shelve carries an order out here. What is there already, or gone already, is
// no error: members may have missed an order.
func (s *Service) shelve(o libraryOrder) error {
	l := s.library(o.Kind)
	if o.Remove {
		return certError(l.Uninstall(o.Name, true))
	}
	if have, err := l.Get(o.Name); err == nil && strings.TrimSpace(have) == strings.TrimSpace(o.Text) {
		return nil
	}
	_, err := l.Install(o.Name, o.Text)
	return certError(err)
}

// spread passes an order to the other members; those that do not hear of it
// now do so when they say hello.
func (s *Service) spread(ctx context.Context, o libraryOrder) {
	for uuid := range s.members(s.DB.View()) {
		if err := s.Net.Call(ctx, uuid, "library", o, nil); err != nil {
			s.Log.Info("a member does not hear of a certificate", zap.String("host", uuid), zap.Error(err))
		}
	}
}

func (s *Service) install(c *rpc.Call, kind, name, text string, row *model.Certificate) error {
	info, err := s.library(kind).Install(name, text)
	if err != nil {
		return certError(err)
	}
	s.spread(c.Ctx, libraryOrder{Kind: kind, Name: name, Text: text})
	if row == nil {
		return nil
	}
	row.Name, row.NotBefore, row.NotAfter = name, info.NotBefore, info.NotAfter
	row.Fingerprint, row.FingerprintSha256, row.FingerprintSha1 = info.SHA256, info.SHA256, info.SHA1
	row.Host = model.NullRef
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		store.Insert(tx, row)
		return nil
	})
}

func (s *Service) uninstall(c *rpc.Call, kind, name string, force bool) error {
	if err := s.library(kind).Uninstall(name, force); err != nil {
		return certError(err)
	}
	s.spread(c.Ctx, libraryOrder{Kind: kind, Name: name, Remove: true, Force: true})
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for ref, row := range store.All[model.Certificate](tx) {
			if row.Name == name && row.Host.IsNull() && (kind == libraryCA) == (row.Type == model.CertificateTypeCA) {
				return store.Delete(tx, ref)
			}
		}
		return nil
	})
}

// InstallCACertificate makes all hosts trust a CA: CA_CERTIFICATE_...,
// CERTIFICATE_NAME_INVALID [name], CERTIFICATE_ALREADY_EXISTS [name].
func (s *Service) InstallCACertificate(c *rpc.Call, name, cert string) error {
	return s.install(c, libraryCA, name, cert, &model.Certificate{Type: model.CertificateTypeCA})
}

// UninstallCACertificate takes that back: CERTIFICATE_DOES_NOT_EXIST [name]
// unless forced.
func (s *Service) UninstallCACertificate(c *rpc.Call, name string, force bool) error {
	return s.uninstall(c, libraryCA, name, force)
}

// CertificateInstall is the old name of InstallCACertificate.
func (s *Service) CertificateInstall(c *rpc.Call, name, cert string) error {
	return s.InstallCACertificate(c, name, cert)
}

// CertificateUninstall is the old name of UninstallCACertificate.
func (s *Service) CertificateUninstall(c *rpc.Call, name string) error {
	return s.UninstallCACertificate(c, name, false)
}

// CertificateList names the CA certificates that are installed.
func (s *Service) CertificateList(c *rpc.Call) ([]string, error) { return s.names(libraryCA) }

func (s *Service) names(kind string) ([]string, error) {
	list, err := s.library(kind).Names()
	if list == nil {
		list = []string{}
	}
	return list, certError(err)
}

// CRLInstall installs a revocation list on all hosts: CRL_... .
func (s *Service) CRLInstall(c *rpc.Call, name, cert string) error {
	return s.install(c, libraryCRL, name, cert, nil)
}

// CRLUninstall takes it back: CRL_DOES_NOT_EXIST [name].
func (s *Service) CRLUninstall(c *rpc.Call, name string) error {
	return s.uninstall(c, libraryCRL, name, false)
}

// CRLList names the revocation lists that are installed.
func (s *Service) CRLList(c *rpc.Call) ([]string, error) { return s.names(libraryCRL) }

// CertificateSync brings every member what this one has.
func (s *Service) CertificateSync(c *rpc.Call) error {
	for kind, texts := range s.shelves() {
		for name, text := range texts {
			s.spread(c.Ctx, libraryOrder{Kind: kind, Name: name, Text: text})
		}
	}
	return nil
}

// shelves is all that the libraries hold, by kind and name.
func (s *Service) shelves() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, kind := range []string{libraryCA, libraryTrusted, libraryCRL} {
		l := s.library(kind)
		names, err := l.Names()
		if err != nil {
			s.Log.Warn("a library of certificates cannot be read", zap.String("kind", kind), zap.Error(err))
			continue
		}
		for _, n := range names {
			if text, err := l.Get(n); err == nil {
				if all[kind] == nil {
					all[kind] = map[string]string{}
				}
				all[kind][n] = text
			}
		}
	}
	return all
}

// InstallTrustedCertificate makes all hosts trust a certificate for some
// purposes, a CA's for any: TRUSTED_CERTIFICATE_..., CERTIFICATE_LACKS_PURPOSE.
func (s *Service) InstallTrustedCertificate(c *rpc.Call, self model.Ref[model.Pool], ca bool, cert string, purpose []model.CertificatePurpose) error {
	kind := model.CertificateTypePinned
	if ca {
		kind = model.CertificateTypeCA
	} else if len(purpose) == 0 {
		return model.ErrCertificateLacksPurpose()
	}
	row := &model.Certificate{Type: kind, Purpose: purpose}
	name := "trusted-" + s.Clock.Now().UTC().Format("20060102T150405.000000000") + ".pem"
	return s.install(c, libraryTrusted, name, cert, row)
}

// UninstallTrustedCertificate takes that back.
func (s *Service) UninstallTrustedCertificate(c *rpc.Call, self model.Ref[model.Pool], certificate model.Ref[model.Certificate]) error {
	row, err := store.Get(s.DB.View(), certificate)
	if err != nil {
		return err
	}
	if err := s.library(libraryTrusted).Uninstall(row.Name, true); err != nil {
		return certError(err)
	}
	s.spread(c.Ctx, libraryOrder{Kind: libraryTrusted, Name: row.Name, Remove: true, Force: true})
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, certificate) })
}
