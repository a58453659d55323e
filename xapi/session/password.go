package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"

	"golang.org/x/crypto/bcrypt"
)

// Password checks root's password against its bcrypt hash. bcrypt is slow on
// purpose, and some clients log in for every call, so a password that was
// right once is remembered as a keyed digest whose key never leaves memory.
type Password struct {
	mu    sync.Mutex
	hash  []byte
	key   [32]byte
	known []byte
	save  func(hash string) error
}

// maxPassword is what bcrypt takes into account; longer ones are digested first.
const maxPassword = 72

// NewPassword checks against hash; save keeps a new one.
func NewPassword(hash string, save func(hash string) error) *Password {
	p := &Password{hash: []byte(hash), save: save}
	_, _ = rand.Read(p.key[:]) // never fails
	return p
}

// Hash makes the hash of a password, at a cost of bcrypt's; 0 is the usual one.
func Hash(password string, cost int) (string, error) {
	h, err := bcrypt.GenerateFromPassword(material(password), cost)
	return string(h), err
}

// Invent makes a password that nobody guesses and everybody can type.
func Invent() string { return rand.Text()[:16] }

func material(password string) []byte {
	if len(password) <= maxPassword {
		return []byte(password)
	}
	sum := sha256.Sum256([]byte(password))
	return sum[:]
}

func (p *Password) digest(password string) []byte {
	m := hmac.New(sha256.New, p.key[:])
	m.Write([]byte(password))
	return m.Sum(nil)
}

// Check reports whether the password is the right one.
func (p *Password) Check(password string) bool {
	d := p.digest(password)
	p.mu.Lock()
	known, hash := p.known, p.hash
	p.mu.Unlock()
	if known != nil && hmac.Equal(known, d) {
		return true
	}
	if bcrypt.CompareHashAndPassword(hash, material(password)) != nil {
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if string(p.hash) == string(hash) {
		p.known = d
	}
	return true
}

// Change sets a new password.
func (p *Password) Change(password string) error {
	p.mu.Lock()
	cost, err := bcrypt.Cost(p.hash)
	p.mu.Unlock()
	if err != nil {
		cost = bcrypt.DefaultCost // there was none; else the new one is as hard to guess as the old
	}
	h, err := Hash(password, cost)
	if err != nil {
		return err
	}
	if err := p.save(h); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hash, p.known = []byte(h), nil
	return nil
}

// Set takes over the hash of a password that was changed elsewhere.
func (p *Password) Set(hash string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hash, p.known = []byte(hash), nil
}
