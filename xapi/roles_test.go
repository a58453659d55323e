package xapi

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/wire"
)

// sample is a value that the type's parameters take, if to no great effect.
func sample(t *model.Type) wire.Value {
	switch t.Kind {
	case model.RefKind:
		return model.NullRef
	case model.EnumKind:
		return model.EnumByName(t.Name).Labels[0]
	case model.Int:
		return "0"
	case model.Float:
		return 0.0
	case model.Bool:
		return false
	case model.Datetime:
		return wire.Date("19700101T00:00:00Z")
	case model.SetKind:
		return wire.Array{}
	case model.MapKind:
		return &wire.Struct{}
	case model.RecordKind:
		s := &wire.Struct{}
		for _, f := range model.ClassByName(t.Name).Fields {
			if f.Qualifier != model.RO && !f.Internal {
				s.Members = append(s.Members, wire.Member{Name: f.Name, Value: sample(f.Type)})
			}
		}
		return s
	}
	return "x"
}

// TestRoles sends every message of the API with every role: it is refused
// exactly if the datamodel says so.
func TestRoles(t *testing.T) {
	cfg := Config{Ephemeral: true, HTTPSAddress: "127.0.0.1:0", RootPassword: "secret"}
	if err := cfg.Defaults(); err != nil {
		t.Fatal(err)
	}
	d, err := New(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	// Who may call is decided before anything runs, and some messages would
	// restart the host.
	d.Dispatcher().Fault = func(_ context.Context, method string) error { return model.ErrNotImplemented(method) }
	for _, role := range []string{"read-only", "vm-operator", "vm-admin", "vm-power-admin", "pool-operator", "pool-admin"} {
		set, ok := model.RoleByName(role)
		if !ok {
			t.Fatalf("no role %s", role)
		}
		refused, sent := 0, 0
		for _, c := range model.Classes() {
			for _, m := range c.Methods {
				// A call that would end the session, or wait, is no matter of roles.
				if m.NoSession || m.Life.Removed() || slices.Contains([]string{"session.logout", "session.local_logout", "event.next"}, m.Full) {
					continue
				}
				ref, err := d.current().rooms.sessions.Registry.Open(ctx, rpc.Session{Roles: set, UserName: "somebody", UserSID: "sid"}, &model.Session{})
				if err != nil {
					t.Fatal(err)
				}
				params := []wire.Value{string(ref)}
				for _, p := range m.Params {
					params = append(params, sample(p.Type))
				}
				_, err = d.Dispatcher().Do(ctx, rpc.Peer{}, &wire.Request{Method: m.Full, Params: params})
				d.current().rooms.sessions.Registry.End(ref)
				var api *model.Error
				errors.As(err, &api)
				denied := api != nil && api.Code == "RBAC_PERMISSION_DENIED"
				sent++
				if denied {
					refused++
				}
				if want := !set.Has(m.Roles) || m.PoolInternal; denied != want {
					t.Errorf("%s as %s: %v, want refused: %v", m.Full, role, err, want)
				}
				if api != nil && (api.Code == "MESSAGE_METHOD_UNKNOWN" && m.Full != "host.call_extension" && m.Full != "pool.call_extension" || api.Code == "MESSAGE_PARAMETER_COUNT_MISMATCH") {
					t.Errorf("%s: %v", m.Full, err)
				}
			}
		}
		t.Logf("%s: %d of %d refused", role, refused, sent)
	}
}

// TestGuardedKeys: some keys of a map are for weaker roles than the map is.
func TestGuardedKeys(t *testing.T) {
	cfg := Config{Ephemeral: true, HTTPSAddress: "127.0.0.1:0", RootPassword: "secret"}
	if err := cfg.Defaults(); err != nil {
		t.Fatal(err)
	}
	d, err := New(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	set, _ := model.RoleByName("vm-operator")
	ref, err := d.current().rooms.sessions.Registry.Open(context.Background(), rpc.Session{Roles: set, UserName: "somebody", UserSID: "sid"}, &model.Session{})
	if err != nil {
		t.Fatal(err)
	}
	for key, permission := range map[string]string{
		"folder": "", "XenCenter.CustomFields.owner": "", "anything": "vm.add_to_other_config", "pci": "vm.add_to_other_config/key:pci",
	} {
		_, err := d.Dispatcher().Do(context.Background(), rpc.Peer{}, &wire.Request{Method: "VM.add_to_other_config", Params: []wire.Value{string(ref), "OpaqueRef:x", key, "v"}})
		var api *model.Error
		if !errors.As(err, &api) {
			t.Fatalf("%s: %v", key, err)
		}
		switch {
		case permission == "" && api.Code != "HANDLE_INVALID":
			t.Errorf("%s: %v", key, api)
		case permission != "" && (api.Code != "RBAC_PERMISSION_DENIED" || api.Params[0] != permission):
			t.Errorf("%s: %v", key, api)
		}
	}
}
