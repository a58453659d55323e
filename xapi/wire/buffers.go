package wire

import (
	"io"
	"sync"
)

// Buffers collect an answer: bytes of its own, and slices that others own and
// never change. They are not for concurrent use.
type Buffers struct {
	tail []byte
	refs []ref
	size int // of all refs
}

// ref is a slice that comes after the first at bytes of the tail.
type ref struct {
	at   int
	text []byte
}

const (
	// refMin is from where on to note a slice is cheaper than to copy it.
	refMin = 256
	// chunkSize is how much goes out in a write, but for the last: two
	// records of TLS.
	chunkSize = 32 << 10
	// tailKept and refsKept bound what a pooled Buffers holds on to.
	tailKept = 1 << 20
	refsKept = 1 << 14
)

var (
	buffers = sync.Pool{New: func() any { return new(Buffers) }}
	chunks  = sync.Pool{New: func() any { return new([chunkSize]byte) }}
)

// NewBuffers gives empty Buffers. Free gives them back.
func NewBuffers() *Buffers { return buffers.Get().(*Buffers) }

// Free ends the use of b.
func (b *Buffers) Free() {
	if cap(b.tail) > tailKept {
		b.tail = nil
	}
	if cap(b.refs) > refsKept {
		b.refs = nil
	}
	b.Reset()
	buffers.Put(b)
}

// Reset empties b.
func (b *Buffers) Reset() {
	clear(b.refs)
	b.tail, b.refs, b.size = b.tail[:0], b.refs[:0], 0
}

// Append lets f add to what is there: f gets a slice and returns it, longer.
// f must not use b.
func (b *Buffers) Append(f func(dst []byte) []byte) { b.tail = f(b.tail) }

// Write adds a copy of p.
func (b *Buffers) Write(p []byte) (int, error) {
	b.tail = append(b.tail, p...)
	return len(p), nil
}

// WriteString adds s.
func (b *Buffers) WriteString(s string) (int, error) {
	b.tail = append(b.tail, s...)
	return len(s), nil
}

// Ref adds p without copying it. Nobody may change p as long as b is in use.
func (b *Buffers) Ref(p []byte) {
	if len(p) < refMin {
		b.tail = append(b.tail, p...)
		return
	}
	b.refs = append(b.refs, ref{len(b.tail), p})
	b.size += len(p)
}

// Len is the number of bytes collected.
func (b *Buffers) Len() int { return len(b.tail) + b.size }

// pieces yields what was collected, in order.
func (b *Buffers) pieces(yield func([]byte) bool) {
	from := 0
	for _, r := range b.refs {
		if r.at > from && !yield(b.tail[from:r.at]) {
			return
		}
		if from = r.at; !yield(r.text) {
			return
		}
	}
	if from < len(b.tail) {
		yield(b.tail[from:])
	}
}

// Bytes gives a copy of what was collected.
func (b *Buffers) Bytes() []byte {
	out := make([]byte, 0, b.Len())
	for p := range b.pieces {
		out = append(out, p...)
	}
	return out
}

// WriteTo writes what was collected, in writes of at least 32 KiB and a last
// one. What was collected stays.
func (b *Buffers) WriteTo(w io.Writer) (n int64, err error) {
	write := func(p []byte) bool {
		var m int
		m, err = w.Write(p)
		n += int64(m)
		if err == nil && m < len(p) {
			err = io.ErrShortWrite
		}
		return err == nil
	}
	if len(b.refs) == 0 {
		if len(b.tail) > 0 {
			write(b.tail)
		}
		return n, err
	}
	chunk := chunks.Get().(*[chunkSize]byte)
	defer chunks.Put(chunk)
	used := 0
	for p := range b.pieces {
		for len(p) > 0 {
			if used == 0 && len(p) >= chunkSize {
				if !write(p) {
					return n, err
				}
				break
			}
			m := copy(chunk[used:], p)
			used, p = used+m, p[m:]
			if used == chunkSize {
				if !write(chunk[:]) {
					return n, err
				}
				used = 0
			}
		}
	}
	if used > 0 {
		write(chunk[:used])
	}
	return n, err
}
