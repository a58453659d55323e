package ha

import (
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// EnableRedoLog has changes of the database written to a disk in an SR too,
// without HA: REDO_LOG_IS_ENABLED, and CANNOT_ENABLE_REDO_LOG [why] if the SR
// cannot carry it or HA does so already. The daemons keep the database safe by
// themselves: the disk is there, and empty.
func (s *Service) EnableRedoLog(c *rpc.Call, sr model.Ref[model.SR]) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		p := pool(tx)
		switch {
		case p.RedoLogEnabled:
			return model.ErrRedoLogIsEnabled()
		case p.HAEnabled:
			return model.ErrCannotEnableRedoLog("HA is enabled, and keeps one")
		}
		if _, err := store.Get(tx, sr); err != nil {
			return err
		}
		if err := Suits(tx, sr, s.Gate.Release); err != nil {
			return model.ErrCannotEnableRedoLog(err.Error())
		}
		vdi, ok := kept(tx, sr)[model.VDITypeRedoLog]
		if !ok {
			vdi = store.Insert(tx, disk(sr, "Metadata redo log", "Changes of the pool's database", model.VDITypeRedoLog, redoLog(s.Gate.Release)))
		}
		return setRedoLog(tx, true, vdi)
	})
}

// DisableRedoLog ends that. The disk stays, for the next time.
func (s *Service) DisableRedoLog(c *rpc.Call) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return setRedoLog(tx, false, model.NullRef) })
}

func setRedoLog(tx *store.Tx, on bool, vdi model.Ref[model.VDI]) error {
	for ref := range store.All[model.Pool](tx) {
		p, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		p.RedoLogEnabled, p.RedoLogVDI = on, vdi
	}
	return nil
}
