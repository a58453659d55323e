package server

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/xapid/xapid/xapi/emu"
)

// Command is the command that runs a licence server until ctx ends. It writes
// a line to out once it serves, and its log to log.
func Command(ctx context.Context, args []string, out, log io.Writer) error {
	cfg := Config{Clock: emu.RealClock()}
	fs := flag.NewFlagSet("xapid licence-server", flag.ContinueOnError)
	fs.StringVar(&cfg.Address, "address", ":27000", "address to serve on")
	fs.StringVar(&cfg.Licences, "licences", "", "file with the licences that there are")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if cfg.Licences == "" || fs.NArg() > 0 {
		return errors.New("a file of licences is needed: xapid licence-server -licences FILE")
	}
	encoder := zapcore.NewConsoleEncoder(zap.NewProductionEncoderConfig())
	cfg.Log = zap.New(zapcore.NewCore(encoder, zapcore.Lock(zapcore.AddSync(log)), zap.InfoLevel))
	s, err := Start(cfg)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "the licence server is ready:", s.Address())
	return s.Run(ctx)
}
