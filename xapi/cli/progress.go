package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
)

// async sends a message that runs on as a task, and waits until the task has
// ended; --progress shows how far it is.
func (c *command) async(method string, args ...any) error {
	v, err := c.call("Async."+method, args...)
	if err != nil {
		return err
	}
	ref := model.Ref[model.Task](text(v))
	_, show := c.get("progress")
	var seen uint64
	var end *model.Task
	err = c.wait(func(r *store.Snapshot) (bool, error) {
		row, ok := r.Row(model.ClassOf[model.Task](), string(ref))
		if !ok {
			return false, model.ErrHandleInvalid("task", ref)
		}
		end, _ = row.Obj.(*model.Task)
		if show && row.Modified > seen {
			seen = row.Modified
			c.remark(progressText(int(end.Progress * 100)))
		}
		return end.Status != model.TaskStatusTypePending && end.Status != model.TaskStatusTypeCancelling, nil
	})
	if err != nil {
		return err
	}
	if show {
		c.remark("\n")
	}
	if err := c.do("task.destroy", ref); err != nil && !errors.Is(err, model.ErrHandleInvalid()) {
		return err
	}
	switch end.Status {
	case model.TaskStatusTypeCancelled:
		return model.ErrTaskCancelled(ref)
	case model.TaskStatusTypeFailure:
		if len(end.ErrorInfo) == 0 {
			return model.ErrInternalError("the task failed without a reason")
		}
		return &model.Error{Code: end.ErrorInfo[0], Params: end.ErrorInfo[1:]}
	}
	return nil
}

// progressText is a step of --progress.
func progressText(percent int) string {
	return fmt.Sprintf("\r %3d%% %c %s", percent, `|/-\`[percent%4], strings.Repeat("#", percent*7/10))
}

// wait looks at the database, again after each change, until met says true, or
// the client hangs up.
func (c *command) wait(met func(r *store.Snapshot) (bool, error)) error {
	for {
		r := c.server.DB.View()
		if ok, err := met(r); ok || err != nil {
			return err
		}
		select {
		case <-r.Changed():
		case <-c.ctx.Done():
			return context.Cause(c.ctx)
		}
	}
}
