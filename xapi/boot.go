package xapi

import (
	"context"
	"os"
	"time"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/hypervisor"
	"github.com/xapid/xapid/xapi/inventory"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/pool"
	"github.com/xapid/xapid/xapi/role"
)

// seed fills a fresh database.
func (s *stack) seed(tx *store.Tx) error {
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	cfg, k := s.Config, s.d.local.Get()
	o := inventory.Options{
		Now: cfg.Clock.Now().UTC().Truncate(time.Second), HostUUID: k.InstallationUUID, ControlDomainUUID: k.ControlDomainUUID,
		Hostname: hostname, Address: cfg.Address, Hosts: cfg.Hosts, VMs: cfg.VMs, Seed: cfg.Seed, Release: s.d.release, File: s.d.inventory,
	}
	if k.Bare {
		o.Hosts, o.VMs, o.Seed, o.File, o.CPU = 1, 0, "", nil, k.CPU
	}
	if err := inventory.Fill(tx, o); err != nil {
		return err
	}
	if k.Bare {
		if err := pool.NoVerification(tx); err != nil {
			return err
		}
	}
	return play(tx, k.InstallationUUID)
}

// play says of the hosts that have no daemon of their own who plays them.
func play(tx *store.Tx, self string) error {
	for ref, h := range store.All[model.Host](tx) {
		if h.UUID == self {
			continue
		}
		e, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		if e.OtherConfig == nil {
			e.OtherConfig = map[string]string{}
		}
		e.OtherConfig[hypervisor.PlayerKey] = self
	}
	return nil
}

// startOfDay makes the database true to a master that has just started:
// nothing is in progress, the hosts that this daemon plays are alive, and those
// with a daemon of their own have yet to say hello.
func (s *stack) startOfDay(ctx context.Context) error {
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	_, changed := s.d.local.Get().MasterAddress() // whoever hands over has named this host already
	err = s.DB.Update(ctx, func(tx *store.Tx) error {
		if err := role.Sync(tx, s.d.release); err != nil {
			return err
		}
		took, err := s.takeOffice(tx)
		if err != nil {
			return err
		}
		changed = changed || took
		if err := s.startHosts(tx, hostname); err != nil {
			return err
		}
		return s.syncCertificates(tx)
	})
	if err != nil {
		return err
	}
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		ops.ResetAll(tx, s.d.release)
		if changed {
			if h, ok := store.Find(tx, s.rooms.pools.SelfIn(tx)); ok {
				s.rooms.messages.Raise(tx, "POOL_MASTER_TRANSITION", model.ClsHost, h.UUID, "")
			}
		}
		return nil
	})
}

// takeOffice makes this host the pool's master in the database, and tells
// whether it was not.
func (s *stack) takeOffice(tx *store.Tx) (changed bool, err error) {
	ref, p := pool.The(tx)
	self := s.rooms.pools.SelfIn(tx)
	if p == nil || p.Master == self {
		return false, nil
	}
	e, err := store.Edit(tx, ref)
	if err != nil {
		return false, err
	}
	e.Master = self
	return true, nil
}

// startHosts refreshes what each host says of itself when its toolstack starts.
func (s *stack) startHosts(tx *store.Tx, hostname string) error {
	self := s.rooms.pools.SelfIn(tx)
	uuid := s.d.local.Get().InstallationUUID
	ours := map[model.Ref[model.Host]]bool{}
	lone := true
	var refs []model.Ref[model.Host]
	for ref, h := range store.All[model.Host](tx) {
		refs = append(refs, ref)
		ours[ref] = hypervisor.Player(h) == uuid
		lone = lone && ours[ref]
	}
	found := s.d.world.Domains()
	if s.booted && lone {
		// Nothing but this process has come and gone: its machines go on.
		if err := s.rooms.vms.Adopt(tx, s.d.world, func(h model.Ref[model.Host]) bool { return ours[h] }); err != nil {
			return err
		}
		found = s.d.world.Domains()
	}
	for _, ref := range refs {
		h, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		if !ours[ref] {
			h.Enabled = false
			continue
		}
		if err := s.startHost(tx, ref, h, ref == self, hostname, found); err != nil {
			return err
		}
	}
	return nil
}

func (s *stack) startHost(tx *store.Tx, ref model.Ref[model.Host], h *model.Host, self bool, hostname string, found []emu.Found) error {
	if self && h.Address != s.Config.Address {
		h.Address = s.Config.Address
		if err := pool.MoveConsoles(tx, h); err != nil {
			return err
		}
	}
	a := pool.Arrival{Release: s.d.release.Code, Hostname: h.Hostname, Found: found}
	if self {
		a.Hostname, a.Booted, a.CPUMask = hostname, s.booted, s.d.local.Get().CPUMask
	}
	_, err := s.rooms.pools.Arrive(tx, ref, a)
	return err
}

// syncCertificates shows the certificates that the daemon serves with.
func (s *stack) syncCertificates(tx *store.Tx) error {
	self := s.rooms.pools.SelfIn(tx)
	if self.IsNull() {
		return nil
	}
	internal, err := s.d.certs.Internal()
	if err != nil {
		return err
	}
	for kind, c := range map[model.CertificateType]certs.Certificate{
		model.CertificateTypeHost: s.d.certs.Host(), model.CertificateTypeHostInternal: internal,
	} {
		row := &model.Certificate{
			Type: kind, Host: self, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
			Fingerprint: c.SHA256, FingerprintSha256: c.SHA256, FingerprintSha1: c.SHA1,
		}
		if err := pool.ReplaceCertificate(tx, row); err != nil {
			return err
		}
	}
	return nil
}
