package console

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// machine is what a serial line tells of the machine at its end.
type machine struct {
	name, system  string
	cpus, memory  int64 // MiB
	disks, cards  int
	controlDomain bool
}

func machineOf(r store.Reader, v *model.VM) machine {
	m := machine{name: v.NameLabel, system: "xapid emulated guest", cpus: v.VCPUsAtStartup, memory: v.MemoryDynamicMax >> 20, controlDomain: v.IsControlDomain}
	if g, ok := store.Find(r, v.GuestMetrics); ok && g.OsVersion["name"] != "" {
		m.system, _, _ = strings.Cut(g.OsVersion["name"], "|") // Windows tells more
	}
	for _, ref := range v.VBDs {
		if b, ok := store.Find(r, ref); ok && b.CurrentlyAttached {
			m.disks++
		}
	}
	for _, ref := range v.VIFs {
		if i, ok := store.Find(r, ref); ok && i.CurrentlyAttached {
			m.cards++
		}
	}
	return m
}

// boot is what the machine has printed since it began.
func (m machine) boot() []string {
	if m.controlDomain {
		return []string{m.system + ": control domain"}
	}
	list := []string{
		"xapid emulated machine: nothing is executed here",
		fmt.Sprintf("cpu: %d, memory: %d MiB", m.cpus, m.memory),
	}
	for i := range m.disks {
		list = append(list, fmt.Sprintf("xvd%c: block device attached", 'a'+i%26))
	}
	for i := range m.cards {
		list = append(list, fmt.Sprintf("eth%d: link up", i))
	}
	return append(list, m.system+" is up")
}

// host is the name that the machine goes by at its prompt.
func (m machine) host() string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-':
			return r
		}
		return '-'
	}, m.name)
	if name = strings.Trim(name, "-"); name == "" {
		return "localhost"
	}
	return name
}

// line is a serial line with a login at its end.
type line struct {
	w io.Writer
	machine
	typed  []byte
	secret bool // what is typed is not echoed
	after  byte
	err    error
}

// maxTyped bounds what can be typed before the line ends.
const maxTyped = 256

func newLine(w io.Writer, m machine) *line { return &line{w: w, machine: m} }

func (l *line) print(text string) {
	if l.err == nil {
		_, l.err = io.WriteString(l.w, text)
	}
}

func (l *line) prompt() {
	l.typed, l.secret = l.typed[:0], false
	l.print("\r\n" + l.host() + " login: ")
}

// run shows the line until the other end is gone.
func (l *line) run(in *bufio.Reader) error {
	for _, text := range l.boot() {
		l.print(text + "\r\n")
	}
	l.prompt()
	for l.err == nil {
		b, err := in.ReadByte()
		if err != nil {
			return nil
		}
		l.key(b)
	}
	return nil // the other end is gone
}

const (
	interrupt = 0x03 // Ctrl-C
	endOfText = 0x04 // Ctrl-D
	backspace = 0x08
	kill      = 0x15 // Ctrl-U
	del       = 0x7f
)

func (l *line) key(b byte) {
	before := l.after
	l.after = b
	switch {
	case b == '\n' && before == '\r': // a terminal that sends both
	case b == '\r' || b == '\n':
		l.enter()
	case b == interrupt || b == endOfText:
		l.print("\r\n")
		l.prompt()
	case b == backspace || b == del:
		l.erase(1)
	case b == kill:
		l.erase(len(l.typed))
	case b >= ' ' && len(l.typed) < maxTyped:
		l.typed = append(l.typed, b)
		if !l.secret {
			l.print(string([]byte{b}))
		}
	}
}

func (l *line) erase(n int) {
	for ; n > 0 && len(l.typed) > 0; n-- {
		l.typed = l.typed[:len(l.typed)-1]
		if !l.secret {
			l.print("\b \b")
		}
	}
}

func (l *line) enter() {
	switch {
	case l.secret:
		l.print("\r\n\r\nLogin incorrect\r\n")
		l.prompt()
	case len(l.typed) == 0:
		l.prompt()
	default:
		l.typed, l.secret = l.typed[:0], true
		l.print("\r\nPassword: ")
	}
}
