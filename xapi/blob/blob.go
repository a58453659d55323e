// Package blob keeps what clients attach to objects: pictures, notes, anything.
// The records are in the database, the bytes with the master.
package blob

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/transfer"
)

// Path is where the bytes are.
const Path = "/blob"

// usualType is what a blob is whose type is not told.
const usualType = "application/octet-stream"

type ref = model.Ref[model.Blob]

// Service handles the class blob, and its bytes.
type Service struct {
	DB    *store.DB
	Clock emu.Clock
	Keep  *Keep
	Net   *peer.Net
	// Master is the address of the host that has the bytes, "" if this has them.
	Master func() string
}

func (s *Service) row(mimeType string, public bool) *model.Blob {
	b := store.Default[model.Blob]()
	b.MimeType, b.Public = mimeType, public
	if b.MimeType == "" {
		b.MimeType = usualType
	}
	b.LastUpdated = s.Clock.Now().UTC().Truncate(time.Second)
	return b
}

// Create makes a blob without bytes, of no object.
func (s *Service) Create(c *rpc.Call, mimeType string, public bool) (made ref, err error) {
	err = s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		made = store.Insert(tx, s.row(mimeType, public))
		return nil
	})
	return made, err
}

// Destroy deletes a blob and its bytes.
func (s *Service) Destroy(c *rpc.Call, self ref) error {
	b, err := store.Get(s.DB.View(), self)
	if err != nil {
		return err
	}
	if err := s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, self) }); err != nil {
		return err
	}
	return s.Keep.Remove(b.UUID)
}

// Sweep forgets bytes whose blob is gone.
func (s *Service) Sweep() error {
	r := s.DB.View()
	return s.Keep.Retain(func(id string) bool {
		_, ok := store.ByUUID[model.Blob](r, id)
		return ok
	})
}

// find finds the blob that a request names.
func (s *Service) find(t *transfer.Transfer) (ref, *model.Blob, error) {
	named, id := ref(t.Parameter("ref")), t.Parameter("uuid")
	if named == "" && id == "" {
		return "", nil, transfer.Refuse(http.StatusBadRequest, errors.New("neither ref nor uuid is given"))
	}
	r := s.DB.View()
	if named == "" {
		named, _ = store.ByUUID[model.Blob](r, id)
	}
	b, ok := store.Find(r, named)
	if !ok {
		return "", nil, transfer.Refuse(http.StatusNotFound, model.ErrHandleInvalid("blob", named))
	}
	return named, b, nil
}

// GetAction and PutAction are what the path is for. A public blob is for
// everybody.
var (
	GetAction = transfer.Action{Label: "Blob download"}
	PutAction = transfer.Action{Permission: "put_blob", Label: "Blob upload"}
)

// Get sends the bytes of a blob.
func (s *Service) Get(t *transfer.Transfer) (string, error) {
	_, b, err := s.find(t)
	if b == nil || !b.Public { // strangers do not learn what there is
		if denied := t.Allow("get_blob"); denied != nil {
			return "", denied
		}
	}
	if err != nil {
		return "", err
	}
	if address := s.Master(); address != "" {
		return "", transfer.Elsewhere(address)
	}
	data, err := s.bytes(t.Context(), b)
	if errors.Is(err, fs.ErrNotExist) {
		return "", transfer.Refuse(http.StatusNotFound, errors.New("the blob is empty"))
	}
	if err != nil {
		return "", err
	}
	t.Header().Set("Content-Type", b.MimeType)
	t.Header().Set("Content-Length", strconv.Itoa(len(data)))
	_, err = t.Write(data)
	return "", err
}

// Put takes the bytes of a blob.
func (s *Service) Put(t *transfer.Transfer) (string, error) {
	self, b, err := s.find(t)
	if err != nil {
		return "", err
	}
	if t.Request.Header.Get("Content-Length") == "" {
		return "", transfer.Refuse(http.StatusBadRequest, errors.New("the length of the blob is not told"))
	}
	if address := s.Master(); address != "" {
		return "", transfer.Elsewhere(address)
	}
	body, done, err := t.Accept()
	if err != nil {
		return "", err
	}
	defer done()
	if err := s.Keep.Put(b.UUID, body, t.ContentLength); err != nil {
		return "", err
	}
	s.drop(t.Context(), b.UUID)
	return "", s.DB.Update(context.WithoutCancel(t.Context()), func(tx *store.Tx) error {
		row, err := store.Edit(tx, self)
		if err == nil {
			row.Size, row.LastUpdated = t.ContentLength, s.Clock.Now().UTC().Truncate(time.Second)
		}
		return err
	})
}
