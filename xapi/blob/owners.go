package blob

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// The objects that blobs can be attached to, each with its message.
type (
	VMs      struct{ Blobs *Service }
	SRs      struct{ Blobs *Service }
	Hosts    struct{ Blobs *Service }
	Networks struct{ Blobs *Service }
	Pools    struct{ Blobs *Service }
)

// attach makes a blob and gives it to an object under a name of its own:
// MAP_DUPLICATE_KEY if that is taken.
func attach[T any](s *Service, c *rpc.Call, class string, owner model.Ref[T], name, mimeType string, public bool, blobs func(*T) *map[string]ref) (made ref, err error) {
	err = s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		row, err := store.Edit(tx, owner)
		if err != nil {
			return err
		}
		have := blobs(row)
		if _, taken := (*have)[name]; taken {
			return model.ErrMapDuplicateKey(class, "blobs", owner, name)
		}
		made = store.Insert(tx, s.row(mimeType, public))
		all := map[string]ref{name: made}
		for k, v := range *have {
			all[k] = v
		}
		*have = all
		return nil
	})
	return made, err
}

// CreateNewBlob attaches a blob to a VM.
func (s VMs) CreateNewBlob(c *rpc.Call, vm model.Ref[model.VM], name, mimeType string, public bool) (model.Ref[model.Blob], error) {
	return attach(s.Blobs, c, "VM", vm, name, mimeType, public, func(o *model.VM) *map[string]ref { return &o.Blobs })
}

// CreateNewBlob attaches a blob to an SR.
func (s SRs) CreateNewBlob(c *rpc.Call, sr model.Ref[model.SR], name, mimeType string, public bool) (model.Ref[model.Blob], error) {
	return attach(s.Blobs, c, "SR", sr, name, mimeType, public, func(o *model.SR) *map[string]ref { return &o.Blobs })
}

// CreateNewBlob attaches a blob to a host.
func (s Hosts) CreateNewBlob(c *rpc.Call, host model.Ref[model.Host], name, mimeType string, public bool) (model.Ref[model.Blob], error) {
	return attach(s.Blobs, c, "host", host, name, mimeType, public, func(o *model.Host) *map[string]ref { return &o.Blobs })
}

// CreateNewBlob attaches a blob to a network.
func (s Networks) CreateNewBlob(c *rpc.Call, network model.Ref[model.Network], name, mimeType string, public bool) (model.Ref[model.Blob], error) {
	return attach(s.Blobs, c, "network", network, name, mimeType, public, func(o *model.Network) *map[string]ref { return &o.Blobs })
}

// CreateNewBlob attaches a blob to the pool.
func (s Pools) CreateNewBlob(c *rpc.Call, pool model.Ref[model.Pool], name, mimeType string, public bool) (model.Ref[model.Blob], error) {
	return attach(s.Blobs, c, "pool", pool, name, mimeType, public, func(o *model.Pool) *map[string]ref { return &o.Blobs })
}
