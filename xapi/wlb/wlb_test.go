package wlb_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

func TestBalancer(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	pool, host := c.Refs(t, "pool.get_all")[0], c.Refs(t, "host.get_all")[0]
	c.Fail(t, "WLB_NOT_INITIALIZED", nil, "pool.retrieve_wlb_configuration")
	c.Fail(t, "WLB_NOT_INITIALIZED", nil, "host.retrieve_wlb_evacuate_recommendations", host)
	for _, url := range []string{"", "wlb", "wlb:", "wlb:0", "wlb:port", ":8012"} {
		c.Fail(t, "WLB_URL_INVALID", []string{url}, "pool.initialize_wlb", url, "u", "p", "root", "p")
	}
	c.Fail(t, "WLB_CONNECTION_REFUSED", nil, "pool.initialize_wlb", "wlb:8012", "u", "p", "root", "p")
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error { // as a database from elsewhere has it
		row, err := store.Edit(tx, model.Ref[model.Pool](pool))
		if err == nil {
			row.WLBURL, row.WLBPassword = "wlb:8012", store.Insert(tx, &model.Secret{Value: "p"})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	secrets := len(c.Refs(t, "secret.get_all"))
	c.Fail(t, "WLB_DISABLED", nil, "pool.retrieve_wlb_recommendations")
	c.Call(t, "pool.set_wlb_enabled", pool, true)
	c.Fail(t, "WLB_CONNECTION_REFUSED", nil, "pool.send_wlb_configuration", map[string]string{})
	c.Call(t, "pool.deconfigure_wlb")
	if c.Text(t, "pool.get_wlb_url", pool) != "" || c.Call(t, "pool.get_wlb_enabled", pool) != false || len(c.Refs(t, "secret.get_all")) != secrets-1 {
		t.Error("something is left of the balancer")
	}
}
