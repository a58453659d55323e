package chapter_test

import (
	"bufio"
	"net"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// licenceServer is the section's, which ends with it.
type licenceServer struct {
	cmd     *exec.Cmd
	address string
}

func (s *licenceServer) end() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait() // killed
		s.cmd = nil
	}
}

// licences FILE runs a licence server with that file, in the place of the one
// that runs, at $LICENCE_HOST and $LICENCE_PORT; without a file, none.
func licences(ts *testscript.TestScript, _ bool, args []string) {
	s, ok := ts.Value("licences").(*licenceServer)
	if !ok {
		ts.Fatalf("the section has no place for a licence server")
	}
	s.end()
	if len(args) == 0 {
		return
	}
	s.cmd = exec.Command(filepath.Join(ts.Value("programs").(string), "xapid"), "licence-server", "-address", s.address, "-licences", ts.MkAbs(args[0]))
	out, err := s.cmd.StdoutPipe()
	ts.Check(err)
	ts.Check(s.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	_, s.address, _ = strings.Cut(strings.TrimSpace(line), "ready: ")
	host, port, err := net.SplitHostPort(s.address)
	ts.Check(err)
	ts.Setenv("LICENCE_HOST", host)
	ts.Setenv("LICENCE_PORT", port)
}
