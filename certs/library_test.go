package certs_test

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/xapid/xapid/certs"
)

func TestLibraries(t *testing.T) {
	key := someKey()
	good := selfSigned(t, key, nil)
	late := selfSigned(t, key, func(c *x509.Certificate) { c.NotAfter = day0.Add(-time.Minute) })
	early := selfSigned(t, key, func(c *x509.Certificate) { c.NotBefore = day0.Add(time.Minute) })
	crl := revocations(t)
	tests := map[string]struct {
		lib        func(*certs.Store) *certs.Library
		name, text string
		want       []string
	}{
		"CA":                  {(*certs.Store).CAs, "my-CA_1.pem", "a comment\n" + good, nil},
		"CA, not PEM":         {(*certs.Store).CAs, "a.pem", "x", []string{"CA_CERTIFICATE_INVALID"}},
		"CA, expired":         {(*certs.Store).CAs, "a.pem", late, []string{"CA_CERTIFICATE_EXPIRED", "20260301T12:00:00Z", "20260301T11:59:00Z"}},
		"CA, early":           {(*certs.Store).CAs, "a.pem", early, []string{"CA_CERTIFICATE_NOT_VALID_YET", "20260301T12:00:00Z", "20260301T12:01:00Z"}},
		"CA, text first":      {(*certs.Store).CAs, ".bad", "x", []string{"CA_CERTIFICATE_INVALID"}},
		"CA, hidden name":     {(*certs.Store).CAs, ".a.pem", good, []string{"CERTIFICATE_NAME_INVALID", ".a.pem"}},
		"CA, other ending":    {(*certs.Store).CAs, "a.crt", good, []string{"CERTIFICATE_NAME_INVALID", "a.crt"}},
		"CA, a path":          {(*certs.Store).CAs, "../a.pem", good, []string{"CERTIFICATE_NAME_INVALID", "../a.pem"}},
		"CA, no name":         {(*certs.Store).CAs, "", good, []string{"CERTIFICATE_NAME_INVALID", ""}},
		"CA, taken":           {(*certs.Store).CAs, "taken.pem", good, []string{"CERTIFICATE_ALREADY_EXISTS", "taken.pem"}},
		"CRL":                 {(*certs.Store).CRLs, "a.pem", crl, nil},
		"CRL, a certificate":  {(*certs.Store).CRLs, "a.pem", good, []string{"CRL_CORRUPT", "a.pem"}},
		"CRL, bad name":       {(*certs.Store).CRLs, "a b.pem", crl, []string{"CRL_NAME_INVALID", "a b.pem"}},
		"trusted":             {(*certs.Store).Trusted, uuidA + ".pem", good, nil},
		"trusted, expired":    {(*certs.Store).Trusted, uuidA + ".pem", late, []string{"TRUSTED_CERTIFICATE_EXPIRED", "20260301T12:00:00Z", "20260301T11:59:00Z"}},
		"trusted, not PEM":    {(*certs.Store).Trusted, uuidA + ".pem", "", []string{"TRUSTED_CERTIFICATE_INVALID"}},
		"trusted, taken name": {(*certs.Store).Trusted, "taken.pem", good, []string{"TRUSTED_CERTIFICATE_ALREADY_EXISTS", "taken.pem"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			o := certs.Options{Dir: t.TempDir(), Sibling: memory()}
			s := open(t, o)
			for _, dir := range []string{"ca", "trusted"} {
				if err := os.MkdirAll(filepath.Join(o.Dir, dir), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(o.Dir, dir, "taken.pem"), []byte("?"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			lib := tt.lib(s)
			_, err := lib.Check(tt.name, tt.text)
			wantCode(t, err, tt.want...)
			before, _ := lib.Names()
			_, err = lib.Install(tt.name, tt.text)
			wantCode(t, err, tt.want...)
			after, err := tt.lib(open(t, o)).Names()
			if err != nil || slices.Contains(after, tt.name) != (tt.want == nil || tt.name == "taken.pem") {
				t.Errorf("names %q, then %q, %v", before, after, err)
			}
			if tt.want != nil {
				return
			}
			if text, err := lib.Get(tt.name); err != nil || text == "" {
				t.Errorf("get: %q, %v", text, err)
			}
			wantCode(t, lib.Uninstall(tt.name, false))
			if now, _ := lib.Names(); slices.Contains(now, tt.name) {
				t.Error("it is still there")
			}
		})
	}
}

func TestTrustedOnce(t *testing.T) {
	lib := open(t, certs.Options{Sibling: memory()}).Trusted()
	text := selfSigned(t, someKey(), nil)
	c, err := lib.Install(uuidA+".pem", text)
	wantCode(t, err)
	_, err = lib.Install(uuidB+".pem", text)
	wantCode(t, err, "TRUSTED_CERTIFICATE_ALREADY_EXISTS", c.SHA256)
}

func TestUninstall(t *testing.T) {
	o := certs.Options{Dir: t.TempDir(), Sibling: memory()}
	s := open(t, o)
	lib := s.CAs()
	wantCode(t, lib.Uninstall("gone.pem", false), "CERTIFICATE_DOES_NOT_EXIST", "gone.pem")
	wantCode(t, lib.Uninstall("gone.pem", true))
	wantCode(t, s.CRLs().Uninstall("gone.pem", false), "CRL_DOES_NOT_EXIST", "gone.pem")
	wantCode(t, lib.Uninstall("../host.pem", true), "CERTIFICATE_NAME_INVALID", "../host.pem")
	_, err := lib.Get("gone.pem")
	wantCode(t, err, "CERTIFICATE_DOES_NOT_EXIST", "gone.pem")

	if _, err := lib.Install("bad.pem", selfSigned(t, someKey(), nil)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "ca", "bad.pem"), []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantCode(t, lib.Uninstall("bad.pem", false), "CERTIFICATE_CORRUPT", "bad.pem")
	wantCode(t, lib.Uninstall("bad.pem", true))

	if err := os.RemoveAll(filepath.Join(o.Dir, "ca")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "ca"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = lib.Names()
	wantCode(t, err, "CERTIFICATE_LIBRARY_CORRUPT")
}

func revocations(t *testing.T) string {
	t.Helper()
	ca := &x509.Certificate{
		SubjectKeyId: []byte{1}, KeyUsage: x509.KeyUsageCRLSign, Subject: pkix.Name{CommonName: "ca"},
	}
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: day0, NextUpdate: day0.Add(time.Hour)}
	der, err := x509.CreateRevocationList(rand.Reader, list, ca, someKey())
	if err != nil {
		t.Fatal(err)
	}
	return block("X509 CRL", der)
}
