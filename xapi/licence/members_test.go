package licence_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/licence/server"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestMembers: a host with a daemon of its own has its licence through that,
// joins with it, and gives it back when it leaves.
func TestMembers(t *testing.T) {
	l := &lab{path: write(t, "licence advanced 2\nlicence platinum 1\n"), address: "127.0.0.1:0"} // on the time of day
	list := xapitest.Members(t, 3, func(_ int, c *xapi.Config) { c.Release = "boston" })
	l.Pool = list[0]
	l.Client = list[0].Login(t)
	l.serve(t)
	defer func() { l.stop() }()
	first := l.Refs(t, "host.get_all")[0]
	l.use(t, first, l.address)
	l.Call(t, "host.apply_edition", first, "advanced")

	// A host must be of the pool's rank to join.
	c := list[1].Login(t)
	alone := c.Refs(t, "host.get_all")[0]
	c.Fail(t, "LICENCE_RESTRICTION", []string{}, "pool.join", list[0].Address(), "root", xapitest.Password)
	c.Call(t, "host.set_license_server", alone, l.Record(t, "host.get_license_server", first))
	c.Call(t, "host.apply_edition", alone, "advanced")
	c.Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
	var member string
	list[0].Until(t, "the member in service", func(r store.Reader) bool {
		ref, ok := store.ByUUID[model.Host](r, list[1].UUID())
		h, _ := store.Find(r, ref)
		if member = string(ref); !ok || !h.Enabled || h.Edition != "advanced" {
			return false
		}
		m, ok := store.Find(r, h.Metrics)
		return ok && m.Live
	})
	if l.restriction(t, "enable_xha") != "true" {
		t.Error("the pool has lost what both hosts have")
	}
	l.Call(t, "host.apply_edition", member, "platinum")
	l.is(t, member, "platinum", "20300101T00:00:00Z", "no")
	taken := func(edition string) bool {
		t.Helper()
		_, err := server.Checkout(t.Context(), l.address, "somebody", edition)
		if err == nil {
			err = server.Release(t.Context(), l.address, "somebody")
		}
		return err != nil
	}
	if !taken("platinum") || taken("advanced") {
		t.Error("the server counts otherwise")
	}
	l.Call(t, "host.apply_edition", first, "free")
	if l.restriction(t, "enable_xha") != "false" {
		t.Error("the pool can more than its lowest host")
	}
	l.Call(t, "pool.eject", member)
	if taken("platinum") {
		t.Error("an ejected host keeps its licence")
	}
	list[1].Until(t, "a fresh host", func(r store.Reader) bool {
		for _, h := range store.All[model.Host](r) {
			return store.Len[model.Host](r) == 1 && h.Edition == "free" && h.LicenseParams["enable_xha"] == "false" && h.OtherConfig["xapid:licence_server"] == ""
		}
		return false
	})
	// Who is down cannot be licensed.
	list[2].Login(t).Call(t, "pool.join", list[0].Address(), "root", xapitest.Password)
	list[0].Until(t, "the third host", func(r store.Reader) bool {
		ref, ok := store.ByUUID[model.Host](r, list[2].UUID())
		h, _ := store.Find(r, ref)
		member = string(ref)
		return ok && h.Enabled
	})
	if err := list[2].Close(); err != nil {
		t.Fatal(err)
	}
	l.use(t, member, l.address)
	l.Fail(t, "CANNOT_CONTACT_HOST", []string{member}, "host.apply_edition", member, "advanced")
	if err := list[0].DB().Update(t.Context(), func(tx *store.Tx) error {
		h, err := store.Get(tx, model.Ref[model.Host](member))
		if err != nil {
			return err
		}
		m, err := store.Edit(tx, h.Metrics)
		if err == nil {
			m.Live = false
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	l.Fail(t, "HOST_OFFLINE", []string{member}, "host.apply_edition", member, "advanced")
	l.Fail(t, "HOST_OFFLINE", []string{member}, "host.license_apply", member, "")
}
