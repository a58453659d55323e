package cli

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
)

// spec is a command.
type spec struct {
	name       string
	reqd, optn []string
	run        func(c *command) error
	// local commands work on a slave and without a master; standard ones are in
	// the short help, hidden ones in none.
	local, standard, hidden bool
	// there tells that the command does something; the others answer
	// NOT_IMPLEMENTED.
	there    bool
	selector *selector
	about    string
}

// commands.txt are the commands that are no class's: name, flags (s in the
// short help, h hidden, v, o, r selects VMs, hosts, SRs, l local), required and
// optional parameters, and what help says of it, with tabs between.
//
//go:embed commands.txt
var commandsText string

// acts are what commands do, by name; each file has those of its objects.
type acts map[string]func(c *command) error

// tables are all of them.
var tables = []acts{
	poolActs,
	hostActs,
	vmActs,
	eventActs,
	serviceActs,
	backupActs,
	certificateActs,
	consoleActs,
	vdiActs,
	vbdActs,
	srActs,
	networkActs,
	pifActs,
	pvsActs,
	clusterActs,
	emergencyActs,
	authActs,
	haActs,
	wlbActs,
	updateActs,
	observerActs,
	diagnosticActs,
}

// work finds what a command does, nil if nobody has written it.
func work(name string) func(c *command) error {
	for _, t := range tables {
		if run, ok := t[name]; ok {
			return run
		}
	}
	return nil
}

// verbs are the commands that every class has, as far as its fields allow.
var verbs = []struct {
	suffix string
	reqd   []string
	optn   func(*class) []string
	run    func(c *command, cls *class) error
	there  func(*class) bool
}{
	{"list", nil, listOptions, (*command).list, always},
	{"param-list", []string{"uuid"}, nil, (*command).paramList, always},
	{"param-get", []string{"uuid", "param-name"}, func(*class) []string { return []string{"param-key"} }, (*command).paramGet, always},
	{"param-set", []string{"uuid"}, func(c *class) []string { return c.settable }, (*command).paramSet, func(c *class) bool { return len(c.settable) > 0 }},
	{"param-add", []string{"uuid", "param-name"}, func(*class) []string { return []string{"param-key"} }, (*command).paramAdd, func(c *class) bool { return len(c.addable) > 0 }},
	{"param-remove", []string{"uuid", "param-name", "param-key"}, nil, (*command).paramRemove, func(c *class) bool { return len(c.addable) > 0 }},
	{"param-clear", []string{"uuid", "param-name"}, nil, (*command).paramClear, func(c *class) bool { return len(c.clearers) > 0 }},
}

func always(*class) bool { return true }

func listOptions(c *class) []string {
	list := []string{"params"}
	for _, f := range c.fields {
		if !f.hidden {
			list = append(list, f.name)
		}
	}
	return list
}

// specs are all commands, by name.
var specs = sync.OnceValue(func() map[string]*spec {
	all := map[string]*spec{}
	for _, cls := range classes() {
		for _, v := range verbs {
			if !v.there(cls) {
				continue
			}
			s := &spec{there: true, name: cls.name + "-" + v.suffix, reqd: v.reqd, run: func(c *command) error { return v.run(c, cls) }}
			if v.optn != nil {
				s.optn = v.optn(cls)
			}
			s.standard = slices.Contains([]string{"vm-list", "network-list", "sr-list"}, s.name)
			s.about = "Work with the parameters of a " + cls.name + "."
			if v.suffix == "list" {
				s.about = "List the " + cls.name + "s that match the filters."
			}
			all[s.name] = s
		}
	}
	for text := range strings.Lines(commandsText) {
		w := strings.Split(strings.TrimSpace(text), "\t")
		s := &spec{name: w[0], reqd: listed(w[2]), optn: listed(w[3]), run: toCome}
		for _, flag := range w[1] {
			switch flag {
			case 's':
				s.standard = true
			case 'h':
				s.hidden = true
			case 'l':
				s.local = true
			case 'v':
				s.selector = &vmSelector
			case 'o':
				s.selector = &hostSelector
			case 'r':
				s.selector = &srSelector
			}
		}
		if s.about = w[4]; s.about == "-" {
			s.about = ""
		}
		if run := work(s.name); run != nil {
			s.run, s.there = run, true
		}
		all[s.name] = s
	}
	return all
})

func find(name string) *spec { return specs()[name] }

// listed splits a column of the table.
func listed(words string) []string {
	if words == "-" {
		return nil
	}
	return strings.Fields(words)
}

// toCome answers for a command that nobody has written yet.
func toCome(c *command) error { return model.ErrNotImplemented("xe " + c.command) }

// Count tells how many commands there are, and how many of them do something.
func Count() (all, there int) {
	for _, s := range specs() {
		all++
		if s.there {
			there++
		}
	}
	return all, there
}

// ToCome names the commands that answer NOT_IMPLEMENTED.
func ToCome() []string {
	var names []string
	for name, s := range specs() {
		if !s.there {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
