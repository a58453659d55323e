package certs

import "bytes"

// Host is the certificate that clients see.
func (s *Store) Host() Certificate { return s.host.Load().info() }

// SetNames changes what the next server certificate is made for. The present
// one stays as it is.
func (s *Store) SetNames(hostname string, addresses []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opts.Hostname, s.opts.Addresses = hostname, addresses
}

// RefreshHost replaces the server certificate by a new self-signed one with a
// new key. Clients that connect from then on see it; open connections go on.
func (s *Store) RefreshHost() (Certificate, error) {
	key, err := s.newKey()
	if err != nil {
		return Certificate{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := issueHost(key, s.opts.Hostname, s.opts.Addresses, s.now())
	if err != nil {
		return Certificate{}, err
	}
	return s.setHost(p)
}

// InstallHost replaces the server certificate by one that the operator brings,
// with its unencrypted RSA key and, where not empty, the certificates between
// it and its CA. All are PEM texts. A refusal is an *Error whose code begins
// with SERVER_CERTIFICATE_, and leaves everything as it was.
func (s *Store) InstallHost(certPEM, keyPEM, chainPEM string) (Certificate, error) {
	p, refusal := checkServer(certPEM, keyPEM, chainPEM, s.now())
	if refusal != nil {
		return Certificate{}, refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.setHost(p)
}

func (s *Store) setHost(p *pair) (Certificate, error) {
	if err := s.writePair(fileHost, p); err != nil {
		return Certificate{}, err
	}
	s.host.Store(p)
	return p.info(), nil
}

func (s *Store) loadHost() error {
	p, err := s.readPair(fileHost, adviceHost)
	if err != nil {
		return err
	}
	if p != nil {
		if c := p.leaf(); bytes.Equal(c.RawIssuer, c.RawSubject) {
			if err := intact(c, c); err != nil {
				return fileError(s.files.where(fileHost), adviceHost, err)
			}
		}
		s.host.Store(p)
		return nil
	}
	key, err := s.hostKey()
	if err != nil {
		return err
	}
	if p, err = issueHost(key, s.opts.Hostname, s.opts.Addresses, s.now()); err != nil {
		return err
	}
	_, err = s.setHost(p)
	return err
}
