package cli

import (
	"fmt"
	"slices"

	"github.com/xapid/xapid/xapi/wire"
)

// text is a call's answer as text.
func text(v any) string { return fmt.Sprint(v) }

// printsItself are the commands that print what they made themselves, in the
// minimal form too, as xapi.
var printsItself = []string{"sr-create", "patch-upload", "update-upload"}

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
