package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xapid/xapid/xapi/xapitest"
)

// build compiles xe.
func build(t testing.TB) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "xe")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// bash completes a line in a real bash, and gives what it would offer.
func (s *shell) bash(bin, line, kind string) []string {
	s.t.Helper()
	const script = `
		source <(xe --completion bash)
		COMP_LINE=$1 COMP_POINT=${#1} COMP_TYPE=$2 COMP_WORDS=(xe)
		COMP_WORDBREAKS=$' \t\n"\'><=;|&(:'
		complete -p xe >/dev/null || echo "there is no completion"
		_xe
		printf '%s\n' "${COMPREPLY[@]}"`
	cmd := exec.Command("bash", "--norc", "-c", script, "bash", line, kind)
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(bin)+":"+os.Getenv("PATH"), "HOME="+s.t.TempDir(),
		"XE_EXTRA_ARGS=server="+s.host+",port="+s.port+",password="+xapitest.Password)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("%s: %v\n%s", line, err, out)
	}
	text := strings.TrimSuffix(string(out), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func TestBash(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash")
	}
	bin := build(t)
	p := xapitest.Start(t)
	xe := newShell(t, p)
	ids := map[string]string{}
	for _, name := range []string{"web server", "web-2", "a, b"} {
		ids[name] = xe.line("vm-install", "template=Other install media", "new-name-label="+name)
	}
	xe.must("vm-param-set", "uuid="+ids["web-2"], "other-config:colour=red")
	host := xe.line("host-list", "--minimal")
	hostName := xe.line("host-list", "params=name-label", "--minimal")
	dir := t.TempDir()
	for _, name := range []string{"one.pem", "two words"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		line string
		want []string // exactly these
		has  []string // these among others
		not  []string // none of these
	}{
		{line: "xe vm-shut", want: []string{"vm-shutdown"}},
		{line: "xe ", has: []string{"vm-list", "help", "host-param-get"}, not: []string{"blob-get"}},
		{line: "xe help vm-shut", want: []string{"vm-shutdown"}},
		{line: "xe -s " + xe.host + " -p " + xe.port + " vm-shut", want: []string{"vm-shutdown"}},
		{line: "xe vm-start v", has: []string{"vm="}},
		{line: "xe vm-start vm=", want: []string{`a,\ b`, "web-2", `web\ server`}},
		{line: "xe vm-start vm=web", want: []string{"web-2", `web\ server`}},
		{line: `xe vm-start vm=web\ s`, want: []string{`web\ server`}},
		{line: `xe vm-start vm="web s`, want: []string{"vm=web server"}},
		{line: "xe vm-start vm=x power-state=h", want: []string{"halted"}},
		{line: "xe vm-start on=", want: []string{strings.ReplaceAll(hostName, " ", `\ `)}},
		{line: "xe vm-param-get ", has: []string{"uuid=", "param-name="}},
		{line: "xe vm-param-get uuid=x ", has: []string{"param-name="}, not: []string{"uuid="}},
		{line: "xe vm-param-list uuid=" + ids["web-2"][:20], want: []string{ids["web-2"]}},
		{line: "xe vm-param-list uuid=", has: []string{ids["web-2"], ids["a, b"]}},
		{line: "xe vm-param-get uuid=" + ids["web-2"] + " param-name=name-", want: []string{"name-description", "name-label"}},
		{line: "xe vm-param-remove uuid=" + ids["web-2"] + " param-name=", has: []string{"other-config", "tags"}, not: []string{"name-label", "uuid"}},
		{line: "xe vm-param-remove uuid=" + ids["web-2"] + " param-name=other-config param-key=col", want: []string{"colour"}},
		{line: "xe vm-list power-state=", has: []string{"halted", "running"}},
		{line: "xe vm-list params=name-l", want: []string{"name-label"}},
		{line: "xe vm-list params=uuid,name-l", want: []string{"uuid,name-label"}},
		{line: "xe vm-list params=al", want: []string{"all", "allowed-operations", "allowed-VBD-devices", "allowed-VIF-devices"}},
		{line: "xe vm-list --mi", want: []string{"--minimal"}},
		{line: "xe pool-eject host-uuid=", want: []string{host}},
		{line: "xe sr-create type=nf", want: []string{"nfs"}},
		{line: "xe sr-create type=nfs device-config:serverp", want: []string{"serverpath="}},
		{line: "xe event-wait class=po", want: []string{"pool"}},
		{line: "xe vm-clone new-name-", has: []string{"new-name-label="}},
		{line: "xe pool-install-ca-certificate filename=" + dir + "/", want: []string{dir + "/deep/", dir + "/one.pem", dir + `/two\ words`}},
		{line: "xe pool-install-ca-certificate filename=" + dir + "/o", want: []string{dir + "/one.pem"}},
		{line: "xe host-get-system-status entries=xenserver-l", want: []string{"xenserver-logs"}},
		{line: "xe frobnicate x", want: []string{}},
		{line: "xe frobnicate uuid=", want: []string{}},
	} {
		got := xe.bash(bin, tt.line, "9")
		if tt.want != nil {
			slices.Sort(got)
			want := slices.Sorted(slices.Values(tt.want))
			if !slices.Equal(got, want) {
				t.Errorf("%s: %q instead of %q", tt.line, got, want)
			}
		}
		for _, w := range tt.has {
			if !slices.Contains(got, w) {
				t.Errorf("%s: %q is not in %.300q", tt.line, w, got)
			}
		}
		for _, w := range tt.not {
			if slices.Contains(got, w) {
				t.Errorf("%s: %q is in %.300q", tt.line, w, got)
			}
		}
	}
	if got := xe.bash(bin, "xe vm-param-list uuid=", "63"); !slices.Contains(got, ids["web-2"]+" (web-2)") {
		t.Errorf("shown: %q", got)
	}
}

func TestZshWords(t *testing.T) {
	p := xapitest.Start(t)
	xe := newShell(t, p)
	t.Setenv("HOME", t.TempDir())
	t.Setenv("XE_EXTRA_ARGS", "server="+xe.host+",port="+xe.port+",password="+xapitest.Password)
	host := xe.line("host-list", "--minimal")
	name := xe.line("host-list", "params=name-label", "--minimal")
	for _, tt := range []struct {
		words []string
		want  string
	}{
		{[]string{"vm-shut"}, "space\nvm-shutdown\t\n"},
		{[]string{"host-param-list", "uuid=" + host[:3]}, "space\nuuid=" + host + "\t" + name + "\n"},
		{[]string{"host-param-list", "uu"}, "nospace\nuuid=\t\n"},
	} {
		var out, errs bytes.Buffer
		if status := run(append([]string{"--complete", "zsh"}, tt.words...), nil, &out, &errs); status != 0 || out.String() != tt.want {
			t.Errorf("%q: %d %q %q", tt.words, status, out.String(), errs.String())
		}
	}
	for shell, want := range map[string]string{"zsh": "#compdef xe\n", "bash": "# Completion"} {
		var out bytes.Buffer
		if status := run([]string{"--completion", shell}, nil, &out, &out); status != 0 || !strings.HasPrefix(out.String(), want) {
			t.Errorf("%s: %d %.50q", shell, status, out.String())
		}
	}
	var errs bytes.Buffer
	if status := run([]string{"--completion", "fish"}, nil, &errs, &errs); status != 1 || !strings.Contains(errs.String(), "bash or zsh") {
		t.Errorf("fish: %d %q", status, errs.String())
	}
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		line  string
		words string
		raw   string
	}{
		{"xe", "xe", "xe"},
		{"xe ", "xe|", ""},
		{"xe  a=b\\ c ", "xe|a=b c|", ""},
		{`xe "a b" 'c\d' e\`, `xe|a b|c\d|e\`, `e\`},
		{`xe vm="we`, "xe|vm=we", `vm="we`},
	} {
		words, raw := splitLine(tt.line)
		if strings.Join(words, "|") != tt.words || raw != tt.raw {
			t.Errorf("%s: %q, %q", tt.line, words, raw)
		}
	}
	for _, s := range []string{"", "plain", `a b\c"d'e$f`, "*?[x]"} {
		if got := unquote(quote(s)); got != s {
			t.Errorf("%q came as %q", s, got)
		}
	}
}
