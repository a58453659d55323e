package certs

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/google/uuid"
)

// Internal is the certificate that the host shows to members of its pool. The
// first call makes it, and its CA.
func (s *Store) Internal() (Certificate, error) {
	p, err := s.internalPair()
	if err != nil {
		return Certificate{}, err
	}
	return p.info(), nil
}

// PoolCA is the certificate of the CA that issues this host's internal one.
func (s *Store) PoolCA() (Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ca, err := s.authority()
	if err != nil {
		return Certificate{}, err
	}
	return ca.info(), nil
}

// RefreshInternal replaces the internal certificate, with a new key. Members
// that trust the CA accept it; those that were given the old certificate alone
// must be given this one.
func (s *Store) RefreshInternal() (Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.makeInternal()
	if err != nil {
		return Certificate{}, err
	}
	return p.info(), nil
}

// TrustMember lets the member of that uuid be verified: by its internal
// certificate, by the CA that issues it, or both, as the PEM text has them.
// What was trusted for that member before is replaced.
func (s *Store) TrustMember(hostUUID, text string) error {
	name, err := memberFile(hostUUID)
	if err != nil {
		return err
	}
	list, err := decodeCerts([]byte(text))
	if err != nil {
		return fmt.Errorf("certificate of member %s: %w", hostUUID, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.write(name, []byte(joinCerts(list))); err != nil {
		return err
	}
	s.members[hostUUID] = list
	return nil
}

// ForgetMember takes back what TrustMember gave.
func (s *Store) ForgetMember(hostUUID string) error {
	name, err := memberFile(hostUUID)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.remove(name); err != nil {
		return err
	}
	delete(s.members, hostUUID)
	return nil
}

// Members are the PEM texts that TrustMember was given, by host uuid.
func (s *Store) Members() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]string, len(s.members))
	for id, list := range s.members {
		out[id] = joinCerts(list)
	}
	return out
}

// ResetPool makes the host a pool of its own: a new CA and secret, no members,
// and an internal certificate that is made when next asked for. The server
// certificate stays.
func (s *Store) ResetPool() error {
	key, err := s.newKey()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	// The certificate goes before its CA: alone it would be an error at start.
	if err := s.remove(fileInternal); err != nil {
		return err
	}
	s.internal.Store(nil)
	for id := range s.members {
		if err := s.remove(dirMembers + "/" + id + ".pem"); err != nil {
			return err
		}
		delete(s.members, id)
	}
	if err := s.setSecrets(NewPoolSecret()); err != nil {
		return err
	}
	return s.setCA(key)
}

func (s *Store) internalPair() (*pair, error) {
	if p := s.internal.Load(); p != nil {
		return p, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.internal.Load(); p != nil {
		return p, nil
	}
	if s.ca == nil && s.opts.Sibling != nil {
		sib, err := s.opts.Sibling.internalPair()
		if err != nil {
			return nil, err
		}
		return s.issueInternal(sib.key)
	}
	return s.makeInternal()
}

// makeInternal issues with a new key. It makes that and the CA's, where that is
// missing too, side by side. The caller holds mu.
func (s *Store) makeInternal() (*pair, error) {
	var wg sync.WaitGroup
	var key *rsa.PrivateKey
	var keyErr error
	wg.Go(func() { key, keyErr = s.newKey() })
	_, err := s.authority()
	wg.Wait()
	if err := errors.Join(err, keyErr); err != nil {
		return nil, err
	}
	return s.issueInternal(key)
}

// issueInternal makes and keeps the internal certificate. The caller holds mu.
func (s *Store) issueInternal(key *rsa.PrivateKey) (*pair, error) {
	if s.opts.HostUUID == "" {
		return nil, errors.New("internal certificate: the host has no uuid")
	}
	ca, err := s.authority()
	if err != nil {
		return nil, err
	}
	p, err := issueInternal(key, ca, s.opts.HostUUID, s.now())
	if err != nil {
		return nil, err
	}
	if err := s.writePair(fileInternal, p); err != nil {
		return nil, err
	}
	s.internal.Store(p)
	return p, nil
}

// authority is the CA: the host's own, else its sibling's, else a new one. The
// caller holds mu.
func (s *Store) authority() (*pair, error) {
	if s.ca != nil {
		return s.ca, nil
	}
	if sib := s.opts.Sibling; sib != nil {
		sib.mu.Lock()
		defer sib.mu.Unlock()
		return sib.authority()
	}
	key, err := s.newKey()
	if err != nil {
		return nil, err
	}
	if err := s.setCA(key); err != nil {
		return nil, err
	}
	return s.ca, nil
}

func (s *Store) setCA(key *rsa.PrivateKey) error {
	ca, err := issueCA(key, uuid.NewString()[:8], s.now())
	if err != nil {
		return err
	}
	if err := s.writePair(fileCA, ca); err != nil {
		return err
	}
	s.ca = ca
	return nil
}

func (s *Store) loadPool() error {
	ca, err := s.readPair(fileCA, adviceCA)
	if err != nil {
		return err
	}
	p, err := s.readPair(fileInternal, adviceInternal)
	if err != nil {
		return err
	}
	if err := s.checkCA(ca, p); err != nil {
		return fileError(s.files.where(fileCA), adviceCA, err)
	}
	if err := s.checkInternal(ca, p); err != nil {
		return fileError(s.files.where(fileInternal), adviceInternal, err)
	}
	s.ca = ca
	s.internal.Store(p)
	return nil
}

func (s *Store) checkCA(ca, internal *pair) error {
	switch {
	case ca == nil && internal != nil && s.opts.Sibling == nil:
		return fs.ErrNotExist
	case ca == nil:
		return nil
	case !ca.leaf().IsCA:
		return errors.New("it holds no CA")
	}
	return intact(ca.leaf(), ca.leaf())
}

func (s *Store) checkInternal(ca, internal *pair) error {
	if internal == nil {
		return nil
	}
	name, want := internal.leaf().Subject.CommonName, s.opts.HostUUID
	if want != "" && name != want {
		return fmt.Errorf("it belongs to host %s, not %s", name, want)
	}
	if ca == nil {
		return nil // a sibling's, who may have changed it since
	}
	return intact(internal.leaf(), ca.leaf())
}

func (s *Store) loadMembers() error {
	names, err := s.files.list(dirMembers)
	if err != nil {
		return fileError(s.files.where(dirMembers), "make it a directory that the daemon may read", plain(err))
	}
	for _, base := range names {
		name := dirMembers + "/" + base
		data, err := s.files.read(name)
		var list []*x509.Certificate
		if err == nil {
			list, err = decodeCerts(data)
		}
		if err != nil {
			return fileError(s.files.where(name), adviceMember, plain(err))
		}
		s.members[strings.TrimSuffix(base, ".pem")] = list
	}
	return nil
}

// memberFile refuses what is no uuid: it would become part of a path.
func memberFile(hostUUID string) (string, error) {
	if id, err := uuid.Parse(hostUUID); err != nil || id.String() != hostUUID {
		return "", fmt.Errorf("%q is no host uuid", hostUUID)
	}
	return dirMembers + "/" + hostUUID + ".pem", nil
}

func joinCerts(list []*x509.Certificate) string {
	var b strings.Builder
	for _, c := range list {
		b.Write(encodeCert(c))
	}
	return b.String()
}
