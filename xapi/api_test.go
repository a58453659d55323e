package xapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/xapitest"
)

// eachWire runs a behaviour over every wire against one pool.
func eachWire(t *testing.T, p *xapitest.Pool, f func(t *testing.T, c *xapitest.Client)) {
	for _, w := range p.Wires() {
		t.Run(w.Name(), func(t *testing.T) { f(t, xapitest.Login(t, w)) })
	}
}

func TestListMethods(t *testing.T) {
	p := xapitest.Start(t)
	for _, w := range p.Wires() {
		v, err := w.Call("system.listMethods")
		if err != nil {
			t.Fatal(err)
		}
		list, _ := v.([]any)
		if len(list) != 2258 {
			t.Errorf("%s: %d methods, want 2258", w.Name(), len(list))
		}
		for _, name := range list {
			if model.MethodByName(fmt.Sprint(name)) == nil {
				t.Errorf("%s: %v is no message", w.Name(), name)
			}
		}
	}
}

func TestOrderOfChecks(t *testing.T) {
	p := xapitest.Start(t)
	const nobody = "OpaqueRef:nobody"
	eachWire(t, p, func(t *testing.T, c *xapitest.Client) {
		for _, tt := range []struct {
			name, method string
			args         []any
			code         string
			params       []string
		}{
			{"unknown, no arguments", "VM.fly", nil, "MESSAGE_METHOD_UNKNOWN", []string{"VM.fly"}},
			{"unknown, bad session", "VM.fly", []any{nobody}, "SESSION_INVALID", []string{nobody}},
			{"unknown, good session", "VM.fly", []any{c.Session}, "MESSAGE_METHOD_UNKNOWN", []string{"VM.fly"}},
			{"unknown, async", "Async.VM.fly", []any{c.Session}, "MESSAGE_METHOD_UNKNOWN", []string{"VM.fly"}},
			{"no arguments at all", "VM.start", nil, "MESSAGE_PARAMETER_COUNT_MISMATCH", []string{"VM.start", "3", "0"}},
			{"too few", "VM.start", []any{c.Session}, "MESSAGE_PARAMETER_COUNT_MISMATCH", []string{"VM.start", "3", "0"}},
			{"too many", "VM.get_uuid", []any{c.Session, nobody, "x"}, "MESSAGE_PARAMETER_COUNT_MISMATCH", []string{"VM.get_uuid", "1", "2"}},
			{"count before session", "VM.get_uuid", []any{nobody}, "MESSAGE_PARAMETER_COUNT_MISMATCH", []string{"VM.get_uuid", "1", "0"}},
			{"type before session", "VM.set_VCPUs_max", []any{nobody, nobody, "many"}, "INTERNAL_ERROR", nil},
			{"bad label", "VM.set_actions_after_reboot", []any{c.Session, nobody, "explode"}, "INTERNAL_ERROR", nil},
			{"session before handle", "VM.get_uuid", []any{nobody, nobody}, "SESSION_INVALID", []string{nobody}},
			{"null session", "VM.get_uuid", []any{model.NullRef, nobody}, "SESSION_INVALID", []string{model.NullRef}},
			{"handle", "VM.get_uuid", []any{c.Session, nobody}, "HANDLE_INVALID", []string{"VM", nobody}},
			{"null handle", "VM.get_record", []any{c.Session, model.NullRef}, "HANDLE_INVALID", []string{"VM", model.NullRef}},
			{"handle of another class", "VM.get_uuid", []any{c.Session, c.Session}, "HANDLE_INVALID", []string{"VM", c.Session}},
			{"handle of a setter", "VM.set_name_label", []any{c.Session, nobody, "x"}, "HANDLE_INVALID", []string{"VM", nobody}},
			{"uuid", "VM.get_by_uuid", []any{c.Session, "x"}, "UUID_INVALID", []string{"VM", "x"}},
			{"underscore form", "VM_get_by_uuid", []any{c.Session, "x"}, "UUID_INVALID", []string{"VM", "x"}},
			{"class with underscore", "VM_metrics_get_by_uuid", []any{c.Session, "x"}, "UUID_INVALID", []string{"VM_metrics", "x"}},
			{"async getter", "Async.VM.get_uuid", []any{c.Session, nobody}, "Fault", nil},
			{"removed", "VMPP.get_all_records", []any{c.Session}, "MESSAGE_REMOVED", []string{}},
			{"removed, bad session", "VMPP.get_all_records", []any{nobody}, "SESSION_INVALID", []string{nobody}},
			{"removed, bad count", "VMPP.get_all_records", []any{c.Session, "x"}, "MESSAGE_PARAMETER_COUNT_MISMATCH", nil},
			{"to come", "VM.import_convert", []any{c.Session, "", "", "", "OpaqueRef:x", map[string]string{}}, "NOT_IMPLEMENTED", []string{"VM.import_convert"}},
			{"query", "VM.get_all_where", []any{c.Session, "nonsense"}, "INVALID_VALUE", []string{"nonsense", "*"}},
			{"wrong password", "session.login_with_password", []any{"root", "wrong"}, "SESSION_AUTHENTICATION_FAILED", []string{"root", "*"}},
			{"wrong user", "session.login_with_password", []any{"nobody", xapitest.Password}, "SESSION_AUTHENTICATION_FAILED", []string{"nobody", "*"}},
			{"login, too few", "session.login_with_password", []any{"root"}, "MESSAGE_PARAMETER_COUNT_MISMATCH", []string{"session.login_with_password", "2", "1"}},
			{"wrong secret", "session.slave_login", []any{nobody, "wrong"}, "SESSION_AUTHENTICATION_FAILED", []string{nobody, "*"}},
			{"bad token", "event.from", []any{c.Session, []any{"*"}, "x,y", 0.0}, "EVENT_FROM_TOKEN_PARSE_FAILURE", []string{"x,y"}},
			{"not registered", "event.next", []any{c.Session}, "SESSION_NOT_REGISTERED", []string{"*"}},
		} {
			t.Run(tt.name, func(t *testing.T) {
				_, err := c.Wire.Call(tt.method, tt.args...)
				xapitest.CheckError(t, err, tt.code, tt.params)
			})
		}
	})
}

func TestLogins(t *testing.T) {
	p := xapitest.Start(t)
	for _, w := range p.Wires() {
		t.Run(w.Name(), func(t *testing.T) {
			for n := 2; n <= 5; n++ {
				args := []any{"root", xapitest.Password, "2.0", "test", "surplus"}[:n]
				ref, err := w.Call("session.login_with_password", args...)
				if err != nil {
					t.Errorf("%d arguments: %v", n, err)
					continue
				}
				c := &xapitest.Client{Wire: w, Session: ref.(string)}
				r := c.Record(t, "session.get_record", ref)
				if r["is_local_superuser"] != true || r["pool"] != false || r["auth_user_name"] != "root" || r["uuid"] == "" {
					t.Errorf("record %v", r)
				}
				if n >= 4 && r["originator"] != "test" {
					t.Errorf("originator %v", r["originator"])
				}
				c.Call(t, "session.logout")
				c.Fail(t, "SESSION_INVALID", []string{c.Session}, "VM.get_all")
				c.Fail(t, "SESSION_INVALID", []string{c.Session}, "session.logout")
			}
			ref, err := w.Call("session.slave_local_login_with_password", "root", xapitest.Password)
			if err != nil {
				t.Fatal(err)
			}
			c := &xapitest.Client{Wire: w, Session: ref.(string)}
			if c.Call(t, "host.is_in_emergency_mode") != false {
				t.Error("in an emergency")
			}
			c.Call(t, "session.local_logout")
			c.Fail(t, "SESSION_INVALID", nil, "host.is_in_emergency_mode")
		})
	}
}

func TestPoolSecretLogin(t *testing.T) {
	p := xapitest.Start(t)
	root := p.Login(t)
	secret := root.Text(t, "pool.initial_auth")
	if parts := strings.Split(secret, "/"); len(parts) != 3 {
		t.Fatalf("the secret has %d parts", len(parts))
	}
	host := root.Refs(t, "host.get_all")[0]
	ref, err := root.Wire.Call("session.slave_login", host, secret)
	if err != nil {
		t.Fatal(err)
	}
	member := &xapitest.Client{Wire: root.Wire, Session: ref.(string)}
	if member.Record(t, "session.get_record", ref)["pool"] != true {
		t.Error("not a session of the pool's")
	}
	member.Call(t, "session.logout")
}

func TestChangePassword(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	c.Call(t, "session.change_password", "not asked", "new one")
	_, err := c.Wire.Call("session.login_with_password", "root", xapitest.Password)
	xapitest.CheckError(t, err, "SESSION_AUTHENTICATION_FAILED", nil)
	if _, err := c.Wire.Call("session.login_with_password", "root", "new one"); err != nil {
		t.Error(err)
	}
	c.Fail(t, "CHANGE_PASSWORD_REJECTED", nil, "session.change_password", "", "")
}
