package cli

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/store"
)

// eventActs are what the commands of this file do.
var eventActs = acts{
	"event-wait": eventWait,
}

// waitable are the classes that event-wait knows.
var waitable = []string{"vm", "vdi", "sr", "host", "network", "vif", "pif", "vbd", "pbd", "pool", "task", "subject", "role", "secret", "vmss"}

// eventWait returns when an object of the class is as the conditions want it:
// field=text, or field=/=text for what it is not to be.
func eventWait(c *command) error {
	name := c.text("class")
	cls := c.class(name)
	if cls == nil || !slices.Contains(waitable, name) {
		return complaint("Cli listening for class '" + name + "' not currently implemented")
	}
	conditions := c.others("class")
	for _, p := range conditions {
		if cls.field(p.key) == nil {
			return complaint("key missing: " + p.key)
		}
	}
	polled := false
	return c.wait(func(*store.Snapshot) (bool, error) {
		if polled && (name == "subject" || name == "role") {
			return false, nil // as xapi: nobody tells of their changes
		}
		polled = true
		rows, err := c.rows(cls)
		for _, o := range rows {
			if ok, err := c.holds(cls, o, conditions); ok || err != nil {
				return ok, err
			}
		}
		return false, err
	})
}

func (c *command) holds(cls *class, o object, conditions []param) (bool, error) {
	for _, p := range conditions {
		text, err := c.value(cls.field(p.key), o)
		if err != nil {
			return false, err
		}
		unwanted, differs := strings.CutPrefix(p.value, "/=")
		if differs && text == unwanted || !differs && text != p.value {
			return false, nil
		}
	}
	return true, nil
}
