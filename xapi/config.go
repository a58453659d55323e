package xapi

import (
	"cmp"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/xapid/xapid/xapi/emu"
)

// Config says what daemon to run. The zero value, with Defaults applied, is a
// durable one on port 443.
type Config struct {
	DataDir   string
	Ephemeral bool
	// HTTPSAddress and HTTPAddress are where to listen; "" is off for the
	// latter.
	HTTPSAddress, HTTPAddress string
	// Address is where members and clients find this host.
	Address string
	// RootPassword, or the file that holds it; neither means that one is made
	// at first boot. Only the first boot looks at them.
	RootPassword, RootPasswordFile string
	// Hosts and VMs make an inventory; Inventory describes one (YAML file).
	Hosts, VMs int
	Inventory  string
	// Seed makes the generated inventory the same from run to run.
	Seed string
	// Release is the code name of the release to look like; "" is the newest.
	Release string
	// TimeScale stretches the latencies of operations: 0 at once, 1 like real
	// hosts.
	TimeScale      float64
	MetricsAddress string
	// SharedDir is a directory that all hosts of the pool can reach: it stands
	// for the storage that they share.
	SharedDir string

	Log   *zap.Logger
	Clock emu.Clock
	// PasswordCost is the cost of the hash of root's password (bcrypt's, 4 to
	// 31), which is made at first boot; 0 is the usual one.
	PasswordCost int
	// NewKey makes the private keys of certificates; nil makes them afresh.
	NewKey func() (*rsa.PrivateKey, error)
}

// Defaults fills what is not set and checks what is.
func (c *Config) Defaults() error {
	if c.HTTPSAddress == "" {
		c.HTTPSAddress = ":443"
	}
	if c.DataDir == "" {
		c.DataDir = "/var/lib/xapid"
		if os.Geteuid() != 0 {
			c.DataDir = "xapid-data"
		}
	}
	if c.SharedDir == "" {
		c.SharedDir = cmp.Or(os.Getenv("XAPID_SHARED_DIR"), filepath.Join(os.TempDir(), "xapid-shared"))
	}
	if c.Clock == nil {
		c.Clock = emu.RealClock()
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Hosts < 0 || c.VMs < 0 || c.TimeScale < 0 {
		return errors.New("-hosts, -vms and -time-scale must not be negative")
	}
	if c.Inventory != "" && (c.Hosts > 1 || c.VMs > 0) {
		return errors.New("-inventory describes the hosts and VMs: leave -hosts and -vms out")
	}
	if c.RootPassword != "" && c.RootPasswordFile != "" {
		return errors.New("-root-password and -root-password-file exclude each other")
	}
	host, _, err := net.SplitHostPort(c.HTTPSAddress)
	if err != nil {
		return fmt.Errorf("-https-address %q: %w", c.HTTPSAddress, err)
	}
	if c.Address == "" {
		c.Address = reachable(host)
	}
	return nil
}

// reachable is an address to be found at when listening on host: host itself,
// or for a wildcard the machine's first address that is not loopback.
func reachable(host string) string {
	if a, err := netip.ParseAddr(host); host != "" && (err != nil || !a.IsUnspecified()) {
		return host
	}
	addrs, _ := net.InterfaceAddrs() // none is as good as an error
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() && n.IP.To4() != nil {
			return n.IP.String()
		}
	}
	return "127.0.0.1"
}

// rootPassword is the password that was given, "" if none was.
func (c *Config) rootPassword() (string, error) {
	if c.RootPasswordFile == "" {
		return c.RootPassword, nil
	}
	raw, err := os.ReadFile(c.RootPasswordFile)
	if err != nil {
		return "", err
	}
	p := strings.TrimRight(string(raw), "\r\n")
	if p == "" {
		return "", fmt.Errorf("%s is empty: it should hold root's password", c.RootPasswordFile)
	}
	return p, nil
}

// NewLogger writes to w at a level (debug, info, warn, error), in the format
// console or json.
func NewLogger(w io.Writer, level, format string) (*zap.Logger, error) {
	l, err := zapcore.ParseLevel(level)
	if err != nil {
		return nil, fmt.Errorf("-log-level: %w", err)
	}
	ec := zap.NewProductionEncoderConfig()
	ec.EncodeTime = func(t time.Time, e zapcore.PrimitiveArrayEncoder) {
		e.AppendString(t.UTC().Format("2006-01-02T15:04:05.000Z"))
	}
	var enc zapcore.Encoder
	switch format {
	case "console":
		enc = zapcore.NewConsoleEncoder(ec)
	case "json":
		enc = zapcore.NewJSONEncoder(ec)
	default:
		return nil, fmt.Errorf("-log-format is console or json, not %q", format)
	}
	return zap.New(zapcore.NewCore(enc, zapcore.Lock(zapcore.AddSync(w)), l)), nil
}
