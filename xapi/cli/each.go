package cli

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/xapid/xapid/model"
)

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
		c.results(slices.Concat(held...))
	}
	return nil
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

// onEach is work on each object that a selector finds; it is given the object's
// reference and the values of args. own are the parameters that select nothing.
func onEach(sel selector, own []string, args []given, work func(c *command, values []any) error) func(*command) error {
	return func(c *command) error {
		values, err := c.read(args)
		if err != nil {
			return err
		}
		list, err := c.chosen(sel, own...)
		if err != nil {
			return err
		}
		return c.each(list, func(o object) error { return work(c, append([]any{o.ref}, values...)) })
	}
}

// on is a message about each object that a selector finds.
func on(sel selector, method string, own []string, args ...given) func(*command) error {
	return onEach(sel, own, args, func(c *command, values []any) error { return c.do(method, values...) })
}

// asked is on, and prints what the message answers.
func asked(sel selector, method string, own []string, args ...given) func(*command) error {
	return onEach(sel, own, args, func(c *command, values []any) error {
		v, err := c.call(method, values...)
		if err == nil {
			c.tell(v)
		}
		return err
	})
}

func onVMs(method string) func(*command) error { return on(vmSelector, method, nil) }

func onHosts(method string) func(*command) error { return on(hostSelector, method, nil) }

// noted is asked for answers that the minimal form has not.
func noted(sel selector, method string) func(*command) error {
	return onEach(sel, nil, nil, func(c *command, values []any) error {
		v, err := c.call(method, values...)
		if err == nil {
			c.print(text(v))
		}
		return err
	})
}

// ofHost tells what a message answers about the chosen host.
func ofHost(method string) func(*command) error { return noted(hostSelector.one(), method) }
