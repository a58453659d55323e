package certs

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// files is where a Store keeps things. Names are slash-separated; a missing
// one reads as fs.ErrNotExist. where gives a name as the operator knows it.
type files interface {
	read(name string) ([]byte, error)
	write(name string, data []byte) error
	remove(name string) error
	list(dir string) ([]string, error) // base names, sorted
	where(name string) string
}

// inDir keeps files below a directory that only their owner may read.
type inDir string

// fresh is added to the name of a file that is still being written. One daemon
// owns the directory, so what bears it later was left by a crash.
const fresh = ".new"

func (d inDir) where(name string) string { return filepath.Join(string(d), filepath.FromSlash(name)) }

func (d inDir) read(name string) ([]byte, error) { return os.ReadFile(d.where(name)) }

func (d inDir) write(name string, data []byte) error {
	to := d.where(name)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := writeSynced(to+fresh, data); err != nil {
		return err
	}
	if err := os.Rename(to+fresh, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func (d inDir) remove(name string) error {
	at := d.where(name)
	if err := os.Remove(at); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	return syncDir(filepath.Dir(at))
}

func (d inDir) list(dir string) ([]string, error) {
	entries, err := os.ReadDir(d.where(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && !strings.HasSuffix(e.Name(), fresh) {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// writeSynced leaves a file of mode 0600 that is on the disk, not only on its
// way there.
func writeSynced(name string, data []byte) error {
	// A leftover might have another mode, which opening it would keep.
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// inMemory keeps files for as long as the process lives.
type inMemory struct {
	mu   sync.Mutex
	data map[string][]byte
}

func newInMemory() *inMemory { return &inMemory{data: map[string][]byte{}} }

func (m *inMemory) where(name string) string { return "memory:" + name }

func (m *inMemory) read(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if data, ok := m.data[name]; ok {
		return slices.Clone(data), nil
	}
	return nil, &fs.PathError{Op: "read", Path: m.where(name), Err: fs.ErrNotExist}
}

func (m *inMemory) write(name string, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.data[name] = slices.Clone(data)
	return nil
}

func (m *inMemory) remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.data, name)
	return nil
}

func (m *inMemory) list(dir string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var names []string
	for _, name := range slices.Sorted(maps.Keys(m.data)) {
		if path.Dir(name) == dir {
			names = append(names, path.Base(name))
		}
	}
	return names, nil
}
