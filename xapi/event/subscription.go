package event

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// subscription is what a client listens to: everything, classes, or objects.
type subscription struct {
	release *model.Release
	all     bool
	classes map[int]bool
	objects map[int]map[string]bool
}

// subscribe reads "*", a class name in any letter case, or "class/ref". Names
// of classes that do not exist, or raise no events, never match.
func subscribe(names []string, release *model.Release) subscription {
	s := subscription{release: release, classes: map[int]bool{}, objects: map[int]map[string]bool{}}
	for _, name := range names {
		if name == "*" {
			s.all = true
			continue
		}
		class, ref, object := strings.Cut(name, "/")
		c := classNamed(class)
		switch {
		case c == nil:
		case object:
			if s.objects[c.Index] == nil {
				s.objects[c.Index] = map[string]bool{}
			}
			s.objects[c.Index][ref] = true
		default:
			s.classes[c.Index] = true
		}
	}
	return s
}

func classNamed(name string) *model.Class {
	i := slices.IndexFunc(model.Classes(), func(c *model.Class) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return nil
	}
	return model.Classes()[i]
}

// audible reports whether a class raises events. Roles never change, so none
// are told, as xapi; and none of classes that came later than the release.
func (s *subscription) audible(c *model.Class) bool {
	return c.Events && c.Stored() && c.Name != "role" && s.release.Known(c.Life)
}

func (s *subscription) matches(c *model.Class, ref string) bool {
	if !s.audible(c) {
		return false
	}
	return s.all || s.classes[c.Index] || s.objects[c.Index][ref]
}

// only reports whether all that is listened to is of one class.
func (s *subscription) only(class string) bool {
	if s.all || len(s.classes)+len(s.objects) == 0 {
		return false
	}
	i := model.ClassByName(class).Index
	for c := range s.classes {
		if c != i {
			return false
		}
	}
	for c := range s.objects {
		if c != i {
			return false
		}
	}
	return true
}

// forgotten is the generation up to which deletions of what is listened to may
// have been forgotten. Sessions and tasks that were there before a restart are
// gone without a trace; who listens to neither has lost nothing.
func (s *subscription) forgotten(snap *store.Snapshot) uint64 {
	if s.all {
		return snap.OldestDeletion()
	}
	var g uint64
	for _, c := range model.Classes() {
		if s.audible(c) && (s.classes[c.Index] || len(s.objects[c.Index]) > 0) {
			g = max(g, snap.OldestDeletionOf(c))
		}
	}
	return g
}
