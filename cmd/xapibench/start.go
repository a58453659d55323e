package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/xapid/xapid/xapi"
)

// serveArg makes this program the daemon whose start is measured.
const serveArg = "serve"

// serve runs a daemon until its standard input ends.
func serve(args []string) error {
	var cfg xapi.Config
	fs := flag.NewFlagSet(serveArg, flag.ContinueOnError)
	fs.StringVar(&cfg.DataDir, "data-dir", "", "")
	fs.BoolVar(&cfg.Ephemeral, "ephemeral", false, "")
	fs.IntVar(&cfg.VMs, "vms", 0, "")
	if err := fs.Parse(args); err != nil {
		return err
	}
	cfg.HTTPSAddress, cfg.RootPassword, cfg.Hosts, cfg.Seed = "127.0.0.1:0", password, 32, "bench"
	if err := cfg.Defaults(); err != nil {
		return err
	}
	d, err := xapi.New(context.Background(), cfg)
	if err != nil {
		return err
	}
	xapi.TuneCollector()
	fmt.Println("ready")
	_, _ = bufio.NewReader(os.Stdin).ReadString('\n') // the end is what is waited for
	return d.Close()
}

// start measures how long a daemon with 10,000 VMs takes to be ready, and how
// much memory it then has, and how long it takes to be ready again.
func start(ctx context.Context, _ int) ([]result, error) {
	dir, err := os.MkdirTemp("", "xapibench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	fresh, rss, err := launch(ctx, "-ephemeral", "-vms", "10000")
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	if _, _, err := launch(ctx, "-data-dir", data, "-vms", "10000"); err != nil {
		return nil, err
	}
	again, _, err := launch(ctx, "-data-dir", data)
	if err != nil {
		return nil, err
	}
	return []result{
		{name: "start with 10000 VMs in memory", ours: fresh.Round(time.Millisecond).String(), peer: "2s", peerMeaning: "limit", ratio: fresh.Seconds() / 2, bound: 1, atMost: true},
		{name: "resident memory then", ours: fmt.Sprintf("%d MB", rss>>20), peer: "250 MB", peerMeaning: "limit", ratio: float64(rss) / (250 << 20), bound: 1, atMost: true},
		{name: "restart with 10000 VMs on disk", ours: again.Round(time.Millisecond).String(), peer: "2s", peerMeaning: "limit", ratio: again.Seconds() / 2, bound: 1, atMost: true},
	}, nil
}

// launch starts a daemon, waits until it is ready, and ends it.
func launch(ctx context.Context, args ...string) (took time.Duration, rss int64, err error) {
	self, err := os.Executable()
	if err != nil {
		return 0, 0, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{serveArg}, args...)...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, 0, err
	}
	from := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	took = time.Since(from)
	if err != nil {
		return 0, 0, errors.Join(fmt.Errorf("the daemon said %q", line), err, cmd.Wait())
	}
	rss, err = resident(cmd.Process.Pid)
	_ = in.Close()
	return took, rss, errors.Join(err, cmd.Wait())
}

// resident is the memory, in bytes, that a process has at this moment.
func resident(pid int) (int64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw))
	if len(fields) < 2 {
		return 0, errors.New("statm makes no sense")
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(syscall.Getpagesize()), err
}
