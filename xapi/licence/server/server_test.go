package server_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/licence/server"
)

// start runs a server with a file of licences.
func start(t *testing.T, path string, clock emu.Clock) (address string, stop func()) {
	t.Helper()
	s, err := server.Start(server.Config{Address: "127.0.0.1:0", Licences: path, Clock: clock, Log: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	return s.Address(), stop
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "licences")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestFile: what a file of licences may say, and what not.
func TestFile(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"# nothing\n\nlicence enterprise 2\n": "",
		"licence a 1 2030-12-31 # good\n":     "",
		"licence a 0\nlease 90m":              "",
		"licence":                             ":1: a line is",
		"licence a":                           ":1: a line is",
		"licence a 1 2030-12-31 more":         ":1: a line is",
		"\nlicence a x":                       `:2: "x" is no number`,
		"licence a -1":                        `"-1" is no number`,
		"licence a 1 tomorrow":                `"tomorrow" is no date`,
		"licence a 1 9999-12-31":              "9999-12-31 is no end",
		"licence a 1\nlicence a 2":            ":2: the edition a is told twice",
		"lease 2":                             `"2" is no time`,
		"lease -2h":                           `"-2h" is no time`,
		"lease 2h\nlease 3h":                  ":2: the lease is told twice",
		"license a 1":                         ":1: a line is",
	} {
		_, err := server.ReadFile(write(t, text))
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", text, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, err := server.ReadFile(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there can be read")
	}
}

// TestLicences leads a server through its life: licences are counted, go with
// their hosts through a restart, and come back when they are released or not
// renewed.
func TestLicences(t *testing.T) {
	ctx := t.Context()
	clock := emu.NewManualClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	path := write(t, "licence enterprise 2\nlicence platinum 1 2026-01-10\nlease 24h\n")
	address, stop := start(t, path, clock)
	take := func(host, edition, code string) *server.Grant {
		t.Helper()
		g, err := server.Checkout(ctx, address, host, edition)
		var no *server.Refusal
		switch {
		case code == "" && err != nil:
			t.Fatalf("%s wants %s: %v", host, edition, err)
		case code != "" && (!errors.As(err, &no) || no.Code != code || no.Message == ""):
			t.Fatalf("%s wants %s: %v, want %s", host, edition, err, code)
		}
		return g
	}
	first := take("a", "enterprise", "")
	if !first.Expires.IsZero() || !first.Lease.Equal(clock.Now().Add(24*time.Hour)) || first.Edition != "enterprise" || first.Renew != 12*3600 {
		t.Errorf("got %+v", first)
	}
	take("b", "enterprise", "")
	take("c", "enterprise", server.NotAvailable)
	take("c", "nonsense", server.NotAvailable)
	if again := take("a", "enterprise", ""); again.Serial != first.Serial {
		t.Error("a renewal is another licence")
	}
	if g := take("c", "platinum", ""); !g.Expires.Equal(time.Date(2026, 1, 11, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the last day does not count: %v", g.Expires)
	}
	take("a", "platinum", server.NotAvailable)
	take("c", "enterprise", server.NotAvailable) // it keeps what it has
	take("a", "platinum", server.NotAvailable)

	// What is held is known after a restart.
	stop()
	if _, err := server.Checkout(ctx, address, "a", "enterprise"); !errors.Is(err, server.ErrUnreachable) {
		t.Errorf("a server that is gone: %v", err)
	}
	address, stop = start(t, path, clock)
	take("d", "enterprise", server.NotAvailable)
	if again := take("a", "enterprise", ""); again.Serial != first.Serial {
		t.Error("the server has forgotten who holds what")
	}

	// One is given back, twice for good measure.
	for range 2 {
		if err := server.Release(ctx, address, "b"); err != nil {
			t.Fatal(err)
		}
	}
	take("d", "enterprise", "")

	// One is not renewed.
	clock.Advance(23 * time.Hour)
	take("a", "enterprise", "")
	clock.Advance(2 * time.Hour)
	take("e", "enterprise", "") // d's
	take("d", "enterprise", server.NotAvailable)

	// The licences themselves end.
	clock.Advance(9 * 24 * time.Hour)
	take("f", "platinum", server.EditionExpired)
	stop()

	// A host keeps what it has when there are fewer.
	if err := os.WriteFile(path, []byte("licence enterprise 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	address, stop = start(t, path, clock)
	take("x", "enterprise", "")
	take("y", "enterprise", server.NotAvailable)
	take("x", "enterprise", "")
	stop()
}

// TestStart: files that cannot be read keep a server from starting, and stay as
// they are.
func TestStart(t *testing.T) {
	for _, bad := range [][2]string{{".state", "nonsense"}, {".state", "null"}, {".state", ""}, {".pem", "nonsense"}} {
		suffix, content := bad[0], bad[1]
		path := write(t, "licence a 1\n")
		if err := os.WriteFile(path+suffix, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := server.Start(server.Config{Address: "127.0.0.1:0", Licences: path, Clock: emu.RealClock(), Log: zap.NewNop()})
		if err == nil || !strings.Contains(err.Error(), path+suffix) {
			t.Errorf("%s: %v", suffix, err)
		}
		if raw, err := os.ReadFile(path + suffix); err != nil || string(raw) != content {
			t.Errorf("%s holds %q, %v", suffix, raw, err)
		}
	}
}

// TestOneServer: the licences of a file are given away by one server at a time.
func TestOneServer(t *testing.T) {
	path := write(t, "licence a 1\n")
	cfg := server.Config{Address: "127.0.0.1:0", Licences: path, Clock: emu.RealClock(), Log: zap.NewNop()}
	_, stop := start(t, path, cfg.Clock)
	if _, err := server.Start(cfg); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("a second server: %v", err)
	}
	stop()
	_, stop = start(t, path, cfg.Clock)
	stop()
}

// TestLast: of those who want the last licence at the same time one gets it.
func TestLast(t *testing.T) {
	path := write(t, "licence a 1\n")
	address, stop := start(t, path, emu.RealClock())
	defer stop()
	const hosts = 8
	errs := make(chan error, hosts)
	for i := range hosts {
		go func() {
			_, err := server.Checkout(t.Context(), address, string(rune('a'+i)), "a")
			errs <- err
		}()
	}
	got := 0
	for range hosts {
		var no *server.Refusal
		switch err := <-errs; {
		case err == nil:
			got++
		case !errors.As(err, &no) || no.Code != server.NotAvailable:
			t.Error(err)
		}
	}
	if got != 1 {
		t.Errorf("%d hosts have the one licence", got)
	}
}

// TestRequests: what is no request is refused, and changes nothing.
func TestRequests(t *testing.T) {
	path := write(t, "licence a 1\n")
	address, stop := start(t, path, emu.RealClock())
	defer stop()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: certs.UnverifiedClientConfig(), DisableKeepAlives: true}}
	for _, tt := range []struct {
		method, path, body string
		want               int
	}{
		{"POST", "/v1/checkout", "", 400},
		{"POST", "/v1/checkout", "{", 400},
		{"POST", "/v1/checkout", "null", 400},
		{"POST", "/v1/checkout", "[]", 400},
		{"POST", "/v1/checkout", `{"host":7}`, 400},
		{"POST", "/v1/checkout", `{"host":"x","edition":"a","more":1}`, 400},
		{"POST", "/v1/checkout", `{"host":"x","edition":"a"}{"host":"y"}`, 400},
		{"POST", "/v1/checkout", `{"edition":"a"}`, 400},
		{"POST", "/v1/checkout", `{"host":"` + strings.Repeat("x", 1<<20) + `","edition":"a"}`, 400},
		{"POST", "/v1/release", `{"host":""}`, 400},
		{"GET", "/v1/checkout", "", 405},
		{"POST", "/", `{"host":"x","edition":"a"}`, 404},
	} {
		r, err := http.NewRequest(tt.method, "https://"+address+tt.path, strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := client.Do(r)
		if err != nil {
			t.Errorf("%s %s %.40q: %v", tt.method, tt.path, tt.body, err)
			continue
		}
		_ = resp.Body.Close()
		if resp.StatusCode != tt.want {
			t.Errorf("%s %s %.40q: %s, want %d", tt.method, tt.path, tt.body, resp.Status, tt.want)
		}
	}
	if _, err := server.Checkout(t.Context(), address, "last", "a"); err != nil {
		t.Errorf("the licence is gone: %v", err)
	}
}
