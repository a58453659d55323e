package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/xapid/xapid/xapi"
)

// calls reads one field on 16 connections.
func calls(ctx context.Context, size int) ([]result, error) {
	d, err := daemon(ctx, func(c *xapi.Config) { c.VMs = 100 })
	if err != nil {
		return nil, err
	}
	defer d.Close()
	c, session, err := login(d.URL())
	if err != nil {
		return nil, err
	}
	defer c.close()
	vm, err := firstVM(c, session)
	if err != nil {
		return nil, err
	}
	request := xmlCall("VM.get_power_state", session, vm)
	body, err := c.must(request)
	if err != nil {
		return nil, err
	}
	p, err := newPeer(slices.Clone(body))
	if err != nil {
		return nil, err
	}
	defer p.close()
	var ours, theirs float64
	for range 3 { // alternating
		a, err := flood(d.URL(), 16, 3000*size, func(int) [][]byte { return [][]byte{request} })
		if err != nil {
			return nil, err
		}
		b, err := flood(p.url, 16, 3000*size, func(int) [][]byte { return [][]byte{request} })
		if err != nil {
			return nil, err
		}
		ours, theirs = max(ours, a), max(theirs, b)
	}
	return []result{{
		name: "VM.get_power_state, 16 connections", ours: perSecond(ours), peer: perSecond(theirs), peerMeaning: "bare net/http",
		ratio: ours / theirs, bound: 0.6,
	}}, nil
}

func perSecond(f float64) string { return fmt.Sprintf("%.0f/s", f) }

// firstVM finds a VM that is no template and no control domain.
func firstVM(c *conn, session string) (string, error) {
	list, err := vms(c, session)
	if err != nil {
		return "", err
	}
	return list[0], nil
}

// flood sends total requests on n connections and gives their rate. Each
// connection goes round its requests.
func flood(base string, n, total int, requests func(i int) [][]byte) (float64, error) {
	conns := make([]*conn, n)
	for i := range conns {
		c, err := dial(base)
		if err != nil {
			return 0, err
		}
		defer c.close()
		if _, err := c.must(requests(i)[0]); err != nil {
			return 0, err
		}
		conns[i] = c
	}
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	from := time.Now()
	for i, c := range conns {
		wg.Go(func() {
			list := requests(i)
			for k := range total / n {
				if _, err := c.do(list[(k+1)%len(list)]); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	wg.Wait()
	took := time.Since(from).Seconds()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(total/n*n) / took, nil
}
