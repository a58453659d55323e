// Package role keeps the static objects of role-based access: a role for each
// level and one for each permission.
package role

import (
	"slices"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// extraPermissions are held besides those of messages and HTTP paths.
var extraPermissions = []permission{{"task.destroy/any", model.PoolAdmin | model.PoolOperator}}

type permission struct {
	name  string
	roles model.RoleSet
}

// permissions lists every permission that some role holds under a release.
func permissions(release *model.Release) []permission {
	var list []permission
	add := func(name string, roles model.RoleSet) {
		if roles != model.NoRole {
			list = append(list, permission{name, roles})
		}
	}
	for _, c := range model.Classes() {
		for _, m := range c.Methods {
			if !release.Known(c.Life) || !release.Known(m.Life) {
				continue
			}
			add(m.Full, m.Roles)
			for _, k := range m.Keys {
				add(m.Full+"/key:"+k.Key, k.Roles)
			}
		}
	}
	for _, a := range httpActions {
		add("http/"+a.name, a.roles)
	}
	return append(list, extraPermissions...)
}

func refOf(name string) model.Ref[model.Role] {
	return model.Ref[model.Role]("OpaqueRef:" + model.PermissionUUID(name))
}

// Sync makes the role objects what this version of the API says. They have
// the same references everywhere.
func Sync(tx *store.Tx, release *model.Release) error {
	wanted := map[model.Ref[model.Role]]*model.Role{}
	subroles := map[string][]model.Ref[model.Role]{}
	var order []model.Ref[model.Role]
	for _, p := range permissions(release) {
		ref := refOf(p.name)
		if wanted[ref] == nil {
			order = append(order, ref)
		}
		wanted[ref] = &model.Role{UUID: model.PermissionUUID(p.name), NameLabel: strings.ToLower(p.name)}
		for _, r := range p.roles.Names() {
			subroles[r] = append(subroles[r], ref)
		}
	}
	for _, name := range model.RoleNames() {
		ref := refOf(name)
		order = append(order, ref)
		wanted[ref] = &model.Role{
			UUID: model.PermissionUUID(name), NameLabel: name, Subroles: subroles[name],
			NameDescription: descriptions[name], IsInternal: name == "client-cert",
		}
	}
	for ref := range store.All[model.Role](tx) {
		if wanted[ref] == nil {
			if err := store.Delete(tx, ref); err != nil {
				return err
			}
		}
	}
	for _, ref := range order {
		w := wanted[ref]
		old, ok := store.Find(tx, ref)
		if !ok {
			store.InsertAs(tx, ref, w)
			continue
		}
		if old.NameLabel != w.NameLabel || old.NameDescription != w.NameDescription || !slices.Equal(old.Subroles, w.Subroles) {
			row, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			*row = *w
		}
	}
	return nil
}

var descriptions = map[string]string{
	"pool-admin":     "Full control of the pool, its users and its roles",
	"pool-operator":  "Manages hosts, storage and networks, but neither users nor roles",
	"vm-power-admin": "Makes and manages virtual machines",
	"vm-admin":       "Manages virtual machines and templates",
	"vm-operator":    "Uses virtual machines: power and consoles",
	"client-cert":    "A peer known by its client certificate",
	"read-only":      "Sees everything and changes nothing",
}

// Service handles the class role.
type Service struct{ DB *store.DB }

// GetPermissions lists the permissions of a role.
func (s *Service) GetPermissions(c *rpc.Call, self model.Ref[model.Role]) ([]model.Ref[model.Role], error) {
	r, err := store.Get(s.DB.View(), self)
	if err != nil {
		return nil, err
	}
	if len(r.Subroles) == 0 {
		return []model.Ref[model.Role]{self}, nil
	}
	return r.Subroles, nil
}

// GetPermissionsNameLabel lists the names of the permissions of a role.
func (s *Service) GetPermissionsNameLabel(c *rpc.Call, self model.Ref[model.Role]) ([]string, error) {
	refs, err := s.GetPermissions(c, self)
	if err != nil {
		return nil, err
	}
	snap := s.DB.View()
	names := make([]string, 0, len(refs))
	for _, ref := range refs {
		if r, ok := store.Find(snap, ref); ok {
			names = append(names, r.NameLabel)
		}
	}
	return names, nil
}

// GetByPermission lists the roles that hold a permission.
func (s *Service) GetByPermission(c *rpc.Call, permission model.Ref[model.Role]) ([]model.Ref[model.Role], error) {
	var refs []model.Ref[model.Role]
	for ref, r := range store.All[model.Role](s.DB.View()) {
		if slices.Contains(r.Subroles, permission) {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// GetByPermissionNameLabel lists the roles that hold a permission of a name.
func (s *Service) GetByPermissionNameLabel(c *rpc.Call, label string) ([]model.Ref[model.Role], error) {
	return s.GetByPermission(c, refOf(permissionName(label)))
}

// permissionName finds the name whose digest the permission's reference is:
// name labels are lower case, the digest is of the name as written.
func permissionName(label string) string {
	for _, p := range permissions(nil) {
		if strings.EqualFold(p.name, label) {
			return p.name
		}
	}
	return label
}
