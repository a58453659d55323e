package certs

import (
	"bytes"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
)

const (
	blockCert = "CERTIFICATE"
	blockKey  = "PRIVATE KEY"
)

// pair is a private key with the certificate made for it and that
// certificate's chain, leaf first.
type pair struct {
	key   *rsa.PrivateKey
	chain []*x509.Certificate
	tls   *tls.Certificate
}

// Format keeps the key out of every log line, whatever the verb.
func (p *pair) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "certs.pair") }

func (p *pair) leaf() *x509.Certificate { return p.chain[0] }

func (p *pair) info() Certificate { return describe(p.leaf()) }

// newPair checks that key and leaf belong together.
func newPair(key *rsa.PrivateKey, chain ...*x509.Certificate) (*pair, error) {
	if !key.PublicKey.Equal(chain[0].PublicKey) {
		return nil, errors.New("the private key is not the certificate's")
	}
	t := &tls.Certificate{PrivateKey: key, Leaf: chain[0]}
	for _, c := range chain {
		t.Certificate = append(t.Certificate, c.Raw)
	}
	return &pair{key: key, chain: chain, tls: t}, nil
}

// encode is the pair as a file's content.
func (p *pair) encode() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(p.key)
	if err != nil {
		return nil, err
	}
	out := pem.EncodeToMemory(&pem.Block{Type: blockKey, Bytes: der})
	for _, c := range p.chain {
		out = append(out, encodeCert(c)...)
	}
	return out, nil
}

// decodePair reads what encode wrote. It tolerates text between the blocks but
// no block that it cannot read: what is there must be whole.
func decodePair(data []byte) (*pair, error) {
	var key *rsa.PrivateKey
	var chain []*x509.Certificate
	err := eachBlock(data, func(b *pem.Block) error {
		switch b.Type {
		case blockKey:
			k, err := x509.ParsePKCS8PrivateKey(b.Bytes)
			if err != nil {
				return fmt.Errorf("unreadable private key (%w)", err)
			}
			r, ok := k.(*rsa.PrivateKey)
			if !ok || key != nil {
				return errors.New("want one RSA private key")
			}
			key = r
		case blockCert:
			c, err := x509.ParseCertificate(b.Bytes)
			if err != nil {
				return fmt.Errorf("unreadable certificate (%w)", err)
			}
			chain = append(chain, c)
		default:
			return fmt.Errorf("unexpected PEM block %q", b.Type)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case key == nil:
		return nil, errors.New("it holds no private key")
	case len(chain) == 0:
		return nil, errors.New("it holds no certificate")
	}
	return newPair(key, chain...)
}

// decodeCerts reads a PEM text of one or more certificates and nothing else.
func decodeCerts(data []byte) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	err := eachBlock(data, func(b *pem.Block) error {
		if b.Type != blockCert {
			return fmt.Errorf("unexpected PEM block %q", b.Type)
		}
		c, err := x509.ParseCertificate(b.Bytes)
		chain = append(chain, c)
		return err
	})
	if err == nil && len(chain) == 0 {
		err = errors.New("it holds no certificate")
	}
	return chain, err
}

// eachBlock calls do for each PEM block. A block that has begun and not ended
// is an error, where encoding/pem would pass over it.
func eachBlock(data []byte, do func(*pem.Block) error) error {
	for {
		b, rest := pem.Decode(data)
		if b == nil {
			if bytes.Contains(rest, []byte("-----BEGIN")) {
				return errors.New("it is cut short or damaged")
			}
			return nil
		}
		// The decoder skips what it cannot read on its way to the next block.
		if skipped := data[:len(data)-len(rest)]; bytes.Count(skipped, []byte("-----BEGIN")) > 1 {
			return errors.New("it is damaged")
		}
		if err := do(b); err != nil {
			return err
		}
		data = rest
	}
}

// intact tells whether c is as its issuer signed it.
func intact(c, issuer *x509.Certificate) error {
	if issuer.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) != nil {
		return fmt.Errorf("the certificate is not as %q signed it", issuer.Subject.CommonName)
	}
	return nil
}

func encodeCert(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: blockCert, Bytes: c.Raw})
}
