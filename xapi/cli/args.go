package cli

import (
	"slices"
	"strings"
)

// line is a command line as the client ships it.
type line struct {
	command string
	// params in order; of a key that comes twice the first counts.
	params []param
}

type param struct{ key, value string }

// short are the options of one letter, and what they mean.
var short = map[string]string{"-u": "username", "-pw": "password", "-s": "server", "-h": "server", "-p": "port"}

// parseLine reads the lines of a request; false for a syntax error.
func parseLine(body string) (line, bool) {
	words := strings.Split(body, "\n")
	for i := range words {
		words[i] = strings.TrimSuffix(words[i], "\r")
	}
	l := line{command: words[0]}
	if strings.Contains(words[0], "=") || words[0] == "" {
		return l, false
	}
	for i := 1; i < len(words); i++ {
		w := words[i]
		switch {
		case strings.HasPrefix(w, "--"):
			l.params = append(l.params, param{w[2:], "true"})
		case strings.HasPrefix(w, "-") && !strings.Contains(w, "="):
			key, known := short[w]
			if i++; !known || i == len(words) {
				return l, false
			}
			l.params = append(l.params, param{key, words[i]})
		default:
			k, v, _ := strings.Cut(w, "=")
			l.params = append(l.params, param{k, v})
		}
	}
	return l, true
}

func (l line) get(key string) (string, bool) {
	for _, p := range l.params {
		if p.key == key {
			return p.value, true
		}
	}
	return "", false
}

// text is a parameter's value, "" if it is not given.
func (l line) text(key string) string {
	v, _ := l.get(key)
	return v
}

// flag reads a boolean; absent is false.
func (l line) flag(key string) (bool, error) {
	v, ok := l.get(key)
	if !ok {
		return false, nil
	}
	switch strings.ToLower(v) {
	case "true", "t", "yes", "y", "1":
		return true, nil
	case "false", "f", "no", "n", "0":
		return false, nil
	}
	return false, complaint("Failed to parse parameter '" + key + "': expecting a boolean (possible values: true t yes y 1 | false f no n 0)")
}

// standard are parameters that every command takes, and that select nothing.
var standard = []string{"server", "password", "port", "username", "minimal", "force", "multiple", "all", "message-priority", "trace", "compat"}

// others are the parameters besides the standard ones and those of own, where
// "name:" stands for all of name:key.
func (l line) others(own ...string) []param {
	var rest []param
	for _, p := range l.params {
		name, _, keyed := strings.Cut(p.key, ":")
		if !slices.Contains(standard, p.key) && !slices.Contains(own, p.key) && (!keyed || name != "database" && !slices.Contains(own, name+":")) {
			rest = append(rest, p)
		}
	}
	return rest
}

// maps are the pairs of a parameter given as name:key=value.
func (l line) maps(name string) map[string]string {
	m := map[string]string{}
	for _, p := range l.params {
		if key, ok := strings.CutPrefix(p.key, name+":"); ok {
			m[key] = p.value
		}
	}
	return m
}

// pairs are maps, in the old spelling name-key=value too.
func (l line) pairs(name string) map[string]string {
	m := map[string]string{}
	for _, p := range l.params {
		if rest, ok := strings.CutPrefix(p.key, name); ok && len(rest) > 1 && (rest[0] == ':' || rest[0] == '-') {
			m[rest[1:]] = p.value
		}
	}
	return m
}

// complaint is an error of a command's own.
type complaint string

func (c complaint) Error() string { return string(c) }
