package cli

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// srActs are what the commands of this file do.
var srActs = acts{
	"sr-scan":     onUUID("SR", "scan"),
	"sr-destroy":  onUUID("SR", "destroy"),
	"sr-forget":   onUUID("SR", "forget"),
	"sr-update":   onUUID("SR", "update"),
	"pbd-destroy": onUUID("PBD", "destroy"),
	"pbd-plug":    onUUID("PBD", "plug"),
	"pbd-unplug":  onUUID("PBD", "unplug"),
	"sr-create":   srCreate,
	"pbd-create":  pbdCreate,
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
