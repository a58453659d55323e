package xapi

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/xapid/xapid/certs"
	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/inventory"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/role"
)

// seed fills a fresh database.
func (d *Daemon) seed(tx *store.Tx) error {
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	cfg := d.Config
	return inventory.Fill(tx, inventory.Options{
		Now: cfg.Clock.Now().UTC().Truncate(time.Second), HostUUID: d.local.InstallationUUID, ControlDomainUUID: d.local.ControlDomainUUID,
		Hostname: hostname, Address: cfg.Address, Hosts: cfg.Hosts, VMs: cfg.VMs, Seed: cfg.Seed, Release: cfg.Release, File: d.inventory,
	})
}

// startOfDay makes the database true to a toolstack that has just started:
// nothing is in progress, the hosts that this daemon plays are alive.
func (d *Daemon) startOfDay(ctx context.Context) error {
	hostname, err := os.Hostname()
	if err != nil {
		return err
	}
	now := d.Config.Clock.Now().UTC().Truncate(time.Second)
	err = d.DB.Update(ctx, func(tx *store.Tx) error {
		if err := role.Sync(tx); err != nil {
			return err
		}
		if err := d.startHosts(tx, hostname, now); err != nil {
			return err
		}
		if err := d.syncCertificates(tx); err != nil {
			return err
		}
		return d.rooms.vms.Adopt(tx)
	})
	if err != nil {
		return err
	}
	return d.DB.Update(ctx, func(tx *store.Tx) error {
		ops.ResetAll(tx)
		return nil
	})
}

// startHosts refreshes what each host says of itself when its toolstack starts.
func (d *Daemon) startHosts(tx *store.Tx, hostname string, now time.Time) error {
	self := d.theHostIn(tx)
	var refs []model.Ref[model.Host]
	for ref := range store.All[model.Host](tx) {
		refs = append(refs, ref)
	}
	for _, ref := range refs {
		h, err := store.Edit(tx, ref)
		if err != nil {
			return err
		}
		if h.OtherConfig == nil {
			h.OtherConfig = map[string]string{}
		}
		h.OtherConfig["agent_start_time"] = fmt.Sprintf("%d.", now.Unix())
		if ref == self && h.Address != d.Config.Address {
			h.Address = d.Config.Address
			if err := moveConsoles(tx, h); err != nil {
				return err
			}
		}
		if ref == self {
			h.Hostname = hostname
		}
		if m, err := store.Edit(tx, h.Metrics); err == nil {
			m.Live, m.LastUpdated = true, now
		}
	}
	return nil
}

func (d *Daemon) theHostIn(r store.Reader) model.Ref[model.Host] {
	ref, _ := store.ByUUID[model.Host](r, d.local.InstallationUUID)
	return ref
}

// moveConsoles points the consoles of a host's machines to its new address.
func moveConsoles(tx *store.Tx, h *model.Host) error {
	for _, vmRef := range h.ResidentVMs {
		vm, ok := store.Find(tx, vmRef)
		if !ok {
			continue
		}
		for _, ref := range vm.Consoles {
			c, err := store.Edit(tx, ref)
			if err != nil {
				return err
			}
			query := "uuid=" + c.UUID
			if vm.IsControlDomain {
				query = "ref=" + string(ref)
			}
			c.Location = "https://" + h.Address + "/console?" + query
		}
	}
	return nil
}

// syncCertificates shows the certificates that the daemon serves with.
func (d *Daemon) syncCertificates(tx *store.Tx) error {
	self := d.theHostIn(tx)
	if self == "" {
		return nil
	}
	internal, err := d.certs.Internal()
	if err != nil {
		return err
	}
	for kind, c := range map[model.CertificateType]certs.Certificate{
		model.CertificateTypeHost: d.certs.Host(), model.CertificateTypeHostInternal: internal,
	} {
		row := &model.Certificate{
			Type: kind, Host: self, NotBefore: c.NotBefore, NotAfter: c.NotAfter,
			Fingerprint: c.SHA256, FingerprintSha256: c.SHA256, FingerprintSha1: c.SHA1,
		}
		if err := replaceCertificate(tx, row); err != nil {
			return err
		}
	}
	return nil
}

// replaceCertificate keeps the row of a certificate that is shown already and
// drops the one that it came in place of.
func replaceCertificate(tx *store.Tx, row *model.Certificate) error {
	for ref, old := range store.All[model.Certificate](tx) {
		if old.Type != row.Type || old.Host != row.Host {
			continue
		}
		if old.FingerprintSha256 == row.FingerprintSha256 {
			return nil
		}
		if err := store.Delete(tx, ref); err != nil {
			return err
		}
		break
	}
	store.Insert(tx, row)
	return nil
}
