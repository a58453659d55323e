// Package xapitest starts a pool inside a Go test, like net/http/httptest:
//
//	pool := xapitest.Start(t)
//	c := pool.Login(t)
//	vms := c.Call(t, "VM.get_all")
//
// The pool lives in memory, on a free loopback port, and ends with the test.
package xapitest

import (
	"context"
	"os"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest"
	"golang.org/x/crypto/bcrypt"

	"github.com/xapid/xapid/xapi"
)

// Password is root's in every pool that Start makes.
const Password = "xapitest"

// Pool is a running daemon.
type Pool struct {
	*xapi.Daemon
}

// Option changes the configuration of a pool before it starts.
type Option func(*xapi.Config)

// Inventory asks for made-up hosts and VMs.
func Inventory(hosts, vms int) Option {
	return func(c *xapi.Config) { c.Hosts, c.VMs = hosts, vms }
}

// Release makes the pool look like an older release, by its code name.
func Release(code string) Option {
	return func(c *xapi.Config) { c.Release = code }
}

// Durable keeps the pool's data in dir, for tests that start it again.
func Durable(dir string) Option {
	return func(c *xapi.Config) { c.Ephemeral, c.DataDir = false, dir }
}

// Quiet drops the log, for benchmarks.
func Quiet() Option {
	return func(c *xapi.Config) { c.Log = zap.NewNop() }
}

// Start runs a pool until the test ends: one host, no VMs, operations at once,
// unless options say otherwise.
func Start(t testing.TB, options ...Option) *Pool {
	t.Helper()
	cfg := xapi.Config{
		Ephemeral: true, HTTPSAddress: "127.0.0.1:0", HTTPAddress: "127.0.0.1:0",
		RootPassword: Password, Hosts: 1, Seed: "xapitest", NewKey: keys.key, PasswordCost: bcrypt.MinCost,
		Log: zaptest.NewLogger(t, zaptest.Level(logLevel())),
	}
	for _, o := range options {
		o(&cfg)
	}
	if err := cfg.Defaults(); err != nil {
		t.Fatal(err)
	}
	d, err := xapi.New(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return &Pool{d}
}

// logLevel is what daemons log in tests; XAPITEST_LOG has it otherwise.
func logLevel() zapcore.Level {
	if l, err := zapcore.ParseLevel(os.Getenv("XAPITEST_LOG")); err == nil && os.Getenv("XAPITEST_LOG") != "" {
		return l
	}
	return zapcore.WarnLevel
}
