// Package directory handles what is about users that a directory knows:
// subjects and the hosts' membership in a domain. No directory is emulated, so
// no host can become a member; a pool that was read from elsewhere may be one on
// paper.
package directory

import (
	"slices"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/rpc"
)

type (
	subjectRef = model.Ref[model.Subject]
	roleRef    = model.Ref[model.Role]
	hostRef    = model.Ref[model.Host]
	poolRef    = model.Ref[model.Pool]
)

const noDirectory = "No directory can be reached from an emulated host"

// Auth handles the class auth.
type Auth struct{ DB *store.DB }

// ask fails: AUTH_IS_DISABLED if the master is in no domain, AUTH_SERVICE_ERROR
// [message] if it is said to be in one.
func (s Auth) ask() error {
	r := s.DB.View()
	for _, p := range store.All[model.Pool](r) {
		if h, ok := store.Find(r, p.Master); ok && h.ExternalAuthType != "" {
			return model.ErrAuthServiceError(noDirectory)
		}
	}
	return model.ErrAuthIsDisabled()
}

// GetSubjectIdentifier finds a user or group of the directory by its name.
func (s Auth) GetSubjectIdentifier(c *rpc.Call, subjectName string) (string, error) {
	return "", s.ask()
}

// GetSubjectInformationFromIdentifier is what the directory tells of somebody.
func (s Auth) GetSubjectInformationFromIdentifier(c *rpc.Call, subjectIdentifier string) (map[string]string, error) {
	return nil, s.ask()
}

// GetGroupMembership lists the groups that somebody is in.
func (s Auth) GetGroupMembership(c *rpc.Call, subjectIdentifier string) ([]string, error) {
	return nil, s.ask()
}

// Subjects handles the class subject.
type Subjects struct{ DB *store.DB }

// Create lets somebody of the directory into the pool: SUBJECT_ALREADY_EXISTS.
// As long as roles count for nothing the new one may do everything.
func (s Subjects) Create(c *rpc.Call, args *model.Subject) (subjectRef, error) {
	var ref subjectRef
	err := s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		for _, o := range store.All[model.Subject](tx) {
			if o.SubjectIdentifier == args.SubjectIdentifier {
				return model.ErrSubjectAlreadyExists()
			}
		}
		args.Roles = nil
		if !licence.Enabled(tx, licence.RBAC) {
			args.Roles = store.Default[model.Subject]().Roles
		}
		ref = store.Insert(tx, args)
		return nil
	})
	return ref, err
}

// Destroy shuts somebody out. Sessions that are open stay so.
func (s Subjects) Destroy(c *rpc.Call, self subjectRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error { return store.Delete(tx, self) })
}

// AddToRoles gives a role: ROLE_NOT_FOUND, also for a permission,
// ROLE_ALREADY_EXISTS if the subject has it.
func (s Subjects) AddToRoles(c *rpc.Call, self subjectRef, role roleRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		row, ok := store.Find(tx, role)
		if !ok || len(row.Subroles) == 0 {
			return model.ErrRoleNotFound()
		}
		e, err := store.Edit(tx, self)
		switch {
		case err != nil:
			return err
		case slices.Contains(e.Roles, role):
			return model.ErrRoleAlreadyExists()
		}
		e.Roles = append(slices.Clone(e.Roles), role)
		return nil
	})
}

// RemoveFromRoles takes a role away: ROLE_NOT_FOUND if the subject has it not.
func (s Subjects) RemoveFromRoles(c *rpc.Call, self subjectRef, role roleRef) error {
	return s.DB.Update(c.Ctx, func(tx *store.Tx) error {
		e, err := store.Edit(tx, self)
		if err != nil {
			return err
		}
		i := slices.Index(e.Roles, role)
		if i < 0 {
			return model.ErrRoleNotFound()
		}
		e.Roles = slices.Delete(slices.Clone(e.Roles), i, i+1)
		return nil
	})
}

// GetPermissionsNameLabel lists the permissions that a subject's roles hold.
func (s Subjects) GetPermissionsNameLabel(c *rpc.Call, self subjectRef) ([]string, error) {
	r := s.DB.View()
	e, err := store.Get(r, self)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, ref := range e.Roles {
		role, _ := store.Find(r, ref)
		if role == nil {
			continue
		}
		for _, p := range role.Subroles {
			if permission, ok := store.Find(r, p); ok {
				names = append(names, permission.NameLabel)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}
