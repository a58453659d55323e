package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/xapid/xapid/certs"
)

// ErrUnreachable is the failure of a server that does not answer as one.
var ErrUnreachable = errors.New("the licence server cannot be reached")

// askTimeout bounds one request, network and all.
const askTimeout = 10 * time.Second

// Checkout asks the server at host:port for a licence, or to go on with the one
// that the host has: a *Refusal, or ErrUnreachable. The server's certificate is
// taken as it is: it is self-signed, and there is nothing to be had from a
// false one but a licence.
func Checkout(ctx context.Context, address, host, edition string) (*Grant, error) {
	a, err := ask(ctx, address, pathCheckout, request{host, edition})
	switch {
	case err != nil:
		return nil, err
	case a.Refusal != nil:
		return nil, a.Refusal
	case a.Grant == nil:
		return nil, fmt.Errorf("%w: its answer says nothing", ErrUnreachable)
	}
	return a.Grant, nil
}

// Release gives back the licence that a host holds there, if it does.
func Release(ctx context.Context, address, host string) error {
	_, err := ask(ctx, address, pathRelease, request{Host: host})
	return err
}

func ask(ctx context.Context, address, path string, in request) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+address+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnreachable, err)
	}
	c := &http.Client{Transport: &http.Transport{
		TLSClientConfig: certs.UnverifiedClientConfig(), DisableKeepAlives: true, DialContext: (&net.Dialer{Timeout: askTimeout / 2}).DialContext,
	}}
	resp, err := c.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnreachable, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnreachable, err)
	}
	var a answer
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: it answers %s", ErrUnreachable, resp.Status)
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrUnreachable, err)
	}
	return &a, nil
}
