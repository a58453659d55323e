package xapi

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/transfer"
)

// A host tells of its state in files, for those who are to find out what is
// wrong with it. None of them holds a secret.

// reports are what a status report may hold, by the keys of its capabilities.
var reports = []struct {
	key, file string
	text      func(s *stack) ([]byte, error)
}{
	{"xenserver-config", "config.txt", (*stack).configReport},
	{"xenserver-databases", "database.txt", (*stack).databaseReport},
	{"xenserver-logs", "audit.log", func(s *stack) ([]byte, error) { return s.d.audit.Text("") }},
}

func (s *stack) serveReports(m *transfer.Room) {
	s.site.Handle(http.MethodGet, "/system-status", m.Handle(transfer.Action{Permission: "get_system_status", Label: "host_get_system_status"}, s.getStatus))
	s.site.Handle(http.MethodGet, "/host_logs_download", m.Handle(transfer.Action{Permission: "get_host_logs_download", Label: "host_logs_download"}, s.getLogs))
}

func (s *stack) configReport() ([]byte, error) {
	var b bytes.Buffer
	h, ok := store.Find(s.DB.View(), s.theHost())
	if !ok {
		return nil, model.ErrInternalError("this host is not in the database")
	}
	fmt.Fprintf(&b, "host: %s (%s)\naddress: %s\nenabled: %t\n", h.UUID, h.NameLabel, h.Address, h.Enabled)
	for _, k := range slices.Sorted(maps.Keys(h.SoftwareVersion)) {
		fmt.Fprintf(&b, "%s: %s\n", k, h.SoftwareVersion[k])
	}
	return b.Bytes(), nil
}

// databaseReport lists the objects that there are.
func (s *stack) databaseReport() ([]byte, error) {
	var b bytes.Buffer
	r := s.DB.View()
	for _, c := range model.Classes() {
		id, label := c.Field("uuid"), c.Field("name_label")
		if !c.Database || id == nil || c.Name == "session" {
			continue
		}
		for row := range r.Rows(c) {
			v := reflect.ValueOf(row.Obj).Elem()
			name := ""
			if label != nil {
				name = v.Field(label.Index).String()
			}
			fmt.Fprintf(&b, "%s %s %q\n", c.Name, v.Field(id.Index).String(), name)
		}
	}
	return b.Bytes(), nil
}

// file is one of a report.
type file struct {
	name string
	data []byte
}

// getStatus sends the entries that the request lists, all if it lists none.
func (s *stack) getStatus(t *transfer.Transfer) (string, error) {
	if t.URL.Query().Has("list") {
		text, err := s.rooms.hosts.GetSystemStatusCapabilities(rpc.Background(t.Context(), s.DB, s.Config.Clock, "system-status"), s.theHost())
		if err != nil {
			return "", err
		}
		t.Header().Set("Content-Type", "application/xml")
		_, err = io.WriteString(t, text)
		return "", err
	}
	now := s.Config.Clock.Now().UTC()
	name := "system_status-" + now.Format("20060102T15:04:05Z") + "-" + s.d.local.Get().InstallationUUID
	var wanted []string
	if list := t.Parameter("entries"); list != "" {
		wanted = strings.Split(list, ",")
	}
	var files []file
	for _, p := range reports {
		if wanted != nil && !slices.Contains(wanted, p.key) {
			continue
		}
		data, err := p.text(s)
		if err != nil {
			return "", err
		}
		files = append(files, file{name + "/" + p.key + "/" + p.file, data})
	}
	pack, extension := writeTar, "tar"
	switch output := t.Parameter("output"); output {
	case "", "tar":
	case "zip":
		pack, extension = writeZip, "zip"
	default:
		return "", transfer.Refuse(http.StatusNotImplemented, model.ErrNotImplemented("output="+output))
	}
	t.Header().Set("Content-Type", "application/octet-stream")
	t.Header().Set("Content-Disposition", `attachment; filename="`+name+"."+extension+`"`)
	return "", pack(t, now, files)
}

// getLogs sends the logs that the host keeps.
func (s *stack) getLogs(t *transfer.Transfer) (string, error) {
	text, err := s.d.audit.Text("")
	if err != nil {
		return "", err
	}
	t.Header().Set("Content-Type", "application/octet-stream")
	z := gzip.NewWriter(t)
	err = writeTar(z, s.Config.Clock.Now().UTC(), []file{{"audit.log", text}})
	return "", errors.Join(err, z.Close())
}

func writeTar(w io.Writer, at time.Time, files []file) error {
	a := tar.NewWriter(w)
	for _, f := range files {
		if err := a.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.data)), ModTime: at.Truncate(time.Second)}); err != nil {
			return err
		}
		if _, err := a.Write(f.data); err != nil {
			return err
		}
	}
	return a.Close()
}

func writeZip(w io.Writer, at time.Time, files []file) error {
	a := zip.NewWriter(w)
	for _, f := range files {
		out, err := a.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at})
		if err != nil {
			return err
		}
		if _, err := out.Write(f.data); err != nil {
			return err
		}
	}
	return a.Close()
}
