package cli

// vmRecoverActs are what the commands of this file do: bringing VMs back from
// the copy of another pool's database.
var vmRecoverActs = acts{
	"vm-recover":                        recoverFrom("VM", "recover"),
	"vm-assert-can-be-recovered":        recoverFrom("VM", "assert_can_be_recovered"),
	"appliance-recover":                 recoverFrom("VM_appliance", "recover"),
	"appliance-assert-can-be-recovered": recoverFrom("VM_appliance", "assert_can_be_recovered"),
	"drtask-create":                     makes("DR_task", "create", word("type", ""), pairs("device-config"), words("sr-whitelist")),
	"drtask-destroy":                    onUUID("DR_task", "destroy"),
}

// recoverFrom is a message about an object of the database that
// database:vdi-uuid names, and this pool.
func recoverFrom(class, message string) func(*command) error {
	return func(c *command) error {
		id, ok := c.pairs("database")["vdi-uuid"]
		if !ok {
			return complaint("Required parameter not found: database:vdi-uuid")
		}
		vdi, err := c.ref("VDI", id)
		if err != nil {
			return err
		}
		session, err := c.call("VDI.open_database", vdi)
		if err != nil {
			return err
		}
		here := c.session
		c.session = text(session) // what follows is said to the other database
		defer func() {
			_, _ = c.call("session.logout") // it would expire by itself
			c.session = here
		}()
		self, err := c.call(class+".get_by_uuid", c.text("uuid"))
		if err != nil {
			return err
		}
		args := []any{self, here}
		if message == "recover" {
			force, err := c.flag("force")
			if err != nil {
				return err
			}
			args = append(args, force)
		}
		return c.do(class+"."+message, args...)
	}
}
