// Package storage handles the classes VDI, VBD, SR and PBD.
//
// What makes, copies and destroys a disk is one function of a transaction
// (CreateVDI, CloneVDI, ...), so that the sizes of disk and SR change together,
// for the messages of the class VDI and for the VM room alike.
package storage

import (
	"context"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/measure"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// VDIs handles the class VDI.
type VDIs struct {
	DB    *store.DB
	Clock emu.Clock
	Gate  *ops.Gate
	Media *Media
}

// VBDs handles the class VBD.
type VBDs struct {
	DB    *store.DB
	Clock emu.Clock
	Gate  *ops.Gate
}

// SRs handles the class SR.
type SRs struct {
	DB    *store.DB
	Clock emu.Clock
	Gate  *ops.Gate
	Media *Media

	recorded measure.Recorded[model.SR]
}

// PBDs handles the class PBD.
type PBDs struct {
	DB    *store.DB
	Clock emu.Clock
	Gate  *ops.Gate
	Media *Media
}

type (
	vdiRef = model.Ref[model.VDI]
	vbdRef = model.Ref[model.VBD]
	srRef  = model.Ref[model.SR]
	pbdRef = model.Ref[model.PBD]
)

// edit changes an object in a transaction of its own.
func edit[T any](c *rpc.Call, db *store.DB, ref model.Ref[T], change func(tx *store.Tx, o *T) error) error {
	return db.Update(c.Ctx, func(tx *store.Tx) error {
		o, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		return change(tx, o)
	})
}

// made runs a transaction that makes an object, and gives its reference.
func made[T any](ctx context.Context, db *store.DB, fn func(tx *store.Tx) (model.Ref[T], error)) (model.Ref[T], error) {
	var ref model.Ref[T]
	err := db.Update(ctx, func(tx *store.Tx) (err error) {
		ref, err = fn(tx)
		return err
	})
	if err != nil {
		return "", err
	}
	return ref, nil
}

// attached fails with SR_HAS_NO_PBDS unless a host has the SR attached: the
// master if it is shared.
func attached(r store.Reader, ref srRef) error {
	sr, err := store.Get(r, ref)
	if err != nil {
		return err
	}
	var master model.Ref[model.Host]
	for _, p := range store.All[model.Pool](r) {
		master = p.Master
	}
	for _, p := range sr.PBDs {
		if pbd, ok := store.Find(r, p); ok && pbd.CurrentlyAttached && (!sr.Shared || pbd.Host == master) {
			return nil
		}
	}
	return model.ErrSRHasNoPBDs(ref)
}
