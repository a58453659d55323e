package cli

import (
	"slices"
	"strings"

	"go.uber.org/zap"

	"github.com/xapid/xapid/xapi/cli/thin"
)

// printer is how a command prints. The minimal form prints nothing but one
// line, at the end.
type printer struct {
	minimal bool
	parts   []string // what was printed, for that line
	// held are the results of an operation on several objects, of each in turn:
	// they count only if none fails.
	holding bool
	held    [][]string
}

func escape(s string) string { return strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(s) }

// collect keeps what one printed thing is in the minimal form.
func (p *printer) collect(texts ...string) {
	escaped := make([]string, len(texts))
	for i, t := range texts {
		escaped[i] = escape(t)
	}
	p.parts = append(p.parts, strings.Join(escaped, ","))
}

// collected is the line; as xapi, what was printed last comes first.
func (p *printer) collected() string {
	slices.Reverse(p.parts)
	return strings.Join(p.parts, ",")
}

func (c *command) send(m thin.Command) {
	if err := thin.WriteCommand(c.w, m); err != nil {
		c.server.Log.Debug("the client of a command is gone", zap.Error(err))
	}
}

// stderr says why a command fails.
func (c *command) stderr(text string) {
	c.send(thin.Command{Kind: thin.PrintStderr, Texts: []string{text}})
}

// remark says something beside the results; the minimal form does not.
func (c *command) remark(text string) {
	if !c.minimal {
		c.stderr(text + "\n")
	}
}

// textOf is a message that prints a text in the minimal form too.
func textOf(s string) thin.Command { return thin.Command{Kind: thin.Print, Texts: []string{s}} }

// print prints a message, which the minimal form has not.
func (c *command) print(text string) {
	if !c.minimal {
		c.send(textOf(text))
	}
}

// result prints a value that is the command's result.
func (c *command) result(text string) { c.results([]string{text}) }

// results prints a list of values.
func (c *command) results(list []string) {
	switch {
	case c.holding:
		c.held = append(c.held, list)
	case c.minimal:
		c.collect(list...)
	default:
		for _, text := range list {
			c.send(textOf(text))
		}
	}
}

// record prints a single record; the minimal form takes its first column.
func (c *command) record(columns []column) { c.table([][]column{columns}) }

// table prints records. The minimal form has the first column of each, and
// nothing if one has no column.
func (c *command) table(records [][]column) {
	var first []string
	for _, columns := range records {
		switch {
		case !c.minimal:
			c.send(textOf(layout(columns)))
		case len(columns) == 0:
			return
		default:
			first = append(first, columns[0].value)
		}
	}
	if len(first) > 0 {
		c.collect(first...)
	}
}

// confirm asks the user to type yes.
func (c *command) confirm(warnings ...string) error {
	for _, w := range warnings {
		c.send(textOf(w))
	}
	c.send(textOf("Type 'yes' to continue"))
	c.send(thin.Command{Kind: thin.Prompt})
	answer, err := thin.ReadLine(c.r, maxBody)
	if err != nil {
		return err
	}
	if strings.ToLower(strings.TrimSpace(string(answer))) != "yes" {
		c.send(textOf("Aborted (you typed: '" + string(answer) + "')"))
		return errAborted
	}
	return nil
}

// column is a cell of a record.
type column struct{ label, value string }

// layout is a record as text: labels padded, values raw.
func layout(columns []column) string {
	width := 0
	for _, c := range columns {
		width = max(width, len(c.label))
	}
	width += 4
	var b strings.Builder
	for i, c := range columns {
		pad := strings.Repeat(" ", width-len(c.label))
		if i == 0 {
			b.WriteString(c.label + pad + ": " + c.value + "\n")
		} else {
			b.WriteString(pad + c.label + ": " + c.value + "\n")
		}
	}
	return b.String() + "\n"
}
