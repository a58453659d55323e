package pool

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/local"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/peer"
	"github.com/xapid/xapid/xapi/rpc"
)

// Join makes this host a member of the pool whose master has that address. The
// checks and their errors are those of checks.go, in that order. When it
// returns the master knows all that the host brings; the toolstack restarts as
// a slave after a fuse. A failure leaves both pools as they were.
func (s *Service) Join(c *rpc.Call, masterAddress, masterUsername, masterPassword string) error {
	return s.join(c, masterAddress, masterUsername, masterPassword, false)
}

// JoinForce is Join without the check that the hosts are alike.
func (s *Service) JoinForce(c *rpc.Call, masterAddress, masterUsername, masterPassword string) error {
	return s.join(c, masterAddress, masterUsername, masterPassword, true)
}

// The records of the other pool that the checks look at.
type (
	theirPool struct {
		Master                 string            `json:"master"`
		HAEnabled              bool              `json:"ha_enabled"`
		TLSVerificationEnabled bool              `json:"tls_verification_enabled"`
		VswitchController      string            `json:"vswitch_controller"`
		CPUInfo                map[string]string `json:"cpu_info"`
		OtherConfig            map[string]string `json:"other_config"`
		CurrentOperations      map[string]string `json:"current_operations"`
	}
	theirHost struct {
		UUID              string            `json:"uuid"`
		NameLabel         string            `json:"name_label"`
		Address           string            `json:"address"`
		SoftwareVersion   map[string]string `json:"software_version"`
		CPUInfo           map[string]string `json:"cpu_info"`
		Edition           string            `json:"edition"`
		APIMajor          int64             `json:"API_version_major"`
		APIMinor          int64             `json:"API_version_minor"`
		AuthType          string            `json:"external_auth_type"`
		AuthService       string            `json:"external_auth_service_name"`
		Guidances         []string          `json:"pending_guidances"`
		CurrentOperations map[string]string `json:"current_operations"`
	}
	theirPIF struct {
		Host        string `json:"host"`
		Management  bool   `json:"management"`
		VLAN        int64  `json:"VLAN"`
		AddressType string `json:"primary_address_type"`
	}
	theirNetwork struct {
		Purpose []string `json:"purpose"`
	}
	theirSM struct {
		Type     string           `json:"type"`
		Features map[string]int64 `json:"features"`
	}
	theirCertificate struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Fingerprint string `json:"fingerprint"`
	}
	theirCluster struct {
		PIF      string `json:"pif"`
		AutoJoin bool   `json:"pool_auto_join"`
	}
)

// joining is a join under way.
type joining struct {
	*Service
	r       *store.Snapshot
	self    model.Ref[model.Host]
	host    *model.Host
	pool    *model.Pool
	address string
	forced  bool

	remote       *peer.API
	theirs       theirPool
	master       theirHost
	hosts        map[string]theirHost
	certificates map[string]theirCertificate
}

func (s *Service) join(c *rpc.Call, address, user, password string, forced bool) error {
	j := &joining{Service: s, r: s.DB.View(), forced: forced}
	_, j.pool = The(j.r)
	j.self = s.SelfIn(j.r)
	var err error
	if j.host, err = store.Get(j.r, j.self); err != nil {
		return err
	}
	if !licence.Enabled(j.r, licence.Pooling) {
		return model.ErrLicenceRestriction() // as xapi: it does not say what of
	}
	if j.address, err = resolve(c.Ctx, address); err != nil {
		return model.ErrJoiningHostConnectionFailed()
	}
	if err := j.login(c.Ctx, user, password); err != nil {
		return err
	}
	defer func() { j.remote.Close() }()
	if err := j.read(); err != nil {
		return err
	}
	if err := j.check(); err != nil {
		return err
	}
	return j.proceed(c.Ctx, user, password)
}

// login opens the other pool's API.
func (j *joining) login(ctx context.Context, user, password string) error {
	api, err := j.Net.Unverified(ctx, j.address)
	if err != nil {
		return err
	}
	if err := api.Login(user, password); err != nil {
		api.Close()
		return joinError(err)
	}
	j.remote = api
	return nil
}

// joinError is what a failed login amounts to.
func joinError(err error) error {
	switch {
	case errors.Is(err, peer.ErrNoService):
		return model.ErrJoiningHostServiceFailed()
	case errors.Is(err, peer.ErrUnreachable):
		return model.ErrJoiningHostConnectionFailed()
	}
	return err
}

// read fetches what the checks look at.
func (j *joining) read() error {
	pools, err := peer.Ask[map[string]theirPool](j.remote, "pool.get_all_records")
	if err != nil {
		return joinError(err)
	}
	for _, p := range pools {
		j.theirs = p
	}
	if j.hosts, err = peer.Ask[map[string]theirHost](j.remote, "host.get_all_records"); err != nil {
		return joinError(err)
	}
	j.master = j.hosts[j.theirs.Master]
	return nil
}

// proceed is the join proper: the secret, the certificates, the luggage, the
// role.
func (j *joining) proceed(ctx context.Context, user, password string) error {
	secret, err := peer.Ask[string](j.remote, "pool.initial_auth")
	if err != nil {
		return err
	}
	if err := j.exchange(); err != nil {
		return err
	}
	back := func(err error) error { return errors.Join(err, j.unexchange()) }
	j.remote.Close()
	if j.remote, err = j.Net.Verified(ctx, j.address, j.master.UUID); err != nil {
		return back(err)
	}
	if err := j.remote.Login(user, password); err != nil {
		return back(err)
	}
	old := j.Certs.PoolSecret()
	if err := j.Certs.SetPoolSecret(secret); err != nil {
		return back(err)
	}
	revert := func(err error) error { return back(errors.Join(err, j.Certs.SetPoolSecret(old))) }
	var w welcome
	if err := j.Net.CallAt(ctx, j.address, j.master.UUID, "luggage", pack(j.r, j.self), &w); err != nil {
		return revert(err)
	}
	before := j.Local.Get()
	err = j.Local.Change(func(k *local.Kept) {
		k.Role, k.Lineage, k.Epoch, k.Forget = local.SlaveOf(j.address), w.Lineage.ID, w.Lineage.Epoch, true
		k.Pinned = false
	})
	if err != nil {
		// The master must not wait for a host that stays at home.
		undo := j.Net.CallAt(ctx, j.address, j.master.UUID, "abandon", struct{}{}, nil)
		return revert(errors.Join(err, undo))
	}
	j.Log.Info("this host joins a pool", zap.String("master", j.address), zap.String("was", before.Lineage))
	j.Restart("this host has joined a pool", fuse)
	return nil
}

// exchange lets both sides trust each other's internal certificate.
func (j *joining) exchange() error {
	own, err := j.ownCertificate()
	if err != nil {
		return err
	}
	bundle, err := peer.Ask[map[string]string](j.remote, "pool.exchange_certificates_on_join", j.host.UUID, own)
	if err != nil {
		return err
	}
	if bundle[j.master.UUID+".pem"] == "" {
		return errors.Join(model.ErrPoolJoiningMasterCertificateNotInPoolBundle(j.master.UUID), j.unexchange())
	}
	for name, pem := range bundle {
		if uuid := strings.TrimSuffix(name, ".pem"); uuid != j.host.UUID {
			if err := j.Certs.TrustMember(uuid, pem); err != nil {
				return errors.Join(err, j.unexchange())
			}
		}
	}
	return nil
}

func (j *joining) unexchange() error {
	var errs []error
	for uuid := range j.Certs.Members() {
		errs = append(errs, j.Certs.ForgetMember(uuid))
	}
	return errors.Join(errs...)
}

// ExchangeCertificatesOnJoin gives a joining host's internal certificate to
// all members, and theirs, by file name, to it.
func (s *Service) ExchangeCertificatesOnJoin(c *rpc.Call, uuid, certificate string) (map[string]string, error) {
	if ref, ok := store.ByUUID[model.Host](s.DB.View(), uuid); ok {
		h, _ := store.Find(s.DB.View(), ref)
		if ops.Alive(s.DB.View(), h) {
			return nil, model.ErrHostIsLive(ref) // that uuid is taken
		}
	}
	if err := s.Certs.TrustMember(uuid, certificate); err != nil {
		return nil, model.ErrInternalError(err.Error())
	}
	s.tellCertificate(c.Ctx, uuid, certificate)
	own, err := s.ownCertificate()
	if err != nil {
		return nil, err
	}
	bundle := map[string]string{s.Local.Get().InstallationUUID + ".pem": own}
	for id, pem := range s.Certs.Members() {
		bundle[id+".pem"] = pem
	}
	return bundle, nil
}

// trust is a member's certificate on its way to another; "" takes it back.
type trust struct {
	UUID string `json:"uuid"`
	PEM  string `json:"pem"`
}

// tellCertificate spreads a member's certificate. Those that do not hear of it
// now do so when they say hello.
func (s *Service) tellCertificate(ctx context.Context, uuid, pem string) {
	for other := range s.members(s.DB.View()) {
		if other == uuid {
			continue
		}
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		if err := s.Net.Call(ctx, other, "trust", trust{uuid, pem}, nil); err != nil {
			s.Log.Info("a member does not hear of a certificate", zap.String("host", other), zap.Error(err))
		}
		cancel()
	}
}

func (s *Service) serveJoin() {
	peer.Handle(s.Net, "luggage", s.takeIn)
	peer.Handle(s.Net, "abandon", func(ctx context.Context, from string, _ struct{}) (struct{}, error) {
		return struct{}{}, s.forgetHost(ctx, from)
	})
	peer.Handle(s.Net, "trust", func(_ context.Context, _ string, t trust) (struct{}, error) {
		if t.PEM == "" {
			return struct{}{}, s.Certs.ForgetMember(t.UUID)
		}
		return struct{}{}, s.Certs.TrustMember(t.UUID, t.PEM)
	})
}

// takeIn merges what a joining host brings, in one transaction, and gives it a
// copy of the database from then on.
func (s *Service) takeIn(ctx context.Context, from string, l luggage) (welcome, error) {
	if !s.DB.Leads() {
		return welcome{}, store.ErrNotLeader
	}
	if err := s.DB.Update(ctx, func(tx *store.Tx) error { return l.unpack(tx, s.Release) }); err != nil {
		s.Log.Warn("a host cannot join the pool", zap.String("host", from), zap.Error(err))
		if _, known := store.ByUUID[model.Host](s.DB.View(), from); !known {
			s.tellCertificate(ctx, from, "")
			err = errors.Join(err, s.Certs.ForgetMember(from))
		}
		return welcome{}, err
	}
	if err := s.DB.AddMember(from); err != nil {
		return welcome{}, errors.Join(err, s.forgetHost(ctx, from))
	}
	s.Log.Info("a host has joined the pool", zap.String("host", from))
	return welcome{Lineage: s.lineage(), Master: s.Local.Get().InstallationUUID, Index: s.DB.Index()}, nil
}

// forgetHost ends a host's membership: no copy of the database, no trust, no
// record.
func (s *Service) forgetHost(ctx context.Context, uuid string) error {
	var errs []error
	if s.DB.HasMember(uuid) {
		errs = append(errs, s.DB.RemoveMember(uuid))
	}
	s.mu.Lock()
	delete(s.beats, uuid)
	delete(s.leaving, uuid)
	delete(s.skewed, uuid)
	s.mu.Unlock()
	errs = append(errs, s.Certs.ForgetMember(uuid))
	s.Net.Forget(uuid)
	s.tellCertificate(ctx, uuid, "")
	errs = append(errs, s.DB.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return dropHost(tx, uuid) }))
	return errors.Join(errs...)
}
