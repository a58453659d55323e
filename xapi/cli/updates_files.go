package cli

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// updateFileActs are those about updates and advice that send or fetch a file.
var updateFileActs = acts{
	"patch-upload":                     patchUpload,
	"update-upload":                    updateUpload,
	"pool-sync-bundle":                 poolSyncBundle,
	"repository-introduce-remote-pool": repositoryOfPool,
	"pool-retrieve-wlb-report":         wlbReport,
	"pool-retrieve-wlb-diagnostics": func(c *command) error {
		return c.download("WLB diagnostics", c.text("filename"), "/wlb_diagnostics")
	},
}

// refOf finds the reference in the result of a task, which is a value of
// XML-RPC.
var refOf = regexp.MustCompile(`OpaqueRef:[0-9A-Za-z-]+`)

// patchUpload sends a patch to the pool's default SR.
func patchUpload(c *command) error {
	v, err := c.upload("Patch upload", c.text("file-name"), "/pool_patch_upload")
	return c.uploaded("pool_patch", refOf.FindString(v), err)
}

// uploaded prints the uuid of an update that was sent, and names its disk.
func (c *command) uploaded(class, update string, err error) error {
	if err != nil {
		return err
	}
	r := c.server.DB.View()
	of := model.Ref[model.PoolUpdate](update)
	if p, ok := store.Find(r, model.Ref[model.PoolPatch](update)); ok {
		of = p.PoolUpdate
	}
	if u, ok := store.Find(r, of); ok {
		if err := c.do("VDI.set_name_label", u.VDI, "Update: "+u.NameLabel); err != nil {
			return err
		}
	}
	return c.made(class, update, nil)
}

// updateUpload sends an update to an SR, and introduces it. An update that is
// none leaves no disk behind.
func updateUpload(c *command) error {
	sr, err := c.srOrDefault()
	if err != nil {
		return err
	}
	result, err := c.upload("Update upload", c.text("file-name"), "/import_raw_vdi?sr_id="+url.QueryEscape(sr))
	if err != nil {
		return err
	}
	vdi := refOf.FindString(result)
	v, err := c.call("pool_update.introduce", vdi)
	if err != nil {
		_ = c.do("VDI.destroy", vdi) // what is told is why the update is none
	}
	return c.uploaded("pool_update", text(v), err)
}

func poolSyncBundle(c *command) error {
	_, err := c.upload("Bundle upload", c.text("filename"), "/bundle")
	return err
}

// repositoryOfPool names another pool, and sends the certificate to know it by.
func repositoryOfPool(c *command) error {
	data, err := c.load(c.text("certificate-file"))
	if err != nil {
		return err
	}
	v, err := c.call("Repository.introduce_remote_pool", c.text("name-label"), c.text("name-description"), c.text("binary-url"), string(data))
	return c.made("Repository", v, err)
}

// wlbReport passes the parameters that the command does not know on to the
// balancer: they are the report's.
func wlbReport(c *command) error {
	q := url.Values{"report": {c.text("report")}}
	for _, p := range c.others("report", "filename", "task-uuid") {
		q.Set(strings.TrimPrefix(p.key, "config:"), p.value)
	}
	return c.download("WLB report", c.text("filename"), "/wlb_report?"+q.Encode())
}
