package pool

import (
	"context"
	"errors"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
)

// This file is about the certificates that hosts show: that for clients, and
// the internal one for the other members. The host itself changes it, the
// master writes down what there is.

// certError gives a refusal of package certs its place in the API.
func certError(err error) error {
	var refusal *certs.Error
	if errors.As(err, &refusal) {
		return &model.Error{Code: refusal.Code, Params: refusal.Params}
	}
	return err
}

// certOrder is what a host is asked to do with its certificates.
type certOrder struct {
	Do          string `json:"do"`
	Certificate string `json:"certificate,omitempty"`
	Key         string `json:"key,omitempty"`
	Chain       string `json:"chain,omitempty"`
}

const (
	installHost     = "install"
	resetHost       = "reset"
	refreshInternal = "refresh"
	showHost        = "show"
)

type certResult struct {
	certs.Certificate
	// Trust is what members trust the host by from now on.
	Trust string
}

// orderCertificate carries an order out on a host.
func (s *Service) orderCertificate(ctx context.Context, host model.Ref[model.Host], o certOrder) (certResult, error) {
	h, err := store.Get(s.DB.View(), host)
	if err != nil {
		return certResult{}, err
	}
	if h.UUID == s.Local.Get().InstallationUUID || h.OtherConfig[playerKey] != "" {
		return s.certificate(ctx, "", o)
	}
	var out certResult
	if !ops.Alive(s.DB.View(), h) {
		return out, model.ErrHostOffline(host)
	}
	err = s.Net.Call(ctx, h.UUID, "certificate", o, &out)
	return out, contact(host, err)
}

func (s *Service) certificate(_ context.Context, _ string, o certOrder) (out certResult, err error) {
	switch o.Do {
	case installHost:
		out.Certificate, err = s.Certs.InstallHost(o.Certificate, o.Key, o.Chain)
	case resetHost:
		out.Certificate, err = s.Certs.RefreshHost()
	case refreshInternal:
		if out.Certificate, err = s.Certs.RefreshInternal(); err == nil {
			out.Trust, err = s.ownCertificate()
		}
	default:
		out.Certificate = s.Certs.Host()
	}
	return out, certError(err)
}

func (s *Service) serveCertificates() {
	peer.Handle(s.Net, "certificate", s.certificate)
	peer.Handle(s.Net, "library", func(_ context.Context, _ string, o libraryOrder) (struct{}, error) {
		return struct{}{}, s.shelve(o)
	})
	peer.Handle(s.Net, "secret", func(_ context.Context, _ string, o secretOrder) (struct{}, error) {
		return struct{}{}, s.secret(o)
	})
}

// note writes down the certificate that a host shows from now on.
func (s *Service) note(ctx context.Context, host model.Ref[model.Host], kind model.CertificateType, c certs.Certificate) error {
	return s.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		return ReplaceCertificate(tx, &model.Certificate{
			Type: kind, Host: host, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
			Fingerprint: c.SHA256, FingerprintSha256: c.SHA256, FingerprintSha1: c.SHA1,
		})
	})
}

// InstallServerCertificate replaces what the host shows to clients:
// HA_IS_ENABLED, SERVER_CERTIFICATE_... .
func (s Hosts) InstallServerCertificate(c *rpc.Call, host model.Ref[model.Host], certificate, privateKey, certificateChain string) error {
	if _, p := The(s.DB.View()); p.HAEnabled {
		return model.ErrHAIsEnabled()
	}
	out, err := s.orderCertificate(c.Ctx, host, certOrder{installHost, certificate, privateKey, certificateChain})
	if err != nil {
		return err
	}
	return s.note(c.Ctx, host, model.CertificateTypeHost, out.Certificate)
}

// ResetServerCertificate gives the host a new self-signed certificate.
func (s Hosts) ResetServerCertificate(c *rpc.Call, host model.Ref[model.Host]) error {
	out, err := s.orderCertificate(c.Ctx, host, certOrder{Do: resetHost})
	if err != nil {
		return err
	}
	return s.note(c.Ctx, host, model.CertificateTypeHost, out.Certificate)
}

// EmergencyResetServerCertificate does the same to this host, whether it has a
// master or not.
func (s Hosts) EmergencyResetServerCertificate(c *rpc.Call) error {
	out, err := s.certificate(c.Ctx, "", certOrder{Do: resetHost})
	if err != nil || !s.DB.Leads() {
		return err
	}
	return s.note(c.Ctx, s.SelfIn(s.DB.View()), model.CertificateTypeHost, out.Certificate)
}

// GetServerCertificate is what the host shows to clients, PEM.
func (s Hosts) GetServerCertificate(c *rpc.Call, host model.Ref[model.Host]) (string, error) {
	out, err := s.orderCertificate(c.Ctx, host, certOrder{Do: showHost})
	return out.PEM, err
}

// RefreshServerCertificate gives the host a new internal certificate, which the
// members trust at once: CANNOT_CONTACT_HOST [host] if one is not live.
func (s Hosts) RefreshServerCertificate(c *rpc.Call, host model.Ref[model.Host]) error {
	self, _ := The(s.DB.View())
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Pool(self, model.PoolAllowedOperationsCertRefresh)}, func() error {
		r := s.DB.View()
		h, err := store.Get(r, host)
		if err != nil {
			return err
		}
		for uuid, ref := range s.members(r) {
			if err := s.Net.Call(c.Ctx, uuid, "alive", struct{}{}, nil); err != nil {
				return model.ErrCannotContactHost(ref)
			}
		}
		out, err := s.orderCertificate(c.Ctx, host, certOrder{Do: refreshInternal})
		if err != nil {
			return err
		}
		if h.UUID != s.Local.Get().InstallationUUID {
			if err := s.Certs.TrustMember(h.UUID, out.Trust); err != nil {
				return err
			}
		}
		s.tellCertificate(c.Ctx, h.UUID, out.Trust)
		return s.note(c.Ctx, host, model.CertificateTypeHostInternal, out.Certificate)
	})
}

// EmergencyDisableTLSVerification is for a host whose certificates are in
// disorder: it says of itself that it verifies none. Members of xapid verify
// each other's all the same.
func (s Hosts) EmergencyDisableTLSVerification(c *rpc.Call) error {
	return s.verifies(c, false)
}

// EmergencyReenableTLSVerification takes that back:
// TLS_VERIFICATION_NOT_ENABLED_IN_POOL.
func (s Hosts) EmergencyReenableTLSVerification(c *rpc.Call) error {
	if _, p := The(s.DB.View()); p == nil || !p.TLSVerificationEnabled {
		return model.ErrTLSVerificationNotEnabledInPool()
	}
	return s.verifies(c, true)
}

func (s Hosts) verifies(c *rpc.Call, on bool) error {
	if !s.DB.Leads() {
		return nil // the master will say of this host what it says of all
	}
	self := s.SelfIn(s.DB.View())
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		h, err := store.Edit(tx, self)
		if err == nil {
			h.TLSVerificationEnabled = on
		}
		return err
	})
}
