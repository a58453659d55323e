package peer

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
)

// Prefix is where the calls of members arrive.
const Prefix = prefix

// maxBody bounds a call's body: the luggage of a joining host is the largest.
const maxBody = 256 << 20

// ServeHTTP answers a call of another member.
func (n *Net) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	from := r.Header.Get(headerHost)
	if !n.Certs.AcceptsPoolSecret(secretOf(r)) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		n.Log.Warn("a caller without the pool's secret is refused", zap.String("address", host), zap.String("host", from))
		http.Error(w, "pool credentials invalid", http.StatusForbidden)
		return
	}
	if r.TLS == nil {
		http.Error(w, "TLS only", http.StatusForbidden)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, prefix)
	if name == streamName {
		n.acceptStream(w, r, from)
		return
	}
	n.mu.Lock()
	h := n.handlers[name]
	n.mu.Unlock()
	if h == nil {
		http.Error(w, "no such call", http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	result, err := h(r.Context(), from, body)
	var a answer
	var api *model.Error
	switch {
	case errors.As(err, &api):
		a.Code, a.Params = api.Code, api.Params
	case err != nil:
		n.Log.Info("a member's call failed", zap.String("call", name), zap.Error(err))
		a.Fault = err.Error()
	default:
		if a.Result, err = json.Marshal(result); err != nil {
			a.Fault = err.Error()
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(a) // a caller that is gone needs no answer
}

func secretOf(r *http.Request) string {
	for _, c := range r.Cookies() {
		if c.Name == "pool_secret" {
			return c.Value
		}
	}
	return ""
}

func lineageOf(h http.Header) Lineage {
	epoch, _ := strconv.ParseUint(h.Get(headerEpoch), 10, 64) // none is 0
	return Lineage{h.Get(headerLineage), epoch}
}
