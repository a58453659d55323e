// Package rig runs pools of real daemons on loopback addresses, and breaks
// them: it kills and pauses processes, and cuts the links between members.
//
// Member i listens at 127.0.0.(i+2) and is known to the others as 127.0.1.(i+2),
// where a proxy stands that tells by the caller's address which link a
// connection belongs to. Clients go straight to the daemon.
package rig

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"github.com/xapid/xapid/xapi/xapitest"
)

// Password is root's on all members.
const Password = xapitest.Password

// Member is a daemon of its own.
type Member struct {
	Listen  string // where clients find it
	Address string // where members find it
	Dir     string
	// Args are passed to the daemon besides those of the rig.
	Args []string

	rig    *Rig
	mu     sync.Mutex
	cmd    *exec.Cmd
	paused bool
	exited chan struct{}
	// metrics is where it tells of itself.
	metrics string
}

// Rig is a pool to be broken.
type Rig struct {
	Port    string
	Members []*Member

	bin     string
	args    []string
	Log     io.Writer
	proxies []*proxy
}

// Build compiles the daemon into dir.
func Build(dir string) (string, error) {
	bin := filepath.Join(dir, "xapid")
	out, err := exec.Command("go", "build", "-o", bin, "github.com/xapid/xapid/cmd/xapid").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
}

// New makes the directories and proxies of n members, below dir. Nothing runs
// yet. args are passed to each daemon.
func New(bin, dir string, n int, log io.Writer, args ...string) (*Rig, error) {
	r := &Rig{bin: bin, args: args, Log: log}
	var addresses []string
	for i := range n {
		addresses = append(addresses, fmt.Sprintf("127.0.0.%d", i+2), fmt.Sprintf("127.0.1.%d", i+2))
	}
	var err error
	if r.Port, err = xapitest.FreePort(addresses...); err != nil {
		return nil, err
	}
	for i := range n {
		m := &Member{rig: r, Listen: fmt.Sprintf("127.0.0.%d", i+2), Address: fmt.Sprintf("127.0.1.%d", i+2), Dir: filepath.Join(dir, fmt.Sprint("member", i))}
		p, err := newProxy(m.Address, r.Port, m.Listen)
		if err != nil {
			r.Close()
			return nil, err
		}
		r.proxies, r.Members = append(r.proxies, p), append(r.Members, m)
	}
	return r, nil
}

// Close ends everything.
func (r *Rig) Close() {
	for _, m := range r.Members {
		m.Kill()
	}
	for _, p := range r.proxies {
		p.close()
	}
}

// URL is where clients find the member.
func (m *Member) URL() string { return "https://" + net.JoinHostPort(m.Listen, m.rig.Port) }

// Start runs the daemon and returns when it is ready.
func (m *Member) Start(ctx context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cmd != nil {
		return errors.New("it runs already")
	}
	args := append([]string{"-data-dir", m.Dir, "-https-address", net.JoinHostPort(m.Listen, m.rig.Port), "-address", m.Address,
		"-root-password", Password}, slices.Concat(m.rig.args, m.Args)...)
	if m.metrics == "" {
		port, err := xapitest.FreePort(m.Listen)
		if err != nil {
			return err
		}
		m.metrics = net.JoinHostPort(m.Listen, port)
	}
	args = append(args, "-metrics-address", m.metrics)
	cmd := exec.Command(m.rig.bin, args...)
	cmd.Env = append(os.Environ(), "XAPID_SHARED_DIR="+filepath.Join(filepath.Dir(m.Dir), "shared"))
	said := &lastLine{next: prefixed{m.Listen + " ", m.rig.Log}}
	cmd.Stderr = said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(out).ReadString('\n') // none says enough
		line <- text
		_, _ = io.Copy(io.Discard, out)
	}()
	exited := make(chan struct{})
	go func() {
		_ = cmd.Wait() // killed, mostly
		close(exited)
	}()
	m.cmd, m.exited, m.paused = cmd, exited, false
	select {
	case text := <-line:
		if strings.Contains(text, "ready") {
			return nil
		}
		if text != "" {
			return fmt.Errorf("the daemon at %s says %q", m.Listen, text)
		}
		<-exited
		m.cmd = nil
		return fmt.Errorf("the daemon at %s did not start: %s", m.Listen, said.text)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Kill ends the daemon as kill -9 does.
func (m *Member) Kill() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cmd == nil {
		return
	}
	_ = m.cmd.Process.Signal(syscall.SIGKILL)
	<-m.exited
	m.cmd = nil
}

// Usage counts the daemon's open files and goroutines.
func (m *Member) Usage() (files, goroutines int, err error) {
	resp, err := http.Get("http://" + m.metrics + "/metrics")
	if err != nil {
		return 0, 0, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	for line := range strings.Lines(string(raw)) {
		var v float64
		switch {
		case strings.HasPrefix(line, "go_goroutines "):
			_, _ = fmt.Sscan(line[len("go_goroutines "):], &v)
			goroutines = int(v)
		case strings.HasPrefix(line, "process_open_fds "):
			_, _ = fmt.Sscan(line[len("process_open_fds "):], &v)
			files = int(v)
		}
	}
	return files, goroutines, err
}

// Runs tells whether the daemon has been started and not killed.
func (m *Member) Runs() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cmd != nil
}

// Pause stops the process where it is; Resume lets it go on.
func (m *Member) Pause() { m.signal(syscall.SIGSTOP, true) }

// Resume ends a pause.
func (m *Member) Resume() { m.signal(syscall.SIGCONT, false) }

func (m *Member) signal(sig syscall.Signal, paused bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cmd != nil {
		_ = m.cmd.Process.Signal(sig)
		m.paused = paused
	}
}

// Cut breaks the links between member i and the others that cut tells of, in
// both directions. It replaces what was cut before; nil heals all.
func (r *Rig) Cut(cut func(i, j int) bool) {
	for to, p := range r.proxies {
		p.block(func(from string) bool {
			for i, m := range r.Members {
				if m.Listen == from && cut != nil {
					return cut(i, to) || cut(to, i)
				}
			}
			return false
		})
	}
}

// Pool starts all members, lets them join the first one, and waits until they
// are in service.
func (r *Rig) Pool(ctx context.Context) (*xapitest.Client, error) {
	for _, m := range r.Members {
		if err := m.Start(ctx); err != nil {
			return nil, err
		}
	}
	first := xapitest.At(r.Members[0].URL())
	session, err := login(first)
	if err != nil {
		return nil, err
	}
	for i, m := range r.Members[1:] {
		w := xapitest.At(m.URL())
		s, err := login(w)
		if err != nil {
			return nil, err
		}
		if _, err := w.Call("pool.join", s, r.Members[0].Address, "root", Password); err != nil {
			return nil, err
		}
		if err := r.InService(ctx, first, session, i+2); err != nil {
			return nil, err
		}
	}
	return &xapitest.Client{Wire: first, Session: session}, nil
}

func login(w xapitest.Wire) (string, error) {
	v, err := w.Call("session.login_with_password", "root", Password)
	s, _ := v.(string)
	return s, err
}

// InService waits until n hosts are enabled, as the master sees it.
func (r *Rig) InService(ctx context.Context, w xapitest.Wire, session string, n int) error {
	token := ""
	for {
		v, err := w.Call("host.get_all_records", session)
		if err != nil {
			return err
		}
		records, _ := v.(map[string]any)
		up := 0
		for _, h := range records {
			if h, _ := h.(map[string]any); h["enabled"] == true {
				up++
			}
		}
		if up >= n {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%d hosts of %d in service: %w", up, n, ctx.Err())
		}
		e, err := w.Call("event.from", session, []string{"host"}, token, 1.0)
		if err != nil {
			return err
		}
		batch, _ := e.(map[string]any)
		token, _ = batch["token"].(string)
	}
}

// SharedSR makes an SR that all hosts see, for HA to beat on.
func SharedSR(c *xapitest.Client) error {
	hosts, err := c.Try("host.get_all")
	if err != nil {
		return err
	}
	list, _ := hosts.([]any)
	_, err = c.Try("SR.create", list[0], map[string]string{"server": "storage", "serverpath": "/shared"}, 0, "shared", "", "nfs", "user", true, map[string]string{})
	return err
}

// lastLine keeps what was written last, and passes all on.
type lastLine struct {
	next io.Writer
	text string
}

func (l *lastLine) Write(b []byte) (int, error) {
	l.text = strings.TrimSpace(string(b))
	return l.next.Write(b)
}

// prefixed writes whole lines with a prefix.
type prefixed struct {
	prefix string
	w      io.Writer
}

func (p prefixed) Write(b []byte) (int, error) {
	if p.w == nil {
		return len(b), nil
	}
	for line := range strings.Lines(string(b)) {
		if _, err := io.WriteString(p.w, p.prefix+line); err != nil {
			return 0, err
		}
	}
	return len(b), nil
}
