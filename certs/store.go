package certs

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"
)

// The names that a Store keeps things under.
const (
	fileHost     = "host.pem"
	fileCA       = "pool-ca.pem"
	fileInternal = "pool.pem"
	fileSecret   = "pool-secret"
	dirMembers   = "members"
)

const (
	adviceHost     = "restore it, or remove it to have a new certificate made (clients that pinned the old one will object)"
	adviceInternal = "restore it, or remove it to have a new internal certificate made (the pool's other members must then be told)"
	adviceCA       = "restore it, or remove it together with " + fileInternal + " to have both made anew (the pool's other members must then be told)"
	adviceSecret   = "restore it (every member of the pool has the same), or remove it if this host is a pool of its own"
	adviceMember   = "restore it, or remove it and let the member join the pool again"
)

// Options say whose certificates a Store keeps, and where.
type Options struct {
	// Dir is made when missing. Empty keeps everything in memory.
	Dir string
	// Hostname and Addresses are what the server certificate is made for, with
	// localhost and its addresses always added. An address may be a name.
	Hostname  string
	Addresses []string
	// HostUUID names the internal certificate. It may stay empty as long as
	// nobody asks for that.
	HostUUID string
	// Now is the clock that certificates are dated and checked by; nil is the
	// machine's.
	Now func() time.Time
	// Sibling is set for each further host that one process plays. Such a host
	// has certificates of its own, made with the sibling's keys because a key
	// costs some 60 ms, and is in the sibling's pool: same CA, same secret.
	Sibling *Store
	// NewKey makes the private keys; nil makes RSA ones of 2048 bits. Tests may
	// have some at hand.
	NewKey func() (*rsa.PrivateKey, error)
}

// Store keeps the certificates and secrets of one host. Its methods may be
// called at the same time.
type Store struct {
	opts  Options
	files files

	host     atomic.Pointer[pair]
	internal atomic.Pointer[pair] // nil until asked for

	// mu is held over every change, disk writes included, so that memory and
	// disk never disagree. A Store that holds it may take its sibling's.
	mu      sync.Mutex
	ca      *pair // nil until asked for
	members map[string][]*x509.Certificate
	secrets []string // the one sent first; empty: the sibling's count
}

// Open reads what is kept, checks all of it, and makes the server certificate
// and the pool secret where they are missing.
func Open(o Options) (*Store, error) {
	s := &Store{opts: o, members: map[string][]*x509.Certificate{}}
	if o.Dir == "" {
		s.files = newInMemory()
	} else {
		s.files = inDir(o.Dir)
	}
	for _, load := range []func() error{s.loadHost, s.loadPool, s.loadMembers, s.loadSecret} {
		if err := load(); err != nil {
			return nil, fmt.Errorf("certificates: %w", err)
		}
	}
	return s, nil
}

// Format prints where the store is and none of what it holds.
func (s *Store) Format(f fmt.State, _ rune) {
	where := s.opts.Dir
	if where == "" {
		where = "memory"
	}
	_, _ = io.WriteString(f, "certs.Store("+where+")")
}

func (s *Store) now() time.Time {
	if s.opts.Now != nil {
		return s.opts.Now()
	}
	return time.Now()
}

// hostKey is a key for a first server certificate.
func (s *Store) hostKey() (*rsa.PrivateKey, error) {
	if s.opts.Sibling != nil {
		return s.opts.Sibling.host.Load().key, nil
	}
	return s.newKey()
}

func (s *Store) newKey() (*rsa.PrivateKey, error) {
	if s.opts.NewKey != nil {
		return s.opts.NewKey()
	}
	return newKey()
}

// readPair reads one key with its certificate; nil when there is none.
func (s *Store) readPair(name, advice string) (*pair, error) {
	data, err := s.files.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var p *pair
	if err == nil {
		p, err = decodePair(data)
	}
	if err != nil {
		return nil, fileError(s.files.where(name), advice, plain(err))
	}
	return p, nil
}

func (s *Store) writePair(name string, p *pair) error {
	data, err := p.encode()
	if err != nil {
		return err
	}
	return s.write(name, data)
}

func (s *Store) write(name string, data []byte) error {
	if err := s.files.write(name, data); err != nil {
		return fmt.Errorf("%s: cannot be written: %w", s.files.where(name), plain(err))
	}
	return nil
}

func (s *Store) remove(name string) error {
	if err := s.files.remove(name); err != nil {
		return fmt.Errorf("%s: cannot be removed: %w", s.files.where(name), plain(err))
	}
	return nil
}

// plain drops the path from an error that will be shown after one.
func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
