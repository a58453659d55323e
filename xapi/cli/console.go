package cli

import (
	"net/url"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// consoleActs are what the commands of this file do.
var consoleActs = acts{"console": console}

// console opens the client's terminal to the serial line of a VM.
func console(c *command) error {
	list, err := c.chosen(vmOrControl.one())
	if err != nil {
		return err
	}
	r := c.server.DB.View()
	vm, err := store.Get(r, model.Ref[model.VM](list[0].ref))
	if err != nil {
		return err
	}
	for _, ref := range vm.Consoles {
		line, ok := store.Find(r, ref)
		if !ok || line.Protocol != model.ConsoleProtocolVt100 {
			continue
		}
		u, err := url.Parse(line.Location)
		if err != nil {
			return err
		}
		c.print("Connecting to the console of '" + vm.NameLabel + "'. Press Ctrl+] to leave it.")
		return c.connect(c.at(vm.ResidentOn) + u.RequestURI())
	}
	return said("No text console is available\n")
}
