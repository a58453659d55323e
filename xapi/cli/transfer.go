package cli

import (
	"context"
	"net/url"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/cli/thin"
	"github.com/xapid/xapid/xapi/hypervisor"
)

// This file is about files: small ones come over the connection of the command
// itself, others over one that the client opens to a URL. How such a transfer
// ends is told by a task, not by the client.

// maxLoad bounds a file that comes over the connection of the command.
const maxLoad = 32 << 20

// untaken is the progress of a task that no handler has taken up yet.
const untaken = -1.0

// load has the client send one of its files, which must be named as the user
// has named it.
func (c *command) load(filename string) ([]byte, error) {
	c.send(thin.Command{Kind: thin.Load, Texts: []string{filename}})
	switch answer, err := thin.ReadAnswer(c.r); {
	case err != nil:
		return nil, c.left(err)
	case answer != thin.OK:
		return nil, said("Failed to read the file " + filename + "\n")
	}
	data, err := thin.ReadBlob(c.r, maxLoad)
	if err != nil {
		return nil, c.left(err)
	}
	return data, nil
}

// fetch has the client fetch a path into one of its files, or onto its screen
// if filename is empty. label is what messages call the transfer.
func (c *command) fetch(label, filename, path string) error {
	_, err := c.transfer(thin.HTTPGet, label, filename, path)
	return err
}

// download is fetch for commands that say how it went, in the minimal form too.
func (c *command) download(label, filename, path string) error {
	err := c.fetch(label, filename, path)
	if err == nil && filename != "" {
		c.send(textOf(label + " succeeded"))
	}
	return err
}

// upload has the client send one of its files to a path. It gives the result
// of the task, which is a value of XML-RPC as text if the handler has one.
func (c *command) upload(label, filename, path string) (string, error) {
	return c.transfer(thin.HTTPPut, label, filename, path)
}

// connect has the client open its terminal to a path.
func (c *command) connect(path string) error {
	c.send(thin.Command{Kind: thin.HTTPConnect, Texts: []string{c.signed(path)}})
	switch answer, err := thin.ReadAnswer(c.r); {
	case err != nil:
		return c.left(err)
	case answer != thin.OK:
		return said("") // the client has said why
	}
	return nil
}

// at is what goes before a path on a host: nothing if this daemon serves it.
func (c *command) at(host model.Ref[model.Host]) string {
	h, ok := store.Find(c.server.DB.View(), host)
	if !ok || hypervisor.Player(h) == c.server.Self {
		return ""
	}
	address := h.Address
	if strings.Contains(address, ":") {
		address = "[" + address + "]"
	}
	return "https://" + address
}

// signed adds the session to a path.
func (c *command) signed(path string, more ...string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	path += sep + "session_id=" + url.QueryEscape(c.session)
	for i := 0; i < len(more); i += 2 {
		path += "&" + more[i] + "=" + url.QueryEscape(more[i+1])
	}
	return path
}

// transfer runs a transfer in a task: in that of task-uuid, which then stays,
// or in one of its own.
func (c *command) transfer(kind thin.Kind, label, filename, path string) (string, error) {
	task, done, err := c.transferTask(label)
	if err != nil {
		return "", err
	}
	defer done()
	answers := make(chan thin.Answer, 1)
	lost := make(chan error, 1)
	c.send(thin.Command{Kind: kind, Texts: []string{filename, c.signed(path, "task_id", string(task))}})
	go func() {
		answer, err := thin.ReadAnswer(c.r)
		if err != nil {
			lost <- err
			return
		}
		answers <- answer
	}()
	t, err := c.await(task, answers, lost)
	if err != nil {
		return "", err
	}
	select { // what follows on the connection begins after the client's answer
	case <-answers:
	case <-lost:
	case <-c.ctx.Done(): // the task has ended all the same
	}
	switch {
	case t.Status == model.TaskStatusTypeSuccess:
		return t.Result, nil
	case len(t.ErrorInfo) > 0:
		return "", &model.Error{Code: t.ErrorInfo[0], Params: t.ErrorInfo[1:]}
	case kind == thin.HTTPGet:
		return "", said(label + " failed, unknown error\n")
	}
	return "", model.ErrClientError()
}

// transferTask gives the task of a transfer, and what is to be done with it at
// the end.
func (c *command) transferTask(label string) (model.Ref[model.Task], func(), error) {
	if id, ok := c.get("task-uuid"); ok {
		ref, err := c.ref("task", id)
		if err == nil {
			err = c.do("task.set_progress", ref, untaken)
		}
		return model.Ref[model.Task](ref), func() {}, err
	}
	v, err := c.call("task.create", label, "")
	if err != nil {
		return "", nil, err
	}
	task := model.Ref[model.Task](text(v))
	if err := c.do("task.set_progress", task, untaken); err != nil {
		return "", nil, err
	}
	return task, func() {
		end := *c
		end.ctx = context.WithoutCancel(c.ctx)
		if c.ctx.Err() != nil { // the client is gone: nobody waits for the work
			_ = end.do("task.cancel", task)
			_ = end.fail(task, model.TaskStatusTypeCancelled)
		}
		_ = end.do("task.destroy", task) // a task that is left is collected
	}, nil
}

// fail ends a task that no handler will.
func (c *command) fail(task model.Ref[model.Task], status model.TaskStatusType) error {
	if t, ok := store.Find(c.server.DB.View(), task); !ok || t.Status != model.TaskStatusTypePending {
		return nil
	}
	return c.do("task.set_status", task, status)
}

// await waits for a task to end. A client that has failed before any handler
// took the task up will not be heard of again: then the task fails too.
func (c *command) await(task model.Ref[model.Task], answers chan thin.Answer, lost chan error) (*model.Task, error) {
	waiting := answers
	for {
		v := c.server.DB.View()
		t, err := store.Get(v, task)
		if err != nil || t.Status != model.TaskStatusTypePending {
			return t, err
		}
		select {
		case <-v.Changed():
		case answer := <-waiting:
			answers <- answer
			waiting = nil // once is enough
			t, err := store.Get(c.server.DB.View(), task)
			if err == nil && answer != thin.OK && t.Progress < 0 {
				err = c.fail(task, model.TaskStatusTypeFailure)
			}
			if err != nil {
				return nil, err
			}
		case err := <-lost:
			lost = nil
			_ = c.left(err)
		case <-c.ctx.Done():
			// What ends the toolstack may be what the task was about.
			if t, err := store.Get(c.server.DB.View(), task); err == nil && t.Status != model.TaskStatusTypePending {
				return t, nil
			}
			return nil, c.ctx.Err()
		}
	}
}

// left is the end of a command whose client is gone.
func (c *command) left(err error) error {
	c.cancel()
	return err
}

// said is an error that a command has its own words for: they are all that is
// printed.
type said string

func (s said) Error() string { return string(s) }
