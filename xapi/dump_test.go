package xapi_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

func send(t *testing.T, p *xapitest.Pool, method, path string, body []byte, auth string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.URL()+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if auth != "" {
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(auth)))
	}
	resp, err := p.HTTPClient().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, raw
}

// TestDumpAndRestore: what was dumped is there again after a restore, on the
// same host and on another one.
func TestDumpAndRestore(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 5))
	c := p.Login(t)
	pool := c.Refs(t, "pool.get_all")[0]
	vm := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "a 'quoted'\tname\n100 % <odd>")
	c.Call(t, "VM.set_other_config", vm, map[string]string{"a b": "c 'd' \\ e", "": "%."})
	before := c.Record(t, "VM.get_record", vm)
	if code, _ := send(t, p, "GET", "/pool/xmldbdump", nil, ""); code != 401 {
		t.Errorf("without credentials: %d", code)
	}
	code, dump := send(t, p, "GET", "/pool/xmldbdump", nil, "root:"+xapitest.Password)
	if code != 200 || !strings.HasPrefix(string(dump), `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<database><manifest><pair key="schema_major_vsn"`) || !strings.Contains(string(dump), `<table name="task"/>`) || !strings.Contains(string(dump), ` name__label="`) {
		t.Fatalf("%d: %.300s", code, dump)
	}
	code, backup := send(t, p, "GET", "/host_backup", nil, "root:"+xapitest.Password)
	if code != 200 || len(backup) < 1000 {
		t.Errorf("backup: %d, %d bytes", code, len(backup))
	}
	c.Call(t, "VM.destroy", vm)
	task := c.Text(t, "task.create", "restore", "")
	for _, bad := range []string{"", "nonsense", "<database>", strings.Replace(string(dump), `schema_major_vsn" value="5"`, `schema_major_vsn" value="4"`, 1)} {
		if code, _ := send(t, p, "PUT", "/pool/xmldbdump", []byte(bad), "root:"+xapitest.Password); code == 200 {
			t.Errorf("%.40q is restored", bad)
		}
	}
	if code, text := send(t, p, "PUT", "/pool/xmldbdump?dry_run=true&task_id="+task+"&session_id="+c.Session, dump, ""); code != 200 || c.Text(t, "task.get_status", task) != "success" {
		t.Errorf("dry run: %d %s", code, text)
	}
	c.Fail(t, "HANDLE_INVALID", []string{"VM", vm}, "VM.get_record", vm)

	other := xapitest.Start(t, func(c *xapitest.Config) { c.Seed = "another host" })
	third := xapitest.Start(t, func(c *xapitest.Config) { c.Seed = "a third one" })
	if code, _ := send(t, third, "PUT", "/host_restore", dump, "root:"+xapitest.Password); code == 200 {
		t.Error("no archive is restored")
	}
	for _, target := range []*xapitest.Pool{p, other, third} {
		path, body := "/pool/xmldbdump", dump
		if target == third {
			path, body = "/host_restore", backup
		}
		code, text := send(t, target, "PUT", path, body, "root:"+xapitest.Password)
		if code != 200 {
			t.Fatalf("restore: %d %s", code, text)
		}
		target.Until(t, "the VM back", func(r store.Reader) bool {
			v, ok := store.Find(r, model.Ref[model.VM](vm))
			return ok && v.NameLabel == before["name_label"]
		})
		c := target.Again(t)
		after := c.Record(t, "VM.get_record", vm)
		for _, field := range []string{"name_label", "other_config", "uuid", "memory_static_max", "recommendations"} {
			if a, b := xapitest.JSON(t, before[field]), xapitest.JSON(t, after[field]); a != b {
				t.Errorf("%s: %s instead of %s", field, b, a)
			}
		}
		hosts := c.Refs(t, "host.get_all")
		if len(hosts) != 1 || c.Text(t, "host.get_uuid", hosts[0]) != target.UUID() || c.Text(t, "pool.get_master", pool) != hosts[0] {
			t.Errorf("hosts %v", hosts)
		}
	}
}
