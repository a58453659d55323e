// Package vm handles the messages of the class VM: the power cycle, making and
// removing machines, their memory and processors, where they run.
//
// Calls that change the power state go through the operation gate (package
// ops), then through the emulated hypervisor (package emu), and write what
// clients see in as few steps as a real toolstack does: see boot.go and
// halt.go.
package vm

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/measure"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Service handles the class VM.
type Service struct {
	DB       *store.DB
	Clock    emu.Clock
	Gate     *ops.Gate
	World    Hypervisor
	Messages Messages
	Tasks    Tasks
	Log      *zap.Logger
	// Random gives numbers in [0, 1): the choice among hosts that do equally.
	Random func() float64
	// Plugins are those of hosts.
	Plugins Plugins

	recorded measure.Recorded[model.VM]
	calls    lastCalls
}

// Hypervisor makes and ends the domains of the pool's hosts, wherever these
// are. A host that is not live fails with HOST_OFFLINE, one that does not
// answer with CANNOT_CONTACT_HOST. profile names what runs in a domain, see
// emu.GuestOf.
type Hypervisor interface {
	Take(ctx context.Context, step emu.Step) error
	TakeN(ctx context.Context, step emu.Step, n float64) error
	// Build makes a paused domain and tells its id. The guest of a saved one is
	// in the midst of its life.
	Build(ctx context.Context, on hostRef, vm ref, profile string, saved bool) (int64, error)
	Unpause(ctx context.Context, on hostRef, vm ref) error
	Pause(ctx context.Context, on hostRef, vm ref) error
	// Destroy ends a domain; it need not exist.
	Destroy(ctx context.Context, on hostRef, vm ref) error
	// Ask asks the guest to end, for at most limit seconds: emu.ErrStubborn,
	// emu.ErrNoDomain.
	Ask(ctx context.Context, on hostRef, vm ref, limit float64) error
	// Domain tells whether the VM has a domain there.
	Domain(ctx context.Context, on hostRef, vm ref) (bool, error)
}

// Messages leaves alerts about machines.
type Messages interface {
	Raise(tx *store.Tx, name string, cls model.Cls, objUUID, body string) model.Ref[model.Message]
}

// Tasks ends the calls that are in the way of a hard shutdown.
type Tasks interface {
	Cancel(ref, by model.Ref[model.Task])
	Wait(ctx context.Context, ref model.Ref[model.Task]) error
}

// ref is short for the reference that this package is about.
type ref = model.Ref[model.VM]

func (s *Service) now() time.Time { return s.Clock.Now().UTC().Truncate(time.Second) }

// edit changes a VM in a transaction of its own.
func (s *Service) edit(c *rpc.Call, vm ref, change func(tx *store.Tx, v *model.VM) error) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		return change(tx, v)
	})
}

// gated is edit under an operation.
func (s *Service) gated(c *rpc.Call, vm ref, op model.VMOperations, change func(tx *store.Tx, v *model.VM) error) error {
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, op)}, func() error { return s.edit(c, vm, change) })
}

// raise leaves the message that follows a change of a VM's power state. what
// ends the sentence "VM <name> ...".
func (s *Service) raise(tx *store.Tx, name string, v *model.VM, host model.Ref[model.Host], what string) {
	body := "VM '" + v.NameLabel + "' " + what
	if h, ok := store.Find(tx, host); ok {
		body += " on host: " + h.NameLabel + " (uuid: " + h.UUID + ")"
	}
	s.Messages.Raise(tx, name, model.ClsVM, v.UUID, body)
}

// finish is the context for the last step of work that has happened already: a
// client that is gone does not undo it.
func finish(c *rpc.Call) context.Context { return context.WithoutCancel(c.Ctx) }

// setKey writes to a map that may be nil.
func setKey(m *map[string]string, key, value string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[key] = value
}

// profile names what the machine's guest is like, guest is that.
func profile(v *model.VM) string  { return v.OtherConfig[emu.GuestKey] }
func guest(v *model.VM) emu.Guest { return emu.GuestOf(profile(v)) }
