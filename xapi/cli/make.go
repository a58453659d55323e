package cli

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/wire"
)

// text is a call's answer as text.
func text(v any) string { return fmt.Sprint(v) }

// simply is a command that is one message without parameters.
func simply(method string) func(*command) error {
	return func(c *command) error { return c.do(method) }
}

// with is a command that is one message, with the values of parameters.
func with(method string, keys ...string) func(*command) error {
	return func(c *command) error {
		var args []any
		for _, k := range keys {
			args = append(args, c.text(k))
		}
		return c.do(method, args...)
	}
}

// number prints what a message answers.
func number(method string) func(*command) error {
	return func(c *command) error {
		v, err := c.call(method)
		if err == nil {
			c.result(text(v))
		}
		return err
	}
}

// each runs work on what is chosen. The failure of one of several does not
// keep the others from their turn; the failures are told at the end, the latest
// first, and what the others resulted in is lost.
func (c *command) each(list []object, work func(o object) error) error {
	if len(list) == 1 {
		return c.watched(list[0], work)
	}
	c.holding = true
	var failed failures
	for _, o := range list {
		if err := c.watched(o, work); err != nil {
			failed = append(failures{c.failure(o, err)}, failed...)
		}
	}
	held := c.held
	c.holding, c.held = false, nil
	if len(failed) > 0 {
		return failed
	}
	if len(held) > 0 {
		slices.Reverse(held)
		c.results(held)
	}
	return nil
}

// answers is each for work whose result is a text.
func (c *command) answers(list []object, work func(o object) (string, error)) error {
	return c.each(list, func(o object) error {
		v, err := work(o)
		switch {
		case err != nil:
			return err
		case c.holding:
			c.held = append(c.held, v)
		default:
			c.result(v)
		}
		return nil
	})
}

// asked prints what a message answers about each of what a selector finds.
func asked(sel selector, method string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(sel, false)
		if err != nil {
			return err
		}
		return c.answers(list, func(o object) (string, error) {
			v, err := c.call(method, o.ref)
			return text(v), err
		})
	}
}

// watched runs work on an object; of a VM it then tells the messages that came
// up meanwhile and that matter enough.
func (c *command) watched(o object, work func(o object) error) error {
	vm, ok := o.obj.(*model.VM)
	if !ok {
		return work(o)
	}
	before := c.server.DB.View().Gen()
	if err := work(o); err != nil {
		return err
	}
	limit := int64(5)
	if n, err := strconv.ParseInt(c.text("message-priority"), 10, 64); err == nil {
		limit = n
	}
	for row := range c.server.DB.View().Rows(model.ClassOf[model.Message]()) {
		m, _ := row.Obj.(*model.Message)
		if row.Created > before && m.Cls == model.ClsVM && m.ObjUUID == vm.UUID && m.Priority < limit {
			c.remark(fmt.Sprintf("Message: time=%s priority=%d name='%s'\n", dateText(m.Timestamp), m.Priority, m.Name))
		}
	}
	return nil
}

func onVMs(method string, own ...string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(vmSelector, false, own...)
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error { return c.do(method, o.ref) })
	}
}

// onHost is a message about the host of host-uuid.
func onHost(method string) func(*command) error {
	return func(c *command) error {
		ref, err := c.ref("host", c.text("host-uuid"))
		if err != nil {
			return err
		}
		return c.do(method, ref)
	}
}

func onHosts(method string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(hostSelector, false)
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error { return c.do(method, o.ref) })
	}
}

// ofHost prints what a message answers about the chosen host.
func ofHost(method string) func(*command) error {
	return func(c *command) error {
		list, err := c.chosen(hostSelector, true)
		if err != nil {
			return err
		}
		v, err := c.call(method, list[0].ref)
		if err == nil {
			c.result(text(v))
		}
		return err
	}
}

// onUUID is a message about the object of an API class that uuid names.
func onUUID(class, method string) func(*command) error {
	return func(c *command) error {
		ref, err := c.ref(class, c.text("uuid"))
		if err != nil {
			return err
		}
		return c.do(class+"."+method, ref)
	}
}

// texts prints the texts that a message answers, a line each.
func texts(method string) func(*command) error {
	return func(c *command) error {
		v, err := c.call(method)
		if err != nil {
			return err
		}
		list, _ := v.([]string)
		c.results(list)
		return nil
	}
}

// printsItself are the commands that print what they made themselves, in the
// minimal form too, as xapi.
var printsItself = []string{"sr-create", "vm-import", "patch-upload", "update-upload", "snapshot-export-to-template"}

// made prints the uuid of an object that was just made.
func (c *command) made(class string, v any, err error) error {
	if err != nil {
		return err
	}
	id, err := c.call(class+".get_uuid", v)
	switch {
	case err != nil:
		return err
	case slices.Contains(printsItself, c.command):
		c.send(textOf(text(id)))
	case c.holding:
		c.held = append(c.held, text(id))
	default:
		c.result(text(id))
	}
	return nil
}

// structOf makes a struct for a constructor.
func structOf(pairs ...any) *wire.Struct {
	s := &wire.Struct{}
	for i := 0; i < len(pairs); i += 2 {
		s.Members = append(s.Members, wire.Member{Name: pairs[i].(string), Value: plain(pairs[i+1])})
	}
	return s
}
