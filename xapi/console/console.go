// Package console is what an emulated machine shows on its serial line and on
// its screen. Nothing runs in there: the line boots and asks who is there, and
// lets nobody in; the screen is black.
package console

import (
	"context"
	"errors"
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
	ref, ok := find(m.DB.View(), t.Parameter("ref"), t.Parameter("uuid"))
	if !ok {
		return "", transfer.Refuse(http.StatusNotFound, errNoConsole)
	}
	r := m.DB.View()
	c, ok := store.Find(r, ref)
	if !ok {
		return "", transfer.Refuse(http.StatusNotFound, errNoConsole)
	}
	vm, ok := store.Find(r, c.VM)
	if !ok || vm.PowerState != model.VMPowerStateRunning || !m.here(r, vm) || c.Protocol == model.ConsoleProtocolRdp {
		return "", transfer.Refuse(http.StatusNotFound, errNoConsole)
	}
	if vm.IsControlDomain {
		if err := t.Allow("connect_console/host_console"); err != nil {
			return "", err
		}
	}
	conn, in, err := t.Hijack(head)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	go func() {
		m.lasts(ctx, ref, t.Session.Ended)
		stop()
	}()
	if c.Protocol == model.ConsoleProtocolRfb {
		err = screen(conn, in, vm.NameLabel)
	} else {
		err = newLine(conn, machineOf(r, vm)).run(in)
	}
	if ctx.Err() != nil {
		err = nil
	}
	return "", err
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
