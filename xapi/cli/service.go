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
	"message-create":       messageCreate,
	"message-destroy-all":  does("message.destroy_all", those("before", "after", "priority")),
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

// messageCreate leaves a message about the object that one of the parameters
// names.
func messageCreate(c *command) error {
	for key, class := range map[string]string{"vm-uuid": "VM", "host-uuid": "Host", "sr-uuid": "SR", "pool-uuid": "Pool"} {
		if _, ok := c.get(key); ok {
			return does("message.create", word("name", ""), whole("priority", 0), fixed(class), word(key, ""), word("body", ""))(c)
		}
	}
	return complaint("What the message is about is missing: vm-uuid, host-uuid, sr-uuid or pool-uuid")
}
