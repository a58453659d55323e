// Package message keeps the alerts that the toolstack and clients leave about
// objects.
package message

import (
	"context"
	"strconv"
	"time"
	"unicode/utf8"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/query"
	"github.com/xapid/xapid/xapi/rpc"
)

// maxMessages are kept; the oldest go first.
const maxMessages = 10000

// Service handles the class message.
type Service struct {
	DB         *store.DB
	Clock      emu.Clock
	Dispatcher *rpc.Dispatcher
	Log        *zap.Logger
}

// about finds the class of the objects that messages of a kind are about.
var about = map[model.Cls]string{
	model.ClsVM: "VM", model.ClsHost: "host", model.ClsSR: "SR", model.ClsPool: "pool", model.ClsVMPP: "VMPP",
	model.ClsVMSS: "VMSS", model.ClsPVSProxy: "PVS_proxy", model.ClsVDI: "VDI", model.ClsCertificate: "Certificate",
}

// Raise leaves a message as part of a transaction, with the priority that the
// toolstack gives to its name.
func (s *Service) Raise(tx *store.Tx, name string, cls model.Cls, objUUID, body string) model.Ref[model.Message] {
	return s.insert(tx, name, s.Dispatcher.Release.AlertPriority(name), cls, objUUID, body)
}

// RaiseAt is Raise with a priority that is not today's.
func (s *Service) RaiseAt(tx *store.Tx, name string, priority int64, cls model.Cls, objUUID, body string) model.Ref[model.Message] {
	return s.insert(tx, name, priority, cls, objUUID, body)
}

func (s *Service) insert(tx *store.Tx, name string, priority int64, cls model.Cls, objUUID, body string) model.Ref[model.Message] {
	for over := store.Len[model.Message](tx) - maxMessages; over >= 0; over-- {
		for oldest := range store.All[model.Message](tx) {
			_ = store.Delete(tx, oldest)
			break
		}
	}
	return store.Insert(tx, &model.Message{
		Name: name, Priority: priority, Cls: cls, ObjUUID: objUUID, Body: body,
		Timestamp: s.Clock.Now().UTC().Truncate(time.Second),
	})
}

// Create leaves a message about an object. UUID_INVALID if there is no such
// object of the class.
func (s *Service) Create(c *rpc.Call, name string, priority int64, cls model.Cls, objUUID, body string) (model.Ref[model.Message], error) {
	if !utf8.ValidString(body) {
		return "", model.ErrInvalidValue("UTF8 expected")
	}
	if class := model.ClassByName(about[cls]); class != nil {
		if _, ok := s.DB.View().RowByUUID(class, objUUID); !ok {
			return "", model.ErrUUIDInvalid(cls, objUUID)
		}
	}
	var ref model.Ref[model.Message]
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		ref = s.insert(tx, name, priority, cls, objUUID, body)
		return nil
	})
	return ref, err
}

// Destroy removes a message.
func (s *Service) Destroy(c *rpc.Call, self model.Ref[model.Message]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, self) })
}

// DestroyMany removes messages up to the first that is not there.
func (s *Service) DestroyMany(c *rpc.Call, messages []model.Ref[model.Message]) error {
	for _, ref := range messages {
		if err := s.Destroy(c, ref); err != nil {
			return err
		}
	}
	return nil
}

// DestroyAll removes the messages that pass all filters: before and after
// (dates), priority.
func (s *Service) DestroyAll(c *rpc.Call, filters map[string]string) error {
	pass := []func(*model.Message) bool{}
	for key, text := range filters {
		switch key {
		case "before", "after":
			at, err := time.Parse("20060102T15:04:05Z", text)
			if err != nil {
				return model.ErrInvalidValue(key, text)
			}
			pass = append(pass, func(m *model.Message) bool {
				return key == "before" && m.Timestamp.Before(at) || key == "after" && m.Timestamp.After(at)
			})
		case "priority":
			p, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return model.ErrInvalidValue(key, text)
			}
			pass = append(pass, func(m *model.Message) bool { return m.Priority == p })
		default:
			return model.ErrInvalidValue("filters", key)
		}
	}
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		var drop []model.Ref[model.Message]
	next:
		for ref, m := range store.All[model.Message](tx) {
			for _, p := range pass {
				if !p(m) {
					continue next
				}
			}
			drop = append(drop, ref)
		}
		for _, ref := range drop {
			if err := store.Delete(tx, ref); err != nil {
				return err
			}
		}
		return nil
	})
}

// Get lists the messages about one object, later than since.
func (s *Service) Get(c *rpc.Call, cls model.Cls, objUUID string, since time.Time) (any, error) {
	if class := model.ClassByName(about[cls]); class != nil {
		if _, ok := s.DB.View().RowByUUID(class, objUUID); !ok {
			return nil, model.ErrUUIDInvalid()
		}
	}
	return s.list(func(m *model.Message) bool { return m.Cls == cls && m.ObjUUID == objUUID && m.Timestamp.After(since) }), nil
}

// GetSince lists the messages later than since.
func (s *Service) GetSince(c *rpc.Call, since time.Time) (any, error) {
	return s.list(func(m *model.Message) bool { return m.Timestamp.After(since) }), nil
}

// GetAll lists the references of all messages.
func (s *Service) GetAll(*rpc.Call) ([]model.Ref[model.Message], error) {
	var refs []model.Ref[model.Message]
	for ref := range store.All[model.Message](s.DB.View()) {
		refs = append(refs, ref)
	}
	return refs, nil
}

// GetAllRecords lists all messages.
func (s *Service) GetAllRecords(*rpc.Call) (any, error) {
	return s.list(func(*model.Message) bool { return true }), nil
}

// GetAllRecordsWhere lists the messages that a query expression selects.
func (s *Service) GetAllRecordsWhere(c *rpc.Call, expr string) (any, error) {
	q, err := query.Parse(expr)
	if err != nil {
		return nil, err
	}
	var failed error
	list := s.list(func(m *model.Message) bool {
		ok, err := q.Match(query.RowOf(s.Dispatcher.Release, model.ClassOf[model.Message](), "", m))
		if err != nil {
			failed = err
		}
		return ok
	})
	return list, failed
}

// GetRecord is one message.
func (s *Service) GetRecord(c *rpc.Call, self model.Ref[model.Message]) (any, error) {
	if row, ok := s.DB.View().Row(model.ClassOf[model.Message](), string(self)); ok {
		return s.Dispatcher.Record(row), nil
	}
	return nil, model.ErrHandleInvalid("message", self)
}

// GetByUUID finds a message.
func (s *Service) GetByUUID(c *rpc.Call, uuid string) (model.Ref[model.Message], error) {
	if ref, ok := store.ByUUID[model.Message](s.DB.View(), uuid); ok {
		return ref, nil
	}
	return "", model.ErrUUIDInvalid("message", uuid)
}

func (s *Service) list(pass func(*model.Message) bool) any {
	var rows []*store.Row
	for row := range s.DB.View().Rows(model.ClassOf[model.Message]()) {
		if pass(row.Obj.(*model.Message)) {
			rows = append(rows, row)
		}
	}
	return s.Dispatcher.RecordMap(rows)
}

// RaiseNow leaves a message in a transaction of its own.
func (s *Service) RaiseNow(ctx context.Context, name string, cls model.Cls, objUUID, body string) {
	err := s.DB.Update(ctx, func(tx *store.Tx) error {
		s.Raise(tx, name, cls, objUUID, body)
		return nil
	})
	if err != nil {
		s.Log.Warn("message not raised", zap.String("name", name), zap.Error(err))
	}
}
