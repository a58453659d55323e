package vm

import (
	"context"
	"maps"
	"time"

	"go.uber.org/zap"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
)

// newGuestMetrics makes the record of a domain that has just begun to run:
// there even if no agent ever reports.
func newGuestMetrics(tx *store.Tx, now time.Time) model.Ref[model.VMGuestMetrics] {
	g := store.Default[model.VMGuestMetrics]()
	g.Live, g.LastUpdated = true, now
	return store.Insert(tx, g)
}

func dropGuestMetrics(tx *store.Tx, v *model.VM) error {
	if _, ok := store.Find(tx, v.GuestMetrics); ok {
		if err := store.Delete(tx, v.GuestMetrics); err != nil {
			return err
		}
	}
	v.GuestMetrics = model.NullRef
	return nil
}

// AgentReports writes what the agent in a guest tells after boot; it is the
// emulated world's callback. A domain that has been replaced meanwhile tells
// nothing.
func (s *Service) AgentReports(vm string, domid int64) {
	err := s.DB.Update(context.Background(), func(tx *store.Tx) error {
		v, ok := store.Find(tx, ref(vm))
		if !ok || v.Domid != domid || !live(v) {
			return nil
		}
		v, err := store.Edit(tx, ref(vm))
		if err != nil {
			return err
		}
		if _, ok := store.Find(tx, v.GuestMetrics); !ok {
			v.GuestMetrics = newGuestMetrics(tx, s.now())
		}
		g, err := store.Edit(tx, v.GuestMetrics)
		if err != nil {
			return err
		}
		s.report(tx, v, g)
		s.Gate.Refresh(tx, ref(vm))
		return nil
	})
	if err != nil {
		s.Log.Warn("a guest's report is lost", zap.String("vm", vm), zap.Error(err))
	}
}

// report fills in what a guest's agent knows.
func (s *Service) report(r store.Reader, v *model.VM, g *model.VMGuestMetrics) {
	profile := guest(v)
	g.OsVersion, g.PVDriversVersion = maps.Clone(profile.OS), maps.Clone(profile.Drivers)
	g.Other = maps.Clone(profile.Features)
	g.Networks = map[string]string{}
	for _, i := range v.VIFs {
		if vif, ok := store.Find(r, i); ok && vif.CurrentlyAttached {
			emu.GuestNetworks(g.Networks, vif.Device, vif.MAC, vif.IPv4Addresses, vif.IPv6Addresses)
		}
	}
	g.PVDriversDetected, g.PVDriversUpToDate = true, true
	g.CanUseHotplugVBD, g.CanUseHotplugVIF = model.TristateTypeYes, model.TristateTypeYes
	g.Live, g.LastUpdated = true, s.now()
}

// Adopt gives the VMs of the hosts that ours tells of their domains back, as
// if the hypervisor had outlived the daemon, and clears what a start, a stop
// or a suspend that was cut short has left behind.
func (s *Service) Adopt(tx *store.Tx, w *emu.World, ours func(hostRef) bool) error {
	type found struct {
		ref ref
		vm  *model.VM
	}
	var list []found
	for r, v := range store.All[model.VM](tx) {
		if live(v) || !v.ScheduledToBeResidentOn.IsNull() {
			list = append(list, found{r, v})
		}
	}
	for _, f := range list {
		if !f.vm.ScheduledToBeResidentOn.IsNull() {
			v, err := store.Edit(tx, f.ref)
			if err != nil {
				return err
			}
			v.ScheduledToBeResidentOn = model.NullRef
		}
		if !live(f.vm) || f.vm.IsControlDomain || !ours(f.vm.ResidentOn) {
			continue
		}
		booted := false
		if g, ok := store.Find(tx, f.vm.GuestMetrics); ok {
			booted = len(g.Networks) > 0 || len(g.OsVersion) > 0
		}
		w.Adopt(string(f.vm.ResidentOn), string(f.ref), f.vm.Domid, guest(f.vm), f.vm.PowerState == model.VMPowerStateRunning, booted)
		if m, err := store.Edit(tx, f.vm.Metrics); err == nil {
			fillMetrics(m, f.vm)
		}
	}
	return nil
}
