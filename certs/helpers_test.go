package certs_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xapid/xapid/certs"
)

const (
	uuidA = "0f3c7a8e-2f0b-4d3e-9a68-5d1c1a1b0a01"
	uuidB = "0f3c7a8e-2f0b-4d3e-9a68-5d1c1a1b0a02"
)

var day0 = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, o certs.Options) *certs.Store {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return day0 }
	}
	s, err := certs.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// memory is a store that tests may share, because they only read it.
var memory = sync.OnceValue(func() *certs.Store {
	s, err := certs.Open(certs.Options{Hostname: "alpha", HostUUID: uuidA, Now: func() time.Time { return day0 }})
	if err != nil {
		panic(err)
	}
	return s
})

var someKey = sync.OnceValue(func() *rsa.PrivateKey { return mustRSA(2048) })

func mustRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		panic(err)
	}
	return key
}

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return block("PRIVATE KEY", der)
}

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// selfSigned makes a certificate for key; change alters its template.
func selfSigned(t *testing.T, key crypto.Signer, change func(*x509.Certificate)) string {
	t.Helper()
	c := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "brought"}, DNSNames: []string{"brought"},
		NotBefore: day0.Add(-time.Hour), NotAfter: day0.Add(time.Hour),
	}
	if change != nil {
		change(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return block("CERTIFICATE", der)
}

// wantCode checks an error's code and parameters; none wanted means success.
func wantCode(t *testing.T, err error, want ...string) {
	t.Helper()
	var e *certs.Error
	switch {
	case len(want) == 0:
		if err != nil {
			t.Errorf("got %v, want success", err)
		}
	case !errors.As(err, &e):
		t.Errorf("got %v, want %v", err, want)
	case e.Code != want[0] || !slices.Equal(e.Params, want[1:]):
		t.Errorf("got %s %q, want %s %q", e.Code, e.Params, want[0], want[1:])
	}
}

func hasLine(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("more than one line: %v", err)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("%q lacks %q", err, p)
		}
	}
}
