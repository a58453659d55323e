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
	"strings"
	"sync"

	"github.com/google/uuid"

	"github.com/xapid/xapid/xapi/cpu"
)

// State is the local state of one host. Its methods may be called at the same
// time.
type State struct {
	mu   sync.Mutex
	kept Kept
	path string
	// saved tells that the state outlives this boot already.
	saved bool
}

// Kept is what a State holds.
type Kept struct {
	// InstallationUUID is the host's uuid, ControlDomainUUID its dom0's.
	InstallationUUID  string `json:"installation_uuid"`
	ControlDomainUUID string `json:"control_domain_uuid"`
	// RootPassword is the bcrypt hash of root's password.
	RootPassword string `json:"root_password"`
	// Role is Master, Broken, or what SlaveOf gives. It is read when the
	// toolstack starts.
	Role string `json:"role"`
	// Lineage names the history of the host's copy of the pool's database;
	// Epoch counts the promotions by force that led to it.
	Lineage string `json:"lineage"`
	Epoch   uint64 `json:"epoch"`
	// Forget asks for the copy to be dropped at the next start, Promote for it
	// to be made the pool's.
	Forget  bool `json:"forget,omitempty"`
	Promote bool `json:"promote,omitempty"`
	// Pinned tells that an operator has chosen the master, who is not to be
	// left for another before he has been reached.
	Pinned bool `json:"pinned,omitempty"`
	// Bare makes the next database that of a host without VMs, whatever
	// inventory the daemon was started with.
	Bare bool `json:"bare,omitempty"`
	// CPU is what processors the host has, nil for the usual ones; CPUMask hides
	// features of theirs from the next boot on.
	CPU     *cpu.CPU `json:"cpu,omitempty"`
	CPUMask string   `json:"cpu_mask,omitempty"`
	// Armed tells that the pool has high availability, as far as the host knows.
	Armed bool `json:"ha_armed,omitempty"`
}

// Roles, besides those of SlaveOf.
const (
	Master = "master"
	Broken = "broken"
)

const slavePrefix = "slave:"

// SlaveOf is the role of a slave whose master has that address.
func SlaveOf(address string) string { return slavePrefix + address }

// MasterAddress is the address in a slave's role.
func (k Kept) MasterAddress() (address string, slave bool) {
	if address, slave = strings.CutPrefix(k.Role, slavePrefix); !slave {
		return "", false
	}
	return address, true
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
			if err := json.Unmarshal(raw, &s.kept); err != nil || s.kept.InstallationUUID == "" {
				return nil, fmt.Errorf("%s is damaged (%v): restore it from a backup, or move the data directory away to start afresh", s.path, err)
			}
			s.saved = true
			return s, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	s.kept = Kept{InstallationUUID: uuid.NewString(), ControlDomainUUID: uuid.NewString(), Role: Master, Lineage: uuid.NewString()}
	return s, nil
}

// Fresh reports whether the state was never saved.
func (s *State) Fresh() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.saved
}

// Get gives what is kept.
func (s *State) Get() Kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept
}

// Change alters what is kept; after a crash the file holds the old or the new.
// If it cannot be written nothing has changed.
func (s *State) Change(change func(*Kept)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kept
	change(&k)
	if s.path != "" {
		raw, err := json.MarshalIndent(k, "", "  ")
		if err != nil {
			return err
		}
		if err := WriteFile(s.path, append(raw, '\n')); err != nil {
			return err
		}
	}
	s.kept, s.saved = k, true
	return nil
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

// Equip gives a fresh host its processors.
func (s *State) Equip(c *cpu.CPU) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.CPU = c
}

// Identify gives a fresh host its identity.
func (s *State) Identify(installation, controlDomain string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept.InstallationUUID, s.kept.ControlDomainUUID = installation, controlDomain
}
