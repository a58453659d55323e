package licence_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestExpiredWithHA: before clearwater the watch over an armed pool takes a
// host out of service whose licence is over, and nobody puts it back.
func TestExpiredWithHA(t *testing.T) {
	shared := t.TempDir()
	l := &lab{path: write(t, "licence advanced 1\n"), address: "127.0.0.1:0"} // on the time of day
	l.Pool = xapitest.Members(t, 1, func(_ int, c *xapi.Config) { c.Release, c.SharedDir = "boston", shared })[0]
	l.Client = l.Login(t)
	l.serve(t)
	defer func() { l.stop() }()
	host := l.Refs(t, "host.get_all")[0]
	l.use(t, host, l.address)
	sr := l.Text(t, "SR.create", host, map[string]string{"server": "10.0.0.1", "serverpath": "/x"}, 0, "shared", "", "nfs", "user", true, map[string]string{})
	l.Fail(t, "LICENCE_RESTRICTION", []string{}, "pool.enable_ha", []string{sr}, map[string]string{})
	l.Call(t, "host.apply_edition", host, "advanced")
	l.Call(t, "pool.enable_ha", []string{sr}, map[string]string{})
	l.Fail(t, "HA_IS_ENABLED", []string{}, "host.apply_edition", host, "free")
	expire := func(day string) {
		t.Helper()
		if err := l.DB().Update(t.Context(), func(tx *store.Tx) error {
			h, err := store.Edit(tx, model.Ref[model.Host](host))
			if err == nil {
				h.LicenseParams["expiry"] = day
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	enabled := func(want bool) {
		t.Helper()
		l.Until(t, "the host as it should be", func(r store.Reader) bool {
			h, ok := store.Find(r, model.Ref[model.Host](host))
			return ok && h.Enabled == want
		})
	}
	enabled(true)
	expire("20200101T00:00:00Z")
	enabled(false)
	l.Fail(t, "LICENSE_EXPIRED", []string{}, "host.enable", host)
	expire("20991231T00:00:00Z")
	l.Call(t, "host.enable", host)
	enabled(true)
	l.Call(t, "pool.disable_ha")
	expire("20200101T00:00:00Z")
	l.Call(t, "host.disable", host)
	l.Call(t, "host.enable", host)
}
