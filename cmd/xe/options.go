package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// options are what the client itself goes by, and what it ships.
type options struct {
	server, port       string
	username, password string
	plain              bool
	debug, debugOnFail bool
	traceparent        string
	baggage            string
	args               []string
	// files are the paths that the user has named: no other may be touched.
	files []string
}

var (
	errUsage   = errors.New("usage")
	errVersion = errors.New("version")
)

// flags that take a value, by what they are called as key=value.
var flags = map[string]string{
	"-s": "server", "-h": "server", "-p": "port", "-u": "username", "-pw": "password", "-pwf": "passwordfile", "--traceparent": "traceparent",
}

// parse reads the command line, and before it ~/.xe and XE_EXTRA_ARGS; what
// comes later wins.
func parse(args []string, env func(string) string, read func(string) ([]byte, error)) (*options, error) {
	if len(args) == 0 {
		return nil, errUsage
	}
	o := &options{server: "127.0.0.1", username: "root", password: "null"}
	set := map[string]string{}
	var extra []string
	for _, words := range [][]string{rcFile(env, read), extraArgs(env("XE_EXTRA_ARGS"))} {
		rest, err := o.take(words, set)
		if err != nil {
			return nil, err
		}
		extra = append(rest, extra...)
	}
	if v := env("TRACEPARENT"); v != "" {
		set["traceparent"] = v
	}
	rest, err := o.take(args, set)
	if err != nil {
		return nil, err
	}
	if file := set["passwordfile"]; file != "" {
		raw, err := read(file)
		lines := strings.Split(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n")
		if err != nil || len(lines) < 2 {
			return nil, fmt.Errorf("the password file %s cannot be read: its first line is the user, its second the password", file)
		}
		set["username"], set["password"] = lines[0], lines[1]
	}
	for key, field := range map[string]*string{"server": &o.server, "port": &o.port, "username": &o.username, "password": &o.password, "traceparent": &o.traceparent} {
		if v, ok := set[key]; ok {
			*field = v
		}
	}
	if o.port != "" {
		if n, err := strconv.Atoi(o.port); err != nil || n < 1 || n > 65535 {
			return nil, errUsage
		}
	}
	o.plain, o.debug, o.debugOnFail = truth(set["nossl"]), truth(set["debug"]), truth(set["debugonfail"])
	o.baggage = env("BAGGAGE")
	o.args = append(append(rest, extra...), "username="+o.username, "password="+o.password)
	return o, nil
}

// take sorts words: the client's own go into set, the others are shipped.
func (o *options) take(words []string, set map[string]string) ([]string, error) {
	own := map[string]bool{"nossl": true, "debug": true, "debugonfail": true}
	for _, key := range flags {
		own[key] = true
	}
	var rest []string
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "-help" || w == "--help":
			return nil, errUsage
		case w == "-version":
			return nil, errVersion
		case w == "--nossl" || w == "--debug":
			set[w[2:]] = "true"
			continue
		case w == "--debug-on-fail":
			set["debugonfail"] = "true"
			continue
		case flags[w] != "":
			if i++; i == len(words) {
				return nil, errUsage
			}
			set[flags[w]] = words[i]
			continue
		}
		key, value, pair := strings.Cut(w, "=")
		if pair && own[key] {
			set[key] = value
			continue
		}
		if pair {
			if path, err := filepath.Abs(value); err == nil {
				o.files = append(o.files, path)
			}
		}
		rest = append(rest, w)
	}
	return rest, nil
}

func truth(s string) bool { return s == "true" || s == "1" || s == "yes" }

// rcFile reads key=value lines; a line that is none voids the file.
func rcFile(env func(string) string, read func(string) ([]byte, error)) []string {
	raw, err := read(filepath.Join(env("HOME"), ".xe"))
	if err != nil {
		return nil
	}
	var words []string
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "":
		case !strings.Contains(line, "="):
			fmt.Fprintf(os.Stderr, "~/.xe is ignored: %q is no key=value\n", line)
			return nil
		default:
			words = append(words, line)
		}
	}
	return words
}

// extraArgs splits at commas that no backslash protects; backslashes go then.
func extraArgs(text string) []string {
	var words []string
	begin := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && (text[i] != ',' || i > 0 && text[i-1] == '\\') {
			continue
		}
		if w := strings.ReplaceAll(text[begin:i], `\`, ""); w != "" {
			words = append(words, w)
		}
		begin = i + 1
	}
	return words
}
