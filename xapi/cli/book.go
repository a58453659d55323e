package cli

import (
	"slices"
	"strings"
	"sync"

	"github.com/xapid/xapid/model"
)

// book is what xe knows under a release: the commands, and the fields of the
// classes, as far as what they show was there.
type book struct {
	classes []*class
	specs   map[string]*spec
}

var books sync.Map // code of a release -> *book

// bookOf is the book of a release, nil for the newest.
func bookOf(r *model.Release) *book {
	if r == nil {
		r, _ = model.FindRelease("") // the newest is always there
	}
	if b, ok := books.Load(r.Code); ok {
		return b.(*book)
	}
	b := &book{}
	for _, cls := range classes() {
		if r.Known(cls.api.Life) {
			b.classes = append(b.classes, cls.under(r))
		}
	}
	b.specs = makeSpecs(b.classes, r)
	books.Store(r.Code, b)
	return b
}

func (b *book) class(name string) *class {
	for _, c := range b.classes {
		if c.name == name {
			return c
		}
	}
	return nil
}

// class finds a class by the name that xe has for it, nil if there is none.
func (c *command) class(name string) *class { return c.book.class(name) }

// knows reports whether the server's release has a message.
func (c *command) knows(method string) bool {
	_, ok := c.server.Dispatcher.Takes(method)
	return ok
}

// under is a class as a release knew it.
func (c *class) under(r *model.Release) *class {
	old := *c
	old.fields = nil
	for _, f := range c.fields {
		if f.known(r) {
			old.fields = append(old.fields, f.under(r))
		}
	}
	unknown := func(name string) bool {
		name, _, _ = strings.Cut(name, ":")
		return c.field(name) != nil && old.field(name) == nil
	}
	for _, list := range []*[]string{&old.columns, &old.settable, &old.addable, &old.clearers} {
		*list = slices.DeleteFunc(slices.Clone(*list), unknown)
	}
	return &old
}

// known reports whether a release had what a field shows.
func (f *field) known(r *model.Release) bool {
	if f.call != "" {
		m := model.MethodByName(f.call)
		return m == nil || r.Has(m.Life)
	}
	if f.compute != nil {
		if m := model.MethodByName(f.since); m != nil {
			return r.Has(m.Life)
		}
		class, name, _ := strings.Cut(f.since, ".")
		return r.Known(model.ClassByName(class).Life) && r.Known(model.ClassByName(class).Field(name).Life)
	}
	return r.Known(f.field.Life) && (f.via == nil || r.Known(f.via.Life))
}

func (f *field) under(r *model.Release) *field {
	old := *f
	old.updates = map[string]string{}
	for kind, message := range f.updates {
		if m := model.MethodByName(message); m != nil && r.Has(m.Life) {
			old.updates[kind] = message
		}
	}
	return &old
}
