package update_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

type args = []any

// step is a call and what it answers.
type step struct {
	method string
	args   args
	code   string
	params []string
}

func play(t *testing.T, c *xapitest.Client, steps []step) {
	t.Helper()
	for _, s := range steps {
		if s.code == "" {
			c.Call(t, s.method, s.args...)
		} else {
			c.Fail(t, s.code, s.params, s.method, s.args...)
		}
	}
}

func TestRepositories(t *testing.T) {
	c := xapitest.Start(t).Login(t)
	pool, host := c.Refs(t, "pool.get_all")[0], c.Refs(t, "host.get_all")[0]
	play(t, c, []step{
		{"Repository.introduce", args{"r", "", "ftp://x/", "", true}, "INVALID_BASE_URL", []string{"ftp://x/"}},
		{"Repository.introduce", args{"r", "", "https://x/", "y", true}, "INVALID_BASE_URL", []string{"y"}},
		{"Repository.introduce", args{"r", "", "https://x/", "", true, "../key"}, "INVALID_GPGKEY_PATH", []string{"../key"}},
		{"pool.sync_updates", args{pool, false}, "NO_REPOSITORIES_CONFIGURED", nil},
		{"pool.set_update_sync_enabled", args{pool, true}, "NO_REPOSITORIES_CONFIGURED", nil},
		{"host.apply_updates", args{host, "hash"}, "HOST_NOT_DISABLED", nil},
	})
	r := c.Text(t, "Repository.introduce", "r", "", "https://x/", "https://x/src", true)
	bundle := c.Text(t, "Repository.introduce_bundle", "b", "")
	play(t, c, []step{
		{"Repository.introduce", args{"other", "", "https://x/", "", true}, "REPOSITORY_ALREADY_EXISTS", []string{r}},
		{"Repository.introduce_bundle", args{"c", ""}, "BUNDLE_REPOSITORY_ALREADY_EXISTS", []string{bundle}},
		{"pool.set_repositories", args{pool, []string{bundle}}, "", nil},
		{"pool.set_update_sync_enabled", args{pool, true}, "CAN_NOT_PERIODIC_SYNC_UPDATES", nil},
		{"pool.sync_updates", args{pool, false}, "CAN_NOT_SYNC_UPDATES", nil},
		{"pool.remove_repository", args{pool, bundle}, "", nil},
		{"pool.add_repository", args{pool, r}, "", nil},
		{"pool.add_repository", args{pool, r}, "", nil},
		{"Repository.forget", args{r}, "REPOSITORY_IS_IN_USE", nil},
		{"Repository.forget", args{bundle}, "", nil},
		{"pool.set_update_sync_enabled", args{pool, true}, "", nil},
		{"pool.sync_updates", args{pool, false}, "REPOSYNC_FAILED", nil},
		{"pool.configure_update_sync", args{pool, "daily", 1}, "INVALID_UPDATE_SYNC_DAY", []string{"1"}},
		{"pool.configure_update_sync", args{pool, "weekly", 6}, "", nil},
		{"pool.configure_repository_proxy", args{pool, "proxy", "", ""}, "INVALID_REPOSITORY_PROXY_URL", []string{"proxy"}},
		{"pool.configure_repository_proxy", args{pool, "http://p:3128", "u", ""}, "INVALID_REPOSITORY_PROXY_CREDENTIAL", nil},
		{"pool.configure_repository_proxy", args{pool, "http://p:3128", "u", "w"}, "", nil},
		{"host.disable", args{host}, "", nil},
		{"host.apply_updates", args{host, "hash"}, "UPDATEINFO_HASH_MISMATCH", nil},
	})
	p := c.Record(t, "pool.get_record", pool)
	secret := p["repository_proxy_password"].(string)
	if xapitest.JSON(t, p["repositories"]) != xapitest.JSON(t, []string{r}) || p["update_sync_enabled"] != true ||
		p["update_sync_frequency"] != "weekly" || c.Text(t, "secret.get_value", secret) != "w" {
		t.Errorf("the pool: %v", p)
	}
	c.Call(t, "pool.disable_repository_proxy", pool)
	c.Call(t, "pool.set_repositories", pool, []string{})
	p = c.Record(t, "pool.get_record", pool)
	if p["repository_proxy_url"] != "" || p["update_sync_enabled"] != false || len(c.Refs(t, "secret.get_all")) > 1 {
		t.Errorf("the pool: %v %v", p, c.Refs(t, "secret.get_all"))
	}
}

// TestPackages applies an update and a patch that a database brings along.
func TestPackages(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 1))
	c := p.Login(t)
	hosts := c.Refs(t, "host.get_all")
	vdi := c.Refs(t, "VDI.get_all")[0]
	for _, d := range c.Refs(t, "VDI.get_all") {
		if fmt.Sprint(c.Call(t, "VDI.get_physical_utilisation", d)) != "0" && c.Text(t, "VDI.get_type", d) == "user" {
			vdi = d
		}
	}
	sr := c.Text(t, "VDI.get_SR", vdi)
	used := fmt.Sprint(c.Call(t, "SR.get_physical_utilisation", sr))
	var update model.Ref[model.PoolUpdate]
	var patch model.Ref[model.PoolPatch]
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		update = store.Insert(tx, &model.PoolUpdate{
			NameLabel: "u", VDI: model.Ref[model.VDI](vdi),
			AfterApplyGuidance: []model.UpdateAfterApplyGuidance{model.UpdateAfterApplyGuidanceRestartHost},
		})
		patch = store.Insert(tx, &model.PoolPatch{NameLabel: "p"})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	u, f := string(update), string(patch)
	play(t, c, []step{
		{"pool_update.introduce", args{vdi}, "INVALID_UPDATE", []string{"The disk holds no update"}},
		{"pool_update.precheck", args{u, hosts[0]}, "", nil},
		{"pool_update.apply", args{u, hosts[0]}, "", nil},
		{"pool_update.apply", args{u, hosts[0]}, "UPDATE_ALREADY_APPLIED", []string{u}},
		{"pool_update.destroy", args{u}, "UPDATE_IS_APPLIED", nil},
		{"pool_update.pool_apply", args{u}, "", nil},
		{"pool_update.pool_apply", args{u}, "UPDATE_ALREADY_APPLIED_IN_POOL", []string{u}},
		{"pool_update.pool_clean", args{u}, "", nil},
		{"pool_patch.precheck", args{f, hosts[0]}, "", nil},
		{"pool_patch.apply", args{f, hosts[0]}, "", nil},
		{"pool_patch.precheck", args{f, hosts[0]}, "PATCH_ALREADY_APPLIED", []string{f}},
		{"pool_patch.destroy", args{f}, "PATCH_IS_APPLIED", nil},
	})
	if c.Call(t, "pool_patch.get_pool_applied", f) != false {
		t.Error("one host is not the pool")
	}
	c.Call(t, "pool_patch.pool_apply", f)
	if c.Call(t, "pool_patch.get_pool_applied", f) != true || len(c.Refs(t, "host_patch.get_all")) != 2 {
		t.Error("the patch is not everywhere")
	}
	for _, h := range hosts {
		r := c.Record(t, "host.get_record", h)
		if xapitest.JSON(t, r["updates"]) != xapitest.JSON(t, []string{u}) || xapitest.JSON(t, r["updates_requiring_reboot"]) != xapitest.JSON(t, []string{u}) {
			t.Errorf("%v: updates %v", h, r["updates"])
		}
	}
	c.Fail(t, "HANDLE_INVALID", []string{"VDI", vdi}, "VDI.get_uuid", vdi)
	if got := fmt.Sprint(c.Call(t, "SR.get_physical_utilisation", sr)); got == used {
		t.Errorf("the disk of an update that is gone still takes its space, %s", got)
	}
}

// TestTwoUpdates: a second update does not drive out the first.
func TestTwoUpdates(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(1, 1))
	c := p.Login(t)
	host, vdi := c.Refs(t, "host.get_all")[0], model.Ref[model.VDI](c.Refs(t, "VDI.get_all")[0])
	var first, second model.Ref[model.PoolUpdate]
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		first = store.Insert(tx, &model.PoolUpdate{NameLabel: "1", VDI: vdi})
		second = store.Insert(tx, &model.PoolUpdate{NameLabel: "2", VDI: vdi})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{string(first), string(second)}
	c.Call(t, "pool_update.apply", want[0], host)
	c.Call(t, "pool_update.apply", want[1], host)
	c.Call(t, "pool_update.resync_host", host)
	if got := c.Refs(t, "host.get_updates", host); !slices.Equal(got, want) {
		t.Errorf("the host has %v", got)
	}
	for _, u := range want {
		if got := c.Refs(t, "pool_update.get_hosts", u); !slices.Equal(got, []string{host}) {
			t.Errorf("the update is on %v", got)
		}
	}
}
