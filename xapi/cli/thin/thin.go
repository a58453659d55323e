// Package thin is the protocol between xe and the daemon, version 0.2. The
// client is thin: it ships its arguments and then obeys a stream of commands.
//
// All numbers are little-endian 32-bit; a message is its length and a payload;
// the bytes of a file follow the message that announces them.
package thin

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Version of the protocol.
const (
	Major = 0
	Minor = 2
)

const magic = "XenSource thin CLI protocol"

// ErrNotThin says that the other end speaks something else.
var ErrNotThin = errors.New("not the thin CLI protocol")

// WriteHello greets.
func WriteHello(w io.Writer) error {
	b := binary.LittleEndian.AppendUint32([]byte(magic), Major)
	_, err := w.Write(binary.LittleEndian.AppendUint32(b, Minor))
	return err
}

// ReadHello reads a greeting: ErrNotThin if it is none, and what came instead.
func ReadHello(r io.Reader) (major, minor int32, got []byte, err error) {
	b := make([]byte, len(magic)+8)
	n, err := io.ReadFull(r, b)
	if err != nil && n == 0 {
		return 0, 0, nil, err
	}
	if err != nil || string(b[:len(magic)]) != magic {
		return 0, 0, b[:n], ErrNotThin
	}
	d := decoder{b: b[len(magic):]}
	return d.int(), d.int(), nil, nil
}

// Kind is what a command asks of the client.
type Kind int32

// The commands.
const (
	Print       Kind = 0
	Load        Kind = 1
	Prompt      Kind = 3
	Exit        Kind = 4
	HTTPGet     Kind = 12
	HTTPPut     Kind = 13
	Error       Kind = 14
	Debug       Kind = 15
	PrintStderr Kind = 16
	HTTPConnect Kind = 17
)

// texts is how many texts follow a command's tag.
var texts = map[Kind]int{Print: 1, PrintStderr: 1, Debug: 1, Load: 1, HTTPGet: 2, HTTPPut: 2, HTTPConnect: 1, Prompt: 0, Error: 1, Exit: 0}

// Command is what the server tells the client to do. Texts are its arguments:
// what to print; a file name and, of HTTPGet and HTTPPut, a URL; an error's code.
type Command struct {
	Kind   Kind
	Texts  []string
	Params []string // of Error
	Status int32    // of Exit
}

// Answer is what the client says to a command.
type Answer int32

// The answers.
const (
	OK     Answer = 5
	Failed Answer = 6
	Wait   Answer = 18
)

// Outer tags, and those of a blob.
const (
	tagCommand  = 9
	tagResponse = 10
	tagBlob     = 11
	blobChunk   = 7
	blobEnd     = 8
)

// maxMessage bounds a message's payload.
const maxMessage = 16 << 20

type encoder struct{ b []byte }

func (e *encoder) int(n int32)     { e.b = binary.LittleEndian.AppendUint32(e.b, uint32(n)) }
func (e *encoder) text(s string)   { e.int(int32(len(s))); e.b = append(e.b, s...) }
func (e *encoder) list(l []string) { e.int(int32(len(l))); e.each(l) }
func (e *encoder) each(l []string) {
	for _, s := range l {
		e.text(s)
	}
}

func (e *encoder) send(w io.Writer) error {
	_, err := w.Write(append(binary.LittleEndian.AppendUint32(nil, uint32(len(e.b))), e.b...))
	return err
}

// WriteCommand sends a command.
func WriteCommand(w io.Writer, c Command) error {
	e := &encoder{}
	e.int(tagCommand)
	e.int(int32(c.Kind))
	e.each(c.Texts)
	switch c.Kind {
	case Error:
		e.list(c.Params)
	case Exit:
		e.int(c.Status)
	}
	return e.send(w)
}

type decoder struct {
	b   []byte
	err error
}

var errShort = errors.New("a message of the thin CLI protocol is cut short")

func (d *decoder) int() int32 {
	if len(d.b) < 4 {
		d.b, d.err = nil, errShort
		return 0
	}
	n := int32(binary.LittleEndian.Uint32(d.b))
	d.b = d.b[4:]
	return n
}

func (d *decoder) text() string {
	n := d.int()
	if n < 0 || int(n) > len(d.b) {
		d.b, d.err = nil, errShort
		return ""
	}
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}

// receive reads a message and its outer tag.
func receive(r io.Reader, want int32) (*decoder, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := int32(binary.LittleEndian.Uint32(head[:]))
	if n < 4 || n > maxMessage {
		return nil, errShort
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, err
	}
	d := &decoder{b: b}
	if got := d.int(); got != want {
		return nil, fmt.Errorf("tag %d of the thin CLI protocol instead of %d", got, want)
	}
	return d, nil
}

// ReadCommand reads a command.
func ReadCommand(r io.Reader) (c Command, err error) {
	d, err := receive(r, tagCommand)
	if err != nil {
		return c, err
	}
	c.Kind = Kind(d.int())
	n, known := texts[c.Kind]
	if !known {
		return c, fmt.Errorf("command %d of the thin CLI protocol is not known", c.Kind)
	}
	for range n {
		c.Texts = append(c.Texts, d.text())
	}
	switch c.Kind {
	case Error:
		for range min(max(d.int(), 0), maxMessage/4) {
			if d.err != nil {
				break
			}
			c.Params = append(c.Params, d.text())
		}
	case Exit:
		c.Status = d.int()
	}
	return c, d.err
}

// WriteAnswer sends an answer.
func WriteAnswer(w io.Writer, a Answer) error {
	e := &encoder{}
	e.int(tagResponse)
	e.int(int32(a))
	return e.send(w)
}

// ReadAnswer reads the final answer to a command: those that only say that it
// takes its time are skipped.
func ReadAnswer(r io.Reader) (Answer, error) {
	for {
		d, err := receive(r, tagResponse)
		if err != nil {
			return Failed, err
		}
		if a := Answer(d.int()); a != Wait || d.err != nil {
			return a, d.err
		}
	}
}

// WriteChunk sends some bytes of a file.
func WriteChunk(w io.Writer, data []byte) error {
	e := &encoder{}
	e.int(tagBlob)
	e.int(blobChunk)
	e.int(int32(len(data)))
	if err := e.send(w); err != nil {
		return err
	}
	_, err := w.Write(data)
	return err
}

// WriteEnd ends a file.
func WriteEnd(w io.Writer) error {
	e := &encoder{}
	e.int(tagBlob)
	e.int(blobEnd)
	return e.send(w)
}

// ReadBlob reads a whole file of at most limit bytes.
func ReadBlob(r io.Reader, limit int) ([]byte, error) {
	var all []byte
	for {
		d, err := receive(r, tagBlob)
		if err != nil {
			return nil, err
		}
		switch d.int() {
		case blobEnd:
			return all, d.err
		case blobChunk:
			n := d.int()
			if d.err != nil || n < 0 || len(all)+int(n) > limit {
				return nil, fmt.Errorf("a file of more than %d bytes", limit)
			}
			at := len(all)
			all = append(all, make([]byte, n)...)
			if _, err := io.ReadFull(r, all[at:]); err != nil {
				return nil, err
			}
		default:
			return nil, errShort
		}
	}
}

// ReadLine reads the answer to a prompt, of at most limit bytes. One client
// counts characters where it should count bytes, so that what comes after the
// length may go on: it ends where the end is.
func ReadLine(r io.Reader, limit int) ([]byte, error) {
	d, err := receive(r, tagBlob)
	if err != nil {
		return nil, err
	}
	switch kind := d.int(); {
	case kind == blobEnd:
		return nil, d.err
	case kind != blobChunk:
		return nil, errShort
	}
	n := d.int()
	if d.err != nil || n < 0 || int(n) > limit {
		return nil, fmt.Errorf("an answer of more than %d bytes", limit)
	}
	line := make([]byte, int(n)+len(endOfBlob))
	if _, err := io.ReadFull(r, line); err != nil {
		return nil, err
	}
	for !bytes.HasSuffix(line, endOfBlob) {
		if len(line) > limit {
			return nil, fmt.Errorf("an answer of more than %d bytes", limit)
		}
		var b [1]byte
		if _, err := io.ReadFull(r, b[:]); err != nil {
			return nil, err
		}
		line = append(line, b[0])
	}
	return bytes.TrimSuffix(line, endOfBlob), nil
}

// endOfBlob is the message that ends a file.
var endOfBlob = []byte{8, 0, 0, 0, tagBlob, 0, 0, 0, blobEnd, 0, 0, 0}
