package vm

import (
	"context"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/rpc"
)

// residents lists the VMs that the database believes to run on a host.
func residents(r store.Reader, on hostRef) []ref {
	h, ok := store.Find(r, on)
	if !ok {
		return nil
	}
	var list []ref
	for _, vm := range h.ResidentVMs {
		if v, ok := store.Find(r, vm); ok && live(v) && !v.IsControlDomain {
			list = append(list, vm)
		}
	}
	return list
}

// Domains makes the VMs of a host what its domains say, once its toolstack has
// started: a VM without a domain is halted. It gives the domains that no VM
// accounts for. What was on its way to the host has been cut short.
func (s *Service) Domains(tx *store.Tx, on hostRef, found []emu.Found) (strays []ref, err error) {
	there := map[ref]emu.Found{}
	for _, f := range found {
		if f.Host == string(on) {
			there[ref(f.VM)] = f
		}
	}
	for _, vm := range residents(tx, on) {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return nil, err
		}
		f, ok := there[vm]
		if !ok {
			if err := halt(tx, v); err != nil {
				return nil, err
			}
			continue
		}
		delete(there, vm)
		v.Domid, v.PowerState = f.ID, model.VMPowerStatePaused
		if f.Running {
			v.PowerState = model.VMPowerStateRunning
		}
		if m, err := store.Edit(tx, v.Metrics); err == nil {
			fillMetrics(m, v)
		}
	}
	for vm, v := range store.All[model.VM](tx) {
		napping := v.PowerState == model.VMPowerStateSuspended && v.ResidentOn == on // for a checkpoint
		if v.ScheduledToBeResidentOn != on && !napping {
			continue
		}
		v, err := store.Edit(tx, vm)
		if err != nil {
			return nil, err
		}
		v.ScheduledToBeResidentOn = model.NullRef
		if napping {
			v.ResidentOn = model.NullRef
		}
	}
	for vm := range there {
		strays = append(strays, vm)
	}
	return strays, nil
}

// Lost halts the VMs of a host that is gone, and tells which.
func (s *Service) Lost(tx *store.Tx, on hostRef) ([]ref, error) {
	list := residents(tx, on)
	for _, vm := range list {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return nil, err
		}
		if err := halt(tx, v); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Restart starts a VM for HA, on a host if one is given.
func (s *Service) Restart(ctx context.Context, vm ref, on hostRef) error {
	c := rpc.Background(ctx, s.DB, s.Clock, "VM.start")
	if on.IsNull() {
		return s.Start(c, vm, false, true)
	}
	return s.StartOn(c, vm, on, false, true)
}

// Unreported lists the domains whose agents have spoken while nobody listened.
func (s *Service) Unreported(found []emu.Found) []emu.Found {
	r := s.DB.View()
	var list []emu.Found
	for _, f := range found {
		v, ok := store.Find(r, ref(f.VM))
		if !ok || !f.Booted || !guest(v).Agent {
			continue
		}
		if g, ok := store.Find(r, v.GuestMetrics); !ok || len(g.OsVersion) == 0 {
			list = append(list, f)
		}
	}
	return list
}
