package cli

import "net/url"

// blobActs are what the commands of this file do.
var blobActs = acts{
	"blob-create": blobCreate,
	"blob-get":    blobGet,
	"blob-put":    blobPut,
}

// blobOwners are the parameters that tell what a blob belongs to, and of which
// class that is.
var blobOwners = [][2]string{{"vm-uuid", "VM"}, {"pool-uuid", "pool"}, {"sr-uuid", "SR"}, {"host-uuid", "host"}, {"network-uuid", "network"}}

func blobCreate(c *command) error {
	public, err := c.flag("public")
	if err != nil {
		return err
	}
	for _, o := range blobOwners {
		id, ok := c.get(o[0])
		if !ok {
			continue
		}
		ref, err := c.ref(o[1], id)
		if err != nil {
			return err
		}
		v, err := c.call(o[1]+".create_new_blob", ref, c.text("name"), c.text("mime-type"), public)
		return c.made("blob", v, err)
	}
	return complaint("A blob belongs to something: give the uuid of a VM, pool, SR, host or network")
}

func blobGet(c *command) error {
	path, err := c.blob()
	if err != nil {
		return err
	}
	return c.download("Blob get", c.text("filename"), path)
}

func blobPut(c *command) error {
	path, err := c.blob()
	if err != nil {
		return err
	}
	if _, err := c.upload("Blob put", c.text("filename"), path); err != nil {
		return err
	}
	c.send(textOf("Blob put succeeded"))
	return nil
}

// blob is the path of the blob that uuid names.
func (c *command) blob() (string, error) {
	ref, err := c.ref("blob", c.text("uuid"))
	return "/blob?ref=" + url.QueryEscape(ref), err
}
