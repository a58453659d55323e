package certs

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
)

const (
	keyBits  = 2048
	lifetime = 10 * 365 * 24 * time.Hour
	// backdated lets a client whose clock is somewhat slow accept a
	// certificate that was made a moment ago.
	backdated = time.Hour
	maxName   = 64 // the longest common name that X.509 allows
)

func newKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keyBits) }

// template has what all our certificates share.
func template(name string, now time.Time) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	if len(name) > maxName {
		name, _, _ = strings.Cut(name, ".")
		name = name[:min(len(name), maxName)]
	}
	from := now.UTC().Add(-backdated).Truncate(time.Second)
	return &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             from,
		NotAfter:              from.Add(lifetime),
		SignatureAlgorithm:    x509.SHA256WithRSA,
		BasicConstraintsValid: true,
	}, nil
}

// sign makes the certificate that t describes for key, by issuer or, without
// one, by key itself.
func sign(t *x509.Certificate, key *rsa.PrivateKey, issuer *pair) (*pair, error) {
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(&key.PublicKey))
	t.SubjectKeyId = sum[:20]
	parent, by := t, key
	if issuer != nil {
		parent, by = issuer.leaf(), issuer.key
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, &key.PublicKey, by)
	if err != nil {
		return nil, err
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return newPair(key, c)
}

// issueHost makes a self-signed server certificate that is good for the host's
// names and addresses, and for a client on the same machine.
func issueHost(key *rsa.PrivateKey, hostname string, addresses []string, now time.Time) (*pair, error) {
	name := hostname
	if name == "" {
		name = "localhost"
	}
	t, err := template(name, now)
	if err != nil {
		return nil, err
	}
	t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, n := range slices.Concat([]string{name}, addresses, []string{"localhost", "127.0.0.1", "::1"}) {
		addName(t, n)
	}
	return sign(t, key, nil)
}

// addName puts a host name or an address where verifiers look for its kind.
func addName(t *x509.Certificate, name string) {
	name = strings.Trim(name, "[]")
	if a, err := netip.ParseAddr(name); err == nil {
		ip := net.IP(a.Unmap().WithZone("").AsSlice())
		if !slices.ContainsFunc(t.IPAddresses, ip.Equal) {
			t.IPAddresses = append(t.IPAddresses, ip)
		}
		return
	}
	if name != "" && !slices.Contains(t.DNSNames, name) {
		t.DNSNames = append(t.DNSNames, name)
	}
}

// issueCA makes a CA of its own, told from others by its random name.
func issueCA(key *rsa.PrivateKey, id string, now time.Time) (*pair, error) {
	t, err := template("xapid pool CA "+id, now)
	if err != nil {
		return nil, err
	}
	t.IsCA, t.MaxPathLenZero = true, true
	t.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	return sign(t, key, nil)
}

// issueInternal makes the certificate that a member shows to other members.
func issueInternal(key *rsa.PrivateKey, ca *pair, hostUUID string, now time.Time) (*pair, error) {
	t, err := template(hostUUID, now)
	if err != nil {
		return nil, err
	}
	t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment
	t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	t.DNSNames = []string{hostUUID}
	return sign(t, key, ca)
}
