package ha_test

import (
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func TestRedoLog(t *testing.T) {
	c := xapitest.Start(t).Login(t)
	pool := c.Refs(t, "pool.get_all")[0]
	tools := ""
	for _, sr := range c.Refs(t, "SR.get_all") {
		if c.Call(t, "SR.get_is_tools_sr", sr) == true {
			tools = sr
		}
	}
	c.Fail(t, "CANNOT_ENABLE_REDO_LOG", []string{"INCOMPATIBLE_STATEFILE_SR [iso]"}, "pool.enable_redo_log", tools)
	sr := c.Text(t, "SR.create", c.Refs(t, "host.get_all")[0], map[string]string{"server": "10.0.0.1", "serverpath": "/x"}, 0, "shared", "", "nfs", "user", true, map[string]string{})
	c.Call(t, "pool.enable_redo_log", sr)
	c.Fail(t, "REDO_LOG_IS_ENABLED", nil, "pool.enable_redo_log", sr)
	vdi := c.Text(t, "pool.get_redo_log_vdi", pool)
	if c.Text(t, "VDI.get_type", vdi) != "redo_log" || c.Text(t, "VDI.get_SR", vdi) != sr {
		t.Error("the log is elsewhere")
	}
	c.Call(t, "pool.disable_redo_log")
	if c.Call(t, "pool.get_redo_log_enabled", pool) != false {
		t.Error("the log goes on")
	}
	c.Call(t, "pool.enable_redo_log", sr)
	if got := c.Text(t, "pool.get_redo_log_vdi", pool); got != vdi {
		t.Errorf("another disk, %s, for the same log", got)
	}
}
