package xapi

import (
	"net/http"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/transfer"
)

// untransferred are the transfers of which there is nothing to transfer: disks
// have no content, and there is no balancer. Their tasks say so.
var untransferred = []struct{ method, path, permission, label string }{
	{http.MethodGet, "/export", "get_export", "VM.export"},
	{http.MethodGet, "/export_metadata", "get_export_metadata", "VM.export_metadata"},
	{http.MethodGet, "/export_raw_vdi", "get_export_raw_vdi", "Exporting raw VDI"},
	{http.MethodPut, "/import", "put_import", "VM.import"},
	{http.MethodPut, "/import_metadata", "put_import_metadata", "VM.metadata_import"},
	{http.MethodPut, "/import_raw_vdi", "put_import_raw_vdi", "Importing raw VDI"},
	{http.MethodPut, "/pool_patch_upload", "put_pool_patch_upload", "Patch upload"},
	{http.MethodPut, "/bundle", "put_bundle", "Bundle upload"},
	{http.MethodGet, "/wlb_report", "get_wlb_report", "WLB report"},
	{http.MethodGet, "/wlb_diagnostics", "get_wlb_diagnostics", "WLB diagnostics"},
}

func (s *stack) serveUntransferred(m *transfer.Room) {
	for _, u := range untransferred {
		a := transfer.Action{Permission: u.permission, Label: u.label}
		s.site.Handle(u.method, u.path, m.Handle(a, func(*transfer.Transfer) (string, error) {
			return "", transfer.Refuse(http.StatusNotImplemented, model.ErrNotImplemented(u.method+" "+u.path))
		}))
	}
}
