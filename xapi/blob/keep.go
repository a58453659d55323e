package blob

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/google/uuid"
)

// maxMemory bounds a blob that is kept in memory.
const maxMemory = 64 << 20

// ErrTooLarge says that a blob is larger than what can be kept.
var ErrTooLarge = errors.New("the blob is too large")

// Keep is where the bytes of blobs are: files in a directory, or the memory if
// that has no name.
type Keep struct {
	Dir string

	mu   sync.Mutex
	data map[string][]byte
}

// path is the file of a blob; ids are uuids, nothing else.
func (k *Keep) path(id string) (string, error) {
	if _, err := uuid.Parse(id); err != nil {
		return "", err
	}
	return filepath.Join(k.Dir, id), nil
}

// Put keeps size bytes of r as a blob's. Others see the old ones until all have
// come.
func (k *Keep) Put(id string, r io.Reader, size int64) (err error) {
	path, err := k.path(id)
	if err != nil {
		return err
	}
	if k.Dir == "" {
		if size > maxMemory {
			return ErrTooLarge
		}
		b := make([]byte, size)
		if _, err := io.ReadFull(r, b); err != nil {
			return err
		}
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.data == nil {
			k.data = map[string][]byte{}
		}
		k.data[id] = b
		return nil
	}
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(k.Dir, "new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	n, err := io.CopyN(f, r, size)
	if err == nil && n != size {
		err = fmt.Errorf("%d of %d bytes have come", n, size)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Get gives the bytes of a blob; fs.ErrNotExist if it has none.
func (k *Keep) Get(id string) ([]byte, error) {
	path, err := k.path(id)
	if err != nil {
		return nil, fs.ErrNotExist
	}
	if k.Dir != "" {
		return os.ReadFile(path)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	b, ok := k.data[id]
	if !ok {
		return nil, fs.ErrNotExist
	}
	return b, nil
}

// Remove forgets the bytes of a blob.
func (k *Keep) Remove(id string) error {
	path, err := k.path(id)
	if err != nil {
		return err
	}
	if k.Dir != "" {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.data, id)
	return nil
}

// Retain forgets all blobs that are not wanted.
func (k *Keep) Retain(wanted func(id string) bool) error {
	if k.Dir == "" {
		k.mu.Lock()
		defer k.mu.Unlock()
		for id := range k.data {
			if !wanted(id) {
				delete(k.data, id)
			}
		}
		return nil
	}
	entries, err := os.ReadDir(k.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if !wanted(e.Name()) {
			err = errors.Join(err, os.Remove(filepath.Join(k.Dir, e.Name())))
		}
	}
	return err
}
