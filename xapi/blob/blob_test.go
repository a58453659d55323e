package blob_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

func request(t *testing.T, p *xapitest.Pool, method, path, body string) (int, string, http.Header) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.URL()+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
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
	return resp.StatusCode, string(raw), resp.Header
}

// TestBlobs: what is put is there again, for those who may have it, until the
// blob is destroyed; bytes survive the daemon.
func TestBlobs(t *testing.T) {
	dir := t.TempDir()
	for _, durable := range []bool{false, true} {
		t.Run(fmt.Sprint("durable ", durable), func(t *testing.T) {
			var options []xapitest.Option
			if durable {
				options = append(options, xapitest.Durable(dir))
			}
			p := xapitest.Start(t, options...)
			c := p.Login(t)
			pool := c.Refs(t, "pool.get_all")[0]
			blob := c.Text(t, "pool.create_new_blob", pool, "logo", "image/png", false)
			c.Fail(t, "MAP_DUPLICATE_KEY", []string{"pool", "blobs", pool, "logo"}, "pool.create_new_blob", pool, "logo", "", false)
			if got := xapitest.JSON(t, c.Record(t, "pool.get_record", pool)["blobs"]); got != `{"logo":"`+blob+`"}` {
				t.Errorf("the pool's blobs: %s", got)
			}
			session := "&session_id=" + c.Session
			if code, _, _ := request(t, p, "GET", "/blob?ref="+blob+session, ""); code != 404 {
				t.Errorf("an empty blob: %d", code)
			}
			task := c.Text(t, "task.create", "put", "")
			if code, text, _ := request(t, p, "PUT", "/blob?ref="+blob+session+"&task_id="+task, "\x00png\xff"); code != 200 || c.Text(t, "task.get_status", task) != "success" {
				t.Errorf("put: %d %s", code, text)
			}
			if r := c.Record(t, "blob.get_record", blob); fmt.Sprint(r["size"]) != "5" || r["mime_type"] != "image/png" {
				t.Errorf("the record: %v", r)
			}
			id := c.Text(t, "blob.get_uuid", blob)
			for _, tt := range []struct {
				method, path string
				code         int
			}{
				{"GET", "/blob?uuid=" + id + session, 200},
				{"GET", "/blob?uuid=" + id, 401},
				{"GET", "/blob?uuid=none" + session, 404},
				{"GET", "/blob?uuid=none", 401},
				{"GET", "/blob?x=1" + session, 400},
				{"PUT", "/blob?uuid=" + id, 401},
				{"PUT", "/blob?uuid=none" + session, 404},
			} {
				code, text, h := request(t, p, tt.method, tt.path, "")
				if code != tt.code || code == 200 && (text != "\x00png\xff" || h.Get("Content-Type") != "image/png") {
					t.Errorf("%s %s: %d %q %s", tt.method, tt.path, code, text, h.Get("Content-Type"))
				}
			}
			c.Call(t, "blob.set_public", blob, true)
			if code, text, _ := request(t, p, "GET", "/blob?uuid="+id, ""); code != 200 || text != "\x00png\xff" {
				t.Errorf("public: %d %q", code, text)
			}
			file := filepath.Join(dir, "blobs", id)
			if _, err := os.Stat(file); durable != (err == nil) {
				t.Errorf("the file: %v", err)
			}
			c.Call(t, "blob.destroy", blob)
			c.Fail(t, "HANDLE_INVALID", []string{"blob", blob}, "blob.get_size", blob)
			if code, _, _ := request(t, p, "GET", "/blob?uuid="+id+session, ""); code != 404 {
				t.Errorf("destroyed: %d", code)
			}
			if _, err := os.Stat(file); err == nil {
				t.Error("the file is left")
			}
		})
	}
}
