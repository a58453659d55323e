package console_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// dial opens a console by its path and gives the status of the answer.
func dial(t *testing.T, p *xapitest.Pool, path string) (int, io.Writer, *bufio.Reader) {
	t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(p.URL(), "https://"), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if _, err := fmt.Fprintf(conn, "CONNECT %s HTTP/1.0\r\ncontent-length: 0\r\n\r\n", path); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, conn, r
}

// running starts a machine and gives the paths of its consoles by protocol.
func running(t *testing.T, c *xapitest.Client) (vm string, paths map[string]string) {
	t.Helper()
	vm = c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "web 1")
	c.Call(t, "VM.provision", vm)
	c.Call(t, "VM.start", vm, false, false)
	paths = map[string]string{}
	for _, ref := range c.Refs(t, "VM.get_consoles", vm) {
		u, err := url.Parse(c.Text(t, "console.get_location", ref))
		if err != nil {
			t.Fatal(err)
		}
		paths[c.Text(t, "console.get_protocol", ref)] = u.RequestURI() + "&session_id=" + c.Session
	}
	return vm, paths
}

// until reads until text has come.
func until(t *testing.T, r *bufio.Reader, text string) string {
	t.Helper()
	var all []byte
	for !strings.HasSuffix(string(all), text) {
		b, err := r.ReadByte()
		if err != nil {
			t.Fatalf("%v after %q, before %q", err, all, text)
		}
		all = append(all, b)
	}
	return string(all)
}

func TestLine(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	vm, paths := running(t, c)
	status, w, r := dial(t, p, paths["vt100"])
	if status != http.StatusOK {
		t.Fatal(status)
	}
	if got := until(t, r, "web-1 login: "); !strings.Contains(got, "nothing is executed here\r\ncpu: ") {
		t.Errorf("the boot: %q", got)
	}
	for _, step := range [][3]string{
		{"roox\x7ft", "roox\b \bt", ""},
		{"\r\n", "Password: ", ""},
		{"hush\r", "\r\n\r\nLogin incorrect\r\n\r\nweb-1 login: ", "hush"},
		{"abc\x15\r", "abc\b \b\b \b\b \b\r\nweb-1 login: ", ""},
		{"\x03", "\r\n\r\nweb-1 login: ", ""},
	} {
		if _, err := io.WriteString(w, step[0]); err != nil {
			t.Fatal(err)
		}
		if got := until(t, r, step[1]); step[2] != "" && strings.Contains(got, step[2]) {
			t.Errorf("%q shows %q", step[0], got)
		}
	}
	c.Call(t, "VM.hard_shutdown", vm)
	if rest, err := io.ReadAll(r); err != nil && err != io.ErrUnexpectedEOF || len(rest) != 0 {
		t.Errorf("the line of a machine that is off: %q, %v", rest, err)
	}
	if status, _, _ := dial(t, p, paths["vt100"]); status != http.StatusNotFound {
		t.Errorf("a line that is gone: %d", status)
	}
}

func TestScreen(t *testing.T) {
	p := xapitest.Start(t)
	vm, paths := running(t, p.Login(t))
	session := paths["rfb"][strings.Index(paths["rfb"], "&session_id="):]
	for _, path := range []string{paths["rfb"], "/console?ref=" + vm + session} {
		status, w, r := dial(t, p, path)
		if status != http.StatusOK {
			t.Fatal(status)
		}
		until(t, r, "RFB 003.008\n")
		for _, step := range []struct{ send, want string }{
			{"RFB 003.008\n", "\x01\x01"},
			{"\x01", "\x00\x00\x00\x00"},
			{"\x01", "\x02\x80\x01\xe0 \x18\x00\x01\x00\xff\x00\xff\x00\xff\x10\x08\x00\x00\x00\x00\x00\x00\x00\x05web 1"},
			{"\x02\x00\x00\x01\x00\x00\x00\x00" + "\x04\x01\x00\x00\x00\x00\x00\x61" + "\x05\x00\x00\x01\x00\x01" + "\x06\x00\x00\x00\x00\x00\x00\x02hi" +
				"\x03\x01\x00\x00\x00\x00\x02\x80\x01\xe0" + "\x03\x00\x02\x7e\x01\xdf\x00\x09\x00\x09",
				"\x00\x00\x00\x01\x02\x7e\x01\xdf\x00\x02\x00\x01\x00\x00\x00\x00" + strings.Repeat("\x00", 8)},
		} {
			if _, err := io.WriteString(w, step.send); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, len(step.want))
			if _, err := io.ReadFull(r, got); err != nil || string(got) != step.want {
				t.Fatalf("%q answers %q, %v", step.send, got, err)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	_, paths := running(t, c)
	halted := c.Text(t, "VM.clone", c.Refs(t, "VM.get_by_name_label", "Other install media")[0], "off")
	path, session, _ := strings.Cut(paths["vt100"], "&")
	for path, want := range map[string]int{
		path:                                     http.StatusUnauthorized,
		path + "&session_id=OpaqueRef:nobody":    http.StatusUnauthorized,
		"/console?" + session:                    http.StatusNotFound,
		"/console?uuid=nonsense&" + session:      http.StatusNotFound,
		"/console?ref=" + halted + "&" + session: http.StatusNotFound,
		"/elsewhere?" + session:                  http.StatusForbidden,
	} {
		if got, _, _ := dial(t, p, path); got != want {
			t.Errorf("%s: %d instead of %d", path, got, want)
		}
	}
}

// TestSocket: browsers see the same, in frames.
func TestSocket(t *testing.T) {
	p := xapitest.Start(t)
	c := p.Login(t)
	vm, paths := running(t, c)
	conn, err := tls.Dial("tcp", strings.TrimPrefix(p.URL(), "https://"), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	// The key and its answer are those of RFC 6455.
	const upgrade = "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: binary\r\n\r\n"
	if _, err := fmt.Fprintf(conn, upgrade, paths["rfb"]); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	resp, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols || resp.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" || resp.Header.Get("Sec-WebSocket-Protocol") != "binary" {
		t.Fatalf("%s %v", resp.Status, resp.Header)
	}
	until(t, r, "\x82\x0cRFB 003.008\n")
	masked := func(kind byte, text string) string {
		b := []byte{0x80 | kind, 0x80 | byte(len(text)), 1, 2, 3, 4}
		for i := range len(text) {
			b = append(b, text[i]^byte(i%4+1))
		}
		return string(b)
	}
	for _, step := range [][2]string{
		{masked(9, "there?") + masked(2, "RFB 003") + masked(0, ".008\n"), "\x8a\x06there?\x82\x02\x01\x01"},
		{masked(2, "\x01"), "\x82\x04\x00\x00\x00\x00"},
		{masked(2, "\x01"), "\x00\x00\x00\x05web 1"},
		{masked(2, "\x03\x00\x00\x00\x00\x00\x00\x50\x00\x01"), "\x82\x7e\x01\x40" + strings.Repeat("\x00", 320)},
		{masked(8, "\x03\xe8"), "\x88\x02\x03\xe8"},
	} {
		if _, err := io.WriteString(conn, step[0]); err != nil {
			t.Fatal(err)
		}
		until(t, r, step[1])
	}
	if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
		t.Errorf("after the end: %q, %v", rest, err)
	}
	resp, err = p.HTTPClient().Get(p.URL() + paths["rfb"])
	if err != nil {
		t.Fatal(err)
	}
	if _ = resp.Body.Close(); resp.StatusCode != http.StatusNotFound {
		t.Errorf("without an upgrade: %s", resp.Status)
	}
	c.Call(t, "VM.hard_shutdown", vm)
}
