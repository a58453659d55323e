package observer_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/xapitest"
)

func TestObserver(t *testing.T) {
	c := xapitest.Start(t).Login(t)
	h := c.Refs(t, "host.get_all")[0]
	with := func(k string, v any) map[string]any { return map[string]any{"name_label": "o", k: v} }
	for _, tt := range []struct {
		args   map[string]any
		code   string
		params []string
	}{
		{with("components", []string{"kernel"}), "INVALID_VALUE", []string{"component", "kernel"}},
		{with("endpoints", []string{"file:///x"}), "INVALID_VALUE", []string{"endpoint", "file:///x"}},
		{with("attributes", map[string]string{"xs.pool": "x"}), "INVALID_VALUE", []string{"attribute", "xs.pool"}},
		{with("hosts", []string{model.NullRef}), "HANDLE_INVALID", []string{"host", model.NullRef}},
	} {
		c.Fail(t, tt.code, tt.params, "Observer.create", tt.args)
	}
	o := c.Text(t, "Observer.create", with("hosts", []string{h}))
	c.Call(t, "Observer.set_components", o, []string{"xapi", "smapi"})
	c.Call(t, "Observer.set_endpoints", o, []string{"bugtool", "http://traces:9411/api"})
	c.Call(t, "Observer.set_attributes", o, map[string]string{"team": "ops"})
	c.Call(t, "Observer.set_hosts", o, []string{})
	c.Call(t, "Observer.set_enabled", o, true)
	c.Fail(t, "INVALID_VALUE", []string{"component", "x"}, "Observer.set_components", o, []string{"x"})
	r := c.Record(t, "Observer.get_record", o)
	if r["enabled"] != true || xapitest.JSON(t, r["components"]) != `["xapi","smapi"]` || xapitest.JSON(t, r["hosts"]) != `[]` {
		t.Errorf("the observer: %v", r)
	}
	c.Call(t, "Observer.destroy", o)
	c.Fail(t, "HANDLE_INVALID", []string{"Observer", o}, "Observer.get_uuid", o)
}
