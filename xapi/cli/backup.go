package cli

import (
	"github.com/xapid/xapid/model"
)

// backupActs are what the commands of this file do.
var backupActs = acts{
	"pool-dump-database":    poolDumpDatabase,
	"pool-restore-database": poolRestoreDatabase,
	"host-backup":           hostBackup,
	"host-restore":          hostRestore,
}

func poolDumpDatabase(c *command) error {
	return c.fetch("Database dump", c.text("file-name"), "/pool/xmldbdump")
}

// poolRestoreDatabase replaces the pool by what a dump says of it. That is
// refused without --force, unless it only checks the dump.
func poolRestoreDatabase(c *command) error {
	path := "/pool/xmldbdump"
	dry, err := c.flag("dry-run")
	if err != nil {
		return err
	}
	force, err := c.flag("force")
	switch {
	case err != nil:
		return err
	case dry:
		path += "?dry_run=true"
	case !force:
		return complaint("The host will reboot into the restored database, and what has changed in the pool since the dump was made is lost. Repeat the command with --force if that is what you want.")
	}
	if _, err := c.upload("Database restore", c.text("file-name"), path); err != nil {
		return err
	}
	if dry {
		c.result("Dry run: the database can be restored")
		return nil
	}
	c.result("Database restored: the host will reboot shortly")
	return nil
}

func hostBackup(c *command) error {
	return c.eachHost(func(o object) error {
		return c.fetch("Host backup", c.text("file-name"), c.at(model.Ref[model.Host](o.ref))+"/host_backup")
	}, "file-name")
}

func hostRestore(c *command) error {
	return c.eachHost(func(o object) error {
		_, err := c.upload("Host restore", c.text("file-name"), c.at(model.Ref[model.Host](o.ref))+"/host_restore")
		return err
	}, "file-name")
}

// eachHost runs work on the host that is chosen.
func (c *command) eachHost(work func(o object) error, own ...string) error {
	list, err := c.chosen(hostSelector.one(), own...)
	if err != nil {
		return err
	}
	return c.each(list, work)
}
