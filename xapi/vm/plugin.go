package vm

import (
	"strconv"
	"sync"
	"time"

	"github.com/xapid/xapid/model"
	"github.com/xapid/xapid/store"
	"github.com/xapid/xapid/xapi/ops"
	"github.com/xapid/xapid/xapi/rpc"
)

// Plugins are what hosts can be asked to run.
type Plugins interface {
	CallPlugin(c *rpc.Call, host model.Ref[model.Host], plugin, fn string, args map[string]string) (string, error)
}

// pluginPause is how long a guest has its peace after a plugin call.
const pluginPause = 10 * time.Second

// lastCalls remembers when each VM's guest was last called.
type lastCalls struct {
	mu sync.Mutex
	at map[ref]time.Time
}

// begin notes a call; it gives the time that is left if it comes too early.
func (l *lastCalls) begin(vm ref, now time.Time) (left time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last, ok := l.at[vm]; ok && now.Sub(last) < pluginPause && !now.Before(last) { // clocks are set back
		return pluginPause - now.Sub(last)
	}
	if l.at == nil {
		l.at = map[ref]time.Time{}
	}
	l.at[vm] = now
	return 0
}

// guestPlugin is the one plugin of guests.
const guestPlugin = "guest-agent-operation"

// CallPlugin asks the agent in the guest to do something:
// XENAPI_MISSING_PLUGIN [name] for all plugins but one,
// VM_CALL_PLUGIN_RATE_LIMIT [vm, 10., seconds left] for calls that follow each
// other too fast, XENAPI_PLUGIN_FAILURE for what the guest cannot do.
func (s *Service) CallPlugin(c *rpc.Call, vm ref, plugin, fn string, args map[string]string) (string, error) {
	var answer string
	err := s.Gate.Do(c, ops.FailAtOnce, []ops.Claim{ops.VM(vm, model.VMOperationsCallPlugin)}, func() error {
		if plugin != guestPlugin {
			return model.ErrXENAPIMissingPlugin(plugin)
		}
		if left := s.calls.begin(vm, s.Clock.Now()); left > 0 {
			return model.ErrVMCallPluginRateLimit(vm, "10.", strconv.FormatFloat(left.Seconds(), 'f', -1, 64))
		}
		switch fn {
		case "request-rdp-on":
			return s.remoteDesktop(c, vm, "1")
		case "request-rdp-off":
			return s.remoteDesktop(c, vm, "0")
		case "run-script":
			return model.ErrFeatureRestricted() // the pool would have to allow it, and never does
		}
		return model.ErrXENAPIPluginFailure("failed to find function", fn, "the guest's agent has no such function")
	})
	return answer, err
}

// remoteDesktop has a Windows guest listen, or not, for remote desktops.
func (s *Service) remoteDesktop(c *rpc.Call, vm ref, on string) error {
	return s.edit(c, vm, func(tx *store.Tx, v *model.VM) error {
		g, err := store.Edit(tx, v.GuestMetrics)
		if err != nil || g.Other["feature-ts2"] == "" || g.Other["feature-ts2"] == "0" {
			return model.ErrXENAPIPluginFailure("failed to execute fn", "feature-ts2", "the guest has no such feature")
		}
		setKey(&g.Other, "data-ts", on)
		return nil
	})
}

// CallHostPlugin runs a plugin on the host that the VM runs on.
func (s *Service) CallHostPlugin(c *rpc.Call, vm ref, plugin, fn string, args map[string]string) (string, error) {
	v, err := store.Get(s.DB.View(), vm)
	if err != nil {
		return "", err
	}
	if v.PowerState != model.VMPowerStateRunning {
		return "", model.ErrVMBadPowerState(vm, model.VMPowerStateRunning, v.PowerState) // capitalised, as xapi
	}
	return s.Plugins.CallPlugin(c, v.ResidentOn, plugin, fn, args)
}

// QueryServices fails with NOT_IMPLEMENTED once the VM is a system domain that
// would answer, as xapi.
func (s *Service) QueryServices(c *rpc.Call, self ref) (map[string]string, error) {
	return nil, s.refuse(c, self, model.VMOperationsQueryServices, "query_services")
}

// AddToVCPUsParamsLive fails with NOT_IMPLEMENTED once the VM would take it, as
// xapi.
func (s *Service) AddToVCPUsParamsLive(c *rpc.Call, self ref, key, value string) error {
	return s.refuse(c, self, model.VMOperationsChangingVCPUsLive, "add_to_VCPUs_params_live")
}

// maxUnattend bounds the document for sysprep.
const maxUnattend = 32 << 10

// Sysprep hands a Windows guest the document that says how it is to be set up
// anew. No emulated guest takes one: SYSPREP [uuid, reason] tells what is
// missing first.
func (s *Service) Sysprep(c *rpc.Call, self ref, unattend string, timeout float64) error {
	v, err := store.Get(s.DB.View(), self)
	if err != nil {
		return err
	}
	if timeout < 0 {
		return model.ErrInvalidValue("timeout", timeout)
	}
	return s.Gate.Do(c, ops.FailAtOnce, []ops.Claim{ops.VM(self, model.VMOperationsSysprep)}, func() error {
		if len(unattend) > maxUnattend {
			return model.ErrSysprep(v.UUID, "the document is too large")
		}
		r := s.DB.View()
		for _, b := range v.VBDs {
			if vbd, ok := store.Find(r, b); ok && vbd.Type == model.VBDTypeCD {
				return model.ErrSysprep(v.UUID, "the guest cannot be prepared in this way")
			}
		}
		return model.ErrSysprep(v.UUID, "the VM has no CD drive")
	})
}

// RestartDeviceModels migrates a running VM to where it is.
func (s *Service) RestartDeviceModels(c *rpc.Call, self ref) error {
	v, err := store.Get(s.DB.View(), self)
	if err != nil {
		return err
	}
	if v.PowerState != model.VMPowerStateRunning {
		return model.ErrVMBadPowerState(self, model.VMPowerStateRunning, v.PowerState) // capitalised, as xapi
	}
	return s.PoolMigrate(c, self, v.ResidentOn, map[string]string{"live": "true"})
}

// RetrieveWLBRecommendations fails with WLB_DISABLED: no pool has a balancer.
func (s *Service) RetrieveWLBRecommendations(c *rpc.Call, vm ref) (map[hostRef][]string, error) {
	if _, err := store.Get(s.DB.View(), vm); err != nil {
		return nil, err
	}
	return nil, model.ErrWLBDisabled()
}
