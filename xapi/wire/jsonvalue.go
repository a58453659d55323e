package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"unicode/utf8"
)

// DecodeJSON reads a JSON-RPC call, 1.0 or 2.0, of size bytes, or up to the
// end if size is negative. It fails as DecodeXML does. Batches and
// notifications are refused.
func DecodeJSON(r io.Reader, size int64, l Limits) (*Request, error) {
	b, err := readBody(r, size, l)
	if err != nil {
		return nil, err
	}
	defer b.free()
	doc := bytes.TrimPrefix(b.raw, []byte("\xEF\xBB\xBF"))
	s := jsonScanner{buf: doc, scratch: b.text, budget: budget{l.Depth + 2, l.Values}}
	req, err := s.call()
	b.text = s.scratch
	if err != nil {
		return nil, err
	}
	req.checkUTF8(doc)
	return req, nil
}

// call reads a request. Its members may come in any order, others are ignored.
func (s *jsonScanner) call() (*Request, error) {
	if s.peek() != '{' {
		return nil, s.fail("a request is an object")
	}
	req := &Request{Protocol: JSONRPC1}
	var method, version, params, id Value
	version, params = absent{}, absent{}
	err := s.object(func(name string) (err error) {
		switch name {
		case "method":
			method, err = s.value()
		case "jsonrpc":
			version, err = s.value()
		case "params":
			params, err = s.value()
		case "id":
			s.peek()
			from := s.pos
			id, err = s.value()
			req.ID = s.buf[from:s.pos]
		default:
			_, err = s.value()
		}
		return err
	})
	if err == nil {
		err = s.eof()
	}
	if err != nil {
		return nil, err
	}
	var ok bool
	if req.Method, ok = method.(string); !ok {
		return nil, s.fail("no method name")
	}
	switch version {
	case absent{}:
	case "2.0":
		req.Protocol = JSONRPC2
	default:
		return nil, s.fail("unknown version of JSON-RPC")
	}
	if req.ID, ok = cloneID(id, req.ID); !ok {
		return nil, s.fail("the id is neither a number nor a string")
	}
	if req.Params, ok = jsonParams(req.Protocol, params); !ok {
		return nil, s.fail("the parameters are no array")
	}
	return req, nil
}

// absent is the value of a member that is not there.
type absent struct{}

// cloneID keeps the text of an id, which may be an integer or a string.
func cloneID(v Value, text []byte) (json.RawMessage, bool) {
	switch v := v.(type) {
	case string:
		if !utf8.Valid(text) {
			return appendString(nil, JSON, v), true
		}
	case int64:
	default:
		return nil, false
	}
	return bytes.Clone(text), true
}

func jsonParams(p Protocol, v Value) ([]Value, bool) {
	if list, ok := v.(Array); ok {
		return list, true
	}
	if p == JSONRPC1 {
		return nil, false
	}
	switch v := v.(type) {
	case nil, absent:
		return nil, true
	case *Struct:
		return []Value{v}, true
	}
	return nil, false
}
