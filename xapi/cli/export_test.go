package cli

import (
	"maps"
	"slices"
)

// A Spec is what tests know of a command.
type Spec struct {
	Name       string
	Reqd, Optn []string
}

// Specs lists the commands.
func Specs() []Spec {
	var list []Spec
	for _, name := range slices.Sorted(maps.Keys(bookOf(nil).specs)) {
		s := bookOf(nil).specs[name]
		list = append(list, Spec{name, s.reqd, s.optn})
	}
	return list
}

// IsClass tells whether xe has a class of that name.
func IsClass(name string) bool { return bookOf(nil).class(name) != nil }
