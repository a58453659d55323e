package pool_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/xapid/xapid/xapi"
	"github.com/xapid/xapid/xapi/xapitest"
)

// TestFailedJoin: a join that fails at its last step leaves both pools as they
// were. Here two hosts of one uuid want to join.
func TestFailedJoin(t *testing.T) {
	list := xapitest.Members(t, 3, func(i int, c *xapi.Config) {
		if i == 2 {
			c.Seed = "member 1"
		}
	})
	join(t, list[:2])
	master, twin := list[0].Login(t), list[2].Login(t)
	before := map[string]int{}
	for _, class := range []string{"host", "SR", "VDI", "PBD", "PIF", "network", "VM", "Certificate"} {
		before[class] = len(master.Refs(t, class+".get_all"))
	}
	secret := twin.Text(t, "pool.initial_auth")
	twin.Fail(t, "HOST_IS_LIVE", nil, "pool.join", list[0].Address(), "root", xapitest.Password)
	for class, n := range before {
		if now := len(master.Refs(t, class+".get_all")); now != n {
			t.Errorf("%d of class %s, there were %d", now, class, n)
		}
	}
	if twin.Text(t, "pool.initial_auth") != secret || len(twin.Refs(t, "host.get_all")) != 1 {
		t.Error("the host that did not join is not what it was")
	}
	if n := len(list[0].DB().Members()); n != 2 {
		t.Errorf("the pool has %d members", n)
	}
	master.Call(t, "pool.sync_database")
	master.Call(t, "host.restart_agent", hostRef(t, master, list[1]))
	inService(t, list[0], list[1])
}

// TestStrangers: who does not know the pool's secret gets nothing from a
// member, and that is logged; the secret itself is not.
func TestStrangers(t *testing.T) {
	core, logs := observer.New(zap.InfoLevel)
	list := xapitest.Members(t, 2, func(_ int, c *xapi.Config) { c.Log = zap.New(core) })
	join(t, list)
	c := list[0].Login(t)
	secret := c.Text(t, "pool.initial_auth")
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	for _, path := range []string{"standing", "log", "luggage", "eject", "no-such-call"} {
		for _, cookie := range []string{"", "pool_secret=wrong", "pool_secret=" + strings.ToUpper(secret)} {
			r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, list[1].URL()+"/xapid/"+path, bytes.NewReader([]byte("{}")))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Cookie", cookie)
			resp, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %.20q: %s", path, cookie, resp.Status)
			}
		}
	}
	if n := logs.FilterMessage("a caller without the pool's secret is refused").Len(); n != 15 {
		t.Errorf("%d refusals are logged", n)
	}
	nobody := list[1].JSONRPC("2.0")
	_, err := nobody.Call("session.slave_local_login", "wrong")
	xapitest.CheckError(t, err, "SESSION_AUTHENTICATION_FAILED", []string{"localhost", "Pool credentials invalid"})
	for _, entry := range logs.All() {
		for _, f := range entry.Context {
			if strings.Contains(f.String, secret) || strings.Contains(entry.Message, secret) {
				t.Errorf("the secret is in the log: %v", entry)
			}
		}
	}
}
