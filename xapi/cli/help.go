package cli

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	usage = `Usage: xe <command> [-s server] [-pw passwd] [-p port] [-u user] [-pwf password-file]
  [command specific arguments]

`
	shortHead = `To get help on a specific command: xe help <command>
To get a full listing of commands: xe help --all

Common command list:

`
	fullHead = `A full list of commands is:

`
)

// help tells of the commands that are named, or lists them.
func (c *command) help() error {
	var named []string
	for _, p := range c.others() {
		if p.value == "" {
			named = append(named, p.key)
		}
	}
	for _, name := range named {
		c.helpOn(name)
	}
	if len(named) > 0 {
		return nil
	}
	all, err := c.flag("all")
	if err != nil {
		return err
	}
	var hosts, vms, rest []string
	for _, name := range slices.Sorted(maps.Keys(c.book.specs)) {
		switch s := c.book.specs[name]; {
		case s.hidden || !all && !s.standard:
		case all && strings.HasPrefix(name, "host-"):
			hosts = append(hosts, name)
		case all && strings.HasPrefix(name, "vm-"):
			vms = append(vms, name)
		default:
			rest = append(rest, name)
		}
	}
	switch {
	case c.minimal:
		names := slices.Concat(hosts, vms, rest)
		slices.Sort(names)
		c.results(names)
	case all:
		c.print(usage + fullHead + strings.Join([]string{fold(hosts), fold(vms), fold(rest)}, "\n    \n"))
	default:
		c.print(usage + shortHead + fold(rest))
	}
	return nil
}

// helpOn tells of a command: what it takes and what it is for.
func (c *command) helpOn(name string) {
	s := c.book.specs[name]
	if s == nil {
		c.print("Unknown command '" + name + "'")
		return
	}
	optional, about := s.optn, s.about
	if s.selector != nil {
		optional = append(slices.Clone(optional), "<"+s.selector.key+"-selectors>")
		about = strings.TrimSpace(about + " " + s.selector.help())
	}
	c.record([]column{
		{"command name        ", s.name},
		{"reqd params     ", strings.Join(s.reqd, ", ")},
		{"optional params ", strings.Join(optional, ", ")},
		{"description     ", about},
	})
}

// help says how commands with the selector know what to work on.
func (s selector) help() string {
	return fmt.Sprintf("The simplest way to say which %[1]s is meant is %[2]s=<name or uuid>. Instead of it, or besides, any field of a %[1]s selects those that have "+
		"the value: <field>=<value>, as in %[2]s-list. With --multiple the command works on all that are selected; with no selector at all these are all there are.",
		what[s.class], s.key)
}

// foldAt is where lines of names end.
const foldAt = 74

// fold writes names in lines, joined by commas.
func fold(names []string) string {
	var lines []string
	now := ""
	for _, n := range names {
		switch {
		case now == "":
			now = "    " + n
		case len(now)+len(n) > foldAt:
			lines, now = append(lines, now), "    "+n
		default:
			now += ", " + n
		}
	}
	return strings.Join(append(lines, now), "\n")
}
