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
	"github.com/xapid/xapid/xapi/web"
)

// A host's backup is a compressed archive with the database in it: what the
// host would need to be the master of its pool again.

const backupMember = "xapid/database.xml"

// serveBackups is host.backup and host.restore of the command line.
func (s *stack) serveBackups() {
	s.site.Handle(http.MethodGet, "/host_backup", s.authorised("http/get_host_backup", s.getBackup))
	s.site.Handle(http.MethodPut, "/host_restore", s.authorised("http/put_host_restore", s.putBackup))
}

func (s *stack) getBackup(w http.ResponseWriter, r *http.Request) error {
	var b bytes.Buffer
	if err := dbxml.Write(&b, s.DB.View()); err != nil {
		return model.ErrBackupScriptFailed(err.Error())
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	z := gzip.NewWriter(w)
	t := tar.NewWriter(z)
	err := t.WriteHeader(&tar.Header{Name: backupMember, Mode: 0o600, Size: int64(b.Len()), ModTime: s.Config.Clock.Now().Truncate(time.Second)})
	if err == nil {
		_, err = t.Write(b.Bytes())
	}
	if err = errors.Join(err, t.Close(), z.Close()); err != nil {
		return model.ErrBackupScriptFailed(err.Error())
	}
	return nil
}

func (s *stack) putBackup(w http.ResponseWriter, r *http.Request) error {
	err := http.NewResponseController(w).EnableFullDuplex()
	if err == nil {
		err = s.restoreBackup(r)
	}
	if err != nil {
		web.Fail(w, http.StatusInternalServerError, "Internal Error", err.Error())
		return model.ErrRestoreScriptFailed(err.Error())
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

func (s *stack) restoreBackup(r *http.Request) error {
	if master, address, _ := s.standing.Get(); !master {
		return fmt.Errorf("the database is led by %s", address)
	}
	z, err := gzip.NewReader(r.Body)
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
		return s.restore(r.Context(), doc, s.target())
	}
}
