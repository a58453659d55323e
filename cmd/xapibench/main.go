// Command xapibench measures a daemon of its own against a limit that it
// measures in the same run, and prints the ratios:
//
//	xapibench [-quick] [-only records,calls,writes,events,start,pool,failover]
//
// It ends with code 1 if a ratio misses its bound.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"

	"github.com/xapid/xapid/xapi"
)

// result is one ratio, and the bound that it should keep.
type result struct {
	name        string
	ours, peer  string
	ratio       float64
	bound       float64
	atMost      bool // else at least
	peerMeaning string
}

func (r result) kept() bool {
	if r.atMost {
		return r.ratio <= r.bound
	}
	return r.ratio >= r.bound
}

// bench is one group of measurements.
type bench struct {
	name string
	run  func(ctx context.Context, size int) ([]result, error)
}

var benches = []bench{
	{"records", records}, {"calls", calls}, {"writes", writes}, {"events", events}, {"start", start}, {"pool", pool},
	{"failover", failover},
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == serveArg {
		if err := serve(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "xapibench:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "xapibench:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	fs := flag.NewFlagSet("xapibench", flag.ExitOnError)
	quick := fs.Bool("quick", false, "a tenth of the work: for a glance, the figures scatter")
	only := fs.String("only", "", "comma-separated groups of measurements (default: all)")
	profile := fs.String("cpuprofile", "", "file for a profile of the processor's time")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *profile != "" {
		f, err := os.Create(*profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	size := 10
	if *quick {
		size = 1
	}
	wanted := strings.Split(*only, ",")
	fmt.Printf("%s, %d processors\n", runtime.Version(), runtime.GOMAXPROCS(0))
	missed := 0
	for _, b := range benches {
		if *only != "" && !slices.Contains(wanted, b.name) {
			continue
		}
		results, err := b.run(context.Background(), size)
		if err != nil {
			return fmt.Errorf("%s: %w", b.name, err)
		}
		for _, r := range results {
			word, verdict := "at least", "ok"
			if r.atMost {
				word = "at most"
			}
			if !r.kept() {
				verdict = "MISSED"
				missed++
			}
			fmt.Printf("%-52s %14s  of %14s (%s)  ratio %.2f, %s %.2f: %s\n", r.name, r.ours, r.peer, r.peerMeaning, r.ratio, word, r.bound, verdict)
		}
	}
	if missed > 0 {
		return errors.New("some ratios miss their bound")
	}
	return nil
}

const password = "bench"

// daemon runs a daemon in this process.
func daemon(ctx context.Context, change func(*xapi.Config)) (*xapi.Daemon, error) {
	cfg := xapi.Config{Ephemeral: true, HTTPSAddress: "127.0.0.1:0", RootPassword: password, Hosts: 1, Seed: "bench"}
	if change != nil {
		change(&cfg)
	}
	if err := cfg.Defaults(); err != nil {
		return nil, err
	}
	d, err := xapi.New(ctx, cfg)
	if err == nil {
		xapi.TuneCollector() // as cmd/xapid does
	}
	return d, err
}
