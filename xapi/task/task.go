// Package task keeps the records of what calls do and lets clients watch,
// cancel and clear them.
package task

import (
	"context"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

// The limits of xapi's collector.
const (
	keepFinished = 65 * time.Minute
	keepPending  = 24 * time.Hour
	maxTasks     = 200
	gcEvery      = 30 * time.Second
)

// Manager makes and ends tasks. It implements rpc.Tasks.
type Manager struct {
	DB    *store.DB
	Clock emu.Clock
	Log   *zap.Logger
	// Host is the host whose tasks these are.
	Host func() model.Ref[model.Host]

	mu      sync.Mutex
	running map[model.Ref[model.Task]]*handle
	// stale holds the progress of pending tasks at the previous collection.
	stale map[model.Ref[model.Task]]float64
}

// NewManager has no task running.
func NewManager(db *store.DB, clock emu.Clock, log *zap.Logger, host func() model.Ref[model.Host]) *Manager {
	return &Manager{DB: db, Clock: clock, Log: log, Host: host, running: map[model.Ref[model.Task]]*handle{}}
}

// handle is a task while its call runs.
type handle struct {
	m      *Manager
	ref    model.Ref[model.Task]
	cancel context.CancelFunc
	once   sync.Once
	done   chan struct{} // closed on cancel
	ended  chan struct{} // closed when the call has ended
}

func (h *handle) Ref() model.Ref[model.Task] { return h.ref }
func (h *handle) Cancelled() <-chan struct{} { return h.done }

func (h *handle) CheckCancel() error {
	select {
	case <-h.done:
		return model.ErrTaskCancelled(h.ref)
	default:
		return nil
	}
}

// Progress only moves pending tasks.
func (h *handle) Progress(p float64) {
	h.m.update(h.ref, func(t *model.Task) { t.Progress = min(max(p, 0), 1) })
}

func (h *handle) stop() {
	h.once.Do(func() {
		close(h.done)
		h.cancel()
	})
}

// update changes a task that is still pending.
func (m *Manager) update(ref model.Ref[model.Task], change func(*model.Task)) {
	err := m.DB.Update(context.Background(), func(tx *store.Tx) error {
		t, err := store.Edit(tx, ref)
		if err != nil || t.Status != model.TaskStatusTypePending {
			return nil
		}
		change(t)
		return nil
	})
	if err != nil {
		m.Log.Warn("task not updated", zap.String("task", string(ref)), zap.Error(err))
	}
}

// row is a task as it begins.
func (m *Manager) row(label, description string, s *rpc.Session) *model.Task {
	t := store.Default[model.Task]()
	t.NameLabel, t.NameDescription = label, description
	t.Created = m.Clock.Now().UTC().Truncate(time.Second)
	t.Status = model.TaskStatusTypePending
	t.ResidentOn = m.Host()
	t.Type = "<none/>"
	t.Backtrace = "()"
	if s != nil {
		t.Session = s.Ref
	}
	return t
}

// Begin implements rpc.Tasks.
func (m *Manager) Begin(c *rpc.Call, label string) error {
	t := m.row(label, "", c.Session)
	t.AllowedOperations = []model.TaskAllowedOperations{model.TaskAllowedOperationsCancel}
	var ref model.Ref[model.Task]
	err := m.DB.Update(c.Ctx, func(tx *store.Tx) error {
		if parent := model.Ref[model.Task](c.Peer.SubtaskOf); !parent.IsNull() {
			t.SubtaskOf = parent
		}
		ref = store.Insert(tx, t)
		return nil
	})
	if err == nil {
		m.attach(c, ref)
	}
	return err
}

func (m *Manager) attach(c *rpc.Call, ref model.Ref[model.Task]) {
	ctx, cancel := context.WithCancel(c.Ctx)
	h := &handle{m: m, ref: ref, cancel: cancel, done: make(chan struct{}), ended: make(chan struct{})}
	c.Ctx, c.Task = ctx, h
	m.mu.Lock()
	m.running[ref] = h
	m.mu.Unlock()
}

func (m *Manager) detach(ref model.Ref[model.Task]) {
	m.mu.Lock()
	h := m.running[ref]
	delete(m.running, ref)
	m.mu.Unlock()
	if h != nil {
		h.cancel()
		close(h.ended)
	}
}

// Join implements rpc.Tasks.
func (m *Manager) Join(c *rpc.Call, ref model.Ref[model.Task]) error {
	if _, err := store.Get(m.DB.View(), ref); err != nil {
		return err
	}
	m.mu.Lock()
	h := m.running[ref]
	m.mu.Unlock()
	if h == nil {
		m.attach(c, ref)
		return nil
	}
	c.Task = h
	return nil
}

// Finish implements rpc.Tasks. All of a task's outcome changes in one step.
func (m *Manager) Finish(c *rpc.Call, result string, err error) {
	ref := c.Task.Ref()
	m.Complete(ref, result, err)
	m.detach(ref)
}

// Complete ends a pending task; one that has ended stays as it is.
func (m *Manager) Complete(ref model.Ref[model.Task], result string, failure error) {
	m.update(ref, func(t *model.Task) {
		t.Finished = m.Clock.Now().UTC().Truncate(time.Second)
		t.Progress = 1
		t.AllowedOperations = []model.TaskAllowedOperations{}
		api, _ := failure.(*model.Error)
		switch {
		case failure == nil:
			t.Result = result
			t.Status = model.TaskStatusTypeSuccess
		case api != nil && api.Code == "TASK_CANCELLED":
			t.ErrorInfo = append([]string{api.Code}, api.Params...)
			t.Status = model.TaskStatusTypeCancelled
		case api != nil:
			t.ErrorInfo = append([]string{api.Code}, api.Params...)
			t.Status = model.TaskStatusTypeFailure
		default:
			t.ErrorInfo = []string{"INTERNAL_ERROR", failure.Error()}
			t.Status = model.TaskStatusTypeFailure
		}
	})
	m.sweep(ref)
}

// sweep clears a finished task that was destroyed while it ran.
func (m *Manager) sweep(ref model.Ref[model.Task]) {
	t, ok := store.Find(m.DB.View(), ref)
	if ok && t.CurrentOperations["task"] == model.TaskAllowedOperationsDestroy && t.Status != model.TaskStatusTypePending {
		m.remove(ref)
	}
}

// Drop implements rpc.Tasks.
func (m *Manager) Drop(c *rpc.Call) {
	ref := c.Task.Ref()
	m.remove(ref)
	m.detach(ref)
}

func (m *Manager) remove(refs ...model.Ref[model.Task]) {
	err := m.DB.Update(context.Background(), func(tx *store.Tx) error {
		for _, ref := range refs {
			if _, ok := store.Find(tx, ref); ok {
				if err := store.Delete(tx, ref); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		m.Log.Warn("tasks not removed", zap.Error(err))
	}
}

// Cancel asks the work behind a task to stop. by is the caller's task, noted
// in the cancelled one's current operations.
func (m *Manager) Cancel(ref, by model.Ref[model.Task]) {
	m.mu.Lock()
	h := m.running[ref]
	m.mu.Unlock()
	m.update(ref, func(t *model.Task) {
		ops := map[string]model.TaskAllowedOperations{string(by): model.TaskAllowedOperationsCancel}
		for k, v := range t.CurrentOperations {
			ops[k] = v
		}
		t.CurrentOperations = ops
		t.AllowedOperations = []model.TaskAllowedOperations{}
	})
	if h != nil {
		h.stop()
	}
}

// Wait returns once the work behind a task has ended.
func (m *Manager) Wait(ctx context.Context, ref model.Ref[model.Task]) error {
	m.mu.Lock()
	h := m.running[ref]
	m.mu.Unlock()
	if h == nil {
		return nil
	}
	select {
	case <-h.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run collects every 30 s until ctx ends.
func (m *Manager) Run(ctx context.Context) {
	for emu.Sleep(ctx, m.Clock, gcEvery) == nil {
		m.Collect()
	}
}

// Collect removes what finished long ago, what is pending for a day without
// having moved since the last collection, and the oldest finished beyond 200.
func (m *Manager) Collect() {
	now := m.Clock.Now()
	var drop []model.Ref[model.Task]
	type kept struct {
		ref model.Ref[model.Task]
		at  time.Time
	}
	var finished []kept
	total := 0
	progress := map[model.Ref[model.Task]]float64{}
	for ref, t := range store.All[model.Task](m.DB.View()) {
		total++
		if t.Status == model.TaskStatusTypePending {
			last, seen := m.stale[ref]
			if seen && last == t.Progress && now.Sub(t.Created) > keepPending {
				drop = append(drop, ref)
				continue
			}
			progress[ref] = t.Progress
			continue
		}
		if now.Sub(t.Finished) > keepFinished {
			drop = append(drop, ref)
			continue
		}
		finished = append(finished, kept{ref, t.Finished})
	}
	m.stale = progress
	slices.SortStableFunc(finished, func(a, b kept) int { return a.at.Compare(b.at) })
	for i := 0; total-len(drop) > maxTasks && i < len(finished); i++ {
		drop = append(drop, finished[i].ref)
	}
	if len(drop) > 0 {
		m.remove(drop...)
	}
}
