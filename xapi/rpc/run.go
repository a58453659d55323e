package rpc

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
)

// sync runs a call for a client that waits. Messages that could be
// asynchronous show a task meanwhile, as xapi.
func (d *Dispatcher) sync(c *Call, e *entry, args []reflect.Value) (any, error) {
	switch {
	case c.Peer.TaskID != "":
		if err := d.Tasks.Join(c, model.Ref[model.Task](c.Peer.TaskID)); err != nil {
			return nil, err
		}
	case e.task:
		if err := d.Tasks.Begin(c, e.method.Full); err != nil {
			return nil, err
		}
		defer d.Tasks.Drop(c)
	default:
		c.Task = &dummyTask{name: e.method.Full, done: c.Ctx.Done()}
	}
	return d.run(c, e, args)
}

func (d *Dispatcher) async(c *Call, e *entry, args []reflect.Value) (any, error) {
	c.Ctx = d.background.ctx(context.WithoutCancel(c.Ctx))
	if err := d.Tasks.Begin(c, "Async."+e.method.Full); err != nil {
		return nil, err
	}
	ref := c.Task.Ref()
	started := d.background.run(func() {
		result, err := d.run(c, e, args)
		if err != nil {
			d.Tasks.Finish(c, "", d.apiError(e.method.Full, err))
			return
		}
		d.Tasks.Finish(c, d.encode.ValueText(result), nil)
	})
	if !started {
		d.Tasks.Finish(c, "", model.ErrTaskCancelled(ref))
	}
	return ref, nil
}

func (d *Dispatcher) audit(c *Call, args []reflect.Value) (ended func(error)) {
	if d.Audit == nil {
		return nil
	}
	return d.Audit(c, args)
}

// run calls the handler; a panic in it fails the call alone.
func (d *Dispatcher) run(c *Call, e *entry, args []reflect.Value) (result any, err error) {
	if ended := d.audit(c, args); ended != nil {
		defer func() { ended(err) }()
	}
	defer func() {
		if p := recover(); p != nil {
			d.Log.Error("handler panicked", zap.String("method", e.method.Full), zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
			result, err = nil, model.ErrInternalError(fmt.Sprint(p))
		}
	}()
	if d.Fault != nil {
		if err := d.Fault(c.Ctx, e.method.Full); err != nil {
			return nil, err
		}
	}
	if d.Ready != nil {
		err = d.Ready(c, args)
	}
	if err == nil {
		result, err = e.run(c, args)
	}
	if errors.Is(err, context.Canceled) {
		err = model.ErrTaskCancelled(c.Task.Ref())
	}
	return result, err
}

// apiError turns any error into one with a code.
func (d *Dispatcher) apiError(method string, err error) *model.Error {
	if d.Standing != nil {
		err = d.Standing.NotMaster(err)
	}
	var api *model.Error
	if errors.As(err, &api) {
		return api
	}
	d.Log.Warn("internal error", zap.String("method", method), zap.Error(err))
	return model.ErrInternalError(err.Error())
}
