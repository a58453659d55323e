// Package coverage counts how the messages of the API are answered.
package coverage

import (
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xapid/xapid/xapi/rpc"
)

//go:embed clients.txt
var clients string

// Tally counts messages by how they are answered.
type Tally struct {
	Name string
	By   [4]int // indexed by rpc.Status
}

func (t Tally) total() int { return t.By[0] + t.By[1] + t.By[2] + t.By[3] }

// Report is the count of all messages.
type Report struct {
	Classes []Tally
	All     Tally
	// Clients counts only the messages that real clients send; Weighted counts
	// each once for every client that sends it.
	Clients, Weighted Tally
	// Missing are the messages still to come that clients send, the most
	// wanted first.
	Missing []Wanted
	// ToCome are all messages still to come, by class.
	ToCome map[string][]string
}

// Wanted is a message and the number of clients that send it.
type Wanted struct {
	Method  string
	Clients int
}

// wanted reads the embedded list: a message and a number a line.
func wanted() map[string]int {
	m := map[string]int{}
	for line := range strings.Lines(clients) {
		f := strings.Fields(line)
		if len(f) == 2 {
			m[f[0]], _ = strconv.Atoi(f[1]) // the list is ours
		}
	}
	return m
}

// Count makes the report.
func Count(table []rpc.Covered) *Report {
	r := &Report{All: Tally{Name: "all"}, Clients: Tally{Name: "sent by clients"}, Weighted: Tally{Name: "weighted by clients"}, ToCome: map[string][]string{}}
	want := wanted()
	byClass := map[string]*Tally{}
	for _, c := range table {
		class := c.Method.Class.Name
		t := byClass[class]
		if t == nil {
			t = &Tally{Name: class}
			byClass[class] = t
		}
		t.By[c.Status]++
		r.All.By[c.Status]++
		if n := want[c.Method.Full]; n > 0 {
			r.Clients.By[c.Status]++
			r.Weighted.By[c.Status] += n
			if c.Status == rpc.ToCome {
				r.Missing = append(r.Missing, Wanted{c.Method.Full, n})
			}
		}
		if c.Status == rpc.ToCome {
			r.ToCome[class] = append(r.ToCome[class], c.Method.Name)
		}
	}
	for _, t := range byClass {
		r.Classes = append(r.Classes, *t)
	}
	slices.SortFunc(r.Classes, func(a, b Tally) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	slices.SortStableFunc(r.Missing, func(a, b Wanted) int { return b.Clients - a.Clients })
	return r
}

var columns = []rpc.Status{rpc.Derived, rpc.Handled, rpc.Removed, rpc.ToCome}

// Text is the report for a terminal.
func (r *Report) Text() string {
	var b strings.Builder
	row := func(t Tally) {
		fmt.Fprintf(&b, "%-24s %7d", t.Name, t.total())
		for _, s := range columns {
			fmt.Fprintf(&b, " %8d", t.By[s])
		}
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%-24s %7s", "class", "total")
	for _, s := range columns {
		fmt.Fprintf(&b, " %8s", s)
	}
	b.WriteByte('\n')
	for _, t := range r.Classes {
		row(t)
	}
	row(r.All)
	row(r.Clients)
	row(r.Weighted)
	return b.String()
}

// Markdown is docs/coverage.md.
func (r *Report) Markdown() string {
	var b strings.Builder
	b.WriteString("# Coverage\n\nHow each message of the API is answered; `xapid coverage` prints the same, `xapid coverage -markdown` this page.\n\n" +
		"- *derived*: follows from the datamodel (getters, setters, queries).\n" +
		"- *handled*: does what it says.\n" +
		"- *removed*: the API dropped it; it answers `MESSAGE_REMOVED`, as real hosts do.\n" +
		"- *to come*: answers `NOT_IMPLEMENTED [Class.message]`.\n\n")
	head := func(first string) {
		b.WriteString("| " + first + " | total |")
		for _, s := range columns {
			b.WriteString(" " + s.String() + " |")
		}
		b.WriteString("\n|---|---|---|---|---|---|\n")
	}
	row := func(t Tally) {
		fmt.Fprintf(&b, "| %s | %d |", t.Name, t.total())
		for _, s := range columns {
			fmt.Fprintf(&b, " %d |", t.By[s])
		}
		b.WriteByte('\n')
	}
	head("messages")
	row(r.All)
	row(r.Clients)
	row(r.Weighted)
	b.WriteString("\n\"Sent by clients\" are the messages that 26 real clients were found to send; the last line counts each once for every client that sends it.\n\n## By class\n\n")
	head("class")
	for _, t := range r.Classes {
		row(t)
	}
	b.WriteString("\n## Wanted most\n\nMessages to come that real clients send, with the number of clients.\n\n")
	for _, w := range r.Missing {
		fmt.Fprintf(&b, "- %s (%d)\n", w.Method, w.Clients)
	}
	b.WriteString("\n## To come\n\n")
	for _, t := range r.Classes {
		if names := r.ToCome[t.Name]; len(names) > 0 {
			fmt.Fprintf(&b, "- **%s**: %s\n", t.Name, strings.Join(names, ", "))
		}
	}
	return b.String()
}
