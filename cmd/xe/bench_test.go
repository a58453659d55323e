package main

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/xapid/xapid/test/rig"
	"github.com/xapid/xapid/xapi/xapitest"
)

// limit is what a user should wait for the list of a thousand VMs at most, the
// start of the process and its login included.
const limit = 250 * time.Millisecond

// BenchmarkVMList lists a thousand VMs by a whole process of xe, against a
// daemon in another one. It also tells how much of the limit that takes, and
// how it compares with the bare call of the API in the same run.
func BenchmarkVMList(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	daemon, err := rig.Build(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	r, err := rig.New(daemon, b.TempDir(), 1, b.Output(), "-hosts", "4", "-vms", "1000", "-ephemeral", "-log-level", "error")
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	m := r.Members[0]
	if err := m.Start(ctx); err != nil {
		b.Fatal(err)
	}
	session, err := xapitest.At(m.URL()).Call("session.login_with_password", "root", rig.Password, "1.0", "bench")
	if err != nil {
		b.Fatal(err)
	}
	client := (&xapitest.Pool{}).HTTPClient()
	request := fmt.Sprintf("<methodCall><methodName>VM.get_all_records</methodName><params><param><value>%s</value></param></params></methodCall>", session)
	bin := build(b)
	list := func() {
		cmd := exec.CommandContext(ctx, bin, "-s", m.Listen, "-p", r.Port, "-pw", rig.Password, "vm-list")
		if out, err := cmd.Output(); err != nil || len(out) < 1000*100 {
			b.Fatalf("%d bytes, %v", len(out), err)
		}
	}
	call := func() {
		resp, err := client.Post(m.URL(), "text/xml", strings.NewReader(request))
		if err != nil {
			b.Fatal(err)
		}
		defer resp.Body.Close()
		if n, err := io.Copy(io.Discard, resp.Body); err != nil || n < 1000*1000 {
			b.Fatalf("%d bytes, %v", n, err)
		}
	}
	list()
	call()
	var calls time.Duration
	n := 0
	for b.Loop() {
		list()
		b.StopTimer()
		began := time.Now()
		call()
		calls += time.Since(began)
		n++
		b.StartTimer()
	}
	each := b.Elapsed() / time.Duration(n)
	b.ReportMetric(float64(each)/float64(time.Millisecond), "ms/op")
	b.ReportMetric(float64(each)/float64(calls/time.Duration(n)), "x-bare-call")
	b.ReportMetric(float64(each)/float64(limit), "of-limit")
}
