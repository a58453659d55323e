package xapi

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/xapi/dbxml"
	"github.com/xapid/xapid/xapi/transfer"
)

// A host's backup is a compressed archive with the database in it: what the
// host would need to be the master of its pool again.

const backupMember = "xapid/database.xml"

// serveBackups is host.backup and host.restore of the command line.
func (s *stack) serveBackups(m *transfer.Room) {
	s.site.Handle(http.MethodGet, "/host_backup", m.Handle(transfer.Action{Permission: "get_host_backup", Label: "Host backup"}, s.getBackup))
	s.site.Handle(http.MethodPut, "/host_restore", m.Handle(transfer.Action{Permission: "put_host_restore", Label: "Host restore"}, s.putBackup))
}

func (s *stack) getBackup(t *transfer.Transfer) (string, error) {
	var b bytes.Buffer
	if err := dbxml.Write(&b, s.DB.View()); err != nil {
		return "", model.ErrBackupScriptFailed(err.Error())
	}
	t.Header().Set("Content-Type", "application/octet-stream")
	z := gzip.NewWriter(t)
	a := tar.NewWriter(z)
	err := a.WriteHeader(&tar.Header{Name: backupMember, Mode: 0o600, Size: int64(b.Len()), ModTime: s.Config.Clock.Now().Truncate(time.Second)})
	if err == nil {
		_, err = a.Write(b.Bytes())
	}
	if err = errors.Join(err, a.Close(), z.Close()); err != nil {
		return "", model.ErrBackupScriptFailed(err.Error())
	}
	return "", nil
}

func (s *stack) putBackup(t *transfer.Transfer) (string, error) {
	if master, address, _ := s.standing.Get(); !master {
		return "", model.ErrRestoreScriptFailed(fmt.Sprintf("the database is led by %s", address))
	}
	body, done, err := t.Accept()
	if err != nil {
		return "", err
	}
	defer done()
	if err := s.restoreBackup(t, body); err != nil {
		return "", model.ErrRestoreScriptFailed(err.Error())
	}
	return "", nil
}

func (s *stack) restoreBackup(up *transfer.Transfer, body io.Reader) error {
	z, err := gzip.NewReader(body)
	if err != nil {
		return err
	}
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return errors.New("the archive holds no database")
		}
		if err != nil {
			return err
		}
		if h.Name != backupMember {
			continue
		}
		doc, err := dbxml.Read(io.LimitReader(t, maxDump))
		if err != nil {
			return err
		}
		return s.restore(up, doc)
	}
}
