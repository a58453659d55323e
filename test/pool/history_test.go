package pool_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/test/rig"
)

// action is an operation on a register: a VM's name_description.
type action struct {
	write bool
	key   int
	value string
}

// registers is the model: independent registers, empty at first.
var registers = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byKey := map[int][]porcupine.Operation{}
		for _, o := range history {
			k := o.Input.(action).key
			byKey[k] = append(byKey[k], o)
		}
		var list [][]porcupine.Operation
		for _, l := range byKey {
			list = append(list, l)
		}
		return list
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		a := input.(action)
		if a.write {
			return true, a.value
		}
		return output.(string) == state.(string), state
	},
	DescribeOperation: func(input, output any) string {
		if a := input.(action); a.write {
			return fmt.Sprintf("write %d %q", a.key, a.value)
		}
		return fmt.Sprintf("read %d -> %q", input.(action).key, output)
	},
}

// history collects what clients have seen.
type history struct {
	began time.Time
	mu    sync.Mutex
	ops   []porcupine.Operation
	open  []porcupine.Operation // writes whose fate is not known
	ok    map[bool]int
}

func newHistory() *history { return &history{began: time.Now(), ok: map[bool]int{}} }

func (h *history) now() int64 { return time.Since(h.began).Nanoseconds() }

// all is the history with the writes of unknown fate pending at its end.
func (h *history) all() []porcupine.Operation {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := append([]porcupine.Operation{}, h.ops...)
	for _, o := range h.open {
		o.Return = h.now()
		list = append(list, o)
	}
	return list
}

// client works for one tester: it follows the pool's master wherever it goes.
type client struct {
	id      int
	rig     *rig.Rig
	http    *http.Client
	at      int
	session string
}

func newClient(id int, r *rig.Rig) *client {
	return &client{id: id, rig: r, at: id % len(r.Members), http: &http.Client{Timeout: 3 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}}
}

// call sends one message to the member of the moment.
func (c *client) call(ctx context.Context, method string, args ...any) (any, error) {
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": args})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.rig.Members[c.at].URL()+"/jsonrpc", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var a struct {
		Result any
		Error  *struct {
			Message string
			Data    []string
		}
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, err
	}
	if a.Error != nil {
		return nil, &model.Error{Code: a.Error.Message, Params: a.Error.Data}
	}
	return a.Result, nil
}

// login finds the master and opens a session there.
func (c *client) login(ctx context.Context) error {
	for ctx.Err() == nil {
		v, err := c.call(ctx, "session.login_with_password", "root", rig.Password)
		if err == nil {
			c.session, _ = v.(string)
			return nil
		}
		c.turn(err)
		pause(ctx, 20*time.Millisecond)
	}
	return ctx.Err()
}

// turn goes to where the error says, or to the next member.
func (c *client) turn(err error) {
	c.session = ""
	var api *model.Error
	if errors.As(err, &api) && api.Code == "HOST_IS_SLAVE" {
		for i, m := range c.rig.Members {
			if m.Address == api.Params[0] && c.at != i {
				c.at = i
				return
			}
		}
	}
	c.at = (c.at + 1) % len(c.rig.Members)
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// refused are the errors of calls that have certainly done nothing.
var refused = []string{"HOST_IS_SLAVE", "HOST_STILL_BOOTING", "SESSION_INVALID", "HOST_UNKNOWN_TO_MASTER"}

func didNothing(err error) bool {
	var api *model.Error
	if errors.As(err, &api) {
		for _, code := range refused {
			if api.Code == code {
				return true
			}
		}
	}
	return err != nil && strings.Contains(err.Error(), "connection refused")
}

// work reads and writes registers until ctx ends.
func (c *client) work(ctx context.Context, h *history, vms []string) {
	for n := 0; ctx.Err() == nil; n++ {
		if c.session == "" && c.login(ctx) != nil {
			return
		}
		c.one(ctx, h, vms, action{rand.IntN(2) == 0, rand.IntN(len(vms)), fmt.Sprintf("%d.%d", c.id, n)})
		pause(ctx, time.Duration(rand.IntN(4))*time.Millisecond)
	}
}

// one is one operation, and its line in the history.
func (c *client) one(ctx context.Context, h *history, vms []string, a action) {
	o := porcupine.Operation{ClientId: c.id, Input: a, Call: h.now(), Output: ""}
	var v any
	var err error
	if a.write {
		_, err = c.call(ctx, "VM.set_name_description", c.session, vms[a.key], a.value)
	} else {
		v, err = c.call(ctx, "VM.get_name_description", c.session, vms[a.key])
	}
	o.Return = h.now()
	h.mu.Lock()
	switch {
	case err == nil:
		o.Output, _ = v.(string)
		h.ops = append(h.ops, o)
		h.ok[a.write]++
	case a.write && !didNothing(err):
		h.open = append(h.open, o)
	}
	h.mu.Unlock()
	if err != nil {
		c.turn(err)
	}
}
