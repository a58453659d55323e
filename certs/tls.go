package certs

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
)

// PoolServerName is the name that a member asks for in its TLS greeting (SNI)
// to be shown the internal certificate. It is no name in that certificate.
const PoolServerName = "pool"

// TLSConfig is for the host's listener. It shows the internal certificate to
// who asks for PoolServerName and the server certificate to everybody else,
// also without a name, and each new connection sees the certificate of the
// moment. HTTP/2 is off: consoles and uploads need the bare connection.
func (s *Store) TLSConfig() *tls.Config {
	c := baseConfig()
	c.NextProtos = []string{"http/1.1"}
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		return s.certificateFor(hello.ServerName)
	}
	s.bindSessions(c)
	return c
}

// ClientConfig is for connections to a member of the pool, which must show an
// internal certificate that TrustMember or the own CA makes good and, unless
// hostUUID is empty, that names that host.
func (s *Store) ClientConfig(hostUUID string) *tls.Config {
	c := UnverifiedClientConfig()
	c.ServerName = PoolServerName
	c.VerifyConnection = func(cs tls.ConnectionState) error { return s.verifyMember(cs, hostUUID) }
	return c
}

// UnverifiedClientConfig is for talking to a host that one knows nothing of,
// or in a pool that has verification off.
func UnverifiedClientConfig() *tls.Config {
	c := baseConfig()
	c.NextProtos = []string{"http/1.1"}
	c.InsecureSkipVerify = true // VerifyConnection, where set, decides
	return c
}

func baseConfig() *tls.Config {
	return &tls.Config{
		MinVersion:       tls.VersionTLS12,
		MaxVersion:       tls.VersionTLS13,
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384},
		CipherSuites: []uint16{ // of TLS 1.2; those of 1.3 are not for choosing
			tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
		},
	}
}

func (s *Store) certificateFor(serverName string) (*tls.Certificate, error) {
	if serverName != PoolServerName {
		return s.host.Load().tls, nil
	}
	p, err := s.internalPair()
	if err != nil {
		return nil, err
	}
	return p.tls, nil
}

// bindSessions lets a session be resumed only while the certificate that it
// began under is the present one: a resumed session shows none, so a client
// would not learn of a new certificate for as long as it can resume.
func (s *Store) bindSessions(c *tls.Config) {
	const label = "xapid certificate "
	mark := func(cs tls.ConnectionState) ([]byte, error) {
		cert, err := s.certificateFor(cs.ServerName)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(cert.Certificate[0])
		return append([]byte(label), sum[:]...), nil
	}
	c.WrapSession = func(cs tls.ConnectionState, ss *tls.SessionState) ([]byte, error) {
		m, err := mark(cs)
		if err != nil {
			return nil, err
		}
		ss.Extra = append(ss.Extra, m)
		return c.EncryptTicket(cs, ss)
	}
	c.UnwrapSession = func(identity []byte, cs tls.ConnectionState) (*tls.SessionState, error) {
		ss, err := c.DecryptTicket(identity, cs)
		if err != nil || ss == nil {
			return nil, err
		}
		m, err := mark(cs)
		if err != nil {
			return nil, err
		}
		for _, have := range ss.Extra {
			if bytes.Equal(have, m) {
				return ss, nil
			}
		}
		return nil, nil // a full handshake
	}
}

func (s *Store) verifyMember(cs tls.ConnectionState, hostUUID string) error {
	if len(cs.PeerCertificates) == 0 {
		return errors.New("the member showed no certificate")
	}
	s.mu.Lock()
	roots := x509.NewCertPool()
	ca, err := s.authority()
	if err == nil {
		roots.AddCert(ca.leaf())
	}
	for id, list := range s.members {
		if hostUUID == "" || hostUUID == id {
			for _, c := range list {
				roots.AddCert(c)
			}
		}
	}
	s.mu.Unlock()
	if err != nil {
		return err
	}
	between := x509.NewCertPool()
	for _, c := range cs.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err = cs.PeerCertificates[0].Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: between, CurrentTime: s.now(), DNSName: hostUUID,
	})
	return err
}

// Client makes the TLS side of a connection that has just been opened, and
// checks the other end's certificate before it returns.
func Client(ctx context.Context, raw net.Conn, config *tls.Config) (net.Conn, error) {
	c := tls.Client(raw, config)
	if err := c.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	return c, nil
}
