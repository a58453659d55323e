package vm

import (
	"errors"
	"strconv"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/emu"
	"github.com/xapid/xapid/xapi/licence"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

type hostRef = model.Ref[model.Host]

// Start runs a halted VM on a host of the toolstack's choice, paused if asked.
// It fails with NO_HOSTS_AVAILABLE whatever keeps the VM from each host, as
// xapi; start_on tells the reason.
func (s *Service) Start(c *rpc.Call, vm ref, startPaused, force bool) error {
	return s.start(c, vm, model.VMOperationsStart, "", startPaused)
}

// StartOn is Start on a given host; it fails with the reason why it cannot
// run there.
func (s *Service) StartOn(c *rpc.Call, vm ref, on hostRef, startPaused, force bool) error {
	if err := s.checkTarget(vm, on); err != nil {
		return err
	}
	return s.start(c, vm, model.VMOperationsStartOn, on, startPaused)
}

// checkTarget is what a call that names a host asks before all else.
func (s *Service) checkTarget(vm ref, on hostRef) error {
	r := s.DB.View()
	v, err := store.Get(r, vm)
	if err != nil {
		return err
	}
	h, err := store.Get(r, on)
	if err != nil {
		return err
	}
	if v.IsControlDomain && v.Affinity != on {
		return model.ErrOperationNotAllowed("a control domain runs on the host of its affinity only")
	}
	for _, op := range h.CurrentOperations {
		if op == model.HostAllowedOperationsEvacuate {
			return model.ErrHostEvacuateInProgress(on)
		}
	}
	return nil
}

func (s *Service) start(c *rpc.Call, vm ref, op model.VMOperations, on hostRef, paused bool) error {
	if err := licence.Require(s.DB.View(), licence.VMStart); err != nil {
		return err
	}
	return s.Gate.Do(c, ops.Standard, []ops.Claim{ops.VM(vm, op)}, func() error {
		return s.Gate.Do(c, ops.FailQuickly, []ops.Claim{ops.Devices(vm, true)}, func() error {
			on, err := s.reserve(c, vm, on, everything, prepareBoot)
			if err != nil {
				return err
			}
			return s.onReserved(c, vm, on, model.HostAllowedOperationsVMStart,
				func() error { return s.boot(c, vm, on, paused) },
				func() error { return s.delay(c, vm, func(v *model.VM) int64 { return v.StartDelay }) })
		})
	})
}

// licensed fails with LICENSE_EXPIRED on a host whose licence is over, before
// clearwater.
func (s *Service) licensed(on hostRef) error {
	return licence.RequireCurrent(s.DB.View(), on, s.Clock.Now())
}

// delay waits for the seconds that a field of the VM asks for.
func (s *Service) delay(c *rpc.Call, vm ref, field func(*model.VM) int64) error {
	v, ok := store.Find(s.DB.View(), vm)
	if !ok || field(v) <= 0 {
		return nil
	}
	return s.World.TakeN(c.Ctx, emu.DelaySeconds, float64(field(v)))
}

// genericBIOS are the strings of a machine that was given none.
var genericBIOS = map[string]string{
	"bios-vendor": "Xen", "bios-version": "", "system-manufacturer": "Xen", "system-product-name": "HVM domU",
	"system-version": "", "system-serial-number": "", "hp-rombios": "", "oem-1": "Xen", "oem-2": "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d",
}

// prepareBoot settles what is only settled at boot, before a host is chosen.
func prepareBoot(_ *store.Tx, v *model.VM) error {
	v.DomainType = domainType(v)
	v.MemoryOverhead = overhead(v)
	if len(v.BIOSStrings) == 0 {
		v.BIOSStrings = genericBIOS
	}
	return checkBoot(v)
}

// checkBoot is what the hypervisor would not start. It comes after the choice
// of a host on real ones, but needs none.
func checkBoot(v *model.VM) error {
	if text, ok := v.Platform["cores-per-socket"]; ok {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return model.ErrInvalidValue("platform:cores-per-socket", text)
		}
		if v.VCPUsMax%n != 0 {
			return model.ErrVCPUMaxNotCoresPerSocketMultiple(v.VCPUsMax, n)
		}
	}
	if text, ok := v.Platform["nested-virt"]; ok && text != "true" && text != "false" && text != "0" && text != "1" {
		return model.ErrInvalidValue("platform:nested-virt", text)
	}
	return nil
}

// boot makes the domain on the reserved host, shows it paused, and lets it run
// unless it shall stay so.
func (s *Service) boot(c *rpc.Call, vm ref, on hostRef, paused bool) error {
	if err := s.licensed(on); err != nil {
		return err
	}
	if err := s.World.Take(c.Ctx, emu.BuildDomain); err != nil {
		return err
	}
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return err
	}
	domid, err := s.World.Build(c.Ctx, on, vm, profile(v), false)
	if err != nil {
		return err
	}
	err = s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		if err := dropGuestMetrics(tx, v); err != nil {
			return err
		}
		if v.HARestartPriority == "restart" {
			v.HAAlwaysRun = true
		}
		bootPlatform(v)
		if v.HasVendorDevice {
			v.HardwarePlatformVersion = max(v.HardwarePlatformVersion, 2)
		}
		v.LastBootCPUFlags = bootFlags(tx, v, on)
		return s.enter(tx, vm, v, on, domid)
	})
	if err != nil {
		return errors.Join(err, s.World.Destroy(finish(c), on, vm))
	}
	return s.run(c, vm, on, paused, "VM_STARTED", "started")
}

// bootPlatform settles the platform flags that follow from the firmware.
func bootPlatform(v *model.VM) {
	if domainType(v) != model.DomainTypeHVM {
		return
	}
	deviceModel := "qemu-upstream-compat"
	if v.HVMBootParams["firmware"] == "uefi" {
		deviceModel = "qemu-upstream-uefi"
	}
	if have := v.Platform["device-model"]; have == "" || have == "qemu-trad" {
		setKey(&v.Platform, "device-model", deviceModel)
	}
	if v.Platform["secureboot"] == "auto" {
		v.Platform["secureboot"] = "false" // no keys are installed
	}
}

// enter writes what is to be seen of a domain that was just built: it is
// paused on its host, with its devices, consoles and metrics.
func (s *Service) enter(tx *store.Tx, vm ref, v *model.VM, on hostRef, domid int64) error {
	h, err := store.Get(tx, on)
	if err != nil {
		return err
	}
	if err := attachDevices(tx, v); err != nil {
		return err
	}
	if err := closeConsoles(tx, v); err != nil {
		return err
	}
	openConsoles(tx, vm, v, h)
	m, err := metricsOf(tx, v)
	if err != nil {
		return err
	}
	m.StartTime = s.now()
	fillMetrics(m, v)
	m.LastUpdated = s.now()
	v.PowerState = model.VMPowerStatePaused
	v.Domid, v.ResidentOn, v.ScheduledToBeResidentOn = domid, on, model.NullRef
	v.LastBootedRecord = record(v)
	v.MemoryTarget = v.MemoryDynamicMax
	return nil
}

// fillMetrics writes what the hypervisor says of a domain that is there.
func fillMetrics(m *model.VMMetrics, v *model.VM) {
	kind := domainType(v)
	m.CurrentDomainType = kind
	m.HVM = kind == model.DomainTypeHVM
	m.NestedVirt = v.Platform["nested-virt"] == "true" || v.Platform["nested-virt"] == "1"
	m.Nomigrate = v.Platform["nomigrate"] == "true" || v.Platform["nomigrate"] == "1"
	m.MemoryActual = v.MemoryDynamicMax
	m.VCPUsNumber = v.VCPUsAtStartup
}

// run lets a built domain go, unless it shall stay paused, and leaves a message
// if there is one.
func (s *Service) run(c *rpc.Call, vm ref, on hostRef, paused bool, message, what string) error {
	if !paused {
		if err := s.World.Unpause(finish(c), on, vm); err != nil {
			return err
		}
	}
	return s.DB.Update(finish(c), func(tx *store.Tx) error {
		v, err := store.Edit(tx, vm)
		if err != nil {
			return err
		}
		if !paused {
			v.PowerState = model.VMPowerStateRunning
		}
		if _, ok := store.Find(tx, v.GuestMetrics); !ok {
			v.GuestMetrics = newGuestMetrics(tx, s.now())
		}
		if message != "" {
			s.raise(tx, message, v, v.ResidentOn, what)
		}
		return nil
	})
}
