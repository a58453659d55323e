package console

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The screen speaks RFB 3.3, 3.7 and 3.8 (RFC 6143), without security: who may
// see it was decided before.

const (
	screenWidth, screenHeight = 640, 480

	versionText  = "RFB 003.008\n"
	securityNone = 1

	setPixelFormat = 0
	setEncodings   = 2
	updateRequest  = 3
	keyEvent       = 4
	pointerEvent   = 5
	cutText        = 6
	qemuMessage    = 255

	maxCutText = 1 << 20
)

var errNotRFB = errors.New("the viewer does not speak RFB")

// viewer is the other end of a screen.
type viewer struct {
	io.Writer
	*bufio.Reader
	bytesPerPixel int
}

// screen shows a black screen until the viewer is gone.
func screen(w io.Writer, r *bufio.Reader, name string) error {
	v := &viewer{w, r, 4}
	if err := v.greet(name); err != nil {
		return err
	}
	for {
		kind, err := v.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = v.message(kind)
		}
		if err != nil {
			return err
		}
	}
}

func (v *viewer) greet(name string) error {
	if _, err := io.WriteString(v, versionText); err != nil {
		return err
	}
	got, err := v.take(len(versionText))
	if err != nil {
		return err
	}
	if !strings.HasPrefix(string(got), "RFB 003.") {
		return errNotRFB
	}
	minor := string(got[8:11])
	if minor == "003" {
		if _, err := v.Write([]byte{0, 0, 0, securityNone}); err != nil {
			return err
		}
	} else {
		if _, err := v.Write([]byte{1, securityNone}); err != nil {
			return err
		}
		if chosen, err := v.ReadByte(); err != nil || chosen != securityNone {
			return errNotRFB
		}
	}
	if minor >= "008" {
		if _, err := v.Write([]byte{0, 0, 0, 0}); err != nil {
			return err
		}
	}
	if _, err := v.ReadByte(); err != nil { // whether others may watch: always
		return err
	}
	init := binary.BigEndian.AppendUint16(nil, screenWidth)
	init = binary.BigEndian.AppendUint16(init, screenHeight)
	init = append(init, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0) // pixels: 32 bits, true colour
	init = binary.BigEndian.AppendUint32(init, uint32(len(name)))
	_, err = v.Write(append(init, name...))
	return err
}

// take reads n bytes.
func (v *viewer) take(n int) ([]byte, error) {
	b := make([]byte, n)
	_, err := io.ReadFull(v.Reader, b)
	return b, err
}

func (v *viewer) message(kind byte) error {
	switch kind {
	case setPixelFormat:
		b, err := v.take(19)
		if err == nil {
			switch b[3] {
			case 8, 16, 32:
				v.bytesPerPixel = int(b[3]) / 8
			default:
				err = fmt.Errorf("%w: pixels of %d bits", errNotRFB, b[3])
			}
		}
		return err
	case setEncodings:
		b, err := v.take(3)
		if err != nil {
			return err
		}
		_, err = v.Discard(4 * int(binary.BigEndian.Uint16(b[1:])))
		return err
	case updateRequest:
		b, err := v.take(9)
		if err != nil || b[0] != 0 { // nothing ever changes
			return err
		}
		at := func(i int) int { return int(binary.BigEndian.Uint16(b[i:])) }
		return v.black(at(1), at(3), at(5), at(7))
	case keyEvent:
		_, err := v.Discard(7)
		return err
	case pointerEvent:
		_, err := v.Discard(5)
		return err
	case qemuMessage:
		_, err := v.Discard(11)
		return err
	case cutText:
		b, err := v.take(7)
		if err != nil {
			return err
		}
		n := binary.BigEndian.Uint32(b[3:])
		if n > maxCutText {
			return errNotRFB
		}
		_, err = v.Discard(int(n))
		return err
	}
	return fmt.Errorf("%w: message %d", errNotRFB, kind)
}

// black paints a part of the screen.
func (v *viewer) black(x, y, w, h int) error {
	x, y = min(x, screenWidth), min(y, screenHeight)
	w, h = min(w, screenWidth-x), min(h, screenHeight-y)
	head := []byte{0, 0, 0, 1}
	for _, n := range []int{x, y, w, h} {
		head = binary.BigEndian.AppendUint16(head, uint16(n))
	}
	if _, err := v.Write(append(head, 0, 0, 0, 0)); err != nil { // encoding: raw
		return err
	}
	row := make([]byte, w*v.bytesPerPixel)
	for range h {
		if _, err := v.Write(row); err != nil {
			return err
		}
	}
	return nil
}
