package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cli/thin"
	"github.com/xapid/xapid/xapi/xapitest"
)

// raw speaks to the daemon as other clients do: the TLS of XenServer's xe, and
// the headers of XenCenter's.
func raw(t *testing.T, p *xapitest.Pool, command string) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(p.URL(), "https://"), &tls.Config{
		InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12,
		CipherSuites:     []uint16{tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
		CurvePreferences: []tls.CurveID{tls.CurveP384},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if suite := conn.ConnectionState().CipherSuite; suite != tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 && suite != tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 {
		t.Errorf("suite %x", suite)
	}
	command += "\nusername=root\npassword=" + xapitest.Password
	r := bufio.NewReader(conn)
	if _, err := fmt.Fprintf(conn, "POST /cli HTTP/1.0\r\nCONTENT-LENGTH: %d\r\n\r\n%s", len(command), command); err != nil {
		t.Fatal(err)
	}
	if major, minor, _, err := thin.ReadHello(r); err != nil || major != 0 || minor != 2 {
		t.Fatalf("the hello says %d.%d, %v", major, minor, err)
	}
	if err := thin.WriteHello(conn); err != nil {
		t.Fatal(err)
	}
	return conn, r
}

// printed gives what a command prints and its status.
func printed(t *testing.T, r io.Reader) (text string, status int32) {
	t.Helper()
	for {
		c, err := thin.ReadCommand(r)
		if err != nil {
			t.Fatalf("%v after %q", err, text)
		}
		if c.Kind == thin.Exit {
			return text, c.Status
		}
		text += strings.Join(c.Texts, " ")
	}
}

// sessions counts those of command lines.
func sessions(r store.Reader) (n int) {
	for _, s := range store.All[model.Session](r) {
		if s.Originator == "cli" {
			n++
		}
	}
	return n
}

// TestGone: a command whose client is gone ends, and its session and task do.
func TestGone(t *testing.T) {
	p := xapitest.Start(t)
	for _, command := range []string{"event-wait\nclass=vm\nname-label=never", "pool-dump-database\nfile-name=x"} {
		conn, r := raw(t, p, command)
		p.Until(t, "a session", func(r store.Reader) bool { return sessions(r) == 1 })
		if strings.HasPrefix(command, "pool-") {
			if c, err := thin.ReadCommand(r); err != nil || c.Kind != thin.HTTPGet || !strings.HasPrefix(c.Texts[1], "/pool/xmldbdump?session_id=OpaqueRef") {
				t.Errorf("%+v, %v", c, err)
			}
		}
		if err := conn.Close(); err != nil {
			t.Fatal(err)
		}
		p.Until(t, "no session", func(r store.Reader) bool {
			tasks := 0
			for range store.All[model.Task](r) {
				tasks++
			}
			return sessions(r) == 0 && tasks == 0
		})
	}
}

// TestStops: a command that waits ends with the daemon, and says why.
func TestStops(t *testing.T) {
	p := xapitest.Start(t)
	_, r := raw(t, p, "event-wait\nclass=vm\nname-label=never")
	p.Until(t, "a session", func(r store.Reader) bool { return sessions(r) == 1 })
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if text, status := printed(t, r); status != 1 || text != "The toolstack stops.\n" {
		t.Errorf("%d %q", status, text)
	}
}

// TestOthers: other clients' ways to answer.
func TestOthers(t *testing.T) {
	p := xapitest.Start(t)
	_, r := raw(t, p, "host-list\nparams=name-label\r\n--minimal")
	if text, status := printed(t, r); status != 0 || text == "" {
		t.Errorf("lines that end in CR LF: %d %q", status, text)
	}
	host := strings.Trim(newShell(t, p).line("host-list", "--minimal"), ",")
	conn, r := raw(t, p, "host-forget\nuuid="+host)
	for {
		c, err := thin.ReadCommand(r)
		if err != nil {
			t.Fatal(err)
		}
		if c.Kind == thin.Prompt {
			break
		}
	}
	// XenCenter's client counts characters.
	if _, err := io.WriteString(conn, "\x0c\x00\x00\x00\x0b\x00\x00\x00\x07\x00\x00\x00\x02\x00\x00\x00né\x08\x00\x00\x00\x0b\x00\x00\x00\x08\x00\x00\x00"); err != nil {
		t.Fatal(err)
	}
	if text, status := printed(t, r); status != 0 || text != "Aborted (you typed: 'né')" {
		t.Errorf("an answer whose length is wrong: %d %q", status, text)
	}
	// Files come in any number of pieces.
	conn, r = raw(t, p, "pool-install-ca-certificate\nfilename=/ca.pem")
	if c, err := thin.ReadCommand(r); err != nil || c.Kind != thin.Load || c.Texts[0] != "/ca.pem" {
		t.Fatalf("%+v, %v", c, err)
	}
	pem := newShell(t, p).line("host-get-server-certificate", "uuid="+host)
	for _, write := range []error{
		thin.WriteAnswer(conn, thin.OK), thin.WriteChunk(conn, []byte(pem[:100])), thin.WriteChunk(conn, nil),
		thin.WriteChunk(conn, []byte(pem[100:])), thin.WriteEnd(conn),
	} {
		if write != nil {
			t.Fatal(write)
		}
	}
	if text, status := printed(t, r); status != 0 || text != "" {
		t.Errorf("pieces: %d %q", status, text)
	}
}

// TestTaskOfOnesOwn: a task that the user brings stays, and tells how it ended.
func TestTaskOfOnesOwn(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	xe := newShell(t, p)
	task := c.Text(t, "task.create", "mine", "")
	id := c.Text(t, "task.get_uuid", task)
	xe.must("pool-dump-database", "file-name="+inDir(t, "dump"), "task-uuid="+id)
	if got := c.Text(t, "task.get_status", task); got != "success" {
		t.Errorf("the task: %s", got)
	}
	if _, errs, status := xe.try("pool-dump-database", "file-name="+inDir(t, "dump"), "task-uuid=none"); status != 1 || !strings.Contains(errs, "uuid: none") {
		t.Errorf("a task that is none: %d %q", status, errs)
	}
}

// TestMembers: a transfer goes to the member that it is about; the master's task
// tells how it ended.
func TestMembers(t *testing.T) {
	pools := xapitest.Members(t, 2)
	u, err := url.Parse(pools[0].URL())
	if err != nil {
		t.Fatal(err)
	}
	slave := pools[1].Login(t)
	slave.Call(t, "pool.join", pools[0].Address(), "root", xapitest.Password)
	var ref model.Ref[model.Host]
	pools[0].Until(t, "the member in service", func(r store.Reader) bool {
		var ok bool
		ref, ok = store.ByUUID[model.Host](r, pools[1].UUID())
		h, there := store.Find(r, ref)
		return ok && there && h.Enabled
	})
	pools[1].Until(t, "its copy", func(r store.Reader) bool {
		h, ok := store.Find(r, ref)
		return ok && h.Enabled
	})
	xe := newShell(t, pools[0])
	backup := inDir(t, "backup")
	if got := xe.must("host-backup", "uuid="+pools[1].UUID(), "file-name="+backup); got != "" || !strings.HasPrefix(readFile(t, backup), "\x1f\x8b") {
		t.Errorf("backup: %q", got)
	}
	if _, errs, status := xe.try("host-restore", "uuid="+pools[1].UUID(), "file-name="+backup); status != 1 || !strings.Contains(errs, "the database is led by "+pools[0].Address()) {
		t.Errorf("restore: %d %q", status, errs)
	}
	if got := xe.line("task-list", "--minimal"); got != "" {
		t.Errorf("tasks are left: %s", got)
	}
	// A stranger gets nothing from a member either.
	resp, err := pools[1].HTTPClient().Get("https://" + pools[1].Address() + ":" + u.Port() + "/host_backup?session_id=OpaqueRef:nobody")
	if err != nil {
		t.Fatal(err)
	}
	if _ = resp.Body.Close(); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("a stranger: %s", resp.Status)
	}
	if _, err := os.Stat(backup); err != nil {
		t.Error(err)
	}
}
