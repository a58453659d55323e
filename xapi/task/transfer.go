package task

import (
	"context"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Take makes the task of a transfer, or takes up the pending one that its client
// has made. The context ends when the task is cancelled.
func (m *Manager) Take(ctx context.Context, ref model.Ref[model.Task], label string, s *rpc.Session) (model.Ref[model.Task], context.Context, error) {
	err := m.DB.Update(ctx, func(tx *store.Tx) error {
		if ref == "" || ref.IsNull() {
			t := m.row(label, "", s)
			t.AllowedOperations = []model.TaskAllowedOperations{model.TaskAllowedOperationsCancel}
			ref = store.Insert(tx, t)
			return nil
		}
		t, err := store.Edit(tx, ref)
		if err == nil && t.Status == model.TaskStatusTypePending {
			t.Progress = 0
		}
		return err
	})
	if err != nil {
		return "", nil, err
	}
	c := &rpc.Call{Ctx: ctx}
	m.attach(c, ref)
	return ref, c.Ctx, nil
}

// End ends a task that Take has given.
func (m *Manager) End(ref model.Ref[model.Task], result string, err error) {
	m.Complete(ref, result, err)
	m.detach(ref)
}
