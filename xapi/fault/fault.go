// Package fault makes the emulated world go wrong on command: it is the plugin
// "xapid" of host.call_plugin, which any client can call.
package fault

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
)

// Name is the plugin's.
const Name = "xapid"

// Service is the plugin. Its functions run in the daemon that plays the host.
type Service struct {
	DB    *store.DB
	Clock *emu.ShiftClock
	Net   *peer.Net
	Log   *zap.Logger
}

// order is a function with its arguments.
type order struct {
	Fn   string            `json:"fn"`
	Args map[string]string `json:"args"`
}

// functions are what the plugin does, by name.
var functions = map[string]func(s *Service, args map[string]string) (string, error){
	"clock": (*Service).clock,
}

// Serve answers the calls of members.
func (s *Service) Serve() {
	peer.Handle(s.Net, "fault", func(_ context.Context, _ string, o order) (string, error) { return s.run(o) })
}

// Plugin runs a function: XENAPI_PLUGIN_FAILURE [status, stdout, stderr] if
// there is none of that name or its arguments are wrong, CANNOT_CONTACT_HOST
// [host].
func (s *Service) Plugin(c *rpc.Call, host model.Ref[model.Host], fn string, args map[string]string) (string, error) {
	h, err := store.Get(s.DB.View(), host)
	if err != nil {
		return "", err
	}
	o := order{fn, args}
	player := hypervisor.Player(h)
	if player == s.Net.Self {
		return s.run(o)
	}
	var out string
	err = s.Net.Call(c.Ctx, player, "fault", o, &out)
	if errors.Is(err, peer.ErrUnreachable) || errors.Is(err, peer.ErrRefused) {
		err = model.ErrCannotContactHost(host)
	}
	return out, err
}

func (s *Service) run(o order) (string, error) {
	f := functions[o.Fn]
	if f == nil {
		var names []string
		for name := range functions {
			names = append(names, name)
		}
		slices.Sort(names)
		return "", refused("no function " + strconv.Quote(o.Fn) + ", but " + strings.Join(names, ", "))
	}
	return f(s, o.Args)
}

func refused(why string) error { return model.ErrXENAPIPluginFailure("1", "", why) }

// clock puts the clock of the host forward by so many seconds (negative: back)
// and tells the time that it shows then.
func (s *Service) clock(args map[string]string) (string, error) {
	const most = 1 << 31 // seconds: more than 60 years
	n, err := strconv.ParseInt(args["forward"], 10, 64)
	if err != nil || n > most || n < -most {
		return "", refused("forward: a number of seconds is wanted, not " + strconv.Quote(args["forward"]))
	}
	if ahead := s.Clock.Offset() + time.Duration(n)*time.Second; ahead.Abs() > most*time.Second {
		return "", refused("forward: the clock would be off by " + ahead.String() + ", which is too much")
	}
	now := s.Clock.Shift(time.Duration(n) * time.Second)
	s.Log.Info("the clock was put forward", zap.Int64("seconds", n), zap.Time("now", now))
	return now.UTC().Format("20060102T15:04:05Z"), nil
}
