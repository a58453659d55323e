package certs

import (
	"crypto/subtle"
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// aSecret is what may be a pool secret: what NewPoolSecret makes, and what
// real hosts have been seen to use.
var aSecret = regexp.MustCompile(`^[0-9a-f/-]{37,}$`)

var errNoSecret = errors.New("it is no pool secret")

// NewPoolSecret makes up a secret: three random uuids joined by slashes.
func NewPoolSecret() string {
	return uuid.NewString() + "/" + uuid.NewString() + "/" + uuid.NewString()
}

// PoolSecret is what this host sends to prove that it is of the pool.
func (s *Store) PoolSecret() string {
	o := s.secretOwner()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.secrets[0]
}

// AcceptsPoolSecret tells whether a caller that sends text is of the pool. It
// takes the same time for every wrong text of one length.
func (s *Store) AcceptsPoolSecret(text string) bool {
	o := s.secretOwner()
	o.mu.Lock()
	defer o.mu.Unlock()
	ok := 0
	for _, have := range o.secrets {
		ok |= subtle.ConstantTimeCompare([]byte(have), []byte(text))
	}
	return ok == 1
}

// SetPoolSecret makes text the one secret, as a host does that joins a pool.
func (s *Store) SetPoolSecret(text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.setSecrets(text)
}

// A rotation goes through three steps on each member of the pool, and every
// member ends one before any begins the next. All three may be repeated.

// AcceptPoolSecret is the first step: text is accepted beside the present one.
func (s *Store) AcceptPoolSecret(text string) error {
	return s.changeSecrets(func(have []string) []string {
		if slices.Contains(have, text) {
			return have
		}
		return append(slices.Clone(have), text)
	})
}

// SendPoolSecret is the second step: text is sent, and the old still accepted.
func (s *Store) SendPoolSecret(text string) error {
	return s.changeSecrets(func(have []string) []string {
		rest := slices.DeleteFunc(slices.Clone(have), func(h string) bool { return h == text })
		return append([]string{text}, rest...)
	})
}

// DropOldPoolSecrets is the last step: only what is sent is accepted.
func (s *Store) DropOldPoolSecrets() error {
	return s.changeSecrets(func(have []string) []string { return have[:1] })
}

func (s *Store) changeSecrets(change func([]string) []string) error {
	o := s.secretOwner()
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.setSecrets(change(o.secrets)...)
}

// secretOwner is the store whose secret counts for this host.
func (s *Store) secretOwner() *Store {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.secrets) == 0 {
		return s.opts.Sibling.secretOwner()
	}
	return s
}

// setSecrets writes, then uses. The caller holds mu.
func (s *Store) setSecrets(list ...string) error {
	for _, text := range list {
		if !aSecret.MatchString(text) {
			return errNoSecret
		}
	}
	if err := s.write(fileSecret, []byte(strings.Join(list, "\n")+"\n")); err != nil {
		return err
	}
	s.secrets = list
	return nil
}

func (s *Store) loadSecret() error {
	data, err := s.files.read(fileSecret)
	if errors.Is(err, fs.ErrNotExist) {
		if s.opts.Sibling != nil {
			return nil
		}
		return s.setSecrets(NewPoolSecret())
	}
	text, whole := strings.CutSuffix(string(data), "\n")
	if err == nil && !whole {
		err = errors.New("it is empty or cut short")
	}
	list := strings.Split(text, "\n")
	for _, text := range list {
		if err == nil && !aSecret.MatchString(text) {
			err = errNoSecret
		}
	}
	if err != nil {
		return fileError(s.files.where(fileSecret), adviceSecret, plain(err))
	}
	s.secrets = list
	return nil
}
