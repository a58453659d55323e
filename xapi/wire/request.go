package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Protocol is what a request is wrapped in; answers are wrapped alike.
type Protocol uint8

// The protocols.
const (
	XMLRPC Protocol = iota
	JSONRPC1
	JSONRPC2
)

// Request is a decoded call.
type Request struct {
	Protocol Protocol
	Method   string
	Params   []Value
	// ID is the id of a JSON-RPC request as the client wrote it, a number or
	// a string.
	ID json.RawMessage

	invalid bool // the body was not UTF-8 throughout
}

// Format is the format of the request's arguments and of its result.
func (r *Request) Format() Format {
	if r.Protocol == XMLRPC {
		return XML
	}
	return JSON
}

// InvalidUTF8 reports whether some string among the parameters is not UTF-8,
// and shows the first such string with its odd bytes written as \xNN.
func (r *Request) InvalidUTF8() (text string, bad bool) {
	if !r.invalid {
		return "", false
	}
	for _, p := range r.Params {
		if s, bad := invalidText(p); bad {
			return dump(s), true
		}
	}
	return "", false
}

func (r *Request) checkUTF8(body []byte) { r.invalid = !utf8.Valid(body) }

// Limits bound what a request may cost before anybody knows whose it is.
type Limits struct {
	Body   int64 // bytes
	Depth  int   // values within values
	Values int   // values and struct members together
}

// DefaultLimits are far above what clients send.
var DefaultLimits = Limits{Body: 16 << 20, Depth: 64, Values: 1_000_000}

// ErrTooLarge is what errors wrap that a request beyond Limits causes.
var ErrTooLarge = errors.New("request too large")

// SyntaxError is a body that is no request of its protocol.
type SyntaxError struct {
	Format Format
	// Offset is where in the body, in bytes (of UTF-8, if the body was in
	// another encoding).
	Offset int
	Text   string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%v-RPC: %s at byte %d", e.Format, e.Text, e.Offset)
}

// budget counts a request's values and their depth down.
type budget struct{ depth, values int }

func (b *budget) enter() error {
	if b.depth--; b.depth < 0 {
		return fmt.Errorf("%w: nested too deeply", ErrTooLarge)
	}
	return nil
}

func (b *budget) leave() { b.depth++ }

func (b *budget) count() error {
	if b.values--; b.values < 0 {
		return fmt.Errorf("%w: too many values", ErrTooLarge)
	}
	return nil
}
