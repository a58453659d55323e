package certs_test

import (
	"path/filepath"
	"regexp"
	"sync"
	"testing"

	"github.com/xapid/xapid/certs"
)

func TestPoolSecretRotation(t *testing.T) {
	o := certs.Options{Dir: t.TempDir(), Sibling: nil, HostUUID: uuidA}
	s := open(t, o)
	old := s.PoolSecret()
	uuid := `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`
	if !regexp.MustCompile("^" + uuid + "/" + uuid + "/" + uuid + "$").MatchString(old) {
		t.Fatalf("secret %q", old)
	}
	next := certs.NewPoolSecret()
	steps := []struct {
		name             string
		do               func() error
		sent             string
		takesOld, takesN bool
	}{
		{"start", func() error { return nil }, old, true, false},
		{"accept", func() error { return s.AcceptPoolSecret(next) }, old, true, true},
		{"accept again", func() error { return s.AcceptPoolSecret(next) }, old, true, true},
		{"send", func() error { return s.SendPoolSecret(next) }, next, true, true},
		{"send again", func() error { return s.SendPoolSecret(next) }, next, true, true},
		{"drop", s.DropOldPoolSecrets, next, false, true},
		{"drop again", s.DropOldPoolSecrets, next, false, true},
	}
	for _, st := range steps {
		if err := st.do(); err != nil {
			t.Fatalf("%s: %v", st.name, err)
		}
		for what, s := range map[string]*certs.Store{"live": s, "re-opened": open(t, o)} {
			if s.PoolSecret() != st.sent || s.AcceptsPoolSecret(old) != st.takesOld || s.AcceptsPoolSecret(next) != st.takesN {
				t.Errorf("%s, %s: sends the new one %v, takes old %v, new %v", st.name, what,
					s.PoolSecret() == next, s.AcceptsPoolSecret(old), s.AcceptsPoolSecret(next))
			}
			if s.AcceptsPoolSecret("") || s.AcceptsPoolSecret(old[1:]) {
				t.Errorf("%s, %s: takes a wrong secret", st.name, what)
			}
		}
	}
	for _, bad := range []string{"", "short", old + "\n", "XYZ" + old} {
		if s.SetPoolSecret(bad) == nil || s.AcceptPoolSecret(bad) == nil || s.SendPoolSecret(bad) == nil {
			t.Errorf("%q was taken for a secret", bad)
		}
	}
	if s.PoolSecret() != next {
		t.Error("a refused secret changed something")
	}
}

func TestMembersAreKept(t *testing.T) {
	o := certs.Options{Dir: t.TempDir(), HostUUID: uuidA}
	s := open(t, o)
	internal, err := s.Internal()
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "../host", "nobody", uuidB + "/x", "{" + uuidB + "}"} {
		if s.TrustMember(bad, internal.PEM) == nil || s.ForgetMember(bad) == nil {
			t.Errorf("%q was taken for a uuid", bad)
		}
	}
	if s.TrustMember(uuidB, "no certificate") == nil {
		t.Error("trusts what is no certificate")
	}
	if err := s.TrustMember(uuidB, internal.PEM); err != nil {
		t.Fatal(err)
	}
	for what, s := range map[string]*certs.Store{"live": s, "re-opened": open(t, o)} {
		if m := s.Members(); len(m) != 1 || m[uuidB] != internal.PEM {
			t.Errorf("%s: members %v", what, m)
		}
	}
}

func TestResetPool(t *testing.T) {
	o := certs.Options{Dir: t.TempDir(), HostUUID: uuidA, Hostname: "alpha"}
	s := open(t, o)
	before, err := s.Internal()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.TrustMember(uuidB, before.PEM); err != nil {
		t.Fatal(err)
	}
	host, ca, secret := s.Host(), must(s.PoolCA()), s.PoolSecret()
	if err := s.ResetPool(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(o.Dir, "members", "*")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
	for what, s := range map[string]*certs.Store{"live": s, "re-opened": open(t, o)} {
		if s.Host() != host {
			t.Errorf("%s: another server certificate", what)
		}
		if must(s.PoolCA()) == ca || must(s.Internal()) == before || s.AcceptsPoolSecret(secret) || len(s.Members()) != 0 {
			t.Errorf("%s: something of the old pool is left", what)
		}
	}
}

func TestInternalNeedsUUID(t *testing.T) {
	s := open(t, certs.Options{Sibling: memory()})
	_, err := s.Internal()
	hasLine(t, err, "no uuid")
}

func TestInternalIsMadeOnce(t *testing.T) {
	s := open(t, certs.Options{HostUUID: uuidA})
	var wg sync.WaitGroup
	prints := make([]string, 8)
	for i := range prints {
		wg.Go(func() { prints[i] = must(s.Internal()).SHA256 })
	}
	wg.Wait()
	for _, p := range prints {
		if p != prints[0] {
			t.Fatalf("several certificates: %q", prints)
		}
	}
}

func must(c certs.Certificate, err error) certs.Certificate {
	if err != nil {
		panic(err)
	}
	return c
}
