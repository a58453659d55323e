package pool

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// ReplaceCertificate keeps the row of a certificate that is shown already and
// drops the one that it came in place of.
func ReplaceCertificate(tx *store.Tx, row *model.Certificate) error {
	for ref, old := range store.All[model.Certificate](tx) {
		if old.Type != row.Type || old.Host != row.Host {
			continue
		}
		if old.FingerprintSha256 == row.FingerprintSha256 {
			return nil
		}
		if err := store.Delete(tx, ref); err != nil {
			return err
		}
		break
	}
	store.Insert(tx, row)
	return nil
}

// ownCertificate is what members trust this host by, PEM: its internal
// certificate and the CA that issues it, so that a new one is trusted at once.
func (s *Service) ownCertificate() (string, error) {
	c, err := s.Certs.Internal()
	if err != nil {
		return "", err
	}
	ca, err := s.Certs.PoolCA()
	return c.PEM + ca.PEM, err
}

// NoVerification is how a host comes up that was ejected: nothing enables the
// verification of certificates there, as xapi.
func NoVerification(tx *store.Tx) error { return setVerification(tx, false) }

func setVerification(tx *store.Tx, on bool) error {
	ref, _ := The(tx)
	p, err := store.Edit(tx, ref)
	if err != nil {
		return err
	}
	p.TLSVerificationEnabled = on
	p.WLBVerifyCert = p.WLBVerifyCert || on
	for ref := range store.All[model.Host](tx) {
		h, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		h.TLSVerificationEnabled = on
	}
	return nil
}

// EnableTLSVerification lets members verify each other's certificates from now
// on: CANNOT_CONTACT_HOST if one cannot be reached that way. Members of xapid
// do so always; what changes is what the pool says.
func (s *Service) EnableTLSVerification(c *rpc.Call) error {
	self, _ := The(s.DB.View())
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.Pool(self, model.PoolAllowedOperationsTLSVerificationEnable)}, func() error {
		for uuid, ref := range s.members(s.DB.View()) {
			if err := s.Net.Call(c.Ctx, uuid, "alive", struct{}{}, nil); err != nil {
				return contact(ref, err)
			}
		}
		return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return setVerification(tx, true) })
	})
}
