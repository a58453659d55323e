package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/xapid/xapid/xapi"
)

// events has 100 listeners follow 1,000 changes a second and checks that each
// ends with every object's last state; then it compares the cost of one event
// among 10,000 VMs with that among 100.
func events(ctx context.Context, size int) ([]result, error) {
	kept, err := follow(ctx, 100, 1000*size)
	if err != nil {
		return nil, err
	}
	few, many, err := costs(ctx, 60*size)
	if err != nil {
		return nil, err
	}
	return []result{
		kept,
		{
			name: "one event among 10000 VMs", ours: many.Round(time.Microsecond).String(), peer: few.Round(time.Microsecond).String(),
			peerMeaning: "among 100", ratio: many.Seconds() / few.Seconds(), bound: 1.3, atMost: true,
		},
	}, nil
}

// listener follows the VMs by event.from on a connection of its own.
type listener struct {
	c       *conn
	session string
	token   string
	seen    map[string]string // VM -> description
}

type eventBatch struct {
	Token  string
	Events []struct {
		Class, Operation, Ref string
		Snapshot              struct {
			Description string `json:"name_description"`
		}
	}
}

// next waits for events and takes them in.
func (l *listener) next() error {
	params, err := json.Marshal([]any{l.session, []string{"VM"}, l.token, 30.0})
	if err != nil {
		return err
	}
	body, err := l.c.do(post("/jsonrpc", "application/json", fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"event.from","params":%s}`, params)))
	if err != nil {
		return err
	}
	var answer struct {
		Result eventBatch
		Error  *struct{ Message string }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return err
	}
	if answer.Error != nil {
		return errors.New(answer.Error.Message)
	}
	l.token = answer.Result.Token
	for _, e := range answer.Result.Events {
		if e.Operation != "del" {
			l.seen[e.Ref] = e.Snapshot.Description
		}
	}
	return nil
}

func listen(base string) (*listener, error) {
	c, session, err := login(base)
	if err != nil {
		return nil, err
	}
	l := &listener{c: c, session: session, seen: map[string]string{}}
	return l, l.next() // all that is there
}

func follow(ctx context.Context, listeners, changes int) (result, error) {
	d, err := daemon(ctx, func(c *xapi.Config) { c.VMs, c.Hosts = 100, 4 })
	if err != nil {
		return result{}, err
	}
	defer d.Close()
	c, session, err := login(d.URL())
	if err != nil {
		return result{}, err
	}
	defer c.close()
	list, err := vms(c, session)
	if err != nil {
		return result{}, err
	}
	last := fmt.Sprint("change ", changes-1)
	var wg sync.WaitGroup
	errs := make([]error, listeners)
	all := make([]*listener, listeners)
	for i := range all {
		if all[i], err = listen(d.URL()); err != nil {
			return result{}, err
		}
		defer all[i].c.close()
	}
	lastVM := list[(changes-1)%len(list)]
	for i, l := range all {
		wg.Go(func() {
			for l.seen[lastVM] != last && errs[i] == nil {
				errs[i] = l.next()
			}
		})
	}
	want := map[string]string{}
	from := time.Now()
	for n := range changes {
		vm := list[n%len(list)]
		want[vm] = fmt.Sprint("change ", n)
		if _, err := c.must(xmlCall("VM.set_name_description", session, vm, want[vm])); err != nil {
			return result{}, err
		}
		// As fast as it goes, but no faster than 1,000 a second.
		if ahead := time.Duration(n)*time.Millisecond - time.Since(from); ahead > 0 {
			time.Sleep(ahead)
		}
	}
	rate := float64(changes) / time.Since(from).Seconds()
	wg.Wait()
	good := 0
	for i, l := range all {
		if errs[i] != nil {
			return result{}, errs[i]
		}
		ok := true
		for vm, text := range want {
			ok = ok && l.seen[vm] == text
		}
		if ok {
			good++
		}
	}
	return result{
		name: fmt.Sprintf("listeners with every last state, %.0f changes/s", rate), ours: fmt.Sprint(good), peer: fmt.Sprint(listeners),
		peerMeaning: "listeners", ratio: float64(good) / float64(listeners), bound: 1,
	}, nil
}

// processorTime is what this process has used of the processors so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// costs measures, in lockstep, a change and its arrival at a listener.
func costs(ctx context.Context, rounds int) (few, many time.Duration, err error) {
	var took [2]time.Duration
	var lanes [2]func() (time.Duration, error)
	for i, n := range []int{100, 10_000} {
		d, err := daemon(ctx, func(c *xapi.Config) { c.VMs, c.Hosts = n, 32 })
		if err != nil {
			return 0, 0, err
		}
		defer d.Close()
		c, session, err := login(d.URL())
		if err != nil {
			return 0, 0, err
		}
		defer c.close()
		list, err := vms(c, session)
		if err != nil {
			return 0, 0, err
		}
		l, err := listen(d.URL())
		if err != nil {
			return 0, 0, err
		}
		defer l.c.close()
		turn := 0
		lanes[i] = func() (time.Duration, error) {
			turn++
			text := fmt.Sprint("turn ", turn)
			request := xmlCall("VM.set_name_description", session, list[turn%100], text)
			// Of the processor: the time that passes is mostly the pause in
			// which event.from gathers a burst.
			from := processorTime()
			if _, err := c.must(request); err != nil {
				return 0, err
			}
			for l.seen[list[turn%100]] != text {
				if err := l.next(); err != nil {
					return 0, err
				}
			}
			return processorTime() - from, nil
		}
	}
	var all [2][]time.Duration
	for range rounds {
		for i, lane := range lanes { // alternating
			t, err := lane()
			if err != nil {
				return 0, 0, err
			}
			all[i] = append(all[i], t)
		}
	}
	took[0], took[1] = median(all[0]), median(all[1])
	return took[0], took[1], nil
}
