package main

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"io"
	"slices"
	"strings"
)

// scripts are the shells' sides of completion: they pass on what was typed, and
// take what complete finds.
//
//go:embed all:completion
var scripts embed.FS

// shellScripts are their files, by shell.
var shellScripts = map[string]string{"bash": "completion/xe.bash", "zsh": "completion/_xe"}

// candidate is a word that might have been meant.
type candidate struct {
	word  string
	about string
	open  bool // more of the word is to come
}

// completer finds candidates by asking the server, as the user might.
type completer struct {
	own  []string // the options of the client's own that were typed
	args []string // the other words before the one that is typed
	ask  func(args ...string) string
}

// own options take words from the command line that the server never sees.
const (
	completionOption = "--completion"
	completeOption   = "--complete"
)

var errNoShell = errors.New("completion: for bash or zsh")

// completion does what these options ask for; false if there are none.
func completion(args []string, stdout io.Writer) (bool, error) {
	if len(args) == 0 || args[0] != completionOption && args[0] != completeOption {
		return false, nil
	}
	if len(args) < 2 || shellScripts[args[1]] == "" {
		return true, errNoShell
	}
	if args[0] == completionOption {
		text, err := scripts.ReadFile(shellScripts[args[1]])
		if err == nil {
			_, err = stdout.Write(text)
		}
		return true, err
	}
	if args[1] == "bash" {
		return true, completeBash(stdout, args[2:])
	}
	return true, completeZsh(stdout, args[2:])
}

// newCompleter sorts the words that were typed before the current one.
func newCompleter(words []string) *completer {
	c := &completer{}
	for i := 0; i < len(words); i++ {
		w := words[i]
		key, _, pair := strings.Cut(w, "=")
		switch {
		case flags[w] != "" && i+1 < len(words):
			c.own = append(c.own, w, words[i+1])
			i++
		case w == "--nossl", pair && ownKey(key):
			c.own = append(c.own, w)
		case strings.HasPrefix(w, "--debug"):
		default:
			c.args = append(c.args, w)
		}
	}
	c.ask = func(args ...string) string {
		var out bytes.Buffer
		if run(append(slices.Clone(args), c.own...), strings.NewReader(""), &out, io.Discard) != 0 {
			return ""
		}
		return strings.TrimRight(out.String(), "\n")
	}
	return c
}

func ownKey(key string) bool {
	return key == "nossl" || slices.Contains(ownKeys, key)
}

var ownKeys = []string{"server", "port", "username", "password", "passwordfile", "traceparent"}

// list asks for a list in the minimal form.
func (c *completer) list(args ...string) []string {
	return unlist(c.ask(append(args, "--minimal")...))
}

// unlist splits a minimal list, whose own commas and backslashes have one
// before them.
func unlist(text string) []string {
	var items []string
	var b strings.Builder
	flush := func() {
		if s := b.String(); s != "" && s != "<not in database>" {
			items = append(items, s)
		}
		b.Reset()
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case text[i] == ',':
			flush()
		default:
			b.WriteByte(text[i])
		}
	}
	flush()
	return items
}

// typed gives the value that was typed for a parameter.
func (c *completer) typed(key string) string {
	for _, w := range c.args {
		if k, v, ok := strings.Cut(w, "="); ok && k == key {
			return v
		}
	}
	return ""
}

// candidates are the words that begin with what is typed.
func (c *completer) candidates(word string) []candidate {
	var all []candidate
	key, value, pair := strings.Cut(word, "=")
	switch {
	case len(c.args) == 0 || c.args[0] == "help":
		all = plainWords(append(c.list("help", "--all"), "help"))
	case !pair && strings.HasPrefix(word, "--"):
		all = plainWords([]string{"--minimal", "--multiple", "--force", "--all", "--progress"})
	case !pair:
		all = c.parameters(c.args[0])
	default:
		all = c.values(key, value)
	}
	all = slices.DeleteFunc(all, func(x candidate) bool {
		return !strings.HasPrefix(x.word, word) || strings.ContainsAny(x.word, "\r\n\x00")
	})
	slices.SortFunc(all, func(a, b candidate) int { return cmp.Compare(a.word, b.word) })
	return slices.CompactFunc(all, func(a, b candidate) bool { return a.word == b.word })
}

func plainWords(words []string) []candidate {
	var list []candidate
	for _, w := range words {
		list = append(list, candidate{word: w})
	}
	return list
}

// selectors are the commands whose filters choose what a command works on.
var selectors = map[string]string{"<vm-selectors>": "vm-list", "<host-selectors>": "host-list", "<sr-selectors>": "sr-list"}

// parameters are those of a command that were not typed yet.
func (c *completer) parameters(command string) []candidate {
	var list []candidate
	add := func(name string) {
		if strings.HasSuffix(name, ":") || strings.HasSuffix(name, "-") {
			list = append(list, candidate{word: name, open: true})
		} else if c.typed(name) == "" && !slices.Contains(c.args, name+"=") {
			list = append(list, candidate{word: name + "=", open: true})
		}
	}
	for _, name := range c.names(command) {
		filters, ok := selectors[name]
		if !ok {
			add(name)
			continue
		}
		add(strings.TrimSuffix(filters, "-list"))
		for _, f := range c.names(filters) {
			add(f)
		}
	}
	if kind := c.typed("type"); kind != "" && c.args[0] != "vm-import" {
		for _, text := range c.list("sm-list", "type="+kind, "params=configuration") {
			for pair := range strings.SplitSeq(text, "; ") {
				if key, about, ok := strings.Cut(pair, ": "); ok {
					list = append(list, candidate{"device-config:" + key + "=", about, true})
				}
			}
		}
	}
	return list
}

// names are the parameters that help tells of a command.
func (c *completer) names(command string) []string {
	var list []string
	for line := range strings.Lines(c.ask("help", command)) {
		label, text, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || !strings.HasPrefix(label, "reqd params") && !strings.HasPrefix(label, "optional params") {
			continue
		}
		for name := range strings.SplitSeq(strings.TrimSpace(text), ", ") {
			if name != "" {
				list = append(list, name)
			}
		}
	}
	return list
}
