package wire

import (
	"fmt"
	"io"
	"sync"
)

// body is a request's bytes and what decoding them needs besides. Nothing of
// it is part of the decoded request, so that it is used again.
type body struct {
	raw  []byte
	text []byte // scratch: a text whose bytes are not those of the body
}

var bodies = sync.Pool{New: func() any { return &body{raw: make([]byte, 0, 4096)} }}

// bodyKept is the largest buffer that is kept for the next request.
const bodyKept = 256 << 10

func (b *body) free() {
	if cap(b.raw)+cap(b.text) <= bodyKept {
		bodies.Put(b)
	}
}

// readBody reads size bytes, or all there is if size is negative. Memory grows
// with what arrives, not with what the client announced.
func readBody(r io.Reader, size int64, l Limits) (*body, error) {
	if size > l.Body {
		return nil, fmt.Errorf("%w: body of %d bytes", ErrTooLarge, size)
	}
	b := bodies.Get().(*body)
	err := b.fill(r, size, l.Body)
	if err != nil {
		b.free()
		return nil, err
	}
	return b, nil
}

func (b *body) fill(r io.Reader, size, most int64) error {
	buf := b.raw[:0]
	defer func() { b.raw = buf }()
	idle := 0
	for size < 0 || int64(len(buf)) < size {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		room := buf[len(buf):cap(buf)]
		if size >= 0 {
			room = room[:min(int64(len(room)), size-int64(len(buf)))]
		}
		n, err := r.Read(room)
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > most {
			return fmt.Errorf("%w: body of more than %d bytes", ErrTooLarge, most)
		}
		if err == io.EOF {
			if size >= 0 && int64(len(buf)) < size {
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		if err != nil {
			return err
		}
		if n > 0 {
			idle = 0
		} else if idle++; idle == 100 {
			return io.ErrNoProgress
		}
	}
	return nil
}
