package model

import (
	"crypto/md5"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// RoleSet is a set of role levels, one bit each.
type RoleSet uint8

// The role levels, the most powerful first. ClientCert is internal: sessions
// that a client certificate opened have it.
const (
	PoolAdmin RoleSet = 1 << iota
	PoolOperator
	VMPowerAdmin
	VMAdmin
	VMOperator
	ClientCert
	ReadOnly
)

// NoRole is the set of messages that only a local superuser may send.
const NoRole RoleSet = 0

var roleNames = []string{"pool-admin", "pool-operator", "vm-power-admin", "vm-admin", "vm-operator", "client-cert", "read-only"}

// RoleNames lists the names of the roles, the most powerful first.
func RoleNames() []string { return roleNames }

// RoleByName gives the bit of one role.
func RoleByName(name string) (RoleSet, bool) {
	for i, n := range roleNames {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// Has reports whether any role of the other set is in this one.
func (s RoleSet) Has(o RoleSet) bool { return s&o != 0 }

// Names lists the roles of the set, the most powerful first.
func (s RoleSet) Names() []string {
	var names []string
	for i, n := range roleNames {
		if s&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// String is the short form that the class tables use: the weakest role of the
// ladder, "+client-cert" if that internal role is in it besides.
func (s RoleSet) String() string {
	if s == NoRole {
		return "local-root"
	}
	if s.Has(ReadOnly) {
		return "read-only"
	}
	weakest := ""
	for i, n := range roleNames {
		if s&(1<<i) != 0 && n != "client-cert" {
			weakest = n
		}
	}
	if s.Has(ClientCert) {
		weakest += "+client-cert"
	}
	return weakest
}

// ParseRoles reads the short form: every role at least as powerful as the
// named one.
func ParseRoles(s string) (RoleSet, error) {
	if s == "local-root" {
		return NoRole, nil
	}
	name, cert := strings.CutSuffix(s, "+client-cert")
	bit, ok := RoleByName(name)
	if !ok {
		return 0, fmt.Errorf("unknown role %q", s)
	}
	set := (bit<<1 - 1) &^ ClientCert
	if cert || name == "read-only" {
		set |= ClientCert
	}
	return set, nil
}

// KeyRoles guards the map keys that match Key (a trailing * matches any
// suffix) with a role set of their own.
type KeyRoles struct {
	Key   string
	Roles RoleSet
}

func parseKeys(s string) ([]KeyRoles, error) {
	var keys []KeyRoles
	for _, f := range strings.Fields(s) {
		k, r, ok := strings.Cut(f, "=")
		if !ok {
			return nil, fmt.Errorf("key guard %q has no role", f)
		}
		set, err := ParseRoles(r)
		if err != nil {
			return nil, err
		}
		keys = append(keys, KeyRoles{k, set})
	}
	return keys, nil
}

// MatchKey finds the guard of a map key: the longest that matches.
func MatchKey(guards []KeyRoles, key string) (KeyRoles, bool) {
	var best KeyRoles
	found := false
	for _, g := range guards {
		prefix, wild := strings.CutSuffix(g.Key, "*")
		if (g.Key == key || wild && strings.HasPrefix(key, prefix)) && (!found || len(g.Key) > len(best.Key)) {
			best, found = g, true
		}
	}
	return best, found
}

// PermissionUUID is the uuid of the role object that stands for a permission
// or a role: the MD5 of its name, as xapi.
func PermissionUUID(name string) string {
	return uuid.UUID(md5.Sum([]byte(name))).String()
}
