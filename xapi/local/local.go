// Package local keeps what a host knows of itself outside the pool's database:
// its identity, root's password hash. It survives restarts and is never
// replicated.
package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/uuid"
)

// State is the local state of one host.
type State struct {
	// InstallationUUID is the host's uuid, ControlDomainUUID its dom0's.
	InstallationUUID  string `json:"installation_uuid"`
	ControlDomainUUID string `json:"control_domain_uuid"`
	// RootPassword is the bcrypt hash of root's password.
	RootPassword string `json:"root_password"`

	path string
}

const fileName = "host.json"

// Open reads the state kept under dir, or makes a new one if there is none.
// With an empty dir the state lives in memory. A file that cannot be read or
// understood is an error that names it; it is never replaced.
func Open(dir string) (*State, error) {
	s := &State{}
	if dir != "" {
		s.path = filepath.Join(dir, fileName)
		raw, err := os.ReadFile(s.path)
		if err == nil {
			if err := json.Unmarshal(raw, s); err != nil || s.InstallationUUID == "" {
				return nil, fmt.Errorf("%s is damaged (%v): restore it from a backup, or move the data directory away to start afresh", s.path, err)
			}
			return s, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	s.InstallationUUID, s.ControlDomainUUID = uuid.NewString(), uuid.NewString()
	return s, nil
}

// Fresh reports whether the state was never saved.
func (s *State) Fresh() bool {
	if s.path == "" {
		return true
	}
	_, err := os.Stat(s.path)
	return errors.Is(err, fs.ErrNotExist)
}

// Save writes the state; after a crash the file holds the old or the new one.
func (s *State) Save() error {
	if s.path == "" {
		return nil
	}
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	return WriteFile(s.path, append(raw, '\n'))
}

// WriteFile replaces a private file at once and durably.
func WriteFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return err
	}
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
