package session

import (
	"context"
	"strings"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/rpc"
)

// Service handles the class session.
type Service struct {
	*Registry
	Password *Password
	// PoolSecret tells whether a text is what members of the pool show each other.
	PoolSecret func(text string) bool
	// Host is the host that serves the login.
	Host func() model.Ref[model.Host]
}

// LoginWithPassword opens a session for root. version is ignored, as xapi.
func (s *Service) LoginWithPassword(c *rpc.Call, uname, pwd, version, originator string) (model.Ref[model.Session], error) {
	if uname != rootUser || !s.Password.Check(pwd) {
		return "", model.ErrSessionAuthenticationFailed(uname, failureMessage)
	}
	return s.OpenRoot(c.Ctx, uname, originator)
}

// OpenRoot opens a session for root without asking for a password: for
// transports that know their caller, and for HTTP basic credentials.
func (s *Service) OpenRoot(ctx context.Context, uname, originator string) (model.Ref[model.Session], error) {
	row := store.Default[model.Session]()
	row.ThisHost = s.Host()
	row.IsLocalSuperuser = true
	row.AuthUserName = uname
	row.Originator = originator
	return s.Open(ctx, rpc.Session{ThisHost: row.ThisHost, LocalSuperuser: true, UserName: uname, Originator: originator}, row)
}

// SlaveLogin opens a session for another member of the pool.
func (s *Service) SlaveLogin(c *rpc.Call, host model.Ref[model.Host], psecret string) (model.Ref[model.Session], error) {
	if !s.PoolSecret(psecret) {
		return "", model.ErrSessionAuthenticationFailed(host, "Pool credentials invalid")
	}
	row := store.Default[model.Session]()
	row.ThisHost = host
	row.Pool = true
	row.IsLocalSuperuser = true
	return s.Open(c.Ctx, rpc.Session{ThisHost: host, LocalSuperuser: true, Pool: true}, row)
}

// SlaveLocalLogin opens a local session for another member of the pool.
func (s *Service) SlaveLocalLogin(c *rpc.Call, psecret string) (model.Ref[model.Session], error) {
	if !s.PoolSecret(psecret) {
		return "", model.ErrSessionAuthenticationFailed("localhost", "Pool credentials invalid")
	}
	return s.Open(c.Ctx, rpc.Session{ThisHost: s.Host(), LocalSuperuser: true, Pool: true, Local: true}, nil)
}

// SlaveLocalLoginWithPassword opens a local session for root: it needs no
// database, so it works in an emergency too.
func (s *Service) SlaveLocalLoginWithPassword(c *rpc.Call, uname, pwd string) (model.Ref[model.Session], error) {
	if uname != rootUser || !s.Password.Check(pwd) {
		return "", model.ErrSessionAuthenticationFailed(uname, failureMessage)
	}
	return s.Open(c.Ctx, rpc.Session{ThisHost: s.Host(), LocalSuperuser: true, Local: true, UserName: uname}, nil)
}

// LocalLogout ends a local session.
func (s *Service) LocalLogout(c *rpc.Call) error { return s.Logout(c) }

// Logout ends the caller's session.
func (s *Service) Logout(c *rpc.Call) error {
	if !s.End(c.Session.Ref) {
		return model.ErrSessionInvalid(c.Session.Ref)
	}
	return nil
}

// LogoutSubjectIdentifier ends the sessions of a directory user or group, the
// caller's own and root's excepted.
func (s *Service) LogoutSubjectIdentifier(c *rpc.Call, subjectIdentifier string) error {
	for _, o := range s.all(func(o *live) bool {
		return !o.Root() && o.UserSID == subjectIdentifier && o.Ref != c.Session.Ref
	}) {
		s.End(o.Ref)
	}
	return nil
}

// GetAllSubjectIdentifiers lists the directory users that have sessions.
func (s *Service) GetAllSubjectIdentifiers(*rpc.Call) ([]string, error) {
	seen := map[string]bool{}
	var sids []string
	for _, o := range s.all(func(o *live) bool { return !o.Root() && o.UserSID != "" }) {
		if !seen[o.UserSID] {
			seen[o.UserSID] = true
			sids = append(sids, o.UserSID)
		}
	}
	return sids, nil
}

// ChangePassword sets root's password. As xapi, the old one is not asked: a
// session of root's is proof enough.
func (s *Service) ChangePassword(c *rpc.Call, _, newPwd string) error {
	if !c.Session.LocalSuperuser {
		return model.ErrUserIsNotLocalSuperuser("Only the local superuser can change their own password")
	}
	if newPwd == "" || strings.ContainsAny(newPwd, "\x00\n") {
		return model.ErrChangePasswordRejected("The password must not be empty")
	}
	return s.Password.Change(newPwd)
}
