package cli

import (
	"net/url"

	"github.com/xapid/xapid/model"
)

// reportActs are the commands that fetch what hosts tell of themselves.
var reportActs = acts{
	"audit-log-get":                       auditLogGet,
	"host-logs-download":                  hostLogsDownload,
	"host-get-system-status":              hostGetSystemStatus,
	"host-get-system-status-capabilities": asked(hostSelector, "host.get_system_status_capabilities", nil),
}

func auditLogGet(c *command) error {
	path := "/audit_log"
	if since, ok := c.get("since"); ok {
		path += "?since=" + url.QueryEscape(since)
	}
	return c.download("Audit log download", c.text("filename"), path)
}

// hostLogsDownload needs a name for the file, though help calls it optional: a
// client takes no other than what its user has named.
func hostLogsDownload(c *command) error {
	name, ok := c.get("file-name")
	if !ok {
		return complaint("Name the file to be written with file-name=")
	}
	return c.fromHost("Log download", name, "/host_logs_download", nil)
}

func hostGetSystemStatus(c *command) error {
	if _, err := oneOf("output", "", "tar.bz2", "tar", "zip")(c); err != nil {
		return err
	}
	q := url.Values{}
	for _, key := range []string{"entries", "output"} {
		if v, ok := c.get(key); ok {
			q.Set(key, v)
		}
	}
	return c.fromHost("System status download", c.text("filename"), "/system-status", q)
}

// fromHost downloads from the host that is chosen.
func (c *command) fromHost(label, filename, path string, q url.Values) error {
	list, err := c.chosen(hostSelector.one(), "filename", "file-name", "entries", "output")
	if err != nil {
		return err
	}
	if len(q) > 0 {
		path += "?" + q.Encode()
	}
	return c.fetch(label, filename, c.at(model.Ref[model.Host](list[0].ref))+path)
}
