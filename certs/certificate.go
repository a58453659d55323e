package certs

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"
	"time"
)

// Certificate is what others may know of a certificate.
type Certificate struct {
	PEM     string
	Subject string // distinguished name, "CN=xapid-1"
	Name    string // its common name alone
	SHA256  string // fingerprints: upper-case hex pairs joined by colons
	SHA1    string

	NotBefore, NotAfter time.Time // UTC
}

func describe(c *x509.Certificate) Certificate {
	s256, s1 := sha256.Sum256(c.Raw), sha1.Sum(c.Raw)
	return Certificate{
		PEM:       string(encodeCert(c)),
		Subject:   c.Subject.String(),
		Name:      c.Subject.CommonName,
		SHA256:    colons(s256[:]),
		SHA1:      colons(s1[:]),
		NotBefore: c.NotBefore.UTC(),
		NotAfter:  c.NotAfter.UTC(),
	}
}

func colons(sum []byte) string {
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = hex.EncodeToString([]byte{b})
	}
	return strings.ToUpper(strings.Join(pairs, ":"))
}
