package console

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/xapid/xapid/xapi/transfer"
)

// SocketAction is what the path is for to browsers, which come by WebSocket
// (RFC 6455).
var SocketAction = transfer.Action{Permission: "connect_console_ws", Taskless: true}

const socketGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// What frames are.
const (
	frameText   = 1
	frameBinary = 2
	frameClose  = 8
	framePing   = 9
	framePong   = 10

	maxFrame = 1 << 20
)

// Socket is Connect for those who come by WebSocket.
func (m *Room) Socket(t *transfer.Transfer) (string, error) {
	key := t.Request.Header.Get("Sec-WebSocket-Key")
	if !strings.EqualFold(t.Request.Header.Get("Upgrade"), "websocket") || key == "" {
		return "", transfer.Refuse(http.StatusNotFound, errNoConsole)
	}
	sum := sha1.Sum([]byte(key + socketGUID))
	head := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(sum[:]) + "\r\nSec-WebSocket-Protocol: binary\r\n\r\n"
	return "", m.serve(t, head, "connect_console_ws/host_console_ws", func(conn net.Conn, in *bufio.Reader) (io.Writer, *bufio.Reader) {
		s := &socket{conn: conn, in: in}
		return s, bufio.NewReader(s)
	})
}

// socket makes a stream of bytes of frames.
type socket struct {
	conn net.Conn
	in   *bufio.Reader
	left uint64 // of the frame that is being read
	mask [4]byte
	at   int

	mu sync.Mutex
}

func (s *socket) Write(b []byte) (int, error) {
	if err := s.send(frameBinary, b); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (s *socket) send(kind byte, b []byte) error {
	head := []byte{0x80 | kind}
	switch n := len(b); {
	case n < 126:
		head = append(head, byte(n))
	case n < 1<<16:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.conn.Write(append(head, b...))
	return err
}

func (s *socket) Read(p []byte) (int, error) {
	for s.left == 0 {
		if err := s.frame(); err != nil {
			return 0, err
		}
	}
	n, err := s.in.Read(p[:min(uint64(len(p)), s.left)])
	s.unmask(p[:n])
	s.left -= uint64(n)
	return n, err
}

func (s *socket) unmask(p []byte) {
	for i := range p {
		p[i] ^= s.mask[s.at%4]
		s.at++
	}
}

// frame reads the head of the next frame with data, and answers what comes in
// between.
func (s *socket) frame() error {
	var head [2]byte
	if _, err := io.ReadFull(s.in, head[:]); err != nil {
		return err
	}
	n := uint64(head[1] & 0x7f)
	long := map[uint64]int{126: 2, 127: 8}[n]
	if long > 0 {
		var b [8]byte
		if _, err := io.ReadFull(s.in, b[8-long:]); err != nil {
			return err
		}
		n = binary.BigEndian.Uint64(b[:])
	}
	if s.at = 0; head[1]&0x80 == 0 || n > maxFrame { // clients mask
		return io.ErrUnexpectedEOF
	}
	if _, err := io.ReadFull(s.in, s.mask[:]); err != nil {
		return err
	}
	switch kind := head[0] & 0x0f; kind {
	case 0, frameText, frameBinary:
		s.left = n
		return nil
	case framePing, framePong, frameClose:
		data := make([]byte, n)
		if _, err := io.ReadFull(s.in, data); err != nil {
			return err
		}
		s.unmask(data)
		switch kind {
		case framePing:
			return s.send(framePong, data)
		case frameClose:
			_ = s.send(frameClose, data) // it is over anyway
			return io.EOF
		}
		return nil
	}
	return io.ErrUnexpectedEOF
}
