package cli

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/peer"
)

// elsewhere is the pool that a VM migrates to: another one, or this.
type elsewhere struct {
	call   func(method string, args ...any) (any, error)
	leave  func()
	remote bool
}

// remotePool opens a session at the other pool that the parameters name.
func (c *command) remotePool() (*elsewhere, error) {
	for _, key := range []string{"remote-username", "remote-password"} {
		if _, ok := c.get(key); !ok {
			return nil, complaint("Required parameter not found: " + key)
		}
	}
	if c.server.Net == nil {
		return nil, complaint("This daemon reaches no other pools")
	}
	address := c.text("remote-master")
	api, err := c.server.Net.Unverified(c.ctx, address)
	if err != nil {
		return nil, model.ErrCannotContactHost(address)
	}
	if err := api.Login(c.text("remote-username"), c.text("remote-password")); err != nil {
		api.Close()
		if _, ok := err.(*model.Error); ok {
			return nil, err
		}
		return nil, model.ErrCannotContactHost(address)
	}
	call := func(method string, args ...any) (any, error) { return peer.Ask[any](api, method, args...) }
	return &elsewhere{call: call, leave: api.Close, remote: true}, nil
}

// ref finds an object there by its uuid.
func (e *elsewhere) ref(class, id string) (string, error) {
	v, err := e.call(class+".get_by_uuid", id)
	return text(v), err
}

// first is the first of the objects that a message answers.
func (e *elsewhere) first(none, method string, args ...any) (string, error) {
	v, err := e.call(method, args...)
	if err != nil {
		return "", err
	}
	if list, _ := v.([]any); len(list) > 0 {
		return text(list[0]), nil
	}
	return "", complaint(none)
}
