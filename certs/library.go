package certs

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"slices"
	"strings"
)

// Library is one kind of certificates, or the revocation lists, that an
// operator installs for the whole pool: PEM texts under names. Each member
// keeps a copy. Refusals are *Error with the codes of the kind.
type Library struct {
	store *Store
	kind  *libraryKind
}

// libraryKind is what sets the libraries apart: where they are, their codes,
// and what may go in.
type libraryKind struct {
	dir                                string
	exists, missing, corrupt, nameCode string
	dated                              string // prefix of the codes for unusable certificates; none: revocation lists
	byContent                          bool   // one certificate may be there once, whatever its name
}

var (
	kindCA = &libraryKind{
		dir:    "ca",
		exists: "CERTIFICATE_ALREADY_EXISTS", missing: "CERTIFICATE_DOES_NOT_EXIST",
		corrupt: "CERTIFICATE_CORRUPT", nameCode: "CERTIFICATE_NAME_INVALID",
		dated: "CA_CERTIFICATE",
	}
	kindTrusted = &libraryKind{
		dir:    "trusted",
		exists: "TRUSTED_CERTIFICATE_ALREADY_EXISTS", missing: "CERTIFICATE_DOES_NOT_EXIST",
		corrupt: "CERTIFICATE_CORRUPT", nameCode: "CERTIFICATE_NAME_INVALID",
		dated: "TRUSTED_CERTIFICATE", byContent: true,
	}
	kindCRL = &libraryKind{
		dir:    "crl",
		exists: "CRL_ALREADY_EXISTS", missing: "CRL_DOES_NOT_EXIST",
		corrupt: "CRL_CORRUPT", nameCode: "CRL_NAME_INVALID",
	}
)

// CAs holds what pool.install_ca_certificate brings.
func (s *Store) CAs() *Library { return &Library{s, kindCA} }

// Trusted holds what pool.install_trusted_certificate brings.
func (s *Store) Trusted() *Library { return &Library{s, kindTrusted} }

// CRLs holds what pool.crl_install brings.
func (s *Store) CRLs() *Library { return &Library{s, kindCRL} }

// Check does what Install would refuse for, and changes nothing: the text
// (..._INVALID, _NOT_VALID_YET [now, from], _EXPIRED [now, until]; CRL_CORRUPT
// [name]), then the name, then whether it is taken.
func (l *Library) Check(name, text string) (Certificate, error) {
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	return l.check(name, text)
}

func (l *Library) check(name, text string) (Certificate, error) {
	c, refusal := l.checkText(name, text)
	if refusal != nil {
		return c, refusal
	}
	if !goodName(name) {
		return c, refuse(l.kind.nameCode, name)
	}
	if _, err := l.store.files.read(l.path(name)); !errors.Is(err, fs.ErrNotExist) {
		return c, refuse(l.kind.exists, name)
	}
	if l.kind.byContent {
		return c, l.checkNew(c)
	}
	return c, nil
}

func (l *Library) checkNew(c Certificate) error {
	names, err := l.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if have, err := l.read(name); err == nil && have == c.PEM {
			return refuse(l.kind.exists, c.SHA256)
		}
	}
	return nil
}

// Install adds a text under a name. For a revocation list the Certificate that
// comes back is empty. A trusted certificate is refused under any name once
// it is there: TRUSTED_CERTIFICATE_ALREADY_EXISTS [fingerprint].
func (l *Library) Install(name, text string) (Certificate, error) {
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	c, err := l.check(name, text)
	if err != nil {
		return c, err
	}
	if c.PEM != "" {
		text = c.PEM // without what stood around it
	}
	return c, l.store.write(l.path(name), []byte(text))
}

// Uninstall removes a name. Unless forced it must be there, and hold what it
// should.
func (l *Library) Uninstall(name string, force bool) error {
	if !goodName(name) {
		return refuse(l.kind.nameCode, name)
	}
	l.store.mu.Lock()
	defer l.store.mu.Unlock()
	if !force {
		if _, err := l.read(name); err != nil {
			return err
		}
	}
	return l.store.remove(l.path(name))
}

// Get is the text of a name.
func (l *Library) Get(name string) (string, error) {
	if !goodName(name) {
		return "", refuse(l.kind.nameCode, name)
	}
	return l.read(name)
}

// Names lists what is installed, sorted. A library that cannot be read is
// CERTIFICATE_LIBRARY_CORRUPT.
func (l *Library) Names() ([]string, error) {
	names, err := l.store.files.list(l.kind.dir)
	if err != nil {
		return nil, refuse("CERTIFICATE_LIBRARY_CORRUPT")
	}
	return slices.DeleteFunc(names, func(n string) bool { return !goodName(n) }), nil
}

func (l *Library) read(name string) (string, error) {
	data, err := l.store.files.read(l.path(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", refuse(l.kind.missing, name)
	case err != nil:
		return "", refuse(l.kind.corrupt, name)
	}
	// A certificate that has expired since is still a certificate.
	if l.kind.dated == "" {
		_, refusal := l.checkText(name, string(data))
		if refusal != nil {
			return "", refusal
		}
	} else if list, err := decodeCerts(data); err != nil || len(list) != 1 {
		return "", refuse(l.kind.corrupt, name)
	}
	return string(data), nil
}

func (l *Library) checkText(name, text string) (Certificate, *Error) {
	if l.kind.dated != "" {
		c, refusal := checkDated(l.kind.dated, text, l.store.now())
		if refusal != nil {
			return Certificate{}, refusal
		}
		return describe(c), nil
	}
	b, _ := pem.Decode([]byte(text))
	if b == nil || b.Type != "X509 CRL" {
		return Certificate{}, refuse(l.kind.corrupt, name)
	}
	if _, err := x509.ParseRevocationList(b.Bytes); err != nil {
		return Certificate{}, refuse(l.kind.corrupt, name)
	}
	return Certificate{}, nil
}

func (l *Library) path(name string) string { return l.kind.dir + "/" + name }

// goodName holds for names that are safe as a file's: letters, digits, dot,
// dash and underscore, no dot first, ".pem" last.
func goodName(name string) bool {
	const safe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
	return len(name) <= 255 && !strings.HasPrefix(name, ".") &&
		strings.HasSuffix(name, ".pem") && strings.Trim(name, safe) == ""
}
