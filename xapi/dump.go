package xapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/dbxml"
	"github.com/xapid/xapid/xapi/transfer"
)

// dumpPath is where the database is dumped and restored.
const dumpPath = "/pool/xmldbdump"

// restoreFuse is how many seconds pass between a restore and the reboot.
const restoreFuse = 30

// maxDump bounds a dump that is restored.
const maxDump = 1 << 30

// serveDumps is xe pool-dump-database and pool-restore-database.
func (s *stack) serveDumps(m *transfer.Room) {
	s.site.Handle(http.MethodGet, dumpPath, m.Handle(transfer.Action{Permission: "get_pool_xml_db_sync", Label: "Database dump"}, s.getDump))
	s.site.Handle(http.MethodPut, dumpPath, m.Handle(transfer.Action{Permission: "put_pool_xml_db_sync", Label: "Database restore"}, s.putDump))
}

func (s *stack) getDump(t *transfer.Transfer) (string, error) {
	t.Header().Set("Content-Type", "text/xml")
	return "", dbxml.Write(t, s.DB.View())
}

func (s *stack) putDump(t *transfer.Transfer) (string, error) {
	if t.ContentLength < 0 {
		return "", transfer.Refuse(http.StatusBadRequest, errors.New("the length of the dump is not told"))
	}
	if master, address, _ := s.standing.Get(); !master {
		return "", transfer.Refuse(http.StatusForbidden, model.ErrHostIsSlave(address))
	}
	body, done, err := t.Accept()
	if err != nil {
		return "", err
	}
	defer done()
	doc, err := dbxml.Read(io.LimitReader(body, maxDump))
	if err != nil {
		return "", err
	}
	if t.Parameter("dry_run") == "true" {
		return "", doc.Check(s.DB.View(), s.target())
	}
	return "", s.restore(t, doc)
}

// target is this host, to be restored on.
func (s *stack) target() dbxml.Target {
	k := s.d.local.Get()
	return dbxml.Target{HostUUID: k.InstallationUUID, ControlDomainUUID: k.ControlDomainUUID, Address: s.Config.Address}
}

// restore replaces the database, and reboots the host into it.
func (s *stack) restore(t *transfer.Transfer, doc *dbxml.Document) error {
	for _, m := range s.DB.Members() {
		if m.ID != s.DB.Self() { // the dump's pool has this host alone
			if err := s.DB.RemoveMember(m.ID); err != nil {
				return fmt.Errorf("letting go of the slaves: %w", err)
			}
		}
	}
	err := s.DB.Update(context.WithoutCancel(t.Context()), func(tx *store.Tx) error { return doc.Restore(tx, s.target()) })
	if err != nil {
		return err
	}
	s.Config.Log.Info("the database was restored", zap.String("generation", doc.Manifest["generation_count"]))
	t.After = func() { s.Reboot("the database was restored", restoreFuse) }
	return nil
}
