// Package health asks a daemon, as any client would, whether it answers. It is
// what `xapid healthcheck` does in a container that has nothing else to ask
// with.
package health

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// question needs no session and is answered by a host in any role.
const question = `{"jsonrpc":"2.0","method":"system.listMethods","params":[],"id":0}`

// maxAnswer is many times the length of a true answer.
const maxAnswer = 8 << 20

// Check returns nil when the daemon that listens on address answers a call.
// address is as in -https-address: without a host, or with one that means all
// of them, the daemon is asked on loopback. Whose certificate it shows does
// not matter: nothing is told to it.
func Check(ctx context.Context, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	// By number: a container from scratch may have nothing that knows localhost.
	switch a, _ := netip.ParseAddr(host); {
	case host == "", a == netip.IPv4Unspecified():
		host = "127.0.0.1"
	case a == netip.IPv6Unspecified():
		host = "::1"
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	defer transport.CloseIdleConnections()
	url := "https://" + net.JoinHostPort(host, port) + "/jsonrpc"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(question))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return understand(resp)
}

func understand(resp *http.Response) error {
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("the daemon answers %s", resp.Status)
	}
	var answer struct{ Result []string }
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&answer); err != nil {
		return fmt.Errorf("the daemon answers no JSON-RPC: %w", err)
	}
	if len(answer.Result) == 0 {
		return errors.New("the daemon knows no messages")
	}
	return nil
}
