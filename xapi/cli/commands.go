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
	selector                *selector
	about                   string
	// since and until are the releases that the command came and went with, ""
	// if it was always there, or is to stay.
	since, until string
}

// commands.txt are the commands that are no class's: name, flags (s in the
// short help, h hidden, v, o, r selects VMs, hosts, SRs, l local), required and
// optional parameters, and what help says of it, with tabs between.
//
//go:embed commands.txt
var commandsText string

// releases.txt tells which release commands came with ("since RELEASE NAMES",
// where that is later than boston), and which one no longer had them ("until
// RELEASE NAMES").
//
//go:embed releases.txt
var releasesText string

// acts are what commands do, by name; each file has those of its objects.
type acts map[string]func(c *command) error

// tables are all of them.
var tables = []acts{
	poolActs,
	hostActs,
	vmActs,
	vmInstallActs,
	vmMigrateActs,
	vmMemoryActs,
	sourceActs,
	vmDiskActs,
	vmCDActs,
	vmGuestActs,
	vmRecoverActs,
	snapshotActs,
	applianceActs,
	vmssActs,
	gpuActs,
	usbActs,
	eventActs,
	serviceActs,
	backupActs,
	certificateActs,
	consoleActs,
	transferActs,
	blobActs,
	reportActs,
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
	updateFileActs,
	observerActs,
	diagnosticActs,
	cpuActs,
	licenceActs,
}

// work finds what a command does; a test sees to it that all do something.
func work(name string) func(c *command) error {
	for _, t := range tables {
		if run, ok := t[name]; ok {
			return run
		}
	}
	return nil
}

// verbs are the commands that every class has, as far as its fields allow. What
// help says of them holds the name of the class.
var verbs = []struct {
	suffix string
	about  string
	reqd   []string
	optn   func(*class) []string
	run    func(c *command, cls *class) error
	there  func(*class) bool
}{
	{"list", "Print a record for each CLASS that the filters let through: <field>=<value>, <map field>:<key>=<value> or <set field>:contains=<item>. " +
		"params=<field>,... or params=all chooses what a record shows.",
		nil, listOptions, (*command).list, always},
	{"param-list", "Print all fields of one CLASS.", []string{"uuid"}, give("database:"), (*command).paramList, always},
	{"param-get", "Print one field of a CLASS, or what a key of it holds.", []string{"uuid", "param-name"}, give("param-key", "database:"), (*command).paramGet, always},
	{"param-set", "Set fields of a CLASS; a key of a map is set by <field>:<key>=<value>.",
		[]string{"uuid"}, func(c *class) []string { return c.settable }, (*command).paramSet, func(c *class) bool { return len(c.settable) > 0 }},
	{"param-add", "Add an item to a set of a CLASS by param-key=<item>, or pairs to a map by <key>=<value>.",
		[]string{"uuid", "param-name"}, give("param-key"), (*command).paramAdd, func(c *class) bool { return len(c.addable) > 0 }},
	{"param-remove", "Remove an item of a set, or a key of a map, of a CLASS.",
		[]string{"uuid", "param-name", "param-key"}, nil, (*command).paramRemove, func(c *class) bool { return len(c.addable) > 0 }},
	{"param-clear", "Empty a field of a CLASS.",
		[]string{"uuid", "param-name"}, nil, (*command).paramClear, func(c *class) bool { return len(c.clearers) > 0 }},
}

func always(*class) bool { return true }

func give(names ...string) func(*class) []string { return func(*class) []string { return names } }

// listOptions are the filters of NAME-list.
func listOptions(c *class) []string {
	list := []string{"params", "database:"}
	for _, f := range c.fields {
		if !f.hidden {
			list = append(list, f.name)
		}
	}
	for _, f := range c.fields {
		if !f.hidden && f.isSet() {
			list = append(list, f.name+":contains")
		}
	}
	return list
}

// makeSpecs makes the commands that a release had, by name.
func makeSpecs(classes []*class, r *model.Release) map[string]*spec {
	all := map[string]*spec{}
	for _, cls := range classes {
		for _, v := range verbs {
			if !v.there(cls) {
				continue
			}
			s := &spec{name: cls.name + "-" + v.suffix, reqd: v.reqd, run: func(c *command) error { return v.run(c, cls) }}
			if v.optn != nil {
				s.optn = v.optn(cls)
			}
			s.standard = slices.Contains([]string{"vm-list", "network-list", "sr-list"}, s.name)
			s.about = strings.ReplaceAll(v.about, "CLASS", cls.name)
			all[s.name] = s
		}
	}
	for _, s := range written() {
		if s.since != "" && r.Before(s.since) || s.until != "" && !r.Before(s.until) {
			continue
		}
		all[s.name] = s
	}
	return all
}

// written are the commands of the table.
var written = sync.OnceValue(func() []*spec {
	var list []*spec
	for text := range strings.Lines(commandsText) {
		w := strings.Split(strings.TrimSpace(text), "\t")
		s := &spec{name: w[0], about: w[4], reqd: listed(w[2]), optn: listed(w[3]), run: work(w[0])}
		s.since, s.until = marks()[[2]string{"since", s.name}], marks()[[2]string{"until", s.name}]
		for _, flag := range w[1] {
			s.flag(flag)
		}
		list = append(list, s)
	}
	return list
})

func (s *spec) flag(flag rune) {
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

// marks read releases.txt: a release by the word and the command.
var marks = sync.OnceValue(func() map[[2]string]string {
	m := map[[2]string]string{}
	for line := range strings.Lines(releasesText) {
		w := strings.Fields(line)
		if len(w) < 3 {
			continue
		}
		for _, name := range w[2:] {
			m[[2]string{w[0], name}] = w[1]
		}
	}
	return m
})

// find is a command of the newest release.
func find(name string) *spec { return bookOf(nil).specs[name] }

// listed splits a column of the table.
func listed(words string) []string {
	if words == "-" {
		return nil
	}
	return strings.Fields(words)
}

// unserved.txt names the commands that reach a message which this toolstack
// does not handle; who runs them is told NOT_IMPLEMENTED.
//
//go:embed unserved.txt
var unservedText string

// Unserved names the commands that come to nothing, for want of what the
// message would do.
func Unserved() []string { return strings.Fields(unservedText) }

// Count is how many commands the newest release has.
func Count() int { return len(bookOf(nil).specs) }
