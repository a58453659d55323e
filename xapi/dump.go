package xapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/dbxml"
	"github.com/xapid/xapid/xapi/session"
	"github.com/xapid/xapid/xapi/web"
)

// dumpPath is where the database is dumped and restored.
const dumpPath = "/pool/xmldbdump"

// restoreFuse is how many seconds pass between a restore and the reboot.
const restoreFuse = 30

// maxDump bounds a dump that is restored.
const maxDump = 1 << 30

// serveDumps is xe pool-dump-database and pool-restore-database.
func (s *stack) serveDumps() {
	s.site.Handle(http.MethodGet, dumpPath, s.authorised("http/get_pool_xml_db_sync", s.getDump))
	s.site.Handle(http.MethodPut, dumpPath, s.authorised("http/put_pool_xml_db_sync", s.putDump))
}

// authorised lets only those in who may do what pool-admins may. A refusal fails
// the task that the request names.
func (s *stack) authorised(permission string, h func(w http.ResponseWriter, r *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, done, err := s.rooms.sessions.Authenticate(r)
		defer done()
		admin, _ := model.RoleByName("pool-admin")
		task := model.Ref[model.Task](session.Parameter(r, "task_id"))
		switch {
		case err != nil:
			s.finish(task, model.ErrSessionAuthenticationFailed())
			w.Header().Set("WWW-Authenticate", `Basic realm="`+permission+`"`)
			web.Fail(w, http.StatusUnauthorized, "Unauthorised", "")
			return
		case !who.Root() && !who.Roles.Has(admin):
			s.finish(task, model.ErrRBACPermissionDenied(permission, "No permission in user session."))
			web.Fail(w, http.StatusForbidden, "Forbidden", "")
			return
		}
		s.finish(task, h(w, r))
	}
}

// finish ends the task of a request, if it has one.
func (s *stack) finish(task model.Ref[model.Task], err error) {
	if task == "" || !s.DB.Leads() {
		return
	}
	var api *model.Error
	if err != nil && !errors.As(err, &api) {
		err = model.ErrInternalError(err.Error())
	}
	s.rooms.tasks.Manager.Complete(task, "", err)
}

func (s *stack) getDump(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/xml")
	h.Set("Cache-Control", "no-cache, no-store")
	return dbxml.Write(w, s.DB.View())
}

func (s *stack) putDump(w http.ResponseWriter, r *http.Request) error {
	fail := func(status int, reason string, err error) error {
		web.Fail(w, status, reason, err.Error())
		return err
	}
	if r.ContentLength < 0 {
		return fail(http.StatusBadRequest, "Bad Request", errors.New("the length of the dump is not told"))
	}
	if master, address, _ := s.standing.Get(); !master {
		return fail(http.StatusForbidden, "Forbidden", model.ErrHostIsSlave(address))
	}
	if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
		return fail(http.StatusInternalServerError, "Internal Error", err)
	}
	doc, err := dbxml.Read(http.MaxBytesReader(w, r.Body, maxDump))
	if err != nil {
		return fail(http.StatusInternalServerError, "Internal Error", err)
	}
	t := s.target()
	if session.Parameter(r, "dry_run") == "true" {
		if err := doc.Check(s.DB.View(), t); err != nil {
			return fail(http.StatusInternalServerError, "Internal Error", err)
		}
		w.WriteHeader(http.StatusOK)
		return nil
	}
	if err := s.restore(r.Context(), doc, t); err != nil {
		return fail(http.StatusInternalServerError, "Internal Error", err)
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

// target is this host, to be restored on.
func (s *stack) target() dbxml.Target {
	k := s.d.local.Get()
	return dbxml.Target{HostUUID: k.InstallationUUID, ControlDomainUUID: k.ControlDomainUUID, Address: s.Config.Address}
}

// restore replaces the database, and reboots the host into it.
func (s *stack) restore(ctx context.Context, doc *dbxml.Document, t dbxml.Target) error {
	for _, m := range s.DB.Members() {
		if m.ID != s.DB.Self() { // the dump's pool has this host alone
			if err := s.DB.RemoveMember(m.ID); err != nil {
				return fmt.Errorf("letting go of the slaves: %w", err)
			}
		}
	}
	err := s.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return doc.Restore(tx, t) })
	if err != nil {
		return err
	}
	s.Config.Log.Info("the database was restored", zap.String("generation", doc.Manifest["generation_count"]))
	s.Reboot("the database was restored", restoreFuse)
	return nil
}
