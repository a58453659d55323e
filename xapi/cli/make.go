package cli

import (
	"fmt"
	"strings"

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

// each runs work on what is chosen; of several the failures are told at the
// end.
func (c *command) each(list []object, work func(o object) error) error {
	if len(list) == 1 {
		return work(list[0])
	}
	var failed []string
	for _, o := range list {
		if err := work(o); err != nil {
			failed = append([]string{"operation failed on " + c.named(o.ref) + ": " + err.Error()}, failed...)
		}
	}
	if len(failed) > 0 {
		c.print(strings.Join(failed, "\n"))
		return complaint("some operations failed")
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
		for _, t := range list {
			c.result(t)
		}
		return nil
	}
}

// made prints the uuid of an object that was just made.
func (c *command) made(class string, v any, err error) error {
	if err != nil {
		return err
	}
	id, err := c.call(class+".get_uuid", v)
	if err == nil {
		c.send(textOf(text(id)))
	}
	return err
}

// structOf makes a struct for a constructor.
func structOf(pairs ...any) *wire.Struct {
	s := &wire.Struct{}
	for i := 0; i < len(pairs); i += 2 {
		s.Members = append(s.Members, wire.Member{Name: pairs[i].(string), Value: plain(pairs[i+1])})
	}
	return s
}
