package certs

import (
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"strconv"
	"time"
)

const (
	minInstallBits = 2048
	maxInstallBits = 4096
)

var oidRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}

// checkServer decides about a server certificate brought from outside. The
// order of the checks is what clients see, so it is xapi's: key, leaf and its
// dates, their fit, the signature, the chain.
func checkServer(certPEM, keyPEM, chainPEM string, now time.Time) (*pair, *Error) {
	key, refusal := checkKey(keyPEM)
	if refusal != nil {
		return nil, refusal
	}
	leaf, refusal := checkDated("SERVER_CERTIFICATE", certPEM, now)
	if refusal != nil {
		return nil, refusal
	}
	if !key.PublicKey.Equal(leaf.PublicKey) {
		return nil, refuse("SERVER_CERTIFICATE_KEY_MISMATCH")
	}
	switch leaf.SignatureAlgorithm {
	case x509.SHA256WithRSA, x509.SHA512WithRSA, x509.ECDSAWithSHA256, x509.ECDSAWithSHA512,
		x509.SHA256WithRSAPSS, x509.SHA512WithRSAPSS:
	default:
		return nil, refuse("SERVER_CERTIFICATE_SIGNATURE_NOT_SUPPORTED")
	}
	chain := []*x509.Certificate{leaf}
	if chainPEM != "" {
		more, err := decodeCerts([]byte(chainPEM))
		if err != nil {
			return nil, refuse("SERVER_CERTIFICATE_CHAIN_INVALID")
		}
		chain = append(chain, more...)
	}
	p, err := newPair(key, chain...)
	if err != nil {
		return nil, refuse("SERVER_CERTIFICATE_KEY_MISMATCH")
	}
	return p, nil
}

// checkDated reads one certificate and refuses it outside of its dates. prefix
// begins the codes: SERVER_CERTIFICATE, CA_CERTIFICATE or TRUSTED_CERTIFICATE.
func checkDated(prefix, text string, now time.Time) (*x509.Certificate, *Error) {
	chain, err := decodeCerts([]byte(text))
	if err != nil || len(chain) != 1 {
		return nil, refuse(prefix + "_INVALID")
	}
	c := chain[0]
	switch {
	case now.Before(c.NotBefore):
		return nil, refuse(prefix+"_NOT_VALID_YET", stamp(now), stamp(c.NotBefore))
	case now.After(c.NotAfter):
		return nil, refuse(prefix+"_EXPIRED", stamp(now), stamp(c.NotAfter))
	}
	return c, nil
}

// checkKey reads a PKCS#8 private key, or the older form that holds RSA keys
// alone, and accepts two-prime RSA of 2048 to 4096 bits.
func checkKey(text string) (*rsa.PrivateKey, *Error) {
	b, _ := pem.Decode([]byte(text))
	if b == nil {
		return nil, refuse("SERVER_CERTIFICATE_KEY_INVALID")
	}
	der := b.Bytes
	switch b.Type {
	case blockKey:
		var outer struct {
			Version   int
			Algorithm pkix.AlgorithmIdentifier
			Key       []byte
			More      []asn1.RawValue `asn1:"optional,omitempty"`
		}
		if _, err := asn1.Unmarshal(der, &outer); err != nil {
			return nil, refuse("SERVER_CERTIFICATE_KEY_INVALID")
		}
		if oid := outer.Algorithm.Algorithm; !oid.Equal(oidRSA) {
			return nil, refuse("SERVER_CERTIFICATE_KEY_ALGORITHM_NOT_SUPPORTED", oid.String())
		}
		der = outer.Key
	case "RSA PRIVATE KEY":
	default:
		return nil, refuse("SERVER_CERTIFICATE_KEY_INVALID")
	}
	return checkRSA(der)
}

// checkRSA looks at the outline of the key before the library does, whose
// refusal would not tell too small from damaged.
func checkRSA(der []byte) (*rsa.PrivateKey, *Error) {
	var outline struct {
		Version                   int
		N, E, D, P, Q, DP, DQ, QI *big.Int
		More                      asn1.RawValue `asn1:"optional"`
	}
	if _, err := asn1.Unmarshal(der, &outline); err != nil {
		return nil, refuse("SERVER_CERTIFICATE_KEY_INVALID")
	}
	if outline.Version != 0 {
		return nil, refuse("SERVER_CERTIFICATE_KEY_RSA_MULTI_NOT_SUPPORTED")
	}
	if bits := outline.N.BitLen(); bits < minInstallBits || bits > maxInstallBits {
		return nil, refuse("SERVER_CERTIFICATE_KEY_RSA_LENGTH_NOT_SUPPORTED", strconv.Itoa(bits))
	}
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		return nil, refuse("SERVER_CERTIFICATE_KEY_INVALID")
	}
	return key, nil
}
