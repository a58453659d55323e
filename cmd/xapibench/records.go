package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/xapid/xapid/xapi"
)

// records reads all of 5,000 VMs, by XML-RPC and by JSON-RPC, and has a peer
// serve the same bytes.
func records(ctx context.Context, size int) ([]result, error) {
	d, err := daemon(ctx, func(c *xapi.Config) { c.VMs, c.Hosts = 5000, 16 })
	if err != nil {
		return nil, err
	}
	defer d.Close()
	c, session, err := login(d.URL())
	if err != nil {
		return nil, err
	}
	defer c.close()
	var results []result
	for _, w := range []struct {
		name    string
		request []byte
	}{
		{"XML-RPC", xmlCall("VM.get_all_records", session)},
		{"JSON-RPC", post("/jsonrpc", "application/json", fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"VM.get_all_records","params":[%q]}`, session))},
	} {
		body, err := c.do(w.request)
		if err != nil {
			return nil, err
		}
		p, err := newPeer(slices.Clone(body))
		if err != nil {
			return nil, err
		}
		pc, err := dial(p.url)
		if err != nil {
			return nil, err
		}
		// Alternating, so that both see the same weather.
		var ours, theirs []time.Duration
		for range 5 * size {
			a, err := timed(c, w.request)
			if err != nil {
				return nil, err
			}
			b, err := timed(pc, w.request)
			if err != nil {
				return nil, err
			}
			ours, theirs = append(ours, a), append(theirs, b)
		}
		pc.close()
		p.close()
		a, b := median(ours), median(theirs)
		results = append(results, result{
			name: fmt.Sprintf("VM.get_all_records, 5000 VMs, %s (%.1f MB)", w.name, float64(len(body))/1e6),
			ours: a.Round(10 * time.Microsecond).String(), peer: b.Round(10 * time.Microsecond).String(), peerMeaning: "bytes from memory",
			ratio: a.Seconds() / b.Seconds(), bound: 1.3, atMost: true,
		})
	}
	return results, nil
}

func timed(c *conn, request []byte) (time.Duration, error) {
	from := time.Now()
	_, err := c.do(request)
	return time.Since(from), err
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
