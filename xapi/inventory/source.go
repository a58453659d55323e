package inventory

import (
	crand "crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"

	"github.com/xapid/xapid/model"
)

// source is where uuids, references, addresses and all other chance comes
// from: the same for the same seed.
type source struct {
	*rand.Rand
	bits *rand.ChaCha8
}

func newSource(seed string) *source {
	var key [32]byte
	if seed == "" {
		_, _ = crand.Read(key[:]) // never fails
	} else {
		key = sha256.Sum256([]byte("xapid inventory " + seed))
	}
	bits := rand.NewChaCha8(key)
	return &source{rand.New(bits), bits}
}

// Identity is the uuid of the first host of a seed's inventory, and that of its
// control domain.
func Identity(seed string) (host, controlDomain string) {
	s := newSource("identity of " + seed)
	return s.uuid(), s.uuid()
}

const hexDigits = "0123456789abcdef"

func (s *source) uuid() string {
	var b [46]byte
	return string(s.appendUUID(b[:0]))
}

// appendUUID writes a version 4 uuid.
func (s *source) appendUUID(b []byte) []byte {
	var id [16]byte
	_, _ = s.bits.Read(id[:]) // never fails
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	for i, x := range id {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			b = append(b, '-')
		}
		b = append(b, hexDigits[x>>4], hexDigits[x&15])
	}
	return b
}

func newRef[T any](s *source) model.Ref[T] {
	b := append(make([]byte, 0, 46), "OpaqueRef:"...)
	return model.Ref[T](s.appendUUID(b))
}

// mac is a MAC address with a vendor's prefix.
func (s *source) mac(prefix string) string {
	n := s.Uint32()
	return fmt.Sprintf("%s:%02x:%02x:%02x", prefix, byte(n>>16), byte(n>>8), byte(n))
}

// pick gives one of a list.
func pick[T any](s *source, list []T) T { return list[s.IntN(len(list))] }
