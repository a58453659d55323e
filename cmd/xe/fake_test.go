package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/xapid/xapid/xapi/cli/thin"
)

// fake is a server that says what a test wants it to. Commands arrive at
// command, other requests at serve, each connection after the other.
type fake struct {
	t       *testing.T
	l       net.Listener
	command func(conn net.Conn, r *bufio.Reader, request *http.Request, args []string)
	serve   func(conn net.Conn, r *bufio.Reader, request *http.Request)
	wg      sync.WaitGroup
}

func newFake(t *testing.T) *fake {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{t: t, l: l}
	t.Cleanup(func() {
		_ = l.Close()
		f.wg.Wait()
	})
	f.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			f.wg.Go(func() {
				defer conn.Close()
				f.answer(conn)
			})
		}
	})
	return f
}

func (f *fake) answer(conn net.Conn) {
	r := bufio.NewReader(conn)
	request, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	if request.URL.Path != "/cli" {
		f.serve(conn, r, request)
		return
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		f.t.Error(err)
		return
	}
	f.command(conn, r, request, strings.Split(string(body), "\n"))
}

// greet exchanges greetings.
func (f *fake) greet(conn net.Conn, r io.Reader) {
	if err := thin.WriteHello(conn); err != nil {
		f.t.Error(err)
	}
	if _, _, _, err := thin.ReadHello(r); err != nil {
		f.t.Error(err)
	}
}

func (f *fake) say(conn net.Conn, c thin.Command) {
	if err := thin.WriteCommand(conn, c); err != nil {
		f.t.Error(err)
	}
}

func (f *fake) xe(env map[string]string, stdin string, args ...string) (stdout, stderr string, status int) {
	f.t.Helper()
	for k, v := range env {
		f.t.Setenv(k, v)
	}
	_, port, err := net.SplitHostPort(f.l.Addr().String())
	if err != nil {
		f.t.Fatal(err)
	}
	var out, errs bytes.Buffer
	status = run(append(args, "--nossl", "-p", port), strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), status
}

// TestShipped: what the client sends at first.
func TestShipped(t *testing.T) {
	f := newFake(t)
	var got []string
	var head http.Header
	f.command = func(conn net.Conn, r *bufio.Reader, request *http.Request, args []string) {
		got, head = args, request.Header
		f.greet(conn, r)
		f.say(conn, thin.Command{Kind: thin.Debug, Texts: []string{"for the curious"}})
		f.say(conn, thin.Command{Kind: thin.Exit, Status: 7})
	}
	home := t.TempDir()
	if err := os.WriteFile(filepath.Join(home, ".xe"), []byte("username=rc\nfrom-rc=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"HOME": home, "XE_EXTRA_ARGS": `a\,b=c,,username=extra`, "TRACEPARENT": "00-env", "BAGGAGE": "k=v"}
	out, errs, status := f.xe(env, "", "vm-list", "-u", "me", "--minimal", "--traceparent", "00-line", "--debug-on-fail", "password=hush")
	if status != 7 || out != "" || !strings.Contains(errs, "for the curious\n") || strings.Contains(errs, "hush") {
		t.Errorf("%d %q %q", status, out, errs)
	}
	if s := strings.Join(got, " "); s != "vm-list --minimal a,b=c from-rc=1 username=me password=hush" {
		t.Errorf("shipped: %s", s)
	}
	for name, want := range map[string]string{"User-Agent": "xe-cli/Unix/0.2", "Originator": "cli", "Traceparent": "00-line", "Baggage": "k=v"} {
		if head.Get(name) != want {
			t.Errorf("%s: %q", name, head.Get(name))
		}
	}
	if _, errs, status := f.xe(nil, "", "vm-list"); status != 7 || errs != "" {
		t.Errorf("without a wish to know: %d %q", status, errs)
	}
}

// TestStrangers: what the client makes of servers that are none.
func TestStrangers(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XE_EXTRA_ARGS", "")
	for _, tt := range []struct{ says, want string }{
		{"HTTP/1.1 500 Internal Server Error\r\n\r\n", "Server internal error.\n"},
		{"SSH-2.0-OpenSSH_9.6\r\n", "127.0.0.1 is not a management agent\nUsage:"},
		{"", "the server 127.0.0.1 cannot be contacted\n"},
		{"XenSource thin CLI protocol\x00\x00\x00\x00\x02\x00\x00\x00", "Lost connection to the server.\n"},
		{"XenSource thin CLI protocol\x01\x00\x00\x00\x02\x00\x00\x00", "127.0.0.1 is not a management agent\n"},
		{"XenSource thin CLI protocol\x00\x00\x00\x00\x02\x00\x00\x00\x08\x00\x00\x00\x09\x00\x00\x00\x63\x00\x00\x00", "Lost connection to the server.\n"},
	} {
		f := newFake(t)
		f.command = func(conn net.Conn, _ *bufio.Reader, _ *http.Request, _ []string) {
			_, _ = io.WriteString(conn, tt.says)
		}
		if out, errs, status := f.xe(nil, "", "vm-list"); status != 1 || out != "" || !strings.HasPrefix(errs, tt.want) {
			t.Errorf("%q: %d %q %q", tt.says, status, out, errs)
		}
	}
	f := newFake(t)
	f.command = func(conn net.Conn, r *bufio.Reader, _ *http.Request, _ []string) {
		f.greet(conn, r)
		f.say(conn, thin.Command{Kind: thin.Prompt})
		_, _ = r.ReadByte()
	}
	if _, errs, status := f.xe(nil, "", "vm-uninstall"); status != 1 || errs != "Lost connection to the server.\n" {
		t.Errorf("nothing to answer with: %d %q", status, errs)
	}
}

// TestGuard: only files that the user has named are touched.
func TestGuard(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XE_EXTRA_ARGS", "")
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("mine", []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		arg, asked string
		allowed    bool
	}{
		{"filename=mine", "mine", true},
		{"filename=" + dir + "/./x/../mine", "mine", true},
		{"filename=mine", dir + "/mine", true},
		{"mine", "mine", false},
		{"filename=mine", "/etc/passwd", false},
		{"filename=mine", "mine.x", false},
		{"filename=mine", "../mine", false},
	} {
		f := newFake(t)
		var got string
		f.command = func(conn net.Conn, r *bufio.Reader, _ *http.Request, _ []string) {
			f.greet(conn, r)
			f.say(conn, thin.Command{Kind: thin.Load, Texts: []string{tt.asked}})
			if answer, err := thin.ReadAnswer(r); err == nil && answer == thin.OK {
				data, err := thin.ReadBlob(r, 100)
				if err != nil {
					t.Error(err)
				}
				got = string(data)
				f.say(conn, thin.Command{Kind: thin.Exit})
			}
		}
		_, errs, status := f.xe(nil, "", "c", tt.arg)
		if tt.allowed && (status != 0 || got != "text") || !tt.allowed && (status != 1 || errs != "File not permitted: "+tt.asked+"\n" || got != "") {
			t.Errorf("%+v: %d %q %q", tt, status, errs, got)
		}
	}
}

// TestTransfers: downloads and uploads, sent elsewhere once.
func TestTransfers(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XE_EXTRA_ARGS", "")
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("up", []byte("twelve bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	var uploaded, told string
	for _, tt := range []struct {
		c              thin.Command
		arg            string
		answer         thin.Answer
		stdout, stderr string
		status         int
	}{
		{thin.Command{Kind: thin.HTTPGet, Texts: []string{"down", "/away?x=1&y=%20"}}, "filename=down", thin.OK, "", "", 3},
		{thin.Command{Kind: thin.HTTPGet, Texts: []string{"down", "/away?x=1&y=%20"}}, "filename=down", thin.Failed, "", "Operation failed. Error: ", 1},
		{thin.Command{Kind: thin.HTTPGet, Texts: []string{"", "/away?x=1&y=%20"}}, "", thin.OK, "content", "", 3},
		{thin.Command{Kind: thin.HTTPGet, Texts: []string{"refused", "/refused"}}, "filename=refused", thin.Failed, "", "", 3},
		{thin.Command{Kind: thin.HTTPPut, Texts: []string{"up", "/away?x=1&y=%20"}}, "filename=up", thin.OK, "", "", 3},
		{thin.Command{Kind: thin.HTTPPut, Texts: []string{"none", "/away?x=1&y=%20"}}, "filename=none", thin.Failed, "", "Operation failed. Error: ", 1},
		{thin.Command{Kind: thin.HTTPConnect, Texts: []string{"/missing"}}, "", thin.Failed, "", "The console is not available.\r\n", 3},
		{thin.Command{Kind: thin.HTTPConnect, Texts: []string{"/refused"}}, "", thin.Failed, "", "HTTP/1.1 403 No\r\n", 3},
		{thin.Command{Kind: thin.HTTPConnect, Texts: []string{"/console"}}, "", thin.OK, "hello", "", 3},
	} {
		f := newFake(t)
		f.serve = func(conn net.Conn, r *bufio.Reader, q *http.Request) {
			switch {
			case q.URL.Path == "/away":
				fmt.Fprintf(conn, "HTTP/1.1 302 Found\r\nlocation: https://%s/here?%s\r\n\r\n", f.l.Addr(), q.URL.RawQuery)
			case q.URL.Path == "/refused":
				_, _ = io.WriteString(conn, "HTTP/1.1 403 No\r\n\r\n")
			case q.URL.Path == "/missing":
				_, _ = io.WriteString(conn, "HTTP/1.1 404 No\r\n\r\n")
			case q.URL.Path == "/console":
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\nhello")
			case q.URL.RawQuery != "x=1&y=%20" || q.Proto != "HTTP/1.0":
				t.Errorf("%s %s", q.URL, q.Proto)
			case q.Method == http.MethodGet:
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ncontent")
			default:
				if r.Buffered() > 0 {
					t.Error("the upload has begun before its time")
				}
				_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n")
				data, err := io.ReadAll(r)
				if err != nil {
					t.Error(err)
				}
				uploaded, told = string(data), q.Header.Get("Content-Length")
			}
		}
		f.command = func(conn net.Conn, r *bufio.Reader, _ *http.Request, _ []string) {
			f.greet(conn, r)
			f.say(conn, tt.c)
			if answer, err := thin.ReadAnswer(r); err != nil || answer != tt.answer {
				t.Errorf("%+v is answered by %d, %v", tt.c, answer, err)
			}
			_ = thin.WriteCommand(conn, thin.Command{Kind: thin.Exit, Status: 3}) // not all wait for it
		}
		out, errs, status := f.xe(nil, "x", "c", tt.arg)
		if status != tt.status || !strings.HasPrefix(errs, tt.stderr) || tt.stderr == "" && errs != "" || tt.c.Texts[0] != "/console" && out != tt.stdout {
			t.Errorf("%+v: %d %q %q", tt.c, status, out, errs)
		}
		_ = f.l.Close()
		f.wg.Wait()
	}
	if got := readFile(t, "down"); got != "content" {
		t.Errorf("the file holds %q", got)
	}
	if info, err := os.Stat("down"); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if _, err := os.Stat("refused"); err == nil {
		t.Error("what was refused has left a file")
	}
	if uploaded != "twelve bytes" || told != "12" {
		t.Errorf("uploaded: %q, told %s", uploaded, told)
	}
}
