package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
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
	if got := xe.must("pool-dump-database", "file-name="+dump); got != "" {
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
	if got := xe.must("host-backup", "uuid="+host, "file-name="+backup); got != "" {
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
		{[]string{"pool-restore-database", "file-name=" + bad, "--force"}, "it has no database\n"},
		{[]string{"host-restore", "uuid=" + host, "file-name=" + bad}, "log: unexpected EOF\n"},
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

// screen is what xe prints; a test may wait for a text on it.
type screen struct {
	mu   sync.Mutex
	text string
	more chan struct{}
}

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text += string(b)
	close(s.more)
	s.more = make(chan struct{})
	return len(b), nil
}

func (s *screen) until(t *testing.T, want string) {
	t.Helper()
	for {
		s.mu.Lock()
		text, more := s.text, s.more
		s.mu.Unlock()
		if strings.Contains(text, want) {
			return
		}
		select {
		case <-more:
		case <-t.Context().Done():
			t.Fatalf("%q shows no %q", text, want)
		}
	}
}

// TestConsole: somebody logs in to a machine that lets nobody in, and leaves.
func TestConsole(t *testing.T) {
	p := xapitest.Start(t)
	xe := newShell(t, p)
	if _, errs, status := xe.try("console", "vm=web"); status != 1 || errs != "Error: No matching VMs found\n" {
		t.Errorf("no VM: %d %q", status, errs)
	}
	vm := xe.line("vm-install", "template=Other install media", "new-name-label=web")
	if _, errs, status := xe.try("console", "vm=web"); status != 1 || errs != "No text console is available\n" {
		t.Errorf("a VM that is off: %d %q", status, errs)
	}
	xe.must("vm-start", "uuid="+vm)
	keys, press := io.Pipe()
	out := &screen{more: make(chan struct{})}
	var errs bytes.Buffer
	ended := make(chan int)
	go func() {
		ended <- run([]string{"-s", xe.host, "-p", xe.port, "-pw", xapitest.Password, "console", "uuid=" + vm}, keys, out, &errs)
	}()
	for _, step := range [][2]string{{"web login: ", "root\r"}, {"Password: ", "x\r"}, {"Login incorrect", "\x1d"}} {
		out.until(t, step[0])
		if _, err := io.WriteString(press, step[1]); err != nil {
			t.Fatal(err)
		}
	}
	if status := <-ended; status != 0 || errs.Len() > 0 {
		t.Errorf("%d %q", status, errs.String())
	}
}

// TestCertificates: files that come over the connection of the command.
func TestCertificates(t *testing.T) {
	p := xapitest.Start(t)
	xe := newShell(t, p)
	host := xe.line("host-list", "--minimal")
	ca := inDir(t, "ca.pem")
	if err := os.WriteFile(ca, []byte(xe.must("host-get-server-certificate", "uuid="+host)), 0o600); err != nil {
		t.Fatal(err)
	}
	xe.must("pool-install-ca-certificate", "filename="+ca)
	if got := xe.line("pool-certificate-list", "--minimal"); got != "ca.pem" {
		t.Errorf("installed: %q", got)
	}
	xe.must("pool-uninstall-ca-certificate", "name=ca.pem")
	if got := xe.line("pool-certificate-list", "--minimal"); got != "" {
		t.Errorf("uninstalled: %q is left", got)
	}
	bad := inDir(t, "bad.pem")
	if err := os.WriteFile(bad, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		err  string
	}{
		{[]string{"pool-install-ca-certificate", "filename=" + bad}, "CA_CERTIFICATE_INVALID"},
		{[]string{"pool-crl-install", "filename=" + bad}, "name: bad.pem\n"},
		{[]string{"pool-install-ca-certificate", "filename=" + bad + ".none"}, "Failed to read the file " + bad + ".none\n"},
		{[]string{"pool-install-trusted-certificate", "filename=" + ca, "ca=false"}, "purpose.\n"},
		{[]string{"pool-install-trusted-certificate", "filename=" + ca, "ca=perhaps"}, "Error: Failed to parse parameter 'ca'"},
		{[]string{"host-server-certificate-install", "uuid=" + host, "certificate=" + ca, "private-key=" + bad}, "key.\n"},
		{[]string{"pool-uninstall-trusted-certificate", "certificate-uuid=none"}, "uuid: none\n"},
	} {
		if _, errs, status := xe.try(tt.args...); status != 1 || !strings.Contains(errs, tt.err) {
			t.Errorf("%v: %d %q", tt.args, status, errs)
		}
	}
	xe.must("pool-install-trusted-certificate", "filename="+ca, "ca=true")
	for id := range strings.SplitSeq(xe.line("certificate-list", "type=ca", "--minimal"), ",") {
		xe.must("pool-uninstall-trusted-certificate", "certificate-uuid="+id)
	}
}

// TestBlobs: a blob goes up and comes down; what is not there says so.
func TestBlobs(t *testing.T) {
	p := xapitest.Start(t)
	xe := newShell(t, p)
	sr := strings.Split(xe.line("sr-list", "--minimal"), ",")[0]
	id := xe.line("blob-create", "name=notes", "sr-uuid="+sr)
	up, down := inDir(t, "up"), inDir(t, "down")
	text := strings.Repeat("0123456789\n\x00\xff", 100_000)
	if err := os.WriteFile(up, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, errs, status := xe.try("blob-get", "uuid="+id, "filename="+down); status != 1 || !strings.Contains(errs, "the blob is empty") {
		t.Errorf("an empty blob: %d %q", status, errs)
	}
	if got := xe.must("blob-put", "uuid="+id, "filename="+up); got != "Blob put succeeded\n" {
		t.Errorf("put: %q", got)
	}
	if got := xe.must("blob-get", "uuid="+id, "filename="+down); got != "Blob get succeeded\n" || readFile(t, down) != text {
		t.Errorf("get: %q", got)
	}
	if _, errs, status := xe.try("blob-create", "name=x"); status != 1 || !strings.HasPrefix(errs, "Error: ") {
		t.Errorf("of nothing: %d %q", status, errs)
	}
	if got := xe.line("task-list", "--minimal"); got != "" {
		t.Errorf("tasks are left: %s", got)
	}
}

// TestDisksHaveNoContent: the commands that move it look up what they are given
// and show what the transfer's task says.
func TestDisksHaveNoContent(t *testing.T) {
	p := xapitest.Start(t)
	xe := newShell(t, p)
	vm := xe.line("vm-install", "template=Other install media", "new-name-label=web")
	template := xe.line("template-list", "name-label=Other install media", "--minimal")
	sr := strings.Split(xe.line("sr-list", "--minimal"), ",")[0]
	file := inDir(t, "file")
	have := inDir(t, "have")
	if err := os.WriteFile(have, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ args, err string }{
		{"vm-export vm=web filename=" + file, "GET /export\n"},
		{"vm-export vm=web metadata=true include-snapshots=false filename=" + file, "GET /export_metadata\n"},
		{"vm-export vm=nobody filename=" + file, "Error: No matching VMs found\n"},
		{"vm-export vm=web compress=perhaps filename=" + file, "Error: Failed to parse parameter 'compress'"},
		{"template-export template-uuid=" + template + " filename=" + file, "GET /export\n"},
		{"template-export template-uuid=" + vm + " filename=" + file, "Error: The VM " + vm + " is no template\n"},
		{"snapshot-export-to-template snapshot-uuid=" + vm + " filename=" + file, "Error: The VM " + vm + " is no snapshot\n"},
		{"vm-import filename=" + have + " sr-uuid=" + sr, "PUT /import\n"},
		{"vm-import metadata=true filename=" + have, "PUT /import_metadata\n"},
		{"vm-import sr-uuid=none filename=" + have, "uuid: none\n"},
		{"vm-import", "Error: Nothing to import from"},
		{"vdi-export uuid=none filename=" + file, "uuid: none\n"},
		{"vdi-import uuid=none filename=" + have, "uuid: none\n"},
	} {
		if out, errs, status := xe.try(strings.Split(tt.args, " ")...); status != 1 || !strings.Contains(errs, tt.err) || out != "" {
			t.Errorf("%s: %d %q %q", tt.args, status, out, errs)
		}
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("there is a file")
	}
}

// TestReports: what a host tells of itself comes as files.
func TestReports(t *testing.T) {
	p := xapitest.Start(t)
	xe := newShell(t, p)
	host := xe.line("host-list", "--minimal")
	xe.must("vm-install", "template=Other install media", "new-name-label=audited")
	for _, tt := range []struct {
		args, out, has string
	}{
		{"audit-log-get filename=", "Audit log download succeeded\n", "'VM.clone'"},
		{"audit-log-get since=2100 filename=", "Audit log download succeeded\n", ""},
		{"host-logs-download file-name=", "", "\x1f\x8b"},
		{"host-get-system-status filename=", "", host},
		{"host-get-system-status entries=xenserver-logs output=zip uuid=" + host + " filename=", "", "PK"},
	} {
		file := inDir(t, "file")
		if got := xe.must(strings.Split(tt.args+file, " ")...); got != tt.out {
			t.Errorf("%s: %q", tt.args, got)
		}
		if text := readFile(t, file); !strings.Contains(text, tt.has) || tt.has == "" && text != "" {
			t.Errorf("%s: %.300q", tt.args, text)
		}
	}
	if _, errs, status := xe.try("host-get-system-status", "output=tar.bz2", "filename="+inDir(t, "x")); status != 1 || !strings.Contains(errs, "tar.bz2") {
		t.Errorf("bzip2: %d %q", status, errs)
	}
	if got := xe.must("host-get-system-status-capabilities"); !strings.Contains(got, `key="xenserver-logs"`) {
		t.Errorf("capabilities: %q", got)
	}
}
