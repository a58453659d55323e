// Package console is what an emulated machine shows on its serial line and on
// its screen. Nothing runs in there: the line boots and asks who is there, and
// lets nobody in; the screen is black.
package console

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/transfer"
)

// Path is where consoles are.
const Path = "/console"

// Room serves the consoles of the machines on this daemon's hosts.
type Room struct {
	DB *store.DB
	// Self is the uuid of the host that this daemon is.
	Self string
}

// Action is what the path is for.
var Action = transfer.Action{Permission: "connect_console", Taskless: true}

const head = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nCache-Control: no-cache, no-store\r\n\r\n"

var errNoConsole = errors.New("no such console here")

// Connect connects a client to the console that ref or uuid names, or to the
// screen of the VM that they name.
func (m *Room) Connect(t *transfer.Transfer) (string, error) {
	return "", m.serve(t, head, "connect_console/host_console", func(conn net.Conn, in *bufio.Reader) (io.Writer, *bufio.Reader) { return conn, in })
}

// serve answers with head and shows the console through what wrap makes of the
// connection. A control domain's needs a permission of its own.
func (m *Room) serve(t *transfer.Transfer, head, permission string, wrap func(net.Conn, *bufio.Reader) (io.Writer, *bufio.Reader)) error {
	r := m.DB.View()
	ref, ok := find(r, t.Parameter("ref"), t.Parameter("uuid"))
	c, there := store.Find(r, ref)
	if !ok || !there {
		return transfer.Refuse(http.StatusNotFound, errNoConsole)
	}
	vm, ok := store.Find(r, c.VM)
	if !ok || vm.PowerState != model.VMPowerStateRunning || !m.here(r, vm) || c.Protocol == model.ConsoleProtocolRdp {
		return transfer.Refuse(http.StatusNotFound, errNoConsole)
	}
	if vm.IsControlDomain {
		if err := t.Allow(permission); err != nil {
			return err
		}
	}
	conn, raw, err := t.Hijack(head)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	go func() {
		m.lasts(ctx, ref, t.Session.Ended)
		stop()
	}()
	out, in := wrap(conn, raw)
	if c.Protocol == model.ConsoleProtocolRfb {
		err = screen(out, in, vm.NameLabel)
	} else {
		err = newLine(out, machineOf(r, vm)).run(in)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// lasts returns when a console is gone, its viewer's session has ended, or ctx
// has.
func (m *Room) lasts(ctx context.Context, ref model.Ref[model.Console], ended <-chan struct{}) {
	for {
		v := m.DB.View()
		if _, ok := store.Find(v, ref); !ok {
			return
		}
		select {
		case <-v.Changed():
		case <-ended:
			return
		case <-ctx.Done():
			return
		}
	}
}

// here tells whether this daemon's emulated hypervisor runs a VM.
func (m *Room) here(r store.Reader, vm *model.VM) bool {
	h, ok := store.Find(r, vm.ResidentOn)
	return ok && hypervisor.Player(h) == m.Self
}

// find finds a console by its own name or its VM's, whose screen it is then.
func find(r store.Reader, ref, uuid string) (model.Ref[model.Console], bool) {
	vm, console := model.Ref[model.VM](ref), model.Ref[model.Console](ref)
	if ref == "" {
		vm, _ = store.ByUUID[model.VM](r, uuid)
		console, _ = store.ByUUID[model.Console](r, uuid)
	}
	if _, ok := store.Find(r, console); ok {
		return console, true
	}
	v, ok := store.Find(r, vm)
	if !ok {
		return "", false
	}
	for _, c := range v.Consoles {
		if row, ok := store.Find(r, c); ok && row.Protocol == model.ConsoleProtocolRfb {
			return c, true
		}
	}
	return "", false
}
