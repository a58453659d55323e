package rpc_test

import (
	"errors"
	"testing"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/wire"
)

// policies handles messages that are gone, or came late.
type policies struct{}

func (policies) ProtectNow(_ *rpc.Call, vmpp model.Ref[model.VMPP]) (string, error) {
	return "protected " + string(vmpp), nil
}

type hosts struct{}

func (hosts) Evacuate(_ *rpc.Call, _ model.Ref[model.Host], network model.Ref[model.Network], batch int64) error {
	return model.ErrInternalError("evacuate", network, batch)
}

func (hosts) DeclareDead(*rpc.Call, model.Ref[model.Host]) error { return errors.New("it ran") }

type root struct{}

func (root) Lookup(ref string) (*rpc.Session, error) {
	return &rpc.Session{Ref: model.Ref[model.Session](ref), LocalSuperuser: true}, nil
}

// tasks are none.
type tasks struct{ rpc.Tasks }

func (tasks) Begin(c *rpc.Call, _ string) error { return nil }
func (tasks) Drop(*rpc.Call)                    {}

// TestHandlersOfRelease: a handler may be bound to a message that is gone, or
// still to come; it runs under the releases that had it, with the defaults of
// parameters that they had not.
func TestHandlersOfRelease(t *testing.T) {
	db, err := store.Open(store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, tt := range []struct {
		release, method string
		args            []wire.Value
		want            any // a result, or an error
	}{
		{"boston", "VMPP.protect_now", []wire.Value{"OpaqueRef:p"}, "protected OpaqueRef:p"},
		{"tampa", "VMPP_protect_now", []wire.Value{"OpaqueRef:p"}, "protected OpaqueRef:p"},
		{"clearwater", "VMPP.protect_now", []wire.Value{"OpaqueRef:p"}, model.ErrMessageRemoved()},
		{"", "VMPP.protect_now", []wire.Value{"OpaqueRef:p"}, model.ErrMessageRemoved()},
		{"boston", "VMPP.archive_now", []wire.Value{"OpaqueRef:p"}, model.ErrNotImplemented("VMPP.archive_now")},
		{"boston", "host.declare_dead", []wire.Value{"OpaqueRef:h"}, model.ErrMessageMethodUnknown("host.declare_dead")},
		{"clearwater", "host.declare_dead", []wire.Value{"OpaqueRef:h"}, model.ErrInternalError("it ran")},
		{"boston", "host.evacuate", []wire.Value{"OpaqueRef:h"}, model.ErrInternalError("evacuate", model.NullRef, 0)},
		{"boston", "host.evacuate", []wire.Value{"OpaqueRef:h", "OpaqueRef:n"}, model.ErrMessageParameterCountMismatch("host.evacuate", 1, 2)},
		{"nile-preview", "host.evacuate", []wire.Value{"OpaqueRef:h", "OpaqueRef:n", "surplus"}, model.ErrInternalError("evacuate", "OpaqueRef:n", 0)},
		{"nile", "host.evacuate", []wire.Value{"OpaqueRef:h", "OpaqueRef:n", "7"}, model.ErrInternalError("evacuate", "OpaqueRef:n", 7)},
	} {
		release, err := model.FindRelease(tt.release)
		if err != nil {
			t.Fatal(err)
		}
		d := rpc.New(db, emu.RealClock(), root{}, tasks{}, zap.NewNop(), release)
		if err := errors.Join(d.Register("VMPP", policies{}), d.Register("host", hosts{})); err != nil {
			t.Fatal(err)
		}
		got, err := d.Do(t.Context(), rpc.Peer{}, &wire.Request{Method: tt.method, Params: append([]wire.Value{"OpaqueRef:session"}, tt.args...)})
		want, failure := tt.want.(*model.Error)
		switch {
		case failure && (err == nil || err.Error() != want.Error() && err.Error() != "it ran"):
			t.Errorf("%s, %s: %v, want %v", tt.release, tt.method, err, want)
		case !failure && (err != nil || got != tt.want):
			t.Errorf("%s, %s: %v, %v, want %v", tt.release, tt.method, got, err, tt.want)
		}
	}
}
