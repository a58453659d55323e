package certs_test

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/xapid/xapid/certs"
)

// greet shakes hands over a pipe and sends a byte each way, so that a session
// ticket has arrived too.
func greet(server, client *tls.Config) (tls.ConnectionState, error) {
	a, b := net.Pipe()
	defer a.Close()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() {
		defer b.Close()
		c := tls.Server(b, server)
		buf := make([]byte, 1)
		if _, err := c.Read(buf); err == nil {
			_, _ = c.Write(buf)
		}
	})
	c := tls.Client(a, client)
	if _, err := c.Write([]byte{1}); err != nil {
		a.Close()
		return tls.ConnectionState{}, err
	}
	if _, err := c.Read(make([]byte, 1)); err != nil {
		a.Close()
		return tls.ConnectionState{}, err
	}
	return c.ConnectionState(), nil
}

func trusting(t *testing.T, c certs.Certificate) *x509.CertPool {
	t.Helper()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM([]byte(c.PEM)) {
		t.Fatal("no certificate")
	}
	return pool
}

func TestHandshakes(t *testing.T) {
	s := memory()
	server := s.TLSConfig()
	internal, err := s.Internal()
	if err != nil {
		t.Fatal(err)
	}
	only := func(suites ...uint16) []uint16 { return suites }
	tests := map[string]struct {
		min, max uint16
		suites   []uint16
		curves   []tls.CurveID
		sni      string
		protos   []string
		want     string // common name shown; "" = no handshake
	}{
		"1.3":                  {min: tls.VersionTLS13, sni: "alpha", want: "alpha"},
		"1.2":                  {max: tls.VersionTLS12, sni: "alpha", want: "alpha"},
		"1.3 no name":          {min: tls.VersionTLS13, want: "alpha"},
		"1.2 no name":          {max: tls.VersionTLS12, want: "alpha"},
		"unknown name":         {sni: "nobody.example", want: "alpha"},
		"pool 1.3":             {min: tls.VersionTLS13, sni: "pool", want: uuidA},
		"pool 1.2":             {max: tls.VersionTLS12, sni: "pool", want: uuidA},
		"AES256-GCM":           {max: tls.VersionTLS12, suites: only(tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384), want: "alpha"},
		"AES128-GCM":           {max: tls.VersionTLS12, suites: only(tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256), want: "alpha"},
		"P-384":                {curves: []tls.CurveID{tls.CurveP384}, want: "alpha"},
		"P-256":                {curves: []tls.CurveID{tls.CurveP256}, want: "alpha"},
		"X25519":               {curves: []tls.CurveID{tls.X25519}, want: "alpha"},
		"ALPN with h2":         {protos: []string{"h2", "http/1.1"}, want: "alpha"},
		"1.1 alone":            {min: tls.VersionTLS10, max: tls.VersionTLS11},
		"CBC alone":            {max: tls.VersionTLS12, suites: only(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA)},
		"no forward secrecy":   {max: tls.VersionTLS12, suites: only(tls.TLS_RSA_WITH_AES_128_GCM_SHA256)},
		"ECDSA suites alone":   {max: tls.VersionTLS12, suites: only(tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256)},
		"P-521 alone":          {curves: []tls.CurveID{tls.CurveP521}},
		"h2 without http/1.1":  {protos: []string{"h2"}},
		"an old 1.0 to 1.2 cl": {min: tls.VersionTLS10, max: tls.VersionTLS12, want: "alpha"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			client := &tls.Config{
				InsecureSkipVerify: true, ServerName: tt.sni, MinVersion: tt.min, MaxVersion: tt.max,
				CipherSuites: tt.suites, CurvePreferences: tt.curves, NextProtos: tt.protos,
			}
			cs, err := greet(server, client)
			if tt.want == "" {
				if err == nil {
					t.Fatal("the handshake went through")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := cs.PeerCertificates[0].Subject.CommonName; got != tt.want {
				t.Errorf("was shown %s", got)
			}
			if tt.protos != nil && cs.NegotiatedProtocol != "http/1.1" {
				t.Errorf("protocol %q", cs.NegotiatedProtocol)
			}
		})
	}
	if server.ClientAuth != tls.NoClientCert {
		t.Error("asks for a client certificate")
	}
	if internal.Name != uuidA {
		t.Errorf("internal certificate for %s", internal.Name)
	}
}

func TestClientsThatVerify(t *testing.T) {
	s := memory()
	for _, name := range []string{"alpha", "localhost", "127.0.0.1", "::1"} {
		client := &tls.Config{RootCAs: trusting(t, s.Host()), ServerName: name, Time: func() time.Time { return day0 }}
		if _, err := greet(s.TLSConfig(), client); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	client := &tls.Config{RootCAs: trusting(t, s.Host()), ServerName: "beta", Time: func() time.Time { return day0 }}
	if _, err := greet(s.TLSConfig(), client); err == nil {
		t.Error("good for a foreign name")
	}
}

func TestNewCertificateShowsAtOnce(t *testing.T) {
	for name, version := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			s := open(t, certs.Options{Hostname: "alpha", HostUUID: uuidA, Sibling: memory()})
			// A clone is what net/http serves with.
			server := s.TLSConfig().Clone()
			client := &tls.Config{
				InsecureSkipVerify: true, ServerName: "alpha", MinVersion: version, MaxVersion: version,
				ClientSessionCache: tls.NewLRUClientSessionCache(4),
			}
			visit := func(resumed bool) {
				t.Helper()
				cs, err := greet(server, client)
				if err != nil {
					t.Fatal(err)
				}
				if cs.DidResume != resumed {
					t.Errorf("resumed: %v, want %v", cs.DidResume, resumed)
				}
				if want := trusting(t, s.Host()); !func() bool {
					got := x509.NewCertPool()
					got.AddCert(cs.PeerCertificates[0])
					return got.Equal(want)
				}() {
					t.Error("was shown another certificate than the present one")
				}
			}
			visit(false)
			visit(true)
			if _, err := s.RefreshHost(); err != nil {
				t.Fatal(err)
			}
			visit(false)
			visit(true)
		})
	}
}

func TestMembersVerifyEachOther(t *testing.T) {
	a := open(t, certs.Options{HostUUID: uuidA})
	b := open(t, certs.Options{HostUUID: uuidB})
	try := func(from *certs.Store, to *certs.Store, name string) bool {
		_, err := greet(to.TLSConfig(), from.ClientConfig(name))
		return err == nil
	}
	want := func(what string, got, want bool) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	want("itself", try(a, a, uuidA), true)
	want("a stranger", try(a, b, uuidB), false)
	if _, err := greet(b.TLSConfig(), certs.UnverifiedClientConfig()); err != nil {
		t.Error(err)
	}

	internal, err := b.Internal()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.TrustMember(uuidB, internal.PEM); err != nil {
		t.Fatal(err)
	}
	want("a member by its certificate", try(a, b, uuidB), true)
	want("a member, any", try(a, b, ""), true)
	want("a member under another's name", try(a, b, uuidA), false)
	want("the way back", try(b, a, uuidA), false)

	if _, err := b.RefreshInternal(); err != nil {
		t.Fatal(err)
	}
	want("after its refresh", try(a, b, uuidB), false)
	ca, err := b.PoolCA()
	if err != nil {
		t.Fatal(err)
	}
	if err := a.TrustMember(uuidB, internal.PEM+ca.PEM); err != nil {
		t.Fatal(err)
	}
	want("by its CA", try(a, b, uuidB), true)

	if err := a.ForgetMember(uuidB); err != nil {
		t.Fatal(err)
	}
	want("forgotten", try(a, b, uuidB), false)
}

func TestExpiredMember(t *testing.T) {
	now := day0
	a := open(t, certs.Options{HostUUID: uuidA, Now: func() time.Time { return now }})
	if _, err := greet(a.TLSConfig(), a.ClientConfig(uuidA)); err != nil {
		t.Fatal(err)
	}
	now = day0.AddDate(11, 0, 0)
	if _, err := greet(a.TLSConfig(), a.ClientConfig(uuidA)); err == nil {
		t.Error("an expired certificate passed")
	}
}
