package blob

import (
	"context"
	"io/fs"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
)

// The bytes are with the master. One that has taken over has them from the
// member that was the master before, when they are wanted.

// Calls between members.
const (
	giveCall = "blob"
	dropCall = "drop-blob"
)

type given struct {
	Data []byte `json:"data"`
	OK   bool   `json:"ok"`
}

// Serve answers the pool's master.
func (s *Service) Serve() {
	peer.Handle(s.Net, giveCall, func(_ context.Context, _ string, id string) (given, error) {
		data, err := s.Keep.Get(id)
		return given{data, err == nil}, nil
	})
	peer.Handle(s.Net, dropCall, func(_ context.Context, _ string, id string) (struct{}, error) {
		return struct{}{}, s.Keep.Remove(id)
	})
}

// bytes gives what is kept of a blob, here or with another member; fs.ErrNotExist
// if nothing is. A copy of another size was not replaced when the blob was.
func (s *Service) bytes(ctx context.Context, b *model.Blob) ([]byte, error) {
	data, err := s.Keep.Get(b.UUID)
	if err == nil && int64(len(data)) == b.Size {
		return data, nil
	}
	for _, member := range s.others() {
		var g given
		if s.Net.Call(ctx, member, giveCall, b.UUID, &g) != nil || !g.OK || int64(len(g.Data)) != b.Size {
			continue
		}
		if err := s.Keep.Put(b.UUID, strings.NewReader(string(g.Data)), b.Size); err != nil {
			return nil, err
		}
		_ = s.Net.Call(ctx, member, dropCall, b.UUID, nil) // it is swept at the latest when that member is the master
		return g.Data, nil
	}
	if err == nil {
		err = fs.ErrNotExist
	}
	return nil, err
}

// drop has the others forget what they have of a blob that is replaced.
func (s *Service) drop(ctx context.Context, id string) {
	for _, member := range s.others() {
		_ = s.Net.Call(ctx, member, dropCall, id, nil) // one that is away is found out by the size
	}
}

// others are the members that live, by their uuids.
func (s *Service) others() (list []string) {
	if s.Net == nil {
		return nil
	}
	r := s.DB.View()
	for _, m := range s.DB.Members() {
		ref, _ := store.ByUUID[model.Host](r, m.ID)
		if h, ok := store.Find(r, ref); ok && m.ID != s.DB.Self() && ops.Alive(r, h) {
			list = append(list, m.ID)
		}
	}
	return list
}
