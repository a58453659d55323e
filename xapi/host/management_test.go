package host_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

func TestManagement(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	c := p.Login(t)
	host := c.Refs(t, "host.get_all")[0]
	var old, other string
	for ref, pif := range store.All[model.PIF](p.DB().View()) {
		switch {
		case string(pif.Host) != host:
		case pif.Management:
			old = string(ref)
		default:
			other = string(ref)
		}
	}
	c.Fail(t, "PIF_HAS_NO_NETWORK_CONFIGURATION", []string{other}, "host.management_reconfigure", other)
	c.Fail(t, "PIF_HAS_NO_NETWORK_CONFIGURATION", []string{other}, "pool.management_reconfigure", c.Text(t, "PIF.get_network", other))
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		e, err := store.Edit(tx, model.Ref[model.PIF](other))
		if err == nil {
			e.IPConfigurationMode = model.IPConfigurationModeDHCP
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Call(t, "host.management_reconfigure", other)
	if got := c.Text(t, "host.get_management_interface", host); got != other {
		t.Errorf("the management is on %s", got)
	}
	if c.Call(t, "PIF.get_management", old).(bool) {
		t.Error("the old interface is still one")
	}
	c.Call(t, "pool.management_reconfigure", c.Text(t, "PIF.get_network", old))
	if got := c.Text(t, "host.get_management_interface", host); got != old {
		t.Errorf("the management is on %s", got)
	}
	himn := c.Refs(t, "network.get_by_name_label", "Host internal management network")[0]
	c.Fail(t, "PIF_NOT_PRESENT", []string{"*", himn}, "pool.management_reconfigure", himn)
	c.Fail(t, "NOT_IN_EMERGENCY_MODE", nil, "host.local_management_reconfigure", "xenbr0")
	c.Call(t, "host.management_disable")
	c.Fail(t, "HOST_HAS_NO_MANAGEMENT_IP", nil, "host.get_management_interface", host)
}
