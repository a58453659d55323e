package hypervisor_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/xapitest"
)

// nothing are arguments of a message that are valid, and tell nothing.
func nothing(m *model.Method) (args []any) {
	for _, p := range m.Params {
		switch p.Type.Kind {
		case model.Int:
			args = append(args, 0)
		case model.Float:
			args = append(args, 0.5)
		case model.Bool:
			args = append(args, false)
		case model.SetKind:
			args = append(args, []any{})
		case model.MapKind, model.RecordKind:
			args = append(args, map[string]any{})
		case model.Datetime:
			args = append(args, "20200101T00:00:00Z")
		case model.EnumKind:
			args = append(args, model.EnumByName(p.Type.Name).Labels[0])
		default:
			args = append(args, "")
		}
	}
	return args
}

// TestRemote: hosts do what is theirs, each in its own daemon; of one that is
// not there the messages say so.
func TestRemote(t *testing.T) {
	list := xapitest.Members(t, 3)
	for _, p := range list[1:] {
		p.Login(t).Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
	}
	list[0].Until(t, "three hosts", func(r store.Reader) bool { return store.Len[model.Host](r) == 3 })
	c := xapitest.Login(t, list[0].XMLRPC())
	var hosts []string
	for _, p := range list {
		hosts = append(hosts, c.Text(t, "host.get_by_uuid", p.UUID()))
		list[0].UntilHost(t, hosts[len(hosts)-1], true, true)
	}
	slave := hosts[1]

	// The bytes of a blob follow the master.
	blob := c.Text(t, "blob.create", "text/plain", true)
	transfer := func(p *xapitest.Pool, method, body string) string {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, p.URL()+"/blob?ref="+blob+"&session_id="+c.Session, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := p.HTTPClient().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s, %v", method, resp.Status, err)
		}
		return string(raw)
	}
	transfer(list[0], http.MethodPut, "hello")

	// What a daemon knows of its host is there under any master, and until it boots.
	c.Call(t, "host.send_debug_keys", slave, "q")
	c.Call(t, "host.record_data_source", slave, "pif_eth0_rx_errors")
	knows := func(want bool) {
		t.Helper()
		if got := strings.Contains(c.Text(t, "host.dmesg", slave), "'q' pressed"); got != want {
			t.Errorf("the hypervisor's log tells of the key: %t", got)
		}
		for _, s := range c.Call(t, "host.get_data_sources", slave).([]any) {
			if s := s.(map[string]any); s["name_label"] == "pif_eth0_rx_errors" && s["enabled"] != want {
				t.Errorf("the source is recorded: %v", s["enabled"])
			}
		}
	}
	knows(true)
	if strings.Contains(c.Text(t, "host.dmesg", hosts[0]), "'q' pressed") {
		t.Error("another host knows of the key")
	}
	c.Call(t, "pool.designate_new_master", hosts[2])
	list[2].Again(t)
	c = xapitest.Login(t, list[2].XMLRPC())
	for _, h := range hosts {
		list[2].UntilHost(t, h, true, true)
	}
	knows(true)
	for range 2 { // from the other one, and then its own
		if got := transfer(list[2], http.MethodGet, ""); got != "hello" {
			t.Errorf("the blob: %q", got)
		}
	}
	timing := c.Call(t, "host.get_diagnostic_timing_stats", slave, false).(map[string]any)
	if timing["pool.designate_new_master"] != nil {
		t.Error("the slave has timed what another host did")
	}
	c.Call(t, "host.disable", slave)
	c.Call(t, "host.reboot", slave)
	list[2].UntilHost(t, slave, true, true)
	knows(false)

	// What a slave is told itself its master writes down.
	err := list[2].DB().Update(t.Context(), func(tx *store.Tx) error {
		h, err := store.Edit(tx, model.Ref[model.Host](slave))
		if err == nil {
			h.PendingGuidances = []model.UpdateGuidances{model.UpdateGuidancesRebootHost}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	xapitest.LoginLocally(t, list[1].JSONRPC("2.0")).Call(t, "host.emergency_clear_mandatory_guidance")
	if got := c.Call(t, "host.get_pending_guidances", slave).([]any); len(got) > 0 {
		t.Errorf("it has yet to do %v", got)
	}

	// One that lives, as far as is known, but does not answer.
	address := c.Text(t, "host.get_address", slave)
	c.Call(t, "host.set_address", slave, "127.0.0.99")
	pool := c.Refs(t, "pool.get_all")[0]
	pifs := c.Refs(t, "host.get_PIFs", slave)
	pbds := c.Refs(t, "host.get_PBDs", slave)
	var local string // an SR of the slave's alone
	for _, p := range pbds {
		if sr := c.Text(t, "PBD.get_SR", p); c.Call(t, "SR.get_shared", sr) == false && c.Text(t, "SR.get_content_type", sr) == "user" {
			local = sr
		}
	}
	away := func(code string) {
		t.Helper()
		for name, n := range hypervisor.Remote {
			class, _, _ := strings.Cut(name, ".")
			m := model.ClassByName(class).Method(name[len(class)+1:])
			if m == nil {
				t.Errorf("%s is no message", name)
				continue
			}
			args := nothing(m)
			switch {
			case m.Params[n].Type.Name == "host":
				args[n] = slave
			case class == "PIF" || name == "VLAN.create":
				args[n] = pifs[0]
			case class == "PBD":
				args[n] = pbds[0]
			case name == "Bond.create":
				args[n] = pifs
			case name == "SR.scan":
				args[n] = local
			default:
				continue
			}
			var api *model.Error
			if _, err := c.Try(name, args...); !errors.As(err, &api) || api.Code != "MESSAGE_REMOVED" && (api.Code != code || !slices.Equal(api.Params, []string{slave})) {
				t.Errorf("%s: %v", name, err)
			}
		}
		c.Fail(t, code, []string{slave}, "host.restart_agent", slave)
		c.Fail(t, code, []string{slave}, "host.disable", slave)
		c.Fail(t, "SET_SSH_TIMEOUT_PARTIALLY_FAILED", []string{slave}, "pool.set_ssh_enabled_timeout", pool, 60)
		c.Fail(t, code, []string{slave}, "pool.set_https_only", pool, false)
		for _, h := range hosts {
			if got := fmt.Sprint(c.Call(t, "host.get_ssh_enabled_timeout", h)); (got == "60") != (h != slave) {
				t.Errorf("the timeout is %s", got)
			}
		}
	}
	away("CANNOT_CONTACT_HOST")
	c.Call(t, "host.set_address", slave, address)
	if err := list[1].Close(); err != nil {
		t.Fatal(err)
	}
	list[2].UntilHost(t, slave, true, false)
	away("HOST_OFFLINE")
}
