package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/xapi/xapitest"
)

// typing has an interactive zsh complete a line, and gives the line as it is
// then: a widget hands it over, which no prompt or terminal can garble.
const typing = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PS1= RPS1= TERM=dumb; fpath=('$1' $fpath); autoload -Uz compinit; compinit -u -D; setopt nolistambiguous'
zpty -w z 'tell() { print -r -- $BUFFER > '$2'; exit }; zle -N tell; bindkey "^X^T" tell; bindkey "^I" complete-word; print -r ready'
zpty -r z out '*ready*ready*'
zpty -w -n z "$3"$'\t\C-x\C-t'
zpty -r z out
while zpty -t z; do zpty -r z out || break; done
`

// zsh completes a line in a real zsh.
func (s *shell) zsh(bin, line string) string {
	s.t.Helper()
	dir, told := s.t.TempDir(), filepath.Join(s.t.TempDir(), "line")
	out, err := exec.Command(bin, "--completion", "zsh").Output()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "_xe"), out, 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "zsh", "-f", "-c", typing, "zsh", dir, told, line)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(bin)+":"+os.Getenv("PATH"), "HOME="+dir, "ZDOTDIR="+dir,
		"XE_EXTRA_ARGS=server="+s.host+",port="+s.port+",password="+xapitest.Password)
	shown, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", line, err, shown)
	}
	text, err := os.ReadFile(told)
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", line, err, shown)
	}
	return strings.TrimSuffix(string(text), "\n")
}

func TestZsh(t *testing.T) {
	if _, err := exec.LookPath("zsh"); err != nil {
		t.Skip("there is no zsh")
	}
	bin := build(t)
	xe := newShell(t, xapitest.Start(t))
	id := xe.line("vm-install", "template=Other install media", "new-name-label=web-2")
	for _, tt := range []struct{ typed, want string }{
		{"xe pool-des", "xe pool-designate-new-master "},
		{"xe vm-start uu", "xe vm-start uuid="},
		{"xe vm-param-list uuid=" + id[:4], "xe vm-param-list uuid=" + id + " "},
		{"xe vm-start vm=we", "xe vm-start vm=web-2 "},
		{"xe nothing-li", "xe nothing-li"},
	} {
		if got := xe.zsh(bin, tt.typed); got != tt.want {
			t.Errorf("%q becomes %q, not %q", tt.typed, got, tt.want)
		}
	}
}
