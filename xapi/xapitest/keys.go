package xapitest

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
)

// ring hands the same few keys out again and again: to make one is most of
// what the start of a daemon costs. It is large enough for the daemons of one
// test to have different ones.
type ring struct {
	mu   sync.Mutex
	next int
	keys [12]func() (*rsa.PrivateKey, error)
}

var keys = newRing()

func newRing() *ring {
	r := &ring{}
	for i := range r.keys {
		r.keys[i] = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })
	}
	return r
}

func (r *ring) key() (*rsa.PrivateKey, error) {
	r.mu.Lock()
	k := r.keys[r.next]
	r.next = (r.next + 1) % len(r.keys)
	r.mu.Unlock()
	return k()
}
