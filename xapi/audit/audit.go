// Package audit keeps a record of who changed what: a line for each call that
// may change something, with how it ended. It holds names and references, and
// never what else a call was given: that may be a secret.
package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/role"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/transfer"
)

// Path is where the log is.
const Path = "/audit_log"

// Action is what the path is for.
var Action = transfer.Action{Permission: "get_audit_log", Label: "audit_log_get"}

// maxSize bounds a file of the log; there are two.
const maxSize = 8 << 20

// Log is the audit log of a host: a file and the one before it, in a directory
// or, if that has no name, in memory. It survives toolstacks, so it is told of
// each one's database.
type Log struct {
	Dir string
	Log *zap.Logger

	mu       sync.Mutex
	now, old bytes.Buffer // without a directory
	file     *os.File
	size     int64
}

const fileName, oldName = "audit.log", "audit.log.1"

// Call notes a call of a session's: what it gives is to be called when the call
// has ended. Calls that every reader may make are not noted.
func (l *Log) Call(c *rpc.Call, args []reflect.Value) func(err error) {
	if reader, _ := model.RoleByName("read-only"); c.Session == nil || c.Method.Roles.Has(reader) {
		return nil
	}
	about := objects(c, args)
	return func(err error) {
		task := "-"
		if c.Task != nil {
			task = string(c.Task.Ref())
		}
		l.write(event{c.DB, c.Clock, c.Session, task, "API", c.Method.Full, about}, err)
	}
}

// event is what a line tells, besides how it ended.
type event struct {
	db      *store.DB
	clock   emu.Clock
	session *rpc.Session
	task    string
	kind    string // API or HTTP
	name    string
	about   string
}

// HTTP notes an HTTP action that has ended, if not every reader may do it.
func (l *Log) HTTP(db *store.DB, clock emu.Clock, t *transfer.Transfer, action string, err error) {
	reader, _ := model.RoleByName("read-only")
	roles, known := role.OfHTTP(action)
	if t.Session == nil || !known || roles.Has(reader) {
		return
	}
	l.write(event{db, clock, t.Session, string(t.Task), "HTTP", "http/" + action, ""}, err)
}

func subject(s *rpc.Session) string {
	if s.Root() {
		return "LOCAL_SUPERUSER"
	}
	return s.UserSID
}

// objects names the objects that a call is about: parameter, name, uuid and
// reference of each.
func objects(c *rpc.Call, args []reflect.Value) string {
	var list []string
	r := c.DB.View()
	for i, a := range args {
		p := c.Method.Params[i]
		if p.Type.Kind != model.RefKind || p.Secret {
			continue
		}
		ref, name, id := a.String(), "", ""
		cls := model.ClassByName(p.Type.Name)
		if row, ok := r.Row(cls, ref); ok {
			v := reflect.ValueOf(row.Obj).Elem()
			if f := cls.Field("uuid"); f != nil {
				id = v.Field(f.Index).String()
			}
			if f := cls.Field("name_label"); f != nil {
				name = v.Field(f.Index).String()
			}
		}
		list = append(list, "("+quoted(p.Name)+" "+quoted(name)+" "+quoted(id)+" "+quoted(ref)+")")
	}
	return strings.Join(list, " ")
}

var escapes = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`)

func quoted(s string) string { return "'" + escapes.Replace(s) + "'" }

// digest stands for what must not be told.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

const stamp = "20060102T15:04:05.000Z"

func (l *Log) write(e event, err error) {
	verdict, outcome := "ALLOWED", "OK"
	var api *model.Error
	switch {
	case errors.As(err, &api) && api.Code == "RBAC_PERMISSION_DENIED":
		verdict, outcome = "DENIED", ""
	case errors.As(err, &api):
		outcome = "ERROR:" + api.Code
	case err != nil:
		outcome = "ERROR:INTERNAL_ERROR"
	}
	hostname := ""
	if h, ok := store.Find(e.db.View(), e.session.ThisHost); ok {
		hostname = h.Hostname
	}
	line := fmt.Sprintf("[%s|audit|%s|0 |%s D:%s|audit] (%s %s %s %s %s %s %s (%s))\n", e.clock.Now().UTC().Format(stamp), hostname, e.name, digest(e.task)[:12],
		quoted("trackid="+digest(string(e.session.Ref))), quoted(subject(e.session)), quoted(e.session.UserName), quoted(verdict), quoted(outcome),
		quoted(e.kind), quoted(e.name), e.about)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.append(line); err != nil {
		l.Log.Error("a call is not in the audit log", zap.String("method", e.name), zap.Error(err))
	}
}

// append adds a line; a file that is full becomes the old one.
func (l *Log) append(line string) error {
	if l.Dir == "" {
		if l.now.Len()+len(line) > maxSize {
			l.old.Reset()
			_, _ = l.now.WriteTo(&l.old) // memory takes it
		}
		l.now.WriteString(line)
		return nil
	}
	if l.file != nil && l.size+int64(len(line)) > maxSize {
		if err := errors.Join(l.file.Close(), os.Rename(filepath.Join(l.Dir, fileName), filepath.Join(l.Dir, oldName))); err != nil {
			return err
		}
		l.file = nil
	}
	if l.file == nil {
		f, err := os.OpenFile(filepath.Join(l.Dir, fileName), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		info, err := f.Stat()
		if err != nil {
			return errors.Join(err, f.Close())
		}
		l.file, l.size = f, info.Size()
	}
	n, err := l.file.WriteString(line)
	l.size += int64(n)
	return err
}

// Close closes the file.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

// Text is the log since a moment, the oldest line first. The moment is written
// like 2026-01-31T23:59:58Z, and as much of it as one likes; "" is the
// beginning.
func (l *Log) Text(since string) ([]byte, error) {
	l.mu.Lock()
	text, err := l.all()
	l.mu.Unlock()
	if err != nil || since == "" {
		return text, err
	}
	since = strings.NewReplacer("-", "", "Z", "").Replace(since)
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n') + 1
		if end == 0 || len(text) > 22 && string(text[1:22]) >= since {
			break // later lines are later
		}
		text = text[end:]
	}
	return text, nil
}

func (l *Log) all() ([]byte, error) {
	if l.Dir == "" {
		return append(bytes.Clone(l.old.Bytes()), l.now.Bytes()...), nil
	}
	var text []byte
	for _, name := range []string{oldName, fileName} {
		part, err := os.ReadFile(filepath.Join(l.Dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		text = append(text, part...)
	}
	return text, nil
}

// Get sends the log, since the moment that the request names.
func (l *Log) Get(t *transfer.Transfer) (string, error) {
	text, err := l.Text(t.Parameter("since"))
	if err != nil {
		return "", err
	}
	t.Header().Set("Content-Type", "text/plain")
	_, err = io.Copy(t, bytes.NewReader(text))
	return "", err
}
