package certs_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/certs"
)

func TestHostCertificate(t *testing.T) {
	s := open(t, certs.Options{Hostname: "alpha.example", Addresses: []string{"192.0.2.7", "[2001:db8::1]", "alpha.example", "10.0.0.1"}})
	info := s.Host()
	b, _ := pem.Decode([]byte(info.PEM))
	c, err := x509.ParseCertificate(b.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"alpha.example", "192.0.2.7", "2001:db8::1", "10.0.0.1", "localhost", "127.0.0.1", "::1"} {
		if err := c.VerifyHostname(name); err != nil {
			t.Error(err)
		}
	}
	if c.VerifyHostname("beta") == nil {
		t.Error("good for a foreign name")
	}
	if got := len(c.DNSNames) + len(c.IPAddresses); got != 7 {
		t.Errorf("%d names, want each of 7 once", got)
	}
	pairs := regexp.MustCompile(`^[0-9A-F]{2}(:[0-9A-F]{2})+$`)
	if !pairs.MatchString(info.SHA256) || len(info.SHA256) != 32*3-1 || !pairs.MatchString(info.SHA1) || len(info.SHA1) != 20*3-1 {
		t.Errorf("fingerprints %s, %s", info.SHA256, info.SHA1)
	}
	if info.Subject != "CN=alpha.example" || info.Name != "alpha.example" {
		t.Errorf("subject %s, name %s", info.Subject, info.Name)
	}
	if d := info.NotAfter.Sub(info.NotBefore); d != 3650*24*time.Hour || info.NotBefore.After(day0) || info.NotBefore.Location() != time.UTC {
		t.Errorf("from %v to %v", info.NotBefore, info.NotAfter)
	}
}

func TestOddHostNames(t *testing.T) {
	long := strings.Repeat("a", 70) + ".example"
	for name, want := range map[string]string{"": "localhost", "192.0.2.1": "192.0.2.1", "h.example": "h.example", long: strings.Repeat("a", 64)} {
		s := open(t, certs.Options{Hostname: name, Sibling: memory()})
		if got := s.Host().Name; got != want {
			t.Errorf("host name %q: common name %q, want %q", name, got, want)
		}
	}
}

func TestReopen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "certs")
	o := certs.Options{Dir: dir, Hostname: "alpha", HostUUID: uuidA}
	s := open(t, o)
	state := func(s *certs.Store) [4]string {
		internal, err := s.Internal()
		if err != nil {
			t.Fatal(err)
		}
		ca, err := s.PoolCA()
		if err != nil {
			t.Fatal(err)
		}
		return [4]string{s.Host().SHA256, internal.SHA256, ca.SHA256, s.PoolSecret()}
	}
	before := state(s)
	if again := state(open(t, o)); again != before {
		t.Errorf("re-opened: %q, want %q", again, before)
	}
	if _, err := s.RefreshHost(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RefreshInternal(); err != nil {
		t.Fatal(err)
	}
	after := state(s)
	if after[0] == before[0] || after[1] == before[1] || after[2] != before[2] || after[3] != before[3] {
		t.Errorf("refresh: %q, was %q", after, before)
	}
	if again := state(open(t, o)); again != after {
		t.Errorf("re-opened after refresh: %q, want %q", again, after)
	}
}

func TestFilesAreForTheOwnerOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "certs")
	s := open(t, certs.Options{Dir: dir, Hostname: "alpha", HostUUID: uuidA})
	internal, err := s.Internal()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.TrustMember(uuidB, internal.PEM); err != nil {
		t.Fatal(err)
	}
	// What a crash left half written neither matters nor keeps its mode.
	if err := os.WriteFile(filepath.Join(dir, "host.pem.new"), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RefreshHost(); err != nil {
		t.Fatal(err)
	}
	seen := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		want := fs.FileMode(0o600)
		if d.IsDir() {
			want = 0o700
		} else {
			seen++
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, want %v", path, info.Mode(), want)
		}
		return err
	})
	if err != nil || seen != 5 {
		t.Errorf("%d files, %v; want 5", seen, err)
	}
}

func TestBadFilesAreNamedAndKept(t *testing.T) {
	origin := t.TempDir()
	s := open(t, certs.Options{Dir: origin, Hostname: "alpha", HostUUID: uuidA})
	internal, err := s.Internal()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.TrustMember(uuidB, internal.PEM); err != nil {
		t.Fatal(err)
	}
	member := "members/" + uuidB + ".pem"
	damages := map[string]func(data []byte) []byte{
		"empty":     func([]byte) []byte { return nil },
		"garbage":   func([]byte) []byte { return []byte("\x00\x01 not what it should be") },
		"cut short": func(d []byte) []byte { return d[:len(d)-40] },
		"a flipped byte": func(d []byte) []byte {
			d[len(d)/3] ^= 0x41
			return d
		},
	}
	for _, name := range []string{"host.pem", "pool-ca.pem", "pool.pem", "pool-secret", member} {
		for what, damage := range damages {
			if name == member && what == "a flipped byte" {
				continue // only a handshake can tell
			}
			t.Run(name+" "+what, func(t *testing.T) {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(origin)); err != nil {
					t.Fatal(err)
				}
				file := filepath.Join(dir, filepath.FromSlash(name))
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				bad := damage(data)
				if err := os.WriteFile(file, bad, 0o600); err != nil {
					t.Fatal(err)
				}
				_, err = certs.Open(certs.Options{Dir: dir, HostUUID: uuidA})
				hasLine(t, err, file, "restore it", "remove it")
				if now, _ := os.ReadFile(file); string(now) != string(bad) {
					t.Error("the file was changed")
				}
			})
		}
	}
}

func TestMisfits(t *testing.T) {
	origin := t.TempDir()
	s := open(t, certs.Options{Dir: origin, HostUUID: uuidA})
	if _, err := s.Internal(); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		spoil func(dir string) error
		uuid  string
		want  []string
	}{
		"a directory in the place of a file": {
			spoil: func(dir string) error {
				return os.Mkdir(filepath.Join(dir, "host.pem"), 0o700)
			},
			want: []string{"host.pem", "is a directory"},
		},
		"an internal certificate without its CA": {
			spoil: func(dir string) error { return os.Remove(filepath.Join(dir, "pool-ca.pem")) },
			want:  []string{"pool-ca.pem", "does not exist", "together with pool.pem"},
		},
		"a leaf for a CA": {
			spoil: func(dir string) error {
				return os.Rename(filepath.Join(dir, "pool.pem"), filepath.Join(dir, "pool-ca.pem"))
			},
			want: []string{"pool-ca.pem", "holds no CA"},
		},
		"another host's": {uuid: uuidB, want: []string{"pool.pem", uuidA, uuidB}},
		"a file for the directory": {
			spoil: func(dir string) error { return os.WriteFile(filepath.Join(dir, "members"), nil, 0o600) },
			want:  []string{"members"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(origin)); err != nil {
				t.Fatal(err)
			}
			if name == "a directory in the place of a file" {
				if err := os.Remove(filepath.Join(dir, "host.pem")); err != nil {
					t.Fatal(err)
				}
			}
			if tt.spoil != nil {
				if err := tt.spoil(dir); err != nil {
					t.Fatal(err)
				}
			}
			if tt.uuid == "" {
				tt.uuid = uuidA
			}
			_, err := certs.Open(certs.Options{Dir: dir, HostUUID: tt.uuid})
			hasLine(t, err, tt.want...)
		})
	}
}

func TestUnreadableFile(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	open(t, certs.Options{Dir: dir})
	file := filepath.Join(dir, "host.pem")
	if err := os.Chmod(file, 0); err != nil {
		t.Fatal(err)
	}
	_, err := certs.Open(certs.Options{Dir: dir})
	hasLine(t, err, file, "permission denied")
}

func TestUnwritableDirectory(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := certs.Open(certs.Options{Dir: filepath.Join(file, "certs")})
	hasLine(t, err, filepath.Join(file, "certs", "host.pem"))
}

func TestNothingSecretIsPrinted(t *testing.T) {
	s := open(t, certs.Options{HostUUID: uuidA, Sibling: memory()})
	if err := s.SetPoolSecret(certs.NewPoolSecret()); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got := fmt.Sprintf(verb, s); got != "certs.Store(memory)" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
	for _, v := range []any{s.Host(), s.CAs()} {
		if got := fmt.Sprintf("%+v", v); strings.Contains(got, "PRIVATE") || strings.Contains(got, s.PoolSecret()) {
			t.Errorf("%T prints %s", v, got)
		}
	}
}

func TestSiblings(t *testing.T) {
	a := memory()
	b := open(t, certs.Options{Hostname: "beta", HostUUID: uuidB, Sibling: a})
	if a.Host().SHA256 == b.Host().SHA256 || b.Host().Name != "beta" {
		t.Error("the hosts share a certificate")
	}
	if a.PoolSecret() != b.PoolSecret() || !b.AcceptsPoolSecret(a.PoolSecret()) {
		t.Error("the hosts have two secrets")
	}
	caA, _ := a.PoolCA()
	caB, _ := b.PoolCA()
	if caA != caB {
		t.Error("the hosts have two CAs")
	}
	internal, err := b.Internal()
	if err != nil || internal.Name != uuidB {
		t.Errorf("internal certificate %s, %v", internal.Name, err)
	}
	if err := b.ResetPool(); err != nil {
		t.Fatal(err)
	}
	if caB, _ = b.PoolCA(); caA == caB || a.PoolSecret() == b.PoolSecret() {
		t.Error("still in its sibling's pool")
	}
}
