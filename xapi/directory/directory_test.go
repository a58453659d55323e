package directory_test

import (
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

func TestDomain(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 0))
	c := p.Login(t)
	pool, host := c.Refs(t, "pool.get_all")[0], c.Refs(t, "host.get_all")[0]
	master := c.Text(t, "pool.get_master", pool)
	none := map[string]string{}
	no := "No directory can be reached from an emulated host"
	c.Fail(t, "AUTH_IS_DISABLED", nil, "auth.get_subject_identifier", "joe")
	c.Fail(t, "AUTH_UNKNOWN_TYPE", []string{"NIS"}, "host.enable_external_auth", host, none, "x", "NIS")
	c.Fail(t, "AUTH_ENABLE_FAILED_UNAVAILABLE", []string{no}, "host.enable_external_auth", host, none, "x", "AD")
	c.Fail(t, "AUTH_UNKNOWN_TYPE", []string{"NIS"}, "pool.enable_external_auth", pool, none, "x", "NIS")
	c.Fail(t, "POOL_AUTH_ENABLE_FAILED_UNAVAILABLE", []string{master, no}, "pool.enable_external_auth", pool, none, "x", "AD")
	c.Fail(t, "AUTH_IS_DISABLED", nil, "pool.external_auth_set_ldaps", pool, true)
	if got := c.Text(t, "host.get_external_auth_type", host); got != "" {
		t.Errorf("the host is in a domain of type %q", got)
	}
	// A database from elsewhere: one host of two is in a domain.
	err := p.DB().Update(t.Context(), func(tx *store.Tx) error {
		h, err := store.Edit(tx, model.Ref[model.Host](master))
		if err == nil {
			h.ExternalAuthType, h.ExternalAuthServiceName = "AD", "example.org"
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Fail(t, "AUTH_SERVICE_ERROR", []string{no}, "auth.get_group_membership", "S-1-5")
	c.Fail(t, "AUTH_ALREADY_ENABLED", []string{"AD", "example.org"}, "host.enable_external_auth", master, none, "x", "AD")
	c.Fail(t, "POOL_AUTH_ALREADY_ENABLED", []string{master}, "pool.enable_external_auth", pool, none, "x", "AD")
	c.Call(t, "pool.detect_nonhomogeneous_external_auth", pool)
	if n := len(c.Refs(t, "message.get_all")); n != 1 {
		t.Errorf("%d messages of unlike hosts", n)
	}
	c.Call(t, "pool.disable_external_auth", pool)
	c.Call(t, "pool.detect_nonhomogeneous_external_auth", pool)
	c.Fail(t, "AUTH_IS_DISABLED", nil, "auth.get_subject_identifier", "joe")
	if n := len(c.Refs(t, "message.get_all")); n != 1 {
		t.Errorf("%d messages of like hosts", n)
	}
	c.Call(t, "pool.enable_client_certificate_auth", pool, "ops.example.org")
	if got := c.Text(t, "pool.get_client_certificate_auth_name", pool); got != "ops.example.org" {
		t.Errorf("let in: %s", got)
	}
}

func TestSubjects(t *testing.T) {
	c := xapitest.Start(t).Login(t)
	joe := map[string]any{"subject_identifier": "S-1-5-21", "other_config": map[string]string{"subject-name": "joe"}}
	s := c.Text(t, "subject.create", joe)
	c.Fail(t, "SUBJECT_ALREADY_EXISTS", nil, "subject.create", joe)
	reader := c.Refs(t, "role.get_by_name_label", "read-only")[0]
	permission := c.Refs(t, "role.get_by_name_label", "vm.start")[0]
	if got := c.Refs(t, "subject.get_roles", s); len(got) > 0 {
		t.Errorf("a new subject has the roles %v", got)
	}
	c.Fail(t, "ROLE_NOT_FOUND", nil, "subject.add_to_roles", s, permission)
	c.Fail(t, "ROLE_NOT_FOUND", nil, "subject.remove_from_roles", s, reader)
	c.Call(t, "subject.add_to_roles", s, reader)
	c.Fail(t, "ROLE_ALREADY_EXISTS", nil, "subject.add_to_roles", s, reader)
	names := map[string]bool{}
	for _, n := range c.Refs(t, "subject.get_permissions_name_label", s) {
		names[n] = true
	}
	if !names["vm.get_record"] || names["vm.start"] {
		t.Errorf("permissions of a reader: %d", len(names))
	}
	c.Call(t, "subject.remove_from_roles", s, reader)
	c.Call(t, "subject.destroy", s)
	if got := c.Refs(t, "subject.get_all"); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
}
