// Package cli is the server's side of xe: it parses the command line that the
// client ships, does the work through the API, and tells the client what to
// print.
package cli

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
)

// classes.txt is what xe shows of each class. A class begins with "class NAME
// API-CLASS DEFAULT-FILTERS"; "list" are the columns of NAME-list, "set", "add"
// and "clear" what help tells of NAME-param-set and so on. A field is "field
// NAME MODE FLAGS PATH HOW ABSENT UPDATES": e is expensive, h hidden, D
// deprecated, i compared without case. The path is a field of the API, maybe
// through a reference (metrics>memory_actual), a message (!VM.get_cooperative),
// or the name of a computation (=rate:pif_%s_rx). How is lower, comma (between
// items), name or of:FIELD (what objects are called by), ref (the reference
// itself), ref:CLASS (of a text that is a reference), mbit, wide, quoted,
// notset, or -. Absent is what is shown where the reference leads nowhere or the
// message fails. Updates are KIND:MESSAGE.
//
//go:embed classes.txt
var classesText string

// class is a kind of object as xe sees it.
type class struct {
	name     string
	api      *model.Class
	filters  []param
	columns  []string
	settable []string
	addable  []string
	clearers []string
	fields   []*field
}

type field struct {
	name, mode  string
	expensive   bool
	hidden      bool
	deprecated  bool
	ignoreCase  bool
	via         *model.Field // the reference that the path leads through
	field       *model.Field
	call        string
	compute     func(c *command, f *field, o object) (value, error)
	since       string // of a computation: the field or message that it needs
	how, absent string
	updates     map[string]string // kind of change to message
}

// set tells whether a field is a set or a map.
func (f *field) isSet() bool { return f.mode[0] == 'S' }
func (f *field) isMap() bool { return f.mode[0] == 'M' }

func (c *class) field(name string) *field {
	for _, f := range c.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// classes are all, in the order of the table.
var classes = sync.OnceValue(func() []*class {
	var list []*class
	var c *class
	for line := range strings.Lines(classesText) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch rest := words[1:]; words[0] {
		case "class":
			c = &class{name: rest[0], api: model.ClassByName(rest[1])}
			if c.api == nil {
				panic("cli: no class " + rest[1])
			}
			for _, f := range rest[2:] {
				k, v, _ := strings.Cut(f, "=")
				c.filters = append(c.filters, param{k, v})
			}
			list = append(list, c)
		case "list":
			c.columns = rest
		case "set":
			c.settable = rest
		case "add":
			c.addable = rest
		case "clear":
			c.clearers = rest
		case "field":
			c.fields = append(c.fields, readField(c, rest))
		}
	}
	return list
})

func readField(c *class, w []string) *field {
	f := &field{name: w[0], mode: w[1], how: w[4], absent: w[5], updates: map[string]string{}}
	f.expensive, f.hidden = strings.Contains(w[2], "e"), strings.Contains(w[2], "h")
	f.deprecated, f.ignoreCase = strings.Contains(w[2], "D"), strings.Contains(w[2], "i")
	for _, u := range w[6:] {
		kind, message, _ := strings.Cut(u, ":")
		f.updates[kind] = c.api.Name + "." + message
	}
	if call, ok := strings.CutPrefix(w[3], "!"); ok {
		f.call = call
		return f
	}
	if name, ok := strings.CutPrefix(w[3], "="); ok {
		name, arg, _ := strings.Cut(name, ":")
		made, known := computed[name]
		if !known {
			panic("cli: no computation " + name)
		}
		how := made(arg)
		f.compute, f.since = how.make, how.since
		return f
	}
	api, path := c.api, w[3]
	if via, rest, ok := strings.Cut(path, ">"); ok {
		f.via, path = c.api.Field(via), rest
		if f.via == nil {
			panic(fmt.Sprintf("cli: %s has no field %s", c.api.Name, via))
		}
		api = model.ClassByName(f.via.Type.Name)
	}
	if f.field = api.Field(path); f.field == nil {
		panic(fmt.Sprintf("cli: %s has no field %s", api.Name, path))
	}
	return f
}
