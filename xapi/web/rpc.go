package web

import (
	"errors"
	"net"
	"net/http"
	"strconv"

	"go.uber.org/zap"

	"github.com/xapid/xapid/xapi/rpc"
	"github.com/xapid/xapid/xapi/wire"
)

// RPC registers the endpoints of a dispatcher: JSON-RPC at /jsonrpc, XML-RPC
// at every other path.
func (s *Site) RPC(d *rpc.Dispatcher) {
	serve := func(decode func(*http.Request) (*wire.Request, error)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			req, err := decode(r)
			if err != nil {
				s.Log.Debug("malformed request", zap.String("path", r.URL.Path), zap.Error(err))
				status := http.StatusInternalServerError
				if errors.Is(err, wire.ErrTooLarge) {
					status = http.StatusRequestEntityTooLarge
				}
				Fail(w, status, "Internal Error", err.Error())
				return
			}
			answer(w, r, d, req)
		}
	}
	s.Handle(http.MethodPost, "/", serve(func(r *http.Request) (*wire.Request, error) {
		return wire.DecodeXML(r.Body, r.ContentLength, wire.DefaultLimits)
	}))
	s.Handle(http.MethodPost, "/jsonrpc", serve(func(r *http.Request) (*wire.Request, error) {
		return wire.DecodeJSON(r.Body, r.ContentLength, wire.DefaultLimits)
	}))
}

func answer(w http.ResponseWriter, r *http.Request, d *rpc.Dispatcher, req *wire.Request) {
	b := wire.NewBuffers()
	defer b.Free()
	d.Serve(r.Context(), peerOf(r), req, b)
	h := w.Header()
	h["Content-Length"] = []string{strconv.Itoa(b.Len())}
	h["Content-Type"] = []string{req.ContentType()}
	h["Cache-Control"] = noCacheHeader
	h["Access-Control-Allow-Origin"] = anyOrigin
	h["Access-Control-Allow-Headers"] = requestedWith
	if !r.Close {
		h["Connection"] = keepAlive
	}
	_, _ = b.WriteTo(w) // the client is gone
}

// Header values that every answer has, shared.
var (
	noCacheHeader = []string{noCache}
	anyOrigin     = []string{"*"}
	requestedWith = []string{"X-Requested-With"}
	keepAlive     = []string{"keep-alive"}
)

func peerOf(r *http.Request) rpc.Peer {
	p := rpc.Peer{Secure: r.TLS != nil, Agent: r.Header.Get("Originator"), TaskID: r.Header.Get("Task-Id"), SubtaskOf: r.Header.Get("Subtask-Of")}
	if p.Agent == "" {
		p.Agent = r.UserAgent()
	}
	p.Address, _, _ = net.SplitHostPort(r.RemoteAddr)
	return p
}
