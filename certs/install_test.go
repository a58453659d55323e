package certs_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/xapid/xapid/certs"
)

func TestInstallHost(t *testing.T) {
	key := someKey()
	keyPEM, certPEM := pkcs8(t, key), selfSigned(t, key, nil)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GODEBUG", "rsa1024min=0")
	dated := func(from, to time.Duration) string {
		return selfSigned(t, key, func(c *x509.Certificate) { c.NotBefore, c.NotAfter = day0.Add(from), day0.Add(to) })
	}
	signed := func(a x509.SignatureAlgorithm) string {
		return selfSigned(t, key, func(c *x509.Certificate) { c.SignatureAlgorithm = a })
	}
	tests := map[string]struct {
		cert, key, chain string
		want             []string
	}{
		"good":              {certPEM, keyPEM, "", nil},
		"good with chain":   {certPEM, keyPEM, selfSigned(t, ec, nil), nil},
		"good, older key":   {certPEM, block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), "", nil},
		"good, SHA-512":     {signed(x509.SHA512WithRSA), keyPEM, "", nil},
		"no key":            {certPEM, "", "", []string{"SERVER_CERTIFICATE_KEY_INVALID"}},
		"damaged key":       {certPEM, block("PRIVATE KEY", []byte{0x30, 3, 2, 1, 0}), "", []string{"SERVER_CERTIFICATE_KEY_INVALID"}},
		"not a key":         {certPEM, certPEM, "", []string{"SERVER_CERTIFICATE_KEY_INVALID"}},
		"encrypted key":     {certPEM, block("ENCRYPTED PRIVATE KEY", []byte{0x30, 0}), "", []string{"SERVER_CERTIFICATE_KEY_INVALID"}},
		"EC key":            {certPEM, pkcs8(t, ec), "", []string{"SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED", "1.2.840.10045.2.1"}},
		"Ed25519 key":       {certPEM, pkcs8(t, ed), "", []string{"SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED", "1.3.101.112"}},
		"short key":         {certPEM, pkcs8(t, mustRSA(1024)), "", []string{"SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED", "1024"}},
		"three primes":      {certPEM, block("RSA PRIVATE KEY", multiPrime(t)), "", []string{"SERVER_CERTIFICATE_KEY_RSA_MULTI_NOT_SUPPORTED"}},
		"no certificate":    {"", keyPEM, "", []string{"SERVER_CERTIFICATE_INVALID"}},
		"two certificates":  {certPEM + certPEM, keyPEM, "", []string{"SERVER_CERTIFICATE_INVALID"}},
		"cut certificate":   {certPEM[:len(certPEM)/2], keyPEM, "", []string{"SERVER_CERTIFICATE_INVALID"}},
		"early":             {dated(time.Hour, 2*time.Hour), keyPEM, "", []string{"SERVER_CERTIFICATE_NOT_VALID_YET", "20260301T12:00:00Z", "20260301T13:00:00Z"}},
		"late":              {dated(-2*time.Hour, -time.Hour), keyPEM, "", []string{"SERVER_CERTIFICATE_EXPIRED", "20260301T12:00:00Z", "20260301T11:00:00Z"}},
		"another's key":     {certPEM, pkcs8(t, mustRSA(2048)), "", []string{"SERVER_CERTIFICATE_KEY_MISMATCH"}},
		"EC certificate":    {selfSigned(t, ec, nil), keyPEM, "", []string{"SERVER_CERTIFICATE_KEY_MISMATCH"}},
		"SHA-384":           {signed(x509.SHA384WithRSA), keyPEM, "", []string{"SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED"}},
		"chain of nothing":  {certPEM, keyPEM, "hello", []string{"SERVER_CERTIFICATE_CHAIN_INVALID"}},
		"chain with a key":  {certPEM, keyPEM, certPEM + keyPEM, []string{"SERVER_CERTIFICATE_CHAIN_INVALID"}},
		"key before dates":  {dated(-2*time.Hour, -time.Hour), "", "", []string{"SERVER_CERTIFICATE_KEY_INVALID"}},
		"dates before fit":  {dated(-2*time.Hour, -time.Hour), pkcs8(t, mustRSA(2048)), "", []string{"SERVER_CERTIFICATE_EXPIRED", "20260301T12:00:00Z", "20260301T11:00:00Z"}},
		"fit before chain":  {certPEM, pkcs8(t, mustRSA(2048)), "hello", []string{"SERVER_CERTIFICATE_KEY_MISMATCH"}},
		"hash before chain": {signed(x509.SHA384WithRSA), keyPEM, "hello", []string{"SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := certs.Options{Dir: t.TempDir(), Hostname: "alpha", Sibling: memory()}
			s := open(t, o)
			before := s.Host()
			got, err := s.InstallHost(tt.cert, tt.key, tt.chain)
			wantCode(t, err, tt.want...)
			if tt.want != nil {
				if s.Host() != before || open(t, o).Host() != before {
					t.Error("a refused certificate changed something")
				}
				return
			}
			if got.Name != "brought" || s.Host() != got || open(t, o).Host() != got {
				t.Errorf("installed %s, serves %s", got.Name, s.Host().Name)
			}
			cs, err := greet(s.TLSConfig(), &tls.Config{InsecureSkipVerify: true})
			if err != nil {
				t.Fatal(err)
			}
			wantLen := 1
			if tt.chain != "" {
				wantLen = 2
			}
			if len(cs.PeerCertificates) != wantLen {
				t.Errorf("%d certificates shown, want %d", len(cs.PeerCertificates), wantLen)
			}
			if reset, err := s.RefreshHost(); err != nil || reset.Name != "alpha" {
				t.Errorf("reset: %s, %v", reset.Name, err)
			}
		})
	}
}

// multiPrime is the outline of an RSA key of three primes.
func multiPrime(t *testing.T) []byte {
	t.Helper()
	der := x509.MarshalPKCS1PrivateKey(someKey())
	// SEQUENCE (4 bytes of header), then INTEGER 0, the version.
	if der[4] != 2 || der[5] != 1 || der[6] != 0 {
		t.Fatal("unexpected key layout")
	}
	der[6] = 1
	return der
}
