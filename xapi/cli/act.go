package cli

// does is a command that is one message.
func does(method string, args ...given) func(*command) error {
	return func(c *command) error {
		_, err := c.with(method, args)
		return err
	}
}

// makes is a command that is one message, and prints the uuid of what it made.
func makes(class, method string, args ...given) func(*command) error {
	return func(c *command) error {
		v, err := c.with(class+"."+method, args)
		return c.made(class, v, err)
	}
}

// prints is a command that prints what its one message answers.
func prints(method string, args ...given) func(*command) error {
	return func(c *command) error {
		v, err := c.with(method, args)
		if err == nil {
			c.tell(v)
		}
		return err
	}
}

// notes is prints for what the minimal form has not.
func notes(method string, args ...given) func(*command) error {
	return func(c *command) error {
		v, err := c.with(method, args)
		if err == nil {
			c.print(text(v))
		}
		return err
	}
}

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

// forced is a command whose message is another one with --force.
func forced(method, harder string, args ...given) func(*command) error {
	return func(c *command) error {
		force, err := c.flag("force")
		if err != nil {
			return err
		}
		if force {
			return does(harder, args...)(c)
		}
		return does(method, args...)(c)
	}
}

// with calls a message with what the command line gives.
func (c *command) with(method string, args []given) (any, error) {
	list, err := c.read(args)
	if err != nil {
		return nil, err
	}
	return c.call(method, list...)
}

func (c *command) read(args []given) ([]any, error) {
	var list []any
	for _, a := range args {
		v, err := a(c)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// insisted is a command that does nothing without --force.
func insisted(run func(*command) error) func(*command) error {
	return func(c *command) error {
		force, err := c.flag("force")
		switch {
		case err != nil:
			return err
		case !force:
			return complaint("This operation is dangerous and may cause data loss. It must be forced (use --force).")
		}
		return run(c)
	}
}
