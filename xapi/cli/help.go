package cli

import (
	"maps"
	"slices"
	"strings"
)

const usage = `Usage: xe <command> [-s server] [-pw passwd] [-p port] [-u user] [-pwf password-file]
  [command specific arguments]
`

// help tells of the commands that are named, or lists them.
func (c *command) help() error {
	var named []string
	for _, p := range c.others("all") {
		if p.value == "" {
			named = append(named, p.key)
		}
	}
	specs := c.book.specs
	for _, name := range named {
		s := specs[name]
		if s == nil {
			c.print("Unknown command '" + name + "'")
			continue
		}
		optional := slices.Clone(s.optn)
		if s.selector != nil {
			optional = append(optional, "<"+s.selector.key+"-selectors>")
		}
		c.record([]column{
			{"command name           ", s.name},
			{"reqd params    ", strings.Join(s.reqd, ", ")},
			{"optional params", strings.Join(optional, ", ")},
			{"description    ", s.about},
		})
	}
	if len(named) > 0 {
		return nil
	}
	all, err := c.flag("all")
	if err != nil {
		return err
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(specs)) {
		if s := specs[name]; (all || s.standard) && !s.hidden {
			names = append(names, name)
		}
	}
	if c.minimal {
		c.results(names)
		return nil
	}
	c.print(usage)
	if all {
		c.print("A full list of commands is:\n")
	} else {
		c.print("To get help on a specific command: xe help <command>\nTo get a full listing of commands: xe help --all\n\nCommon command list:\n")
	}
	c.print(fold(names))
	return nil
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
