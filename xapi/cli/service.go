package cli

import (
	"errors"
	"strings"
)

// serviceActs are what the commands of this file do.
var serviceActs = acts{
	"user-password-change": userPasswordChange,
	"secret-create":        secretCreate,
	"secret-destroy":       onUUID("secret", "destroy"),
	"message-destroy":      messageDestroy,
	"task-cancel":          onUUID("task", "cancel"),
}

func userPasswordChange(c *command) error {
	return c.do("session.change_password", c.text("old"), c.text("new"))
}

// secretCreate keeps a value that others refer to by its uuid.
func secretCreate(c *command) error {
	v, err := c.call("secret.create", structOf("value", c.text("value"), "other_config", map[string]string{}))
	return c.made("secret", v, err)
}

// messageDestroy deletes messages by uuid, or by uuids with commas between.
func messageDestroy(c *command) error {
	ids := strings.Split(c.text("uuids"), ",")
	if id, ok := c.get("uuid"); ok {
		ids = []string{id}
	}
	var errs []error
	for _, id := range ids {
		ref, err := c.ref("message", strings.TrimSpace(id))
		if err == nil {
			err = c.do("message.destroy", ref)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
