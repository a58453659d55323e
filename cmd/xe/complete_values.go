package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// values are what a parameter may be given; all are whole words.
func (c *completer) values(key, typed string) []candidate {
	prefix := key + "="
	var list []candidate
	for _, v := range c.valuesOf(key, typed) {
		v.word = prefix + v.word
		list = append(list, v)
	}
	return list
}

// byName are the parameters that take the name of an object, and its class.
var byName = map[string]string{"vm": "vm", "host": "host", "sr": "sr", "template": "template", "on": "host"}

// asked are the parameters whose values a command lists.
var asked = map[string][]string{
	"edition":     {"host-all-editions"},
	"cd-name":     {"cd-list", "params=name-label"},
	"data-source": {"host-data-source-list"},
}

// fixed are the parameters that take words known beforehand.
var fixed = map[string][]string{
	"class":  {"vm", "vdi", "sr", "host", "network", "vif", "pif", "vbd", "pbd", "pool", "task", "subject", "role", "secret", "vmss"},
	"format": {"raw", "vhd"},
	"output": {"tar", "zip"},
}

// switches are those that are true or false.
var switches = []string{"force", "live", "paused", "multiple", "minimal", "dry-run", "preserve", "metadata", "compress", "preserve-power-state", "include-snapshots", "public", "shared", "ca", "progress", "copy-bios-strings"}

func (c *completer) valuesOf(key, typed string) []candidate {
	command := c.args[0]
	class := c.class(command)
	switch {
	case isFile(key):
		return files(typed)
	case key == "uuid" && class != "":
		return c.uuids(class)
	case strings.HasSuffix(key, "-uuid") || strings.HasSuffix(key, "-SR"):
		return c.uuids(c.classOfKey(key))
	case byName[key] != "" && !strings.HasSuffix(command, "-list"):
		args := []string{byName[key] + "-list", "params=name-label"}
		if byName[key] == "vm" {
			args = append(args, "is-control-domain=false") // as commands choose
		}
		return plainWords(c.list(args...))
	case key == "params":
		return c.several(typed, append(c.fields(class, ""), "all"))
	case key == "param-name":
		mark := ""
		if strings.HasSuffix(command, "-add") || strings.HasSuffix(command, "-remove") || strings.HasSuffix(command, "-clear") {
			mark = "RW"
		}
		return plainWords(c.fields(class, mark))
	case key == "param-key":
		return plainWords(c.keys(class))
	case key == "type" && strings.HasPrefix(command, "sr-"):
		return plainWords(c.list("sm-list", "params=type"))
	case key == "entries":
		return c.several(typed, c.capabilities())
	case asked[key] != nil:
		return plainWords(c.list(asked[key]...))
	case fixed[key] != nil:
		return plainWords(fixed[key])
	case slices.Contains(switches, key):
		return plainWords([]string{"true", "false"})
	case class != "" && !strings.Contains(key, ":"):
		return plainWords(c.list(class+"-list", "params="+key))
	}
	return nil
}

// class is the one whose commands a command is among.
func (c *completer) class(command string) string {
	all := c.list("help", "--all")
	for at := len(command); at > 0; at = strings.LastIndexByte(command[:at], '-') {
		if slices.Contains(all, command[:at]+"-param-list") {
			return command[:at]
		}
	}
	return ""
}

// classOfKey is the class of what a parameter like host-uuid or
// suspend-image-SR refers to.
func (c *completer) classOfKey(key string) string {
	name := strings.ToLower(strings.TrimSuffix(key, "-uuid"))
	all := c.list("help", "--all")
	for {
		if slices.Contains(all, name+"-param-list") {
			return name
		}
		_, rest, ok := strings.Cut(name, "-")
		if !ok {
			return ""
		}
		name = rest
	}
}

// uuids are those of a class's objects, each with the name of the object.
func (c *completer) uuids(class string) []candidate {
	if class == "" {
		return nil
	}
	args := []string{class + "-list", "params=uuid,name-label,vm-name-label,device"}
	if class != "snapshot" {
		args = append(args, "--all")
	}
	var list []candidate
	for line := range strings.Lines(c.ask(args...)) {
		label, text, ok := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case !ok:
		case strings.HasPrefix(label, "uuid "):
			list = append(list, candidate{word: strings.TrimSpace(text)})
		case len(list) > 0:
			last := &list[len(list)-1]
			last.about = strings.TrimSpace(last.about + " " + strings.TrimSpace(text))
		}
	}
	return list
}

// fields are the names of a class's fields, those only whose mode ends like
// mark in a set or a map.
func (c *completer) fields(class, mark string) []string {
	if class == "" {
		return nil
	}
	id := c.typed("uuid")
	if id == "" {
		ids := c.list(class+"-list", "params=uuid")
		if len(ids) == 0 {
			return nil
		}
		id = ids[0]
	}
	var list []string
	for line := range strings.Lines(c.ask(class+"-list", "params=all", "uuid="+id)) {
		label, _, ok := strings.Cut(line, "):")
		name, mode, isField := strings.Cut(label, "(")
		if !ok || !isField || mark != "" && mode != "S"+mark && mode != "M"+mark {
			continue
		}
		list = append(list, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(name), "[DEPRECATED]")))
	}
	return list
}

// keys are those of the map that param-name names.
func (c *completer) keys(class string) []string {
	if class == "" {
		return nil
	}
	var list []string
	for pair := range strings.SplitSeq(c.ask(class+"-param-get", "uuid="+c.typed("uuid"), "param-name="+c.typed("param-name")), "; ") {
		if key, _, ok := strings.Cut(pair, ": "); ok {
			list = append(list, key)
		} else if pair != "" {
			list = append(list, pair)
		}
	}
	return list
}

// capabilities are the entries of a status report.
func (c *completer) capabilities() []string {
	var list []string
	for _, part := range strings.Split(c.ask("host-get-system-status-capabilities", "uuid="+c.ask("pool-list", "params=master", "--minimal")), `key="`)[1:] {
		key, _, _ := strings.Cut(part, `"`)
		list = append(list, key)
	}
	return list
}

// several are the ways to go on with a list that has commas between.
func (c *completer) several(typed string, words []string) []candidate {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	var list []candidate
	for _, w := range words {
		if !slices.Contains(strings.Split(before, ","), w) {
			list = append(list, candidate{word: before + w, open: true})
		}
	}
	return list
}

// isFile tells whether a parameter names a file.
func isFile(key string) bool {
	switch key {
	case "certificate", "private-key", "certificate-chain":
		return true
	}
	return strings.HasSuffix(key, "filename") || strings.HasSuffix(key, "file-name") || strings.HasSuffix(key, "-file") || key == "passwordfile"
}

// files are those that begin with what is typed.
func files(typed string) []candidate {
	dir, base := filepath.Split(typed)
	at := dir
	if rest, ok := strings.CutPrefix(dir, "~/"); ok {
		at = filepath.Join(os.Getenv("HOME"), rest)
	} else if dir == "" {
		at = "."
	}
	entries, err := os.ReadDir(at)
	if err != nil {
		return nil
	}
	var list []candidate
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(base, ".") {
			continue
		}
		info, err := os.Stat(filepath.Join(at, name))
		if err == nil && info.IsDir() {
			list = append(list, candidate{word: dir + name + "/", open: true})
		} else {
			list = append(list, candidate{word: dir + name})
		}
	}
	return list
}
