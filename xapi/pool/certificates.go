package pool

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
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

// ownCertificate is what members trust this host by, PEM.
func (s *Service) ownCertificate() (string, error) {
	c, err := s.Certs.Internal()
	return c.PEM, err
}
