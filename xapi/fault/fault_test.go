package fault_test

import (
	"testing"
	"time"

	"github.com/xapid/xapid/xapi/xapitest"
)

// TestClock puts a host's clock forward and back.
func TestClock(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	host := c.Refs(t, "host.get_all")[0]
	before := serverTime(t, c, host)
	answer := c.Text(t, "host.call_plugin", host, "xapid", "clock", map[string]string{"forward": "36000"})
	after := serverTime(t, c, host)
	if d := after.Sub(before); d < 10*time.Hour || d > 11*time.Hour {
		t.Errorf("the clock went forward by %v", d)
	}
	if at, err := time.Parse("20060102T15:04:05Z", answer); err != nil || after.Sub(at).Abs() > time.Hour {
		t.Errorf("the answer is %q at %v", answer, after)
	}
	c.Call(t, "host.call_plugin", host, "xapid", "clock", map[string]string{"forward": "-36000"})
	if d := serverTime(t, c, host).Sub(before); d < 0 || d > time.Hour {
		t.Errorf("the clock is off by %v", d)
	}
	// It does not go round.
	const long = "2000000000"
	c.Call(t, "host.call_plugin", host, "xapid", "clock", map[string]string{"forward": long})
	c = p.Login(t)
	c.Fail(t, "XENAPI_PLUGIN_FAILURE", []string{"1", "", "*"}, "host.call_plugin", host, "xapid", "clock", map[string]string{"forward": long})
	c.Call(t, "host.call_plugin", host, "xapid", "clock", map[string]string{"forward": "-" + long})
	for _, bad := range []string{"", "soon", "99999999999999", "1.5"} {
		c.Fail(t, "XENAPI_PLUGIN_FAILURE", []string{"1", "", "*"}, "host.call_plugin", host, "xapid", "clock", map[string]string{"forward": bad})
	}
	c.Fail(t, "XENAPI_PLUGIN_FAILURE", []string{"1", "", `no function "nonsense", but clock`}, "host.call_plugin", host, "xapid", "nonsense", map[string]string{})
	c.Fail(t, "XENAPI_MISSING_PLUGIN", []string{"xapi"}, "host.call_plugin", host, "xapi", "clock", map[string]string{})
}

func serverTime(t *testing.T, c *xapitest.Client, host string) time.Time {
	t.Helper()
	at, err := time.Parse("20060102T15:04:05Z", c.Text(t, "host.get_servertime", host))
	if err != nil {
		t.Fatal(err)
	}
	return at
}
