// Command xapid is a daemon that emulates the XenAPI toolstack.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/peterbourgon/ff/v3"

	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/cli"
	"github.com/xapid/xapid/xapi/coverage"
	"github.com/xapid/xapid/xapi/health"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/licence/server"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "xapid:", err)
			os.Exit(1)
		}
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "version":
			fmt.Println("xapid", version())
			return nil
		case "coverage":
			return cover(args[1:])
		case "licence-server":
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			return server.Command(ctx, args[1:], os.Stdout, os.Stderr)
		case "licence-key":
			return licence.KeyCommand(args[1:], time.Now(), os.Stdout)
		case "healthcheck":
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
			defer cancel()
			return health.Check(ctx, cmp.Or(os.Getenv("XAPID_HTTPS_ADDRESS"), ":443"))
		}
	}
	cfg, err := flags(args)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	d, err := xapi.New(ctx, cfg)
	if err != nil {
		return err
	}
	xapi.TuneCollector()
	fmt.Println(d.Ready())
	return d.Run(ctx)
}

// flags reads the command line; each flag also reads XAPID_<NAME>.
func flags(args []string) (xapi.Config, error) {
	var cfg xapi.Config
	fs := flag.NewFlagSet("xapid", flag.ContinueOnError)
	fs.StringVar(&cfg.DataDir, "data-dir", "", "where the pool's data live (default /var/lib/xapid, or ./xapid-data when not root)")
	fs.BoolVar(&cfg.Ephemeral, "ephemeral", false, "keep everything in memory")
	fs.StringVar(&cfg.HTTPSAddress, "https-address", ":443", "address to serve HTTPS on")
	fs.StringVar(&cfg.HTTPAddress, "http-address", "", "address to serve plain HTTP on (default off)")
	fs.StringVar(&cfg.Address, "address", "", "address that members and clients use (default: from -https-address)")
	fs.StringVar(&cfg.RootPassword, "root-password", "", "root's password, at first boot (default: made and printed once)")
	fs.StringVar(&cfg.RootPasswordFile, "root-password-file", "", "file with root's password, at first boot")
	fs.IntVar(&cfg.Hosts, "hosts", 1, "number of hosts of a made-up inventory")
	fs.IntVar(&cfg.VMs, "vms", 0, "number of VMs of a made-up inventory")
	fs.StringVar(&cfg.Inventory, "inventory", "", "YAML file that describes the inventory")
	fs.StringVar(&cfg.Seed, "seed", "", "make the same made-up inventory as any run with this seed")
	fs.StringVar(&cfg.Release, "release", "", "XenServer release to look like, by its code name: boston (6.0) or later (default: the newest)")
	fs.Float64Var(&cfg.TimeScale, "time-scale", 0, "how long operations take: 0 at once, 1 like real hosts")
	fs.StringVar(&cfg.MetricsAddress, "metrics-address", "", "address to serve Prometheus metrics on (default off)")
	level := fs.String("log-level", "info", "debug, info, warn or error")
	format := fs.String("log-format", "console", "console or json")
	if err := ff.Parse(fs, args, ff.WithEnvVarPrefix("XAPID")); err != nil {
		return cfg, err
	}
	if fs.NArg() > 0 {
		return cfg, fmt.Errorf("unknown command %q: version, coverage, healthcheck, licence-server, licence-key, or flags only", fs.Arg(0))
	}
	var err error
	if cfg.Log, err = xapi.NewLogger(os.Stderr, *level, *format); err != nil {
		return cfg, err
	}
	return cfg, cfg.Defaults()
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func cover(args []string) error {
	fs := flag.NewFlagSet("xapid coverage", flag.ContinueOnError)
	markdown := fs.Bool("markdown", false, "print docs/coverage.md")
	xe := fs.Bool("xe", false, "count the commands of xe instead")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *xe {
		unserved := cli.Unserved()
		fmt.Printf("%d commands of xe; %d of them come to NOT_IMPLEMENTED, for want of the message behind them:\n", cli.Count(), len(unserved))
		for _, name := range unserved {
			fmt.Println(" ", name)
		}
		return nil
	}
	table, err := xapi.Coverage()
	if err != nil {
		return err
	}
	report := coverage.Count(table)
	if *markdown {
		fmt.Print(report.Markdown())
		return nil
	}
	fmt.Print(report.Text())
	return nil
}
