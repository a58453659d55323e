package cli

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
	v, err := c.call("secret.create", structOf("value", c.text("value"), "other_config", c.pairs("other-config")))
	return c.made("secret", v, err)
}

// messageDestroy deletes messages by uuid, or by uuids with commas between:
// all of them, or none if one is not there.
func messageDestroy(c *command) error {
	if id, ok := c.get("uuid"); ok {
		ref, err := c.ref("message", id)
		if err != nil {
			return err
		}
		return c.do("message.destroy", ref)
	}
	if _, ok := c.get("uuids"); !ok {
		return complaint("Required parameter not found: uuid or uuids")
	}
	refs, err := all("message", "uuids")(c)
	if err != nil {
		return err
	}
	if c.knows("message.destroy_many") {
		return c.do("message.destroy_many", refs)
	}
	for _, ref := range refs.([]string) {
		if err := c.do("message.destroy", ref); err != nil {
			return err
		}
	}
	return nil
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
