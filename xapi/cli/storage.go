package cli

import (
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/wire"
)

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

// list prints the texts that a message answers.
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

// record makes a struct for a constructor.
func structOf(pairs ...any) *wire.Struct {
	s := &wire.Struct{}
	for i := 0; i < len(pairs); i += 2 {
		s.Members = append(s.Members, wire.Member{Name: pairs[i].(string), Value: plain(pairs[i+1])})
	}
	return s
}

// masterHost is the pool's master: where things are made unless told otherwise.
func (c *command) masterHost() (string, error) {
	for _, p := range store.All[model.Pool](c.server.DB.View()) {
		return string(p.Master), nil
	}
	return "", model.ErrInternalError("there is no pool")
}

func srCreate(c *command) error {
	shared, err := c.flag("shared")
	if err != nil {
		return err
	}
	bytes := int64(0)
	if t, ok := c.get("physical-size"); ok {
		if bytes, ok = size(t); !ok {
			return complaint("Parameter 'physical-size' must be an integer")
		}
	}
	host := ""
	if id, ok := c.get("host-uuid"); ok {
		host, err = c.ref("host", id)
	} else {
		host, err = c.masterHost()
	}
	if err != nil {
		return err
	}
	v, err := c.call("SR.create", host, c.maps("device-config"), bytes, c.text("name-label"), c.text("name-description"),
		c.text("type"), c.text("content-type"), shared, c.maps("sm-config"))
	return c.made("SR", v, err)
}

func pbdCreate(c *command) error {
	host, err := c.ref("host", c.text("host-uuid"))
	if err != nil {
		return err
	}
	sr, err := c.ref("SR", c.text("sr-uuid"))
	if err != nil {
		return err
	}
	v, err := c.call("PBD.create", structOf("host", host, "SR", sr, "device_config", c.maps("device-config"), "other_config", map[string]string{}))
	return c.made("PBD", v, err)
}

func vdiCreate(c *command) error {
	sr, err := c.ref("SR", c.text("sr-uuid"))
	if err != nil {
		return err
	}
	bytes, ok := size(c.text("virtual-size"))
	if !ok {
		return complaint("Parameter 'virtual-size' must be an integer")
	}
	sharable, err := c.flag("sharable")
	if err != nil {
		return err
	}
	kind := c.text("type")
	if kind == "" {
		kind = "user"
	}
	v, err := c.call("VDI.create", structOf("name_label", c.text("name-label"), "name_description", "", "SR", sr, "virtual_size", bytes,
		"type", kind, "sharable", sharable, "read_only", false, "other_config", map[string]string{}, "xenstore_data", map[string]string{},
		"sm_config", c.maps("sm-config"), "tags", []string{}))
	return c.made("VDI", v, err)
}

func vbdCreate(c *command) error {
	vm, err := c.ref("VM", c.text("vm-uuid"))
	if err != nil {
		return err
	}
	vdi, empty := model.NullRef, true
	if id, ok := c.get("vdi-uuid"); ok {
		if vdi, err = c.ref("VDI", id); err != nil {
			return err
		}
		empty = false
	}
	bootable, err := c.flag("bootable")
	if err != nil {
		return err
	}
	mode, kind := c.text("mode"), c.text("type")
	if mode == "" {
		mode = "RW"
	}
	if kind == "" {
		kind = "Disk"
	}
	v, err := c.call("VBD.create", structOf("VM", vm, "VDI", vdi, "userdevice", c.text("device"), "bootable", bootable, "mode", mode, "type", kind,
		"unpluggable", true, "empty", empty, "other_config", map[string]string{}, "qos_algorithm_type", "", "qos_algorithm_params", map[string]string{}))
	return c.made("VBD", v, err)
}

func vifCreate(c *command) error {
	vm, err := c.ref("VM", c.text("vm-uuid"))
	if err != nil {
		return err
	}
	network, err := c.ref("network", c.text("network-uuid"))
	if err != nil {
		return err
	}
	mac := c.text("mac")
	if mac == "random" {
		mac = ""
	}
	v, err := c.call("VIF.create", structOf("device", c.text("device"), "network", network, "VM", vm, "MAC", mac, "MTU", int64(1500),
		"other_config", map[string]string{}, "qos_algorithm_type", "", "qos_algorithm_params", map[string]string{}))
	return c.made("VIF", v, err)
}

func networkCreate(c *command) error {
	mtu := int64(1500)
	if t, ok := c.get("MTU"); ok {
		n, err := strconv.ParseInt(t, 10, 64)
		if err != nil {
			return complaint("Parameter 'MTU' must be an integer")
		}
		mtu = n
	}
	v, err := c.call("network.create", structOf("name_label", c.text("name-label"), "name_description", c.text("name-description"), "MTU", mtu,
		"bridge", c.text("bridge"), "managed", true, "other_config", map[string]string{}, "tags", []string{}))
	return c.made("network", v, err)
}
