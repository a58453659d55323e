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

// recoverFrom is a message about an object of this database, or of the one that
// database:vdi-uuid names, and this pool.
func recoverFrom(class, message string) func(*command) error {
	return func(c *command) error {
		self, err := c.ref(class, c.text("uuid"))
		if err != nil {
			return err
		}
		if id, ok := c.pairs("database")["vdi-uuid"]; ok {
			vdi, err := c.ref("VDI", id)
			if err != nil {
				return err
			}
			session, err := c.call("VDI.open_database", vdi)
			if err != nil {
				return err
			}
			defer func() { _, _ = c.call("session.logout", session) }() // it would expire by itself
		}
		args := []any{self, c.session}
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
