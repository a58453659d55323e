package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/xapitest"
)

// inDir names a file that does not exist yet.
func inDir(t *testing.T, name string) string {
	t.Helper()
	return filepath.Join(t.TempDir(), name)
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestDump: what xe dumps it restores; tasks are gone when it is done.
func TestDump(t *testing.T) {
	p := xapitest.Start(t, xapitest.Inventory(2, 1))
	xe := newShell(t, p)
	dump := inDir(t, "pool.xml")
	if got := xe.must("pool-dump-database", "file-name="+dump); got != "Database dump succeeded\n" {
		t.Errorf("dump: %q", got)
	}
	if info, err := os.Stat(dump); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the dump's file: %v, %v", info, err)
	}
	if text := readFile(t, dump); !strings.HasPrefix(text, "<?xml") || !strings.HasSuffix(text, "</database>\n") && !strings.HasSuffix(text, "</database>") {
		t.Errorf("the dump is %.100q", text)
	}
	if out, errs, status := xe.try("pool-dump-database", "file-name="+dump); status != 1 || out != "" || !strings.HasPrefix(errs, "Operation failed. Error: ") {
		t.Errorf("over a file that is there: %d %q %q", status, out, errs)
	}
	host := strings.Split(xe.line("host-list", "--minimal"), ",")[0]
	backup := inDir(t, "backup")
	if got := xe.must("host-backup", "uuid="+host, "file-name="+backup); got != "Host backup succeeded\n" {
		t.Errorf("backup: %q", got)
	}
	vm := xe.line("vm-install", "template=Other install media", "new-name-label=late")
	bad := inDir(t, "bad.xml")
	if err := os.WriteFile(bad, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		err  string
	}{
		{[]string{"pool-restore-database", "file-name=" + dump}, "--force"},
		{[]string{"pool-restore-database", "file-name=" + bad, "--force"}, "Something went wrong inside.\n"},
		{[]string{"host-restore", "uuid=" + host, "file-name=" + bad}, "Restore script failed.\n"},
		{[]string{"pool-restore-database", "file-name=" + dump + ".none", "--force"}, "Operation failed. Error: "},
	} {
		if _, errs, status := xe.try(tt.args...); status != 1 || !strings.Contains(errs, tt.err) {
			t.Errorf("%v: %d %q", tt.args, status, errs)
		}
	}
	if got := xe.must("pool-restore-database", "file-name="+dump, "dry-run=true"); !strings.HasPrefix(got, "Dry run") {
		t.Errorf("dry run: %q", got)
	}
	if got := xe.line("task-list", "--minimal"); got != "" {
		t.Errorf("tasks are left: %s", got)
	}
	if got := xe.line("vm-list", "uuid="+vm, "--minimal"); got != vm {
		t.Errorf("the late VM is %q", got)
	}
	xe.must("pool-restore-database", "file-name="+dump, "--force")
	p.Until(t, "the restored database", func(r store.Reader) bool {
		_, ok := store.ByUUID[model.VM](r, vm)
		return !ok
	})
}
