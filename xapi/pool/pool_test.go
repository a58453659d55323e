package pool_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// inService waits until a host is enabled in the master's database.
func inService(t testing.TB, master, host *xapitest.Pool) {
	t.Helper()
	master.Until(t, "host "+host.Address()+" in service", func(r store.Reader) bool {
		ref, _ := store.ByUUID[model.Host](r, host.UUID())
		h, ok := store.Find(r, ref)
		if !ok || !h.Enabled {
			return false
		}
		m, ok := store.Find(r, h.Metrics)
		return ok && m.Live
	})
}

// join makes the others members of the first one's pool.
func join(t testing.TB, list []*xapitest.Pool) {
	t.Helper()
	for _, p := range list[1:] {
		p.Login(t).Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
		inService(t, list[0], p)
	}
}

func TestJoin(t *testing.T) {
	list := xapitest.Members(t, 3)
	join(t, list)
	c := list[0].Login(t)
	if n := len(c.Refs(t, "host.get_all")); n != 3 {
		t.Errorf("%d hosts", n)
	}
	for _, p := range list[1:] {
		_, err := p.JSONRPC("2.0").Call("session.login_with_password", "root", "wrong")
		if err == nil || err.Error() != model.ErrHostIsSlave(list[0].Address()).Error() {
			t.Errorf("login at a slave: %v", err)
		}
	}
}
