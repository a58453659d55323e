package dbxml

import (
	"errors"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
)

// Target is the host that a dump is restored on.
type Target struct {
	HostUUID, ControlDomainUUID string
	Address                     string
}

// Check tells what keeps a dump from being restored on this host:
// RESTORE_TARGET_MISSING_DEVICE [device] if its master was managed through an
// interface that this host has not.
func (d *Document) Check(r store.Reader, t Target) error {
	host, _ := d.master()
	if host == "" {
		return errors.New("the dump: it has no master")
	}
	self, _ := store.ByUUID[model.Host](r, t.HostUUID)
	devices := map[string]bool{}
	for _, p := range store.All[model.PIF](r) {
		if p.Host == self && p.Physical {
			devices[p.Device] = true
		}
	}
	for _, row := range d.rows {
		if p, ok := row.obj.(*model.PIF); ok && string(p.Host) == host && p.Management && p.Physical && !devices[p.Device] {
			return model.ErrRestoreTargetMissingDevice(p.Device)
		}
	}
	return nil
}

// master finds the dump's master.
func (d *Document) master() (ref string, host *model.Host) {
	for _, row := range d.rows {
		if p, ok := row.obj.(*model.Pool); ok {
			ref = string(p.Master)
		}
	}
	for _, row := range d.rows {
		if row.ref == ref {
			host, _ = row.obj.(*model.Host)
		}
	}
	if host == nil {
		ref = ""
	}
	return ref, host
}

// Restore puts the dump in the place of the database, as xapi: the dump's
// master becomes this host, its slaves are dropped, and VMs that ran on them
// are down. Network addresses of the hardware stay this host's.
func (d *Document) Restore(tx *store.Tx, t Target) error {
	if err := d.Check(tx, t); err != nil {
		return err
	}
	macs := map[string]string{}
	self, _ := store.ByUUID[model.Host](tx, t.HostUUID)
	for _, p := range store.All[model.PIF](tx) {
		if p.Host == self && p.Physical {
			macs[p.Device] = p.MAC
		}
	}
	if err := clearAll(tx); err != nil {
		return err
	}
	ref, host := d.master()
	dropped := map[string]bool{}
	for _, row := range d.rows {
		if _, ok := row.obj.(*model.Host); ok && row.ref != ref {
			dropped[row.ref] = true
		}
	}
	for _, row := range d.rows {
		switch o := row.obj.(type) {
		case *model.Host:
			if row.ref != ref {
				continue
			}
			o.UUID, o.Address = t.HostUUID, t.Address
		case *model.VM:
			if o.IsControlDomain && dropped[string(o.ResidentOn)] {
				continue
			}
			if row.ref == string(host.ControlDomain) {
				o.UUID = t.ControlDomainUUID
			}
			if dropped[string(o.ResidentOn)] {
				o.ResidentOn, o.PowerState, o.Domid = model.NullRef, model.VMPowerStateHalted, -1
			}
			o.CurrentOperations = nil
		case *model.PIF:
			if mac := macs[o.Device]; mac != "" && o.Physical {
				o.MAC = mac
			}
		}
		store.InsertAnyAs(tx, row.class, row.ref, row.obj)
	}
	return ops.CollectHosts(tx)
}

// clearAll deletes what dumps hold.
func clearAll(tx *store.Tx) error {
	for _, c := range model.Classes() {
		if !c.Persist || !c.Database {
			continue
		}
		for row := range tx.Rows(c) {
			if err := store.DeleteAny(tx, c, row.Ref); err != nil {
				return err
			}
		}
	}
	return nil
}
