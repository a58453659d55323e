package task

import (
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Service handles the class task.
type Service struct{ Manager *Manager }

// Create makes a pending task that its maker, or an HTTP transfer that names
// it, will end.
func (s *Service) Create(c *rpc.Call, label, description string) (model.Ref[model.Task], error) {
	t := s.Manager.row(label, description, c.Session)
	t.AllowedOperations = []model.TaskAllowedOperations{model.TaskAllowedOperationsCancel}
	var ref model.Ref[model.Task]
	err := s.Manager.DB.Update(c.Ctx, func(tx *store.Tx) error {
		ref = store.Insert(tx, t)
		return nil
	})
	return ref, err
}

// mayTouch lets the owner of a task and operators change it.
func mayTouch(c *rpc.Call, r store.Reader, t *model.Task, verb string) error {
	if c.Session.Root() || c.Session.Roles.Has(model.PoolAdmin|model.PoolOperator) {
		return nil
	}
	if owner, ok := store.Find(r, t.Session); ok && c.Session.Owns(owner.AuthUserSID) {
		return nil
	}
	return model.ErrRBACPermissionDenied("task."+verb+"/any", "No permission in user session. (Roles with this permission: pool-admin, pool-operator)")
}

// edit changes a task on behalf of a caller that may.
func (s *Service) edit(c *rpc.Call, self model.Ref[model.Task], change func(*model.Task)) error {
	return s.Manager.DB.Update(c.Ctx, func(tx *store.Tx) error {
		t, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if err := mayTouch(c, tx, t, "destroy"); err != nil {
			return err
		}
		change(t)
		return nil
	})
}

// Destroy clears a finished task; a pending one is marked and goes when it
// ends.
func (s *Service) Destroy(c *rpc.Call, self model.Ref[model.Task]) error {
	return s.Manager.DB.Update(c.Ctx, func(tx *store.Tx) error {
		t, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if err := mayTouch(c, tx, t, "destroy"); err != nil {
			return err
		}
		if t.Status != model.TaskStatusTypePending {
			return store.Delete(tx, self)
		}
		t.CurrentOperations = map[string]model.TaskAllowedOperations{"task": model.TaskAllowedOperationsDestroy}
		return nil
	})
}

// Cancel asks the work behind a task to stop. It does not fail when there is
// nothing left to stop.
func (s *Service) Cancel(c *rpc.Call, task model.Ref[model.Task]) error {
	t, err := store.Get(s.Manager.DB.View(), task)
	if err != nil {
		return err
	}
	if err := mayTouch(c, s.Manager.DB.View(), t, "destroy"); err != nil {
		return err
	}
	s.Manager.Cancel(task, c.TaskRef())
	return nil
}

// SetStatus writes the status; a final one stamps the end of the task.
func (s *Service) SetStatus(c *rpc.Call, self model.Ref[model.Task], value model.TaskStatusType) error {
	defer s.Manager.sweep(self)
	return s.edit(c, self, func(t *model.Task) {
		final := value == model.TaskStatusTypeSuccess || value == model.TaskStatusTypeFailure || value == model.TaskStatusTypeCancelled
		if final && t.Status == model.TaskStatusTypePending {
			t.Finished = s.Manager.Clock.Now().UTC().Truncate(time.Second)
			t.AllowedOperations = []model.TaskAllowedOperations{}
		}
		t.Status = value
	})
}

// SetProgress writes how much is done, 0 to 1; -1 is that of a task which
// waits for a transfer to take it up.
func (s *Service) SetProgress(c *rpc.Call, self model.Ref[model.Task], value float64) error {
	if !(value >= 0 && value <= 1) && value != -1 {
		return model.ErrInvalidValue("progress", value)
	}
	return s.edit(c, self, func(t *model.Task) { t.Progress = value })
}

// SetResult writes the result text.
func (s *Service) SetResult(c *rpc.Call, self model.Ref[model.Task], value string) error {
	return s.edit(c, self, func(t *model.Task) { t.Result = value })
}

// SetErrorInfo writes the error, its code first.
func (s *Service) SetErrorInfo(c *rpc.Call, self model.Ref[model.Task], value []string) error {
	return s.edit(c, self, func(t *model.Task) { t.ErrorInfo = value })
}

// SetOtherConfig replaces the map that clients annotate the task with.
func (s *Service) SetOtherConfig(c *rpc.Call, self model.Ref[model.Task], value map[string]string) error {
	return s.edit(c, self, func(t *model.Task) { t.OtherConfig = value })
}

// AddToOtherConfig adds a key; MAP_DUPLICATE_KEY if it is there.
func (s *Service) AddToOtherConfig(c *rpc.Call, self model.Ref[model.Task], key, value string) error {
	return s.Manager.DB.Update(c.Ctx, func(tx *store.Tx) error {
		t, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		if _, ok := t.OtherConfig[key]; ok {
			return model.ErrMapDuplicateKey("task", "other_config", self, key)
		}
		if t.OtherConfig == nil {
			t.OtherConfig = map[string]string{}
		}
		t.OtherConfig[key] = value
		return nil
	})
}

// RemoveFromOtherConfig drops a key, if it is there.
func (s *Service) RemoveFromOtherConfig(c *rpc.Call, self model.Ref[model.Task], key string) error {
	return s.Manager.DB.Update(c.Ctx, func(tx *store.Tx) error {
		t, err := store.Edit(tx, self)
		if err == nil {
			delete(t.OtherConfig, key)
		}
		return err
	})
}
